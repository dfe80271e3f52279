"""Reading a body: how much, how long, of which media type; what is text stays text."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message

from mockserver.edge.bodies import Limits
from mockserver.edge.failures import ClientGone
from tests.mockserver.edge.harness import (
    KEY,
    Edge,
    document,
    http_scope,
    in_path,
    json_body,
    operation,
    with_fields,
)
from tests.mockserver.edge.things import things

SMALL = Limits(body_bytes=100)


def with_media(media: dict[str, Any], *, required: bool = True) -> Edge:
    body = {"required": required, "content": media}
    return Edge(document({"/a": {"post": operation("A", requestBody=body)}}))


def test_a_body_up_to_the_limit_is_read() -> None:
    edge = Edge(things(), limits=SMALL)
    whole = b'{"name": "' + b"x" * 88 + b'"}'
    assert len(whole) == 100
    assert edge.post("/api/things", whole).status == 200
    edge.post("/api/things", whole + b" ").refused(413, "body-too-large")


def test_a_body_without_length_is_counted() -> None:
    edge = Edge(things(), limits=SMALL)
    edge.ask("POST", "/api/things", KEY, [b" " * 60, b" " * 60]).refused(413, "body-too-large")


@pytest.mark.parametrize("length", ["101", "9" * 19, "9" * 5000])
def test_a_length_beyond_the_limit_is_believed_before_anything_is_read(length: str) -> None:
    edge = Edge(things(), limits=SMALL)
    edge.ask("POST", "/api/things", with_fields(("content-length", length)), [b"{}"]).refused(
        413, "body-too-large"
    )


@pytest.mark.parametrize("length", ["1", "-5", "x", "²"])
def test_a_length_that_lies_is_not_trusted(length: str) -> None:
    edge = Edge(things(), limits=SMALL)
    fields = with_fields(("content-length", length), ("content-type", "application/json"))
    assert edge.ask("POST", "/api/things", fields, [b'{"name":', b'"a"}']).json["body"] == {"name": "a"}
    edge.ask("POST", "/api/things", fields, [b" " * 101]).refused(413, "body-too-large")


def test_a_body_that_never_comes_is_408() -> None:
    edge = Edge(things(), limits=Limits(idle_seconds=0.01))
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(name.encode(), value.encode()) for name, value in KEY]
    asyncio.run(edge.stack(http_scope("POST", b"/api/things", b"", headers), receive, send))
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert b"request-timeout" in sent[1]["body"]


def test_a_client_that_leaves_is_not_answered() -> None:
    edge = Edge(things())
    messages: list[Message] = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(name.encode(), value.encode()) for name, value in KEY]
    asyncio.run(edge.stack(http_scope("POST", b"/api/things", b"", headers), receive, send))
    assert edge.reached == 0
    assert issubclass(ClientGone, Exception)


def test_an_optional_body_may_be_missing_and_may_be_wrong() -> None:
    edge = with_media({"application/json": {"schema": {"type": "object"}}}, required=False)
    assert edge.ask("POST", "/api/a").json["body"] is None
    assert edge.ask("POST", "/api/a", with_fields(("content-type", "text/plain"))).json["body"] is None
    edge.post("/api/a", 7).refused(422, "invalid")
    edge.post("/api/a", b"{").refused(400, "malformed")


def test_a_required_body_that_is_missing() -> None:
    edge = with_media({"application/json": {"schema": {}}})
    assert edge.ask("POST", "/api/a").refused(400, "malformed").places == [""]
    assert edge.post("/api/a", b"null").json["body"] is None


def test_the_most_specific_declared_media_type_counts() -> None:
    def only(type_: str) -> dict[str, Any]:
        return {"schema": {"type": type_}}

    edge = with_media(
        {
            "*/*": only("string"),
            "application/*": only("boolean"),
            "application/json": only("integer"),
            "application/vnd.a+json; v=1": only("array"),
        }
    )
    assert edge.post("/api/a", 1).json["body"] == 1
    assert edge.post("/api/a", [], media_type="application/vnd.a+json").json["body"] == []
    assert edge.post("/api/a", True, media_type="application/vnd.b+json").json["body"] is True
    edge.post("/api/a", True).refused(422, "invalid")
    assert edge.post("/api/a", b"\x00\xff", media_type="image/png").json["body"] == "\x00ÿ"


def test_text_and_bytes_pass_as_they_are() -> None:
    edge = with_media({"text/plain": {"schema": {"type": "string"}}, "application/octet-stream": {}})
    assert edge.post("/api/a", "grün".encode(), media_type="text/plain").json["body"] == "grün"
    latin = "grün".encode("latin-1")
    assert edge.post("/api/a", latin, media_type="text/plain; charset=latin-1").json["body"] == "grün"
    assert edge.post("/api/a", latin, media_type="application/octet-stream").json["body"] == "gr\xfcn"
    edge.post("/api/a", latin, media_type="text/plain").refused(400, "malformed")
    edge.post("/api/a", latin, media_type="text/plain; charset=klingon").refused(
        415, "unsupported-media-type"
    )
    edge.post("/api/a", b"{}").refused(415, "unsupported-media-type")


def test_a_body_declared_without_media_types_is_not_read() -> None:
    edge = Edge(document({"/a": {"get": operation("A", requestBody={"content": {}})}}))
    assert edge.ask("GET", "/api/a", KEY, b"anything").json["body"] is None


def test_two_content_types_are_malformed() -> None:
    fields = with_fields(("content-type", "application/json"), ("content-type", "text/plain"))
    Edge(things()).ask("POST", "/api/things", fields, b"{}").refused(400, "malformed")


def test_read_only_properties_are_not_demanded() -> None:
    schema = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"type": "string", "readOnly": True}, "name": {"type": "string"}},
    }
    edge = Edge(document({"/a": {"post": operation("A", requestBody=json_body(schema))}}))
    assert edge.post("/api/a", {"name": "x"}).status == 200
    assert edge.post("/api/a", {}).refused(422, "invalid").places == ["/name"]


def test_parameters_are_checked_before_the_body() -> None:
    edge = Edge(
        document(
            {
                "/a/{n}": {
                    "parameters": [in_path("n", {"type": "integer"})],
                    "put": operation("A", requestBody=json_body({})),
                }
            }
        )
    )
    reply = edge.ask("PUT", "/api/a/x", with_fields(("content-type", "text/plain")), b"{")
    assert reply.refused(400, "malformed").places == ["path/n"]
