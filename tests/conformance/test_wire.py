"""Calls written as requests: paths, every style of query parameter, bodies, and what is to come back."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.worlds.events import event_data
from conformance.worlds.wire import request_of
from contracts.operations import Content, Operation, Parameter
from contracts.world import Step, Unreachable

JSON_ONLY = {"application/json": {"type": "object"}}


def an_operation(
    *parameters: Parameter, body: dict[str, Any] | None = None, success: dict[str, Any] | None = None
) -> Operation:
    return Operation(
        id="Do",
        method="POST",
        path="/a/{a_id}/b/{b_id}",
        pointer="",
        summary="",
        parameters=parameters,
        body=None if body is None else Content(body, ""),
        responses={"201": Content(JSON_ONLY if success is None else success, "")},
        security=(),
        extensions={},
    )


def a_parameter(style: str = "form", explode: bool = True, **more: Any) -> Parameter:
    schema = more.pop("schema", {})
    media_type = more.pop("media_type", None)
    return Parameter("p", "query", False, schema, style, explode, media_type, "", {})


PATH = {"a_id": "1 /?#é", "b_id": "2"}


def target(value: Any, parameter: Parameter | None = None) -> str:
    operation = an_operation(*([parameter] if parameter else []))
    return request_of(Step(operation, PATH, {"p": value})).target


def test_path_parameters_are_escaped() -> None:
    assert target(None) == "/a/1%20%2F%3F%23%C3%A9/b/2"


def test_a_path_parameter_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        request_of(Step(an_operation(), {"a_id": "1"}))


OBJECT = {"type": "object"}


@pytest.mark.parametrize(
    ("value", "parameter", "query"),
    [
        ("a b&c=d+é", None, "p=a%20b%26c%3Dd%2B%C3%A9"),
        (True, None, "p=true"),
        (1.5, None, "p=1.5"),
        ("", None, "p="),
        ([1, "b c"], a_parameter(), "p=1&p=b%20c"),
        ([1, 2], a_parameter(explode=False), "p=1,2"),
        ([1, 2], a_parameter("spaceDelimited", explode=False), "p=1%202"),
        ([1, 2], a_parameter("pipeDelimited", explode=False), "p=1%7C2"),
        ({"k": 1, "l": "x"}, a_parameter(schema=OBJECT), "k=1&l=x"),
        ({"k": 1, "l": "x"}, a_parameter(explode=False, schema=OBJECT), "p=k,1,l,x"),
        ({"k": 1}, a_parameter("deepObject", schema=OBJECT), "p%5Bk%5D=1"),
        ({"k": "é"}, a_parameter(schema={"type": "string"}), "p=%7B%22k%22%3A%20%22%C3%A9%22%7D"),
        ({"k": [1]}, a_parameter(media_type="application/json"), "p=%7B%22k%22%3A%20%5B1%5D%7D"),
    ],
)
def test_query_parameters_have_their_style(value: Any, parameter: Parameter | None, query: str) -> None:
    assert target(value, parameter).partition("?")[2] == query


def test_a_json_body_keeps_its_characters() -> None:
    request = request_of(Step(an_operation(body=JSON_ONLY), PATH, body={"é": "😀\n"}))
    assert request.body == '{"é": "😀\\n"}'.encode()
    assert dict(request.headers)["Content-Type"] == "application/json"


def test_null_is_no_body_and_an_empty_object_is_one() -> None:
    assert request_of(Step(an_operation(body=JSON_ONLY), PATH)).body == b""
    assert "Content-Type" not in dict(request_of(Step(an_operation(body=JSON_ONLY), PATH)).headers)
    assert request_of(Step(an_operation(body=JSON_ONLY), PATH, body={})).body == b"{}"


@pytest.mark.parametrize(
    ("media", "value", "sent"),
    [
        ({"application/merge-patch+json": {}}, {"a": 1}, b'{"a": 1}'),
        ({"application/x-www-form-urlencoded": {}}, {"a": 1, "b": "x y"}, b"a=1&b=x+y"),
        ({"text/plain": {}}, "words", b"words"),
    ],
)
def test_bodies_are_of_the_media_type_that_the_operation_takes(
    media: dict[str, Any], value: Any, sent: bytes
) -> None:
    request = request_of(Step(an_operation(body=media), PATH, body=value))
    assert (dict(request.headers)["Content-Type"], request.body) == (next(iter(media)), sent)


def test_a_body_that_cannot_be_written_makes_the_law_unreachable() -> None:
    with pytest.raises(Unreachable, match="a body of image/png cannot be written"):
        request_of(Step(an_operation(body={"image/png": {}}), PATH, body={}))


@pytest.mark.parametrize(
    ("success", "streaming", "accept"),
    [
        (JSON_ONLY, False, "application/json, application/problem+json"),
        ({**JSON_ONLY, "text/event-stream": {}}, False, "application/json, application/problem+json"),
        ({**JSON_ONLY, "text/event-stream": {}}, True, "text/event-stream"),
        ({}, False, "*/*"),
    ],
)
def test_what_is_answered_is_asked_for(success: dict[str, Any], streaming: bool, accept: str) -> None:
    request = request_of(Step(an_operation(success=success), PATH), streaming=streaming)
    assert dict(request.headers)["Accept"] == accept


def test_headers_of_the_step_take_the_place_of_others() -> None:
    request = request_of(
        Step(an_operation(body=JSON_ONLY), PATH, body={}, headers={"accept": "x", "X-Y": "z"})
    )
    assert dict(request.headers) == {"Content-Type": "application/json", "accept": "x", "X-Y": "z"}


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("data: a\n\ndata: b\n\n", ["a", "b"]),
        ("data: a\r\n\r\ndata:b\r\rdata: c\n\n", ["a", "b", "c"]),
        ("data: one\ndata: two\n\n", ["one\ntwo"]),
        (": comment\nevent: x\nid: 1\nretry: 5\ndata: a\n\nevent: y\n\n", ["a"]),
        ("\ufeffdata:  two spaces\n\n", [" two spaces"]),
        ("data\n\ndata:\n\n", ["", ""]),
        ("data: not ended\n", []),
        ("data: a\n\ndata: not ended", ["a"]),
        ("data: line\u2028separator\n\n", ["line\u2028separator"]),
        ("", []),
    ],
)
def test_server_sent_events_are_parsed_as_the_standard_says(text: str, events: list[str]) -> None:
    assert event_data(text) == events
