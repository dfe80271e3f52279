"""Schemas as JSON Schema, whatever dialect they are written in."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.schemas import compile_schema, kind, properties, required


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"properties": {"a": False}}, {"b": 1}, {"a": 1}),
        ({"required": ["a"], "properties": {"a": True}}, {"a": 1}, {}),
        ({"patternProperties": {"^n": {"$ref": "#/odd name"}}}, {"n": "x"}, {"n": 1}),
        ({"prefixItems": [{"$ref": "#/x~1y%z"}]}, [1], ["x"]),
        ({"contains": {"$ref": "#/größe"}}, ["x", 2], ["x"]),
        ({"propertyNames": {"$ref": "#/short"}}, {"ab": 1}, {"abc": 1}),
        ({"if": {"$ref": "#/größe"}, "then": {"minimum": 3}, "else": {"$ref": "#/odd name"}}, "x", 2),
        ({"minimum": 1, "exclusiveMinimum": True, "type": "integer"}, 2, 1),
        ({"exclusiveMaximum": 1, "type": "integer"}, 0, 1),
    ],
)
def test_json_schema_and_openapi_alike(schema: dict[str, Any], good: Any, bad: Any) -> None:
    root = {
        "odd name": {"type": "string"},
        "x/y%z": {"type": "integer"},
        "größe": {"type": "integer"},
        "short": {"maxLength": 2},
    }
    validator = compile_schema(root, schema)
    assert validator.is_valid(good)
    assert not validator.is_valid(bad)


def test_nothing_is_fetched() -> None:
    with pytest.raises(ValueError, match="leads out of the document"):
        compile_schema({}, {"unevaluatedProperties": {"$ref": "http://127.0.0.1:9/schema.json"}})


def test_a_schema_that_joins_itself_is_read_once() -> None:
    folder: dict[str, Any] = {"required": ["title"], "properties": {"title": {"type": "string"}}}
    root = {
        "components": {
            "schemas": {"Folder": folder, "Loop": {"anyOf": [{"$ref": "#/components/schemas/Loop"}]}}
        }
    }
    folder["allOf"] = [{"$ref": "#/components/schemas/Folder"}]
    assert list(properties(root, folder)) == ["title"]
    assert required(root, folder) == {"title"}
    assert kind(root, folder) == "object"
    assert kind(root, {"$ref": "#/components/schemas/Loop"}) is None
