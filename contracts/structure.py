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
    """Every object under `node`, parents before children; what is changed in a parent shows in its children.

    A Reference Object is a site of the kind it stands for, and is not followed. A site's node is what stands
    there, also where that is no object (a Boolean schema, or a mistake of the file).
    """
    waiting = [Site(kind, pointer, node, None)]
    while waiting:
        site = waiting.pop()
        yield site
        waiting += reversed(_children(site))


def _children(site: Site) -> list[Site]:
    kind, pointer, node, _ = site
    if not isinstance(node, dict) or (kind != "path item" and is_reference(node)):
        return []
    if kind == "callback":
        return _entries(node, "map with extensions", "path item", pointer)
    found = []
    fields = _FIELDS[kind]
    for name, value in node.items():
        if name in fields:
            shape, below = fields[name]
            here = f"{pointer}/{escape(name)}"
            if shape == "one" and not isinstance(value, list):
                if not (isinstance(value, bool) and name in _BOOLEANS_TOO):
                    found.append(Site(below, here, value, (node, name)))
            else:
                found += _entries(value, shape, below, here)
    return found


def _entries(container: Any, shape: Shape, below: Kind, pointer: str) -> list[Site]:
    """The objects in a list or a map; none where the file has something else in its place."""
    if isinstance(container, list) and shape in {"list", "one"}:  # older drafts have lists as `items`
        return [Site(below, f"{pointer}/{i}", entry, (container, i)) for i, entry in enumerate(container)]
    if isinstance(container, dict) and shape in {"map", "map with extensions"}:
        return [
            Site(below, f"{pointer}/{escape(key)}", entry, (container, key))
            for key, entry in container.items()
            if shape == "map" or not key.startswith("x-")
        ]
    return []


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
