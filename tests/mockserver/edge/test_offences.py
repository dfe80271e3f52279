"""What is wrong, in words a person can act on, at the place where it is."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.edge.checks import MANY_NODES, SchemaCheck
from mockserver.edge.offences import MAX_OFFENCES

NONE_OF = "fits none of its alternatives: "

TOOL = {
    "type": "object",
    "required": ["type", "function"],
    "properties": {
        "type": {"enum": ["function"]},
        "function": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    },
}
CHOICE = {"anyOf": [{"type": "string", "enum": ["none", "auto"]}, TOOL]}
ANIMAL = {
    "oneOf": [
        {
            "type": "object",
            "required": ["kind", "legs"],
            "properties": {"kind": {"enum": ["dog"]}, "legs": {"type": "integer"}},
        },
        {
            "type": "object",
            "required": ["kind", "fins"],
            "properties": {"kind": {"enum": ["fish"]}, "fins": {"type": "integer"}},
        },
    ]
}


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        ({"type": "string"}, 5, [("", "must be a string, not an integer")]),
        ({"type": "integer"}, "5", [("", "must be an integer, not a string")]),
        ({"type": "number", "nullable": True}, [], [("", "must be null or a number, not an array")]),
        ({"type": "boolean"}, None, [("", "must be a boolean, not null")]),
        ({"enum": ["a", 1]}, "b", [("", 'must be one of "a", 1, not "b"')]),
        ({"required": ["a/b"]}, {}, [("/a~1b", "is required")]),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"b": 1, "c": 2},
            [("/b", "is not a known property"), ("/c", "is not a known property")],
        ),
        ({"minimum": 1}, 0, [("", "must be at least 1")]),
        ({"maximum": 1}, 2, [("", "must be at most 1")]),
        ({"minimum": 1, "exclusiveMinimum": True}, 1, [("", "must be greater than 1")]),
        ({"maximum": 1, "exclusiveMaximum": True}, 1, [("", "must be less than 1")]),
        ({"multipleOf": 3}, 4, [("", "must be a multiple of 3")]),
        ({"minLength": 2}, "a", [("", "must have at least 2 characters")]),
        ({"maxLength": 2}, "abc", [("", "must have at most 2 characters")]),
        ({"pattern": "^a"}, "b", [("", "must match ^a")]),
        ({"format": "uuid"}, "b", [("", 'must be a valid uuid, not "b"')]),
        ({"minItems": 2}, [1], [("", "must have at least 2 items")]),
        ({"maxItems": 1}, [1, 2], [("", "must have at most 1 items")]),
        ({"uniqueItems": True}, [1, 1], [("", "must not hold the same item twice")]),
        ({"minProperties": 1}, {}, [("", "must have at least 1 properties")]),
        ({"maxProperties": 0}, {"a": 1}, [("", "must have at most 0 properties")]),
        ({"not": {"type": "string"}}, "a", [("", "must not fit what the schema excludes")]),
        (
            {"items": {"type": "string"}},
            ["a", 1, 2],
            [("/1", "must be a string, not an integer"), ("/2", "must be a string, not an integer")],
        ),
        ({"type": "integer", "format": "int32"}, 2**31, [("", "must be at most 2147483647")]),
    ],
)
def test_sentences(schema: dict[str, Any], value: object, found: list[tuple[str, str]]) -> None:
    check = SchemaCheck({}, schema)
    assert [(o.pointer, o.detail) for o in check.offences(value)] == found


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        (CHOICE, "often", [("", 'must be one of "none", "auto", not "often"')]),
        (CHOICE, {"type": "function"}, [("/function", "is required")]),
        (CHOICE, {"type": "function", "function": {}}, [("/function/name", "is required")]),
        (
            CHOICE,
            5,
            [
                (
                    "",
                    NONE_OF + "must be a string, not an integer, or must be an object, not an integer",
                )
            ],
        ),
        (ANIMAL, {"kind": "dog"}, [("/legs", "is required")]),
        (ANIMAL, {"kind": "fish", "fins": "two"}, [("/fins", "must be an integer, not a string")]),
        (
            ANIMAL,
            {"kind": "bird"},
            [
                (
                    "",
                    NONE_OF
                    + '/kind must be one of "dog", not "bird", or /kind must be one of "fish", not "bird"',
                )
            ],
        ),
        (
            {"oneOf": [{"type": "integer"}, {"type": "number"}]},
            1,
            [("", "fits more than one of its alternatives, and must fit exactly one")],
        ),
    ],
)
def test_alternatives(schema: dict[str, Any], value: object, found: list[tuple[str, str]]) -> None:
    check = SchemaCheck({}, schema)
    assert [(o.pointer, o.detail) for o in check.offences(value)] == found


def test_one_offence_for_one_place() -> None:
    check = SchemaCheck({}, {"minLength": 3, "pattern": "^a"})
    (only,) = check.offences("b", "query/q")
    assert only.pointer == "query/q"
    assert "at least 3 characters" in only.detail
    assert "must match ^a" in only.detail


def test_never_too_many_and_never_too_long() -> None:
    check = SchemaCheck({}, {"items": {"enum": ["x" * 1000] * 100}})
    found = check.offences(["y" * 1_000_000] * 900)
    assert len(found) == MAX_OFFENCES
    assert sum(len(offence.detail) for offence in found) < 40_000
    (only,) = SchemaCheck({}, {"enum": [1]}).offences({"big": ["y" * 1_000_000]})
    assert only.detail == "must be one of 1, not an object"


TALL = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {"type": "array", "items": {"type": "string"}},
        "either": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        "tree": {"$ref": "#/tree"},
    },
}
TREE = {"tree": {"type": "object", "properties": {"a": {"oneOf": [{"$ref": "#/tree"}, {"type": "integer"}]}}}}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"items": ["a"] * 100_000 + [7] * 100_000}, ("/items/100000", "must be a string, not an integer")),
        (
            {"items": [], "either": [7] * 200_000},
            ("/either", NONE_OF.removesuffix(": ") + ", or more than one"),
        ),
        ({"either": ["a"] * 2000}, ("/items", "is required")),
        (
            {"items": ["a"] * 2000, "tree": {"a": {"a": "x"}}},
            ("/tree/a", NONE_OF.removesuffix(": ") + ", or more than one"),
        ),
    ],
)
def test_of_a_huge_value_the_first_mistake_is_told(value: dict[str, Any], found: tuple[str, str]) -> None:
    check = SchemaCheck(TREE, TALL)
    assert not check.is_valid(value)
    (only,) = check.offences(value)
    assert (only.pointer, only.detail) == found


def test_a_huge_value_that_fits_fits() -> None:
    value = {"items": ["a"] * (MANY_NODES * 2), "either": "x", "tree": {"a": {"a": 1}}}
    assert SchemaCheck(TREE, TALL).is_valid(value)
    assert SchemaCheck(TREE, TALL).offences(value) == ()


def test_many_unknown_names_are_not_all_listed() -> None:
    schema = {"properties": {}, "additionalProperties": False}
    for size, most in ((100, MAX_OFFENCES), (MANY_NODES * 2, 1)):
        found = SchemaCheck({}, schema).offences({f"name {number}": 1 for number in range(size)})
        assert len(found) == most
