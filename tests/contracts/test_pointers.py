"""JSON pointers (RFC 6901): escaping, and what they lead to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pointers import escape, join, lookup, unescape

DOCUMENT = {"a/b": {"m~n": [10, 20]}, "": {" ": 1}, "{x}": {"%25": 2}}


@given(st.text())
def test_escaping_is_undone(token: str) -> None:
    assert unescape(escape(token)) == token
    assert "/" not in escape(token)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("#", DOCUMENT),
        ("/a~1b/m~0n/1", 20),
        ("// ", 1),
        ("#//%20", 1),
        ("#/%7Bx%7D/%2525", 2),
        ("/{x}/%25", 2),
    ],
)
def test_what_a_pointer_leads_to(pointer: str, value: object) -> None:
    assert lookup(DOCUMENT, pointer) == value


@pytest.mark.parametrize("pointer", ["/b", "/a~1b/m~0n/2", "/a~1b/m~0n/-1", "/a~1b/m~0n/x", "/a~1b/m~0n/0/z"])
def test_what_leads_nowhere(pointer: str) -> None:
    with pytest.raises(LookupError):
        lookup(DOCUMENT, pointer)


def test_joining_escapes() -> None:
    assert join("/paths", "/a/{b}", "get") == "/paths/~1a~1{b}/get"
