"""Null for a declared optional property means "not sent"; null in what a schema leaves open is data."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockserver.edge.nulls import compile_pruner
from tests.mockserver.edge.harness import Edge, document, json_body, operation
from tests.mockserver.edge.things import things

ROOT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Tree": {
                "type": "object",
                "required": ["label"],
                "properties": {
                    "label": {"type": "string"},
                    "note": {"type": "string"},
                    "left": {"$ref": "#/components/schemas/Tree"},
                    "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                    "free": {"type": "object"},
                },
            },
            "Loop": {"$ref": "#/components/schemas/Loop"},
            "Either": {"anyOf": [{"$ref": "#/components/schemas/Either"}, {"properties": {"a": {}}}]},
        }
    }
}
TREE = {"$ref": "#/components/schemas/Tree"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def prune(schema: Any, value: Any) -> Any:
    return compile_pruner(ROOT, schema).prune(copy.deepcopy(value))


def test_optional_nulls_go_and_required_ones_stay() -> None:
    assert prune(TREE, {"label": None, "note": None}) == {"label": None}


def test_undeclared_nulls_stay() -> None:
    assert prune(TREE, {"label": "a", "other": None}) == {"label": "a", "other": None}


def test_any_depth_of_the_declared_part() -> None:
    value = {"label": "a", "left": {"label": "b", "note": None, "children": [{"label": "c", "left": None}]}}
    assert prune(TREE, value) == {"label": "a", "left": {"label": "b", "children": [{"label": "c"}]}}


@given(anything)
def test_what_is_left_open_is_left_alone(value: Any) -> None:
    assert prune({"type": "object"}, value) == value
    assert prune({}, value) == value
    assert prune(TREE, {"label": "a", "free": {"x": value}}) == {"label": "a", "free": {"x": value}}
    assert prune(TREE, {"label": "a", "unheard of": value}) == {"label": "a", "unheard of": value}


trees = st.recursive(
    st.fixed_dictionaries({"label": st.text(max_size=2) | st.none()}),
    lambda inner: st.fixed_dictionaries(
        {"label": st.text(max_size=2)},
        optional={
            "note": st.none() | st.text(max_size=2),
            "left": st.none() | inner,
            "children": st.none() | st.lists(inner | st.none(), max_size=2),
            "free": st.none() | st.dictionaries(st.text(max_size=2), anything, max_size=2),
            "extra": anything,
        },
    ),
    max_leaves=6,
)


def expected(tree: Any) -> Any:
    """The rule once more, in plain words and for this one schema."""
    if not isinstance(tree, dict):
        return tree
    kept = {
        name: value
        for name, value in tree.items()
        if value is not None or name not in ("note", "left", "children", "free")
    }
    if isinstance(kept.get("left"), dict):
        kept["left"] = expected(kept["left"])
    if isinstance(kept.get("children"), list):
        kept["children"] = [expected(child) for child in kept["children"]]
    return kept


@given(trees)
def test_recursive_schemas(tree: Any) -> None:
    pruned = prune(TREE, tree)
    assert pruned == expected(tree)
    assert prune(TREE, pruned) == pruned


def test_schemas_that_only_refer_to_themselves_end() -> None:
    assert prune({"$ref": "#/components/schemas/Loop"}, {"a": None}) == {"a": None}
    assert prune({"$ref": "#/components/schemas/Either"}, {"a": None, "b": None}) == {"b": None}


def test_all_of_counts_as_one_schema() -> None:
    schema = {
        "allOf": [
            {"properties": {"a": {}, "b": {}}},
            {"properties": {"b": {"properties": {"c": {}}}}, "required": ["a"]},
        ]
    }
    assert prune(schema, {"a": None, "b": None}) == {"a": None}
    assert prune(schema, {"a": 1, "b": {"c": None, "d": None}}) == {"a": 1, "b": {"d": None}}


def test_alternatives_are_each_gone_through() -> None:
    schema = {"oneOf": [{"type": "string"}, {"properties": {"a": {}}, "required": ["b"]}]}
    assert prune(schema, {"a": None, "b": None}) == {"b": None}
    assert prune({"anyOf": [{"items": schema}]}, [{"a": None}, None, "x"]) == [{}, None, "x"]


def test_required_in_one_alternative_and_optional_in_another() -> None:
    schema = {"oneOf": [{"properties": {"a": {}}, "required": ["a"]}, {"properties": {"a": {}}}]}
    assert prune(schema, {"a": None}) == {}


def test_entries_of_a_map_stay_and_their_values_are_gone_through() -> None:
    schema = {"additionalProperties": {"properties": {"a": {}}}, "properties": {"known": {"type": "string"}}}
    assert prune(schema, {"x": None, "y": {"a": None, "b": None}, "known": None}) == {
        "x": None,
        "y": {"b": None},
    }


def test_nullable_properties_are_no_exception() -> None:
    schema = {"properties": {"a": {"type": "string", "nullable": True}}}
    assert prune(schema, {"a": None}) == {}


def test_boolean_schemas_do_no_harm() -> None:
    assert prune({"properties": {"a": True}, "additionalProperties": False}, {"a": None, "b": None}) == {
        "b": None
    }


def test_nulls_go_before_the_body_is_checked() -> None:
    edge = Edge(things())
    sent = {"name": "a", "size": None, "metadata": {"x": None}, "parts": [{"code": "c", "note": None}]}
    reply = edge.post("/api/things", sent)
    assert reply.json["body"] == {"name": "a", "metadata": {"x": None}, "parts": [{"code": "c"}]}
    assert edge.post("/api/things", {"name": None}).refused(422, "invalid").places == ["/name"]


def test_without_the_convention_null_is_null() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string", "nullable": True}},
    }
    edge = Edge(document({"/a": {"post": operation("A", requestBody=json_body(schema))}}))
    assert edge.post("/api/a", {"b": None}).json["body"] == {"b": None}
    assert edge.post("/api/a", {"a": None}).refused(422, "invalid").places == ["/a"]
