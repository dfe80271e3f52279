"""OpenAPI 3.1 as 3.0: the example file point by point, and that schemas keep their meaning."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV30SpecValidator

from contracts.document import Document, load
from contracts.downconversion import rewrite_schemas
from contracts.errors import DocumentError
from contracts.schemas import compile_schema
from contracts.structure import JSON, clone

MODERN = Path(__file__).parent.parent / "data" / "modern.yaml"
NULL = {"type": "string", "nullable": True, "enum": [None]}


@pytest.fixture(scope="module")
def document() -> Document:
    return load(MODERN, shipped_overlays=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kind", {"type": "string", "enum": ["thing"]}),
        ("note", {"type": "string", "nullable": True, "example": "one"}),
        ("size", {"anyOf": [{"type": "integer", "nullable": True}, {"type": "string"}]}),
        ("list_or_word", {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "string"}]}),
        ("colour", {"allOf": [{"$ref": "#/components/schemas/Colour"}], "description": "Its colour."}),
        ("owner", {"anyOf": [{"$ref": "#/components/schemas/Owner"}, NULL]}),
        ("label", {"title": "A label", "type": "string", "maxLength": 5, "nullable": True}),
        ("weight", {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 10}),
        ("nothing", NULL),
        ("picture", {"type": "string", "format": "byte"}),
        ("file", {"type": "string", "format": "binary"}),
        (
            "pair",
            {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "maxItems": 2},
        ),
        ("free", {}),
        ("never", {"not": {}}),
        ("extra", {"type": "object"}),
    ],
)
def test_each_property_of_the_example(document: Document, name: str, expected: JSON) -> None:
    assert document.base["components"]["schemas"]["Thing"]["properties"][name] == expected


def test_the_document_around_the_schemas(document: Document) -> None:
    assert document.base["openapi"] == "3.0.3"
    assert document.base["info"] == {
        "title": "Modern",
        "version": "1.0.0",
        "description": "A file of version 3.1.",
        "license": {"name": "Apache 2.0", "url": "https://spdx.org/licenses/Apache-2.0.html"},
    }
    assert not {"webhooks", "jsonSchemaDialect"} & document.base.keys()
    assert "pathItems" not in document.base["components"]
    assert document.base["components"]["schemas"]["Colour"] == {"type": "string", "enum": ["red", "green"]}
    assert document.base["paths"]["/things"]["post"]["operationId"] == "CreateThing"
    response = document.base["paths"]["/things/{thing_id}"]["get"]["responses"]["200"]
    assert response == {"$ref": "#/components/responses/Thing"}
    assert list(OpenAPIV30SpecValidator(document.base).iter_errors()) == []


def test_what_is_rewritten_and_what_is_lost_is_told_apart(document: Document) -> None:
    rules = Counter(repair.rule for repair in document.repairs)
    assert rules == {"openapi-3.1": 23, "inexpressible-keyword": 4, "schema-dialect": 2}
    lost = [repair.pointer.rpartition("/")[2] for repair in document.repairs if repair.changes_contract]
    assert sorted(lost) == ["patternProperties", "prefixItems", "propertyNames", "unevaluatedProperties"]
    assert all(repair.place.line for repair in document.repairs)


def test_what_cannot_be_said_can_be_kept_and_is_then_refused() -> None:
    with pytest.raises(DocumentError, match="knows no field 'prefixItems' here") as refused:
        load(MODERN, keep=["inexpressible-keyword"])
    assert refused.value.place is not None
    assert refused.value.place.line == 120


def test_webhooks_alone_are_a_document_without_paths(tmp_path: Path) -> None:
    path = tmp_path / "hooks.yaml"
    path.write_text("openapi: 3.1.0\ninfo: {title: T, version: '1'}\nwebhooks: {a: {}}\n")
    assert load(path, shipped_overlays=False).data["paths"] == {}


NUMBERS = st.integers(-5, 5)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.sampled_from(["", "a", "b", "abc"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("pq"), inner, max_size=2),
    max_leaves=5,
)
TYPES = ["string", "integer", "number", "boolean", "object", "array", "null"]


def _keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[JSON]:
    """Schemas of JSON Schema 2020-12, of what OpenAPI 3.0 can say."""
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(TYPES)
            | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
            "const": VALUES,
            "enum": st.lists(VALUES, min_size=1, max_size=3, unique_by=json.dumps),
            "minimum": NUMBERS,
            "exclusiveMinimum": NUMBERS,
            "exclusiveMaximum": NUMBERS,
            "maxLength": st.integers(0, 2),
            "properties": st.dictionaries(st.sampled_from("pq"), inner, max_size=2),
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=3),
            "oneOf": st.lists(inner, min_size=1, max_size=3),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "$ref": st.just("#/components/schemas/Named"),
            "$schema": st.just("https://json-schema.org/draft/2020-12/schema"),
        },
    ).map(_without_contradiction)


def _without_contradiction(schema: JSON) -> JSON:
    """`const` and `enum` at once would need an intersection that nobody writes."""
    if "const" in schema:
        schema.pop("enum", None)
    return schema


SCHEMAS = st.recursive(
    st.booleans() | st.just({"type": "null"}) | _keywords(st.just({"type": "string"})),
    _keywords,
    max_leaves=6,
)


@given(schema=SCHEMAS, values=st.lists(VALUES, min_size=1, max_size=8))
def test_a_rewritten_schema_accepts_the_same_values_and_needs_no_second_rewrite(
    schema: Any, values: list[Any]
) -> None:
    named = {"type": ["string", "null"], "maxLength": 1}
    before: JSON = {"components": {"schemas": {"Named": named, "X": schema}}}
    after = clone(before)
    list(rewrite_schemas(after))
    assert list(rewrite_schemas(after)) == []
    old = jsonschema_rs.Draft202012Validator({**before, "$ref": "#/components/schemas/X"})
    new = compile_schema(after, {"$ref": "#/components/schemas/X"})
    for value in values:
        assert new.is_valid(value) == old.is_valid(value), json.dumps([schema, after["components"], value])
