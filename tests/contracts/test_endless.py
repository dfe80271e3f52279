"""Schemas without an end are refused where they stand; those that refer to themselves and end are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.document import load
from contracts.endless import MOST_JOINED
from contracts.errors import DocumentError
from contracts.marks import compile_marks
from contracts.schemas import compile_schema
from mockserver.app import Settings, build
from mockserver.edge.nulls import compile_pruner

TEXT = {"type": "string"}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def needing(name: str, **schema: Any) -> dict[str, Any]:
    return {"type": "object", "required": [name], "properties": {name: schema}}


def chain(length: int, keyword: str) -> dict[str, Any]:
    """S0 is text, and each that follows is made of the one before."""
    links = {f"S{n + 1}": {keyword: [ref(f"S{n}")]} for n in range(length)}
    return {"S0": TEXT, **links}


ENDLESS: dict[str, tuple[dict[str, Any], str, str]] = {
    "joins itself": (
        {"A": {"allOf": [ref("B")]}, "B": {"allOf": [{"type": "object"}, ref("A")]}},
        "/A",
        "The schema joins itself .allOf.. Take it out of what it joins.",
    ),
    "joins too many": (
        chain(700, "anyOf"),
        f"/S{MOST_JOINED + 1}",
        f"More than {MOST_JOINED} levels of schemas are joined here",
    ),
    "joins too many, the longest first": (
        dict(reversed(chain(700, "allOf").items())),
        "/S700",
        f"More than {MOST_JOINED} levels of schemas are joined here",
    ),
    "refers to too many": (
        {"A": TEXT, "S0": ref("A"), **{f"S{n + 1}": ref(f"S{n}") for n in range(2000)}},
        f"/S{MOST_JOINED + 1}/$ref",
        f"The reference leads over more than {MOST_JOINED} others. Name the last.",
    ),
    "needs itself": (
        {"A": ref("B"), "B": needing("b", **ref("A"))},
        "/B/properties/b",
        "needs itself without end. Let one of them be left out, be nullable",
    ),
    "needs itself in an array": (
        {"A": needing("b", type="array", minItems=1, items=ref("A"))},
        "/A/properties/b",
        "without end, by way of /components/schemas/A/properties/b/items. Let",
    ),
    "needs itself as an entry": (
        {"A": {"type": "object", "required": ["a"], "additionalProperties": ref("A")}},
        "/A/additionalProperties",
        "needs itself",
    ),
    "need each other, joined and chosen": (
        {
            "A": {"type": "array", "minItems": 1, "items": ref("B")},
            "B": {"allOf": [{"type": "object", "required": ["a"]}, {"properties": {"a": ref("C")}}]},
            "C": {"oneOf": [ref("A"), ref("B")]},
        },
        "/A/items",
        "by way of /components/schemas/B/allOf/1/properties/a and /components/schemas/C/oneOf/0",
    ),
}

SOUND: dict[str, dict[str, Any]] = {
    "a tree": {"A": needing("parts", type="array", items=ref("A"))},
    "a property that may be left out": {"A": {"type": "object", "properties": {"a": ref("A")}}},
    "null": {"A": needing("a", nullable=True, **{"allOf": [ref("A")]})},
    "an own null": {"A": {**needing("a", **ref("A")), "nullable": True}},
    "another choice": {"A": needing("a", anyOf=[ref("A"), TEXT])},
    "known values": {"A": {**needing("a", **ref("A")), "enum": [{"a": 1}]}},
    "a map of its kind": {"A": {"type": "object", "additionalProperties": ref("A")}},
    "a family with a discriminator": {
        "Pet": {**needing("kind", **TEXT), "oneOf": [ref("Cat")], "discriminator": {"propertyName": "kind"}},
        "Cat": {"allOf": [ref("Pet"), {"type": "object", "properties": {"claws": TEXT}}]},
    },
    "as many as may be joined": chain(MOST_JOINED, "allOf"),
    "a long way of properties": {
        "S0": TEXT,
        **{f"S{n + 1}": needing("next", **ref(f"S{n}")) for n in range(700)},
    },
}


def written(path: Path, schemas: dict[str, Any]) -> Path:
    head = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}
    path.write_text(yaml.safe_dump({**head, "components": {"schemas": schemas}}, sort_keys=False))
    return path


@pytest.mark.parametrize("name", ENDLESS)
def test_a_schema_without_an_end_is_refused_where_it_stands(tmp_path: Path, name: str) -> None:
    schemas, pointer, says = ENDLESS[name]
    with pytest.raises(DocumentError, match=says) as refused:
        load(written(tmp_path / "api.yaml", schemas))
    place = refused.value.place
    assert place is not None
    assert place.pointer == f"/components/schemas{pointer}"
    assert place.line is not None


@pytest.mark.parametrize("name", SOUND)
def test_a_schema_that_ends_is_taken(tmp_path: Path, name: str) -> None:
    document = load(written(tmp_path / "api.yaml", SOUND[name]))
    assert document.base["components"]["schemas"].keys() == SOUND[name].keys()


def test_a_ring_of_schemas_longer_than_pythons_stack_is_compiled(tmp_path: Path) -> None:
    ring = {
        f"S{n}": {
            "type": "object",
            "properties": {
                "id": TEXT,
                "next": ref(f"S{(n + 1) % 2000}"),
                "secret": {**TEXT, "readOnly": True},
            },
        }
        for n in range(2000)
    }
    root = load(written(tmp_path / "api.yaml", ring)).data
    schema = root["components"]["schemas"]["S0"]
    assert compile_schema(root, schema).is_valid({"next": {"next": {"id": "1"}}})
    assert not compile_schema(root, schema).is_valid({"next": {"next": {"id": 1}}})
    assert compile_pruner(root, schema).prune({"next": {"next": {"id": None}}}) == {"next": {"next": {}}}
    marks = compile_marks(root, schema, "readOnly")
    assert marks is not None
    assert list(marks.places({"next": {"secret": 1}})) == ["/next/secret"]


def test_a_mock_of_a_ring_of_schemas_starts(tmp_path: Path) -> None:
    item = {"200": {"description": "Some.", "content": {"application/json": {"schema": ref("S0")}}}}
    ring = {
        f"S{n}": {"type": "object", "properties": {"id": TEXT, "next": ref(f"S{(n + 1) % 700}")}}
        for n in range(700)
    }
    path = written(tmp_path / "api.yaml", ring)
    whole = yaml.safe_load(path.read_text())
    whole["paths"] = {
        "/things": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": ref("S0")}}},
                "responses": item,
            }
        },
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            "get": {"responses": item},
        },
    }
    path.write_text(yaml.safe_dump(whole))
    assert list(build(load(path), Settings()).model.resources) == ["/things"]
