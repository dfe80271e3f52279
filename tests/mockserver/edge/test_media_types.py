"""Content negotiation (RFC 9110 §12.5.1), and which media types cover which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.edge.media_types import match, negotiate, read
from tests.mockserver.edge.harness import KEY, Edge, document, operation, with_fields

JSON = "application/json"
STREAM = "text/event-stream"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (STREAM, STREAM),
        ("Text/Event-Stream", STREAM),
        ("text/*", STREAM),
        (f"{JSON}, {STREAM}", JSON),
        (f"{STREAM}, {JSON}", JSON),
        (f"{JSON};q=0.5, {STREAM}", STREAM),
        (f"{JSON};q=0.5, {STREAM};q=0.6", STREAM),
        (f"{JSON};q=0, */*", STREAM),
        (f"*/*, {JSON};q=0.1", STREAM),
        (f"text/*;q=0.9, {STREAM};q=0.1, {JSON};q=0.5", JSON),
        (f"{JSON}; charset=utf-8", JSON),
        (f"{STREAM};q=1.000;x=y", JSON),
        (f"{STREAM};q=nonsense", STREAM),
        ("image/png", JSON),
        (f"{JSON};q=0", JSON),
        ("*", JSON),
        (",,;=,", JSON),
        ("application/problem+json", JSON),
        (f"text/html, {STREAM};q=0.1", STREAM),
    ],
)
def test_negotiation(accept: str, chosen: str) -> None:
    assert negotiate(accept, (JSON, STREAM)) == chosen


@given(st.text(alphabet='aj/*;=q.01, +-"\\\t', max_size=30))
def test_any_accept_header_gets_an_answer(accept: str) -> None:
    assert negotiate(accept, (JSON, STREAM)) in (JSON, STREAM)


def chat() -> Edge:
    responses = {
        "200": {"description": "Fine", "content": {JSON: {"schema": {}}, STREAM: {"schema": {}}, "x/*": {}}}
    }
    return Edge(document({"/chat": {"get": {"operationId": "Chat", "responses": responses}}}))


@pytest.mark.parametrize(
    ("fields", "chosen"),
    [
        ((), JSON),
        ((("accept", ""),), JSON),
        ((("accept", STREAM),), STREAM),
        ((("accept", "text/html"), ("accept", STREAM)), STREAM),
        ((("accept", "\xff\xfe"),), JSON),
    ],
)
def test_the_call_carries_the_choice(fields: tuple[tuple[str, str], ...], chosen: str) -> None:
    assert chat().ask("GET", "/api/chat", with_fields(*fields)).json["media_type"] == chosen


def test_with_one_media_type_there_is_no_choice() -> None:
    edge = Edge(document({"/a": {"get": operation("A")}}))
    assert edge.ask("GET", "/api/a", with_fields(("accept", STREAM))).json["media_type"] == JSON
    nothing = {"operationId": "B", "responses": {"204": {"description": "Gone"}}}
    assert Edge(document({"/b": {"get": nothing}})).ask("GET", "/api/b", KEY).json["media_type"] == JSON


def test_reading() -> None:
    media = read('Text/HTML ; Charset="UTF-8"; x=y')
    assert media is not None
    assert (media.essence, dict(media.parameters)) == ("text/html", {"charset": "UTF-8", "x": "y"})
    for wrong in ("", "text", "text/", "/html", "text html/x", "a/b,c/d"):
        assert read(wrong) is None


def test_matching() -> None:
    declared = {"*/*": 0, "text/*": 1, "Text/Plain; v=1": 2}
    assert match("text/plain", declared) == ("Text/Plain; v=1", 2)
    assert match("text/html", declared) == ("text/*", 1)
    assert match("image/png", declared) == ("*/*", 0)
    assert match("image/png", {"text/*": 1}) is None
