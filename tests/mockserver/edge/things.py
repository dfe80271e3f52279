"""A document with one of everything the edge compiles."""

from __future__ import annotations

from contracts.document import Document
from tests.mockserver.edge.harness import document, in_path, json_body, operation, query

UUID = {"type": "string", "format": "uuid"}

SCHEMAS = {
    "NewThing": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "owner_id": UUID,
            "born": {"type": "string", "format": "date"},
            "homepage": {"type": "string", "format": "uri"},
            "size": {"type": "integer", "format": "int32"},
            "weight": {"type": "number"},
            "metadata": {"type": "object"},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
            "shape": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Part"}]},
        },
    },
    "Part": {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string"}, "note": {"type": "string"}},
    },
}


def things() -> Document:
    """Things, listed with every kind of query, made, read, replaced."""
    return document(
        {
            "/things": {
                "get": operation(
                    "ListThings",
                    parameters=[
                        query("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
                        query("offset", {"type": "integer", "minimum": 0, "default": 0}),
                        query("weight", {"type": "number"}),
                        query("live", {"type": "boolean"}),
                        query("owner_id", UUID),
                        query("born", {"type": "string", "format": "date"}),
                        query("small", {"type": "integer", "format": "int32"}),
                        query("tags", {"type": "array", "items": {"type": "string"}}),
                        query("order", {"type": "string", "enum": ["asc", "desc"], "default": "desc"}),
                        query("untyped", {"minLength": 2}),
                        query("bare", {}),
                    ],
                ),
                "post": operation(
                    "CreateThing", requestBody=json_body({"$ref": "#/components/schemas/NewThing"})
                ),
            },
            "/things/{thing_id}": {
                "parameters": [in_path("thing_id", UUID)],
                "get": operation("GetThing"),
                "delete": operation("DeleteThing"),
                "patch": operation(
                    "PatchThing",
                    requestBody=json_body({"$ref": "#/components/schemas/NewThing"}, required=False),
                ),
            },
            "/things/newest": {"get": operation("NewestThing")},
            "/names/{name}": {
                "parameters": [in_path("name", {"type": "string"})],
                "get": operation("GetByName"),
            },
        },
        schemas=SCHEMAS,
        **{"x-kit-null-means": "absent"},
    )
