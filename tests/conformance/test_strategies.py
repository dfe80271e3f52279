"""Drawn values: valid ones are valid and reach the edges, invalid ones are invalid in the place they name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from conformance.strategies import defects, outside, simplest, values
from conformance.strategies.text import PECULIAR
from contracts.document import load
from contracts.operations import operations
from contracts.pointers import lookup
from contracts.schemas import compile_schema

SHIPPED = load()
BODIES = {
    operation.id: operation.body.json_schema
    for operation in operations(SHIPPED)
    if operation.body and operation.body.json_schema
}
ROOT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Tree": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 3},
                    "twigs": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                },
            },
            "Endless": {
                "type": "object",
                "required": ["next"],
                "properties": {"next": {"$ref": "#/components/schemas/Endless"}},
            },
            "Small": {"type": "integer", "minimum": 1, "maximum": 5},
            "Positive": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        }
    }
}
TREE = {"$ref": "#/components/schemas/Tree"}


FORMATS = (
    *("uuid", "date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri"),
    *("uri-reference", "json-pointer", "regex", "byte", "password"),
)
# What only drawing finds: the simplest value is found without.
HARD = {"pattern", "pattern of some length", "unique array", "object with bounds", "not"}


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "short text": {"type": "string", "minLength": 2, "maxLength": 5},
    "long text": {"type": "string", "minLength": 300, "maxLength": 400},
    "pattern": {"type": "string", "pattern": "^[a-z]{2,4}-[0-9]+$"},
    "pattern of some length": {"type": "string", "pattern": "[ab]", "minLength": 2, "maxLength": 9},
    "enum": {"type": "string", "enum": ["a", "b", "c"]},
    "nullable enum": {"type": "string", "enum": ["a", "b"], "nullable": True},
    "enum of numbers": {"type": "integer", "enum": [1, 2, 3]},
    "integer": {"type": "integer"},
    "bounded integer": {"type": "integer", "minimum": -3, "maximum": 12},
    "exclusive integer": {
        "type": "integer",
        "minimum": 0,
        "exclusiveMinimum": True,
        "maximum": 9,
        "exclusiveMaximum": True,
    },
    "int32": {"type": "integer", "format": "int32"},
    "number": {"type": "number"},
    "bounded number": {"type": "number", "minimum": -1, "maximum": 1},
    "exclusive number": {
        "type": "number",
        "minimum": 0,
        "exclusiveMinimum": True,
        "maximum": 1,
        "exclusiveMaximum": True,
    },
    "multiples": {"type": "integer", "multipleOf": 7, "minimum": 1, "maximum": 100},
    "multiples of a fraction": {"type": "number", "multipleOf": 0.25, "minimum": 0, "maximum": 3},
    "boolean": {"type": "boolean"},
    "array": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 4},
    "long array": {"type": "array", "items": {"type": "boolean"}, "maxItems": 20},
    "unique array": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "minItems": 2},
    "free-form object": {"type": "object"},
    "object with bounds": {"type": "object", "minProperties": 1, "maxProperties": 2},
    "map": {"type": "object", "additionalProperties": {"type": "integer", "maximum": 3}},
    "closed object": {**an_object(a={"type": "string"}), "additionalProperties": False},
    "anything": {},
    "nullable in allOf": {
        "allOf": [
            an_object(a={"type": "number", "nullable": True, "minimum": 0, "maximum": 2}),
            {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/Positive"}}},
        ]
    },
    "narrowed by allOf": {"allOf": [{"$ref": "#/components/schemas/Small"}, {"minimum": 4}]},
    "oneOf": {"oneOf": [{"type": "string", "maxLength": 2}, {"$ref": "#/components/schemas/Small"}]},
    "overlapping oneOf": {"oneOf": [{"type": "integer", "maximum": 5}, {"type": "integer", "minimum": 3}]},
    "anyOf": {"anyOf": [an_object(a={"type": "integer"}), an_object(b={"type": "boolean"})]},
    "not": {"type": "string", "not": {"enum": ["a", "x"]}},
    "tree": TREE,
    "read-only": {
        "type": "object",
        "required": ["id", "name"],
        "properties": {"id": {"type": "string", "readOnly": True}, "name": {"type": "string"}},
    },
} | {f"format {name}": {"type": "string", "format": name} for name in FORMATS}


def examples(strategy: st.SearchStrategy[Any], number: int = 150) -> list[Any]:
    drawn: list[Any] = []

    @settings(
        max_examples=number,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(strategy)
    def draw(value: Any) -> None:
        drawn.append(value)

    draw()
    return drawn


def simplest_drawn(strategy: st.SearchStrategy[Any], condition: Callable[[Any], bool]) -> Any:
    return find(strategy, condition, settings=settings(database=None, derandomize=True, max_examples=500))


def texts_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts_in(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts_in(part)]
    return [value] if isinstance(value, str) else []


def leaves_in(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for part in value for leaf in leaves_in(part)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_valid_value_is_valid_and_exchangeable(name: str) -> None:
    accepts = compile_schema(ROOT, SCHEMAS[name]).is_valid
    for value in examples(values(ROOT, SCHEMAS[name]), 80):
        assert accepts(value), value
        assert json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False).encode()) == value
        assert None not in leaves_in(value)
        for text in texts_in(value):
            assert not any(c == "\0" or 0xFDD0 <= ord(c) <= 0xFDEF or ord(c) & 0xFFFE == 0xFFFE for c in text)
        for leaf in leaves_in(value):
            assert not isinstance(leaf, int) or abs(leaf) < 2**53


@pytest.mark.parametrize("name", sorted(SCHEMAS.keys() - {"anything"}))
def test_every_invalid_value_is_invalid_and_not_for_null_or_an_unknown_property(name: str) -> None:
    accepts = compile_schema(ROOT, SCHEMAS[name]).is_valid
    for value in examples(st.one_of([defect.values for defect in defects(ROOT, SCHEMAS[name])]), 40):
        assert not accepts(value), value
        assert None not in leaves_in(value)


@pytest.mark.parametrize("name", BODIES)
def test_the_bodies_of_the_shipped_document(name: str) -> None:
    validator = compile_schema(SHIPPED.data, BODIES[name])
    for value in examples(values(SHIPPED.data, BODIES[name]), 40):
        assert validator.is_valid(value)
    for value in examples(st.one_of([defect.values for defect in defects(SHIPPED.data, BODIES[name])]), 60):
        assert not validator.is_valid(value), value
    assert validator.is_valid(simplest(SHIPPED.data, BODIES[name]))


@pytest.mark.parametrize("name", sorted(SCHEMAS.keys() - HARD))
def test_the_simplest_value_is_valid(name: str) -> None:
    assert compile_schema(ROOT, SCHEMAS[name]).is_valid(simplest(ROOT, SCHEMAS[name]))


def test_where_no_simple_value_is_valid_that_is_said() -> None:
    with pytest.raises(LookupError, match="No simple value"):
        simplest(ROOT, SCHEMAS["pattern"])
    with pytest.raises(LookupError, match="No simple value"):
        simplest(ROOT, {"$ref": "#/components/schemas/Endless"})


def test_a_schema_that_needs_itself_has_no_value() -> None:
    assert values(ROOT, {"$ref": "#/components/schemas/Endless"}).is_empty


@pytest.mark.parametrize(
    ("name", "edges"),
    [
        ("bounded integer", {-3, -2, 11, 12, 0}),
        ("exclusive integer", {1, 2, 7, 8}),
        ("integer", {0, 2**31, 2**53 - 1, -(2**53) + 1}),
        ("int32", {2**31 - 1, -(2**31)}),
        ("bounded number", {-1, -0.999999, 0.999999, 1}),
        ("exclusive number", {1e-6, 0.999999}),
        ("multiples", {7, 14, 91, 98}),
        ("enum", {"a", "b", "c"}),
        ("boolean", {True, False}),
        ("narrowed by allOf", {4, 5}),
    ],
)
def test_edges_are_drawn(name: str, edges: set[Any]) -> None:
    assert edges <= set(examples(values(ROOT, SCHEMAS[name])))


def test_bounds_inside_nullable_and_allof_are_reached_from_both_sides() -> None:
    schema = SCHEMAS["nullable in allOf"]
    assert {0, 1e-6, 1.999998, 2} <= {value["a"] for value in examples(values(ROOT, schema))}
    found = {str(defect): defect for defect in defects(ROOT, schema)}
    assert {"/a is below its minimum", "/a is above its maximum", "/b is below its minimum"} <= found.keys()
    assert 0 in {value["b"] for value in examples(found["/b is below its minimum"].values, 30)}
    chat = {str(defect) for defect in defects(SHIPPED.data, BODIES["Chat"] or {})}
    assert {"/temperature is above its maximum", "/stop has more items than allowed"} <= chat


def test_texts_are_empty_short_long_and_peculiar() -> None:
    drawn = examples(values(ROOT, SCHEMAS["text"]), 600)
    assert {10_000, 100_000} <= {len(text) for text in drawn}
    assert sum(len(text) == 100_000 for text in drawn) < 30
    assert len(set(PECULIAR) & set(drawn)) > 20
    assert "" in drawn


def test_the_lengths_of_bounded_texts_are_at_their_bounds() -> None:
    assert {2, 3, 4, 5} == {len(text) for text in examples(values(ROOT, SCHEMAS["short text"]))}
    assert {300, 301, 399, 400} <= {len(text) for text in examples(values(ROOT, SCHEMAS["long text"]))}


def test_arrays_are_as_short_and_as_long_as_they_may_be() -> None:
    assert {1, 4} <= {len(value) for value in examples(values(ROOT, SCHEMAS["array"]))}
    assert {0, 20} <= {len(value) for value in examples(values(ROOT, SCHEMAS["long array"]))}


def test_optional_properties_are_absent_and_present_alone_and_together() -> None:
    schema = {"type": "object", "properties": {name: {"type": "boolean"} for name in "abc"}}
    kinds = {"".join(value) for value in examples(values(ROOT, schema))}
    assert {"", "abc", "a", "b", "c"} <= kinds


def test_free_form_objects_nest_and_hold_null_only_on_request() -> None:
    drawn = examples(values(ROOT, SCHEMAS["free-form object"]), 60)
    assert any(isinstance(inner, dict) and inner for value in drawn for inner in value.values())
    assert any(
        "null" in json.dumps(value) for value in examples(values(ROOT, {"type": "object"}, nulls=True), 300)
    )
    assert None in examples(values(ROOT, {"type": "string", "nullable": True}, nulls=True), 60)


def test_properties_that_only_the_server_writes_are_not_sent() -> None:
    assert all("id" not in value for value in examples(values(ROOT, SCHEMAS["read-only"]), 40))


@pytest.mark.parametrize("name", BODIES)
def test_the_first_value_is_the_least(name: str) -> None:
    schema = BODIES[name] or {}
    least = examples(values(SHIPPED.data, schema), 1)[0]
    assert least.keys() == simplest(SHIPPED.data, schema).keys()


def test_values_shrink_to_the_property_that_matters() -> None:
    found = simplest_drawn(
        values(SHIPPED.data, BODIES["CreateAgent"] or {}),
        lambda value: "temperature" in value.get("default_settings", {}),
    )
    assert found == {
        "name": "a",
        "default_settings": {"temperature": found["default_settings"]["temperature"]},
    }
    assert found["default_settings"]["temperature"] == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "bounded integer",
            ["is of another type than integer", "is below its minimum", "is above its maximum"],
        ),
        (
            "short text",
            ["is of another type than string", "is shorter than allowed", "is longer than allowed"],
        ),
        ("array", ["has fewer items than allowed", "has more items than allowed"]),
        ("unique array", ["repeats an item"]),
        ("format uuid", ["is no uuid"]),
        ("enum", ["is none of the values allowed"]),
        ("multiples", ["is no multiple of 7"]),
        ("pattern", ["does not match ^[a-z]{2,4}-[0-9]+$"]),
        ("object with bounds", ["has more properties than allowed"]),
    ],
)
def test_each_keyword_can_be_broken(name: str, expected: list[str]) -> None:
    reasons = [defect.reason for defect in defects(ROOT, SCHEMAS[name])]
    assert [reason for reason in reasons if reason in expected] == expected


def test_a_defect_stands_where_it_says_and_nowhere_else() -> None:
    schema = an_object(list={"type": "array", "items": an_object(n={"type": "integer", "minimum": 5})})
    deep = next(d for d in defects(ROOT, schema) if str(d) == "/list/0/n is below its minimum")
    for value in examples(deep.values, 20):
        assert lookup(value, deep.pointer) < 5
        assert compile_schema(ROOT, schema).is_valid({**value, "list": value["list"][1:]})


def test_a_required_property_with_a_default_is_not_demanded() -> None:
    schema = an_object(a={"type": "string", "default": ""}, b={"type": "string"})
    assert [str(d) for d in defects(ROOT, schema) if "missing" in d.reason] == ["/b is required and missing"]


def test_nothing_is_wrong_where_anything_goes() -> None:
    assert defects(ROOT, {}) == []


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 1000}, [0, 1001, "not-a-number"]),
        ({"type": "integer"}, ["not-a-number"]),
        ({"type": "string", "enum": ["asc", "desc"]}, ["not-one-of-them"]),
        ({"type": "string"}, []),
        ({"type": "string", "format": "uuid"}, ["not-a-uuid"]),
        ({"type": "boolean"}, ["not-a-boolean"]),
        ({"type": "string", "minLength": 2, "maxLength": 3}, ["xxxx", "x"]),
        ({"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 0}]}, []),
    ],
)
def test_parameters_are_taken_just_outside_their_schema(schema: dict[str, Any], expected: list[Any]) -> None:
    assert outside(ROOT, schema) == expected


def test_a_pattern_that_python_cannot_read_has_no_values() -> None:
    assert values(ROOT, {"type": "string", "pattern": r"^\p{Lu}+$"}).is_empty
