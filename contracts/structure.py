"""Which kind of object stands where in an OpenAPI document, and the walk over it.

What no field of OpenAPI or JSON Schema leads to (examples, defaults, extensions) is data, never entered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from contracts.pointers import escape

JSON = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Kind = Literal[
    "document",
    "components",
    "path item",
    "operation",
    "parameter",
    "header",
    "request body",
    "response",
    "media type",
    "encoding",
    "schema",
    "security scheme",
    "callback",
    "example",
    "link",
]
Shape = Literal["one", "list", "map", "map with extensions"]

_SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA_ONES = (
    "items",
    "additionalProperties",
    "not",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)
_BOOLEANS_TOO = ("additionalProperties", "unevaluatedItems", "unevaluatedProperties")
_SCHEMA: dict[str, tuple[Shape, Kind]] = {
    **dict.fromkeys(_SCHEMA_MAPS, ("map", "schema")),
    **dict.fromkeys(_SCHEMA_LISTS, ("list", "schema")),
    **dict.fromkeys(_SCHEMA_ONES, ("one", "schema")),
}
_PARAMETER: dict[str, tuple[Shape, Kind]] = {
    "schema": ("one", "schema"),
    "content": ("map", "media type"),
    "examples": ("map", "example"),
}

COMPONENT_KINDS: Mapping[str, Kind] = {
    "schemas": "schema",
    "responses": "response",
    "parameters": "parameter",
    "examples": "example",
    "requestBodies": "request body",
    "headers": "header",
    "securitySchemes": "security scheme",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "path item",
}

_FIELDS: dict[Kind, dict[str, tuple[Shape, Kind]]] = {
    "document": {
        "paths": ("map with extensions", "path item"),
        "webhooks": ("map", "path item"),
        "components": ("one", "components"),
    },
    "components": {section: ("map", kind) for section, kind in COMPONENT_KINDS.items()},
    "path item": {"parameters": ("list", "parameter"), **dict.fromkeys(METHODS, ("one", "operation"))},
    "operation": {
        "parameters": ("list", "parameter"),
        "requestBody": ("one", "request body"),
        "responses": ("map with extensions", "response"),
        "callbacks": ("map", "callback"),
    },
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "request body": {"content": ("map", "media type")},
    "response": {
        "headers": ("map", "header"),
        "content": ("map", "media type"),
        "links": ("map", "link"),
    },
    "media type": {
        "schema": ("one", "schema"),
        "examples": ("map", "example"),
        "encoding": ("map", "encoding"),
    },
    "encoding": {"headers": ("map", "header")},
    "schema": _SCHEMA,
    "security scheme": {},
    "example": {},
    "link": {},
    "callback": {},
}


class Site(NamedTuple):
    """An object of a known kind and where it stands. `slot` is its container and its key there."""

    kind: Kind
    pointer: str
    node: Any
    slot: tuple[Any, Any] | None


def walk(node: Any, kind: Kind = "document", pointer: str = "") -> Iterator[Site]:
    """Every object under `node`, parents before children.

    A Reference Object is a site of the kind it stands for, and is not followed. A site's node is what stands
    there, also where that is no object (a Boolean schema, or a mistake of the file).
    """
    yield from _walk(node, kind, pointer, None)


def _walk(node: Any, kind: Kind, pointer: str, slot: tuple[Any, Any] | None) -> Iterator[Site]:
    yield Site(kind, pointer, node, slot)
    if not isinstance(node, dict):
        return
    if is_reference(node) and kind != "path item":
        return
    if kind == "callback":
        for key in list(node):
            if not key.startswith("x-"):
                yield from _walk(node[key], "path item", f"{pointer}/{escape(key)}", (node, key))
        return
    fields = _FIELDS[kind]
    for name in [name for name in node if name in fields]:
        shape, below = fields[name]
        yield from _walk_field(node, name, shape, below, f"{pointer}/{escape(name)}")


def _walk_field(node: JSON, name: str, shape: Shape, below: Kind, pointer: str) -> Iterator[Site]:
    value = node.get(name)
    if shape == "one" and not isinstance(value, list):
        if not (isinstance(value, bool) and name in _BOOLEANS_TOO):
            yield from _walk(value, below, pointer, (node, name))
    elif isinstance(value, list) and shape in {"list", "one"}:  # `items` of JSON Schema drafts may be a list
        for index, entry in enumerate(list(value)):
            yield from _walk(entry, below, f"{pointer}/{index}", (value, index))
    elif isinstance(value, dict) and shape not in {"list", "one"}:
        for key in list(value):
            if shape == "map" or not key.startswith("x-"):
                yield from _walk(value[key], below, f"{pointer}/{escape(key)}", (value, key))


def is_reference(node: Any) -> bool:
    """Whether an object is a Reference Object."""
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def clone(value: Any) -> Any:
    """A deep copy of JSON data."""
    if isinstance(value, dict):
        return {key: clone(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [clone(entry) for entry in value]
    return value


def as_object(value: Any) -> JSON:
    """`value`, or an empty object where a file has something else in the place of one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """`value`, or an empty list where a file has something else in the place of one."""
    return value if isinstance(value, list) else []
