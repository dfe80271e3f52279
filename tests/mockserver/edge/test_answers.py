"""The mock's own answers, held against the document; a breach is a 500 that says where."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import orjson
import pytest
from starlette.types import Message, Receive, Scope, Send

from contracts.errors import DocumentError
from mockserver.problems import Invalid
from tests.mockserver.edge.harness import KEY, Edge, Reply, document, http_scope, operation

PROBLEM = {"content": {"application/problem+json": {"schema": {"type": "object", "required": ["type"]}}}}
NAMED = {
    "type": "object",
    "required": ["id", "secret"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "secret": {"type": "string", "writeOnly": True},
        "size": {"type": "integer"},
    },
}


def responses(**by_status: dict[str, Any]) -> dict[str, Any]:
    return {
        status.removeprefix("_"): {"description": "x", **response} for status, response in by_status.items()
    }


JSON_200 = {"content": {"application/json": {"schema": NAMED}}}
DECLARED = responses(
    _200={"headers": {"X-Total": {"required": True, "schema": {}}, "X-Extra": {"schema": {}}}, **JSON_200},
    _202={"content": {"text/event-stream": {"schema": {"type": "string"}}, "text/*": {}}},
    _204={},
    _4XX=PROBLEM,
)
ID = b'{"id": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}'


def answering(
    status: int,
    body: bytes | list[bytes] = b"",
    declared: dict[str, Any] | None = None,
    **fields: str,
) -> Edge:
    pieces = [body] if isinstance(body, bytes) else body
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})

    item = {**operation("A"), "responses": DECLARED if declared is None else declared}
    return Edge(document({"/a": {"get": item}}), app=app, check_answers=True)


def broken(edge: Edge) -> Reply:
    return edge.ask("GET", "/api/a").refused(500, "internal-error")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_right_answers_pass_unchanged(method: str) -> None:
    edge = answering(200, [ID[:9], ID[9:]], content_type="application/json", x_total="1")
    reply = edge.ask(method, "/api/a")
    assert (reply.status, reply.body) == (200, ID if method == "GET" else b"")
    assert reply.fields == (("content-type", "application/json"), ("x-total", "1"))
    assert answering(204).ask(method, "/api/a").status == 204
    assert answering(202, b"plain", content_type="text/plain").ask(method, "/api/a").status == 202


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (b"{}", ["/id"]),
        (b'{"id": "x", "size": 1.5}', ["/id", "/size"]),
        (b"[]", [""]),
        (b"{", [""]),
        (b"", [""]),
    ],
)
def test_bodies_that_break_the_schema(
    body: bytes, places: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = broken(answering(200, body, content_type="application/json; charset=utf-8", x_total="1"))
    assert reply.places == places
    assert "GET /a" in reply.json["detail"]
    assert "GET /a breaks the document" in caplog.text


def test_media_types_that_are_not_declared() -> None:
    for content_type in ("application/xml", "text/plain", "nonsense"):
        reply = broken(answering(200, ID, content_type=content_type, x_total="1"))
        assert reply.places == ["/paths/~1a/get/responses/200/content"]
    assert broken(answering(200, ID, x_total="1")).places == ["/paths/~1a/get/responses/200/content"]
    assert broken(answering(202, b"{}", content_type="application/json")).status == 500


def test_required_headers() -> None:
    reply = broken(answering(200, ID, content_type="application/json"))
    assert reply.places == ["/paths/~1a/get/responses/200/headers/X-Total"]


def test_bodies_where_none_is_declared() -> None:
    assert broken(answering(204, b"x")).places == ["/paths/~1a/get/responses/204"]


def test_statuses_that_are_not_declared() -> None:
    for status in (201, 302, 500):
        assert broken(answering(status)).places == ["/paths/~1a/get/responses"]


def test_without_declared_errors_any_error_will_do() -> None:
    assert answering(404, declared=responses(_200=JSON_200)).ask("GET", "/api/a").status == 404
    assert broken(answering(404, declared=responses(_200=JSON_200, _500={}))).places == [
        "/paths/~1a/get/responses"
    ]


def test_default_covers_what_no_other_does() -> None:
    declared = responses(default={}, _200=JSON_200)
    assert answering(418, declared=declared).ask("GET", "/api/a").status == 418
    assert answering(201, declared=declared).ask("GET", "/api/a").status == 201


def test_refusals_are_answers_too() -> None:
    edge = answering(200)
    edge.ask("GET", "/api/a", ()).refused(401, "unauthorized")
    edge.ask("PUT", "/api/a").refused(405, "method-not-allowed")
    edge.ask("GET", "/api/b").refused(404, "no-such-path")

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        raise Invalid("No.")

    edge.app = refuse
    edge.ask("GET", "/api/a").refused(422, "invalid")


def test_refusals_must_be_declared_where_any_are() -> None:
    edge = answering(200, declared=responses(_200=JSON_200, _404=PROBLEM))
    reply = edge.ask("GET", "/api/a", ()).refused(500, "internal-error")
    assert "status 401" in reply.json["detail"]


async def _stream(edge: Edge) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    headers = [(name.encode(), value.encode()) for name, value in KEY]
    await edge.stack(http_scope("GET", b"/api/a", b"", headers), receive, send)
    return sent


def test_event_streams_are_not_held_back() -> None:
    edge = answering(202, [b"data: 1\n\n", b"data: 2\n\n"], content_type="text/event-stream")
    start, *parts = asyncio.run(_stream(edge))
    assert start["status"] == 202
    assert [part.get("body", b"") for part in parts] == [b"data: 1\n\n", b"data: 2\n\n", b""]


def test_event_streams_must_be_declared() -> None:
    edge = answering(200, [b"data: 1\n\n"] * 3, content_type="text/event-stream", x_total="1")
    start, *parts = asyncio.run(_stream(edge))
    assert start["status"] == 500
    assert [orjson.loads(part["body"])["status"] for part in parts] == [500]


def test_without_the_check_all_pass() -> None:
    edge = Edge(document({"/a": {"get": {**operation("A"), "responses": DECLARED}}}))
    assert edge.ask("GET", "/api/a").status == 200


def test_references_to_responses_and_headers() -> None:
    declared = {"200": {"$ref": "#/components/responses/Thing"}}
    edge = answering(200, ID, declared=responses(_200={}), content_type="application/json")
    edge.document.data["paths"]["/a"]["get"]["responses"] = declared
    edge.document.data["components"]["headers"] = {"Total": {"required": True, "schema": {}}}
    edge.document.data["components"]["responses"] = {
        "Thing": {
            "description": "x",
            "headers": {"X-Total": {"$ref": "#/components/headers/Total"}},
            **JSON_200,
        }
    }
    again = Edge(edge.document, app=edge.app, check_answers=True)
    assert broken(again).places == ["/paths/~1a/get/responses/200/headers/X-Total"]


def test_a_response_schema_that_is_none_is_the_documents_fault() -> None:
    odd = {"content": {"application/json": {"schema": {"type": "string", "pattern": "("}}}}
    with pytest.raises(DocumentError, match=r"things.yaml:7 at /paths/~1a/get: A response schema of GET /a"):
        answering(200, declared=responses(_200=odd))
