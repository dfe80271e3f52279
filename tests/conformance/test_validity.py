"""What the document says of a request, as it stands on the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.validity import Opinion, Reader, without_nulls
from contracts.document import Document, load
from contracts.exchange import Request
from contracts.operations import operations

ID = "00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


@pytest.fixture(scope="module")
def document() -> Document:
    return load()


def reader_of(document: Document, name: str) -> Reader:
    return Reader(document.data, next(each for each in operations(document) if each.id == name))


def post(body: Any, target: str = "/agents") -> Request:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", target, (("Content-Type", "application/json"),), text)


@pytest.mark.parametrize(
    ("body", "opinion"),
    [
        ({"name": "a"}, Opinion.ALLOWED),
        ({"name": "a", "unheard": 1}, Opinion.ALLOWED),
        ({"name": "a", "metadata": {"none": None}}, Opinion.ALLOWED),
        ({"name": "a", "docs": [{"title": "t", "content": "c", "metadata": None}]}, Opinion.ALLOWED),
        ({"name": "a", "default_settings": {"temperature": 9}}, Opinion.FORBIDDEN),
        ({"name": None}, Opinion.FORBIDDEN),
        ({}, Opinion.FORBIDDEN),
        (b"", Opinion.FORBIDDEN),
        (b"{", Opinion.FORBIDDEN),
        (b'{"name": NaN}', Opinion.FORBIDDEN),
        (b"\xff", Opinion.FORBIDDEN),
    ],
)
def test_a_body(document: Document, body: Any, opinion: Opinion) -> None:
    assert reader_of(document, "CreateAgent").opinion(post(body)) is opinion


def test_null_that_may_mean_not_sent_is_neither_allowed_nor_forbidden(document: Document) -> None:
    agent = next(each for each in operations(document) if each.id == "CreateAgent")
    body = post({"name": "a", "instructions": None})
    assert Reader(document.data, agent).opinion(body) is Opinion.ALLOWED
    assert Reader(document.hinted, agent).opinion(body) is Opinion.ALLOWED_WITHOUT_NULLS


@pytest.mark.parametrize(
    ("query", "opinion"),
    [
        ("", Opinion.ALLOWED),
        ("?limit=1000&offset=0", Opinion.ALLOWED),
        ("?unheard=1", Opinion.ALLOWED),
        ("?limit=1001", Opinion.FORBIDDEN),
        ("?limit=x", Opinion.FORBIDDEN),
        ("?limit=1.5", Opinion.FORBIDDEN),
        ("?order=up", Opinion.FORBIDDEN),
        ("?metadata_filter=%7B%22a%22%3A1%7D", Opinion.ALLOWED),
        ("?metadata_filter=1", Opinion.FORBIDDEN),
        ("?limit=1&limit=2", Opinion.UNCLEAR),
        ("?limit=", Opinion.UNCLEAR),
    ],
)
def test_a_query(document: Document, query: str, opinion: Opinion) -> None:
    assert reader_of(document, "ListAgents").opinion(Request("GET", f"/agents{query}")) is opinion


@pytest.mark.parametrize(
    ("target", "opinion"),
    [
        (f"/agents/{ID}", Opinion.ALLOWED),
        ("/agents/5", Opinion.FORBIDDEN),
        ("/agents/a%2Fb", Opinion.FORBIDDEN),
        ("/agents/a/b", Opinion.UNCLEAR),
    ],
)
def test_a_path(document: Document, target: str, opinion: Opinion) -> None:
    assert reader_of(document, "GetAgent").opinion(Request("GET", target)) is opinion


def test_a_required_parameter_that_is_missing_is_forbidden_at_its_place(document: Document) -> None:
    reader, request = reader_of(document, "GetAgentMemories"), Request("GET", f"/agents/{ID}/memories")
    assert reader.opinion(request) is Opinion.FORBIDDEN
    assert reader.forbidden_at(request).startswith("/paths/~1agents~1{agent_id}~1memories/get/parameters/")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "a\0"},
        {"name": "a", "metadata": {"n": 2**60}},
        b'{"name": "a", "metadata": {"n": 1e400}}',
        b'{"name": "\\ud800"}',
        {"name": "a", "metadata": json.loads('{"a":' * 80 + "1" + "}" * 80)},
    ],
)
def test_what_correct_servers_differ_on_may_be_refused(document: Document, body: Any) -> None:
    assert reader_of(document, "CreateAgent").is_refusable(post(body))


def test_numbers_in_a_query_are_read_too(document: Document) -> None:
    wide = Request("GET", "/agents?metadata_filter=%7B%22a%22%3A%5B90071992547409930%5D%7D")
    assert reader_of(document, "ListAgents").is_refusable(wide)
    assert not reader_of(document, "ListAgents").is_refusable(Request("GET", "/agents?limit=5"))


def test_what_a_hint_calls_refusable_is(document: Document) -> None:
    reader = reader_of(document, "Chat")
    said = [{"role": "user", "content": "Hello."}]
    chosen = {"type": "function", "function": {"name": "nobody_knows"}}
    assert reader.is_refusable(post({"messages": said, "tool_choice": chosen}))
    assert reader.is_refusable(post({"messages": said, "response_format": {"type": "regex", "pattern": "["}}))
    assert not reader.is_refusable(post({"messages": said, "tool_choice": "auto", "response_format": {}}))


def test_nulls_of_what_is_declared_and_optional_are_left_out_alone(document: Document) -> None:
    schema = {"$ref": "#/components/schemas/CreateAgentRequest"}
    value = {"name": None, "about": None, "unheard": None, "metadata": {"kept": None}}
    bare = {"name": None, "unheard": None, "metadata": {"kept": None}}
    assert without_nulls(document.data, schema, value) == bare
