"""OpenAPI 3.0 schemas as JSON Schema: following references, reading properties, compiling validators.

OpenAPI 3.0 schemas are JSON Schema (Wright draft 00) with changes of its own; `to_json_schema` rewrites
them as JSON Schema 2020-12, which jsonschema-rs compiles.
"""

from __future__ import annotations

from typing import Any, Literal, Never
from urllib.parse import quote

import jsonschema_rs

from contracts.document import JSON
from contracts.pointers import escape, lookup

Direction = Literal["request", "response", "part"]

_EXCUSED = {"request": ("readOnly",), "response": ("writeOnly",), "part": ("readOnly", "writeOnly")}

_ANNOTATIONS = frozenset(
    {"discriminator", "example", "externalDocs", "xml", "deprecated", "description", "title"}
)
_COMBINATIONS = ("allOf", "anyOf", "oneOf")
_SCHEMA_LISTS = (*_COMBINATIONS, "prefixItems")
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas")
_SCHEMA_KEYWORDS = (
    "items",
    "not",
    "additionalProperties",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
)


def resolve(root: JSON, node: JSON) -> JSON:
    """`node`, or what its chain of local references leads to."""
    seen = set()
    while "$ref" in node and isinstance(node["$ref"], str):
        if node["$ref"] in seen:
            return {}
        seen.add(node["$ref"])
        node = lookup(root, node["$ref"])
    return node


def reference_name(schema: JSON) -> str | None:
    """The component a schema is a reference to: `Session` for `#/components/schemas/Session`."""
    ref = schema.get("$ref")
    return ref.rpartition("/")[2] if isinstance(ref, str) else None


def properties(root: JSON, schema: JSON) -> dict[str, JSON]:
    """All properties an object schema declares, those of `allOf` included."""
    found: dict[str, JSON] = {}
    for node in _all_of(root, schema):
        found |= node.get("properties", {})
    return found


def every_property(root: JSON, schema: JSON) -> dict[str, JSON]:
    """All properties that a record may have: those it declares, before those of its alternatives."""
    found: dict[str, JSON] = {}
    for node in combined(root, schema):
        found = node.get("properties", {}) | found
    return found | properties(root, schema)


def combined(root: JSON, schema: JSON) -> list[JSON]:
    """A schema and all that it is combined of, each once, references resolved."""
    found: dict[int, JSON] = {}
    waiting = [schema]
    while waiting:
        node = resolve(root, waiting.pop())
        if id(node) not in found:
            found[id(node)] = node
            parts = [part for keyword in _COMBINATIONS for part in node.get(keyword, ())]
            waiting += reversed([part for part in parts if isinstance(part, dict)])
    return list(found.values())


def required(root: JSON, schema: JSON) -> frozenset[str]:
    """All property names an object schema requires, those of `allOf` included."""
    return frozenset(name for node in _all_of(root, schema) for name in node.get("required", ()))


def _all_of(root: JSON, schema: JSON) -> list[JSON]:
    """A schema behind what its `allOf` joins, each once, so that a schema that joins itself ends."""
    found: dict[int, JSON] = {}

    def visit(written: JSON, above: frozenset[int]) -> None:
        node = resolve(root, written)
        if id(node) in above:
            return
        for part in node.get("allOf", ()):
            visit(part, above | {id(node)})
        found[id(node)] = node

    visit(schema, frozenset())
    return list(found.values())


def defaults(root: JSON, schema: JSON) -> JSON:
    """The default of each property that has one."""
    found = {}
    for name, written in properties(root, schema).items():
        node = resolve(root, written)
        if node.get("default") is not None:
            found[name] = node["default"]
    return found


def kind(root: JSON, schema: JSON) -> str | None:
    """The `type` of a schema: as written, else what its keywords say, else none."""
    return _kind(root, schema, frozenset())


def _kind(root: JSON, schema: JSON, above: frozenset[int]) -> str | None:
    node = resolve(root, schema)
    if "type" in node:
        return str(node["type"])
    if "properties" in node or "additionalProperties" in node:
        return "object"
    if "items" in node:
        return "array"
    if id(node) in above:
        return None
    for keyword in _COMBINATIONS:
        kinds = {_kind(root, part, above | {id(node)}) for part in node.get(keyword, ())} - {None}
        if len(kinds) == 1:
            return kinds.pop()
    return None


def to_json_schema(root: JSON, schema: JSON, direction: Direction = "request") -> JSON:
    """A self-contained JSON Schema 2020-12 of an OpenAPI 3.0 schema.

    Args:
        root: the document that local references point into.
        direction: in requests a required `readOnly` property is not demanded, in responses a required
            `writeOnly` one is not (OpenAPI 3.0.3, Schema Object), in what is common to both neither is.
    """
    rewriting = _Rewriting(root, direction)
    written: JSON = rewriting.rewritten(schema)
    definitions = rewriting.definitions()
    return written | {"$defs": definitions} if definitions else written


def compile_schema(
    root: JSON, schema: JSON, direction: Direction = "request"
) -> jsonschema_rs.Draft202012Validator:
    """A validator of `schema` that asserts formats.

    Raises:
        ValueError: the schema itself is not valid (an invalid regular expression, say).
    """
    return jsonschema_rs.Draft202012Validator(
        to_json_schema(root, schema, direction), validate_formats=True, retriever=_refuse
    )


def _refuse(address: str) -> Never:
    """Nothing is ever fetched: a schema may come from anyone."""
    raise ValueError(f"The reference {address!r} leads out of the document.")


class _Rewriting:
    """One schema rewritten, and each that it refers to once, so that recursive schemas end."""

    def __init__(self, root: JSON, direction: Direction) -> None:
        self._root = root
        self._direction = direction
        self._made: JSON = {}
        self._waiting: dict[str, str] = {}

    def definitions(self) -> JSON:
        """What was referred to, by name; in turn, since such a chain may be longer than Python's stack."""
        while self._waiting:
            name, reference = self._waiting.popitem()
            self._made[name] = self.rewritten(lookup(self._root, reference))
        return self._made

    def rewritten(self, schema: Any) -> Any:
        """A schema, with references to what `definitions` will hold."""
        if isinstance(schema, bool):  # JSON Schema: everything, or nothing
            return schema
        if "$ref" in schema and isinstance(schema["$ref"], str):
            return self._reference(schema["$ref"])
        out: JSON = {}
        for keyword, value in schema.items():
            if keyword in _ANNOTATIONS or keyword.startswith("x-"):
                continue
            out[keyword] = self._keyword(keyword, value)
        _rewrite_bounds(out)
        _bound_integer(out)
        if out.pop("nullable", False) and "type" in out:
            out["type"] = [out["type"], "null"]
            if "enum" in out and None not in out["enum"]:
                out["enum"] = [*out["enum"], None]
        if "required" in out:
            out["required"] = _demanded(self._root, schema, self._direction)
        return out

    def _reference(self, reference: str) -> JSON:
        name = reference.removeprefix("#/").removeprefix("components/schemas/")
        if name not in self._made:
            self._made[name] = True  # keeps its place
            self._waiting[name] = reference
        return {"$ref": f"#/$defs/{quote(escape(name))}"}

    def _keyword(self, keyword: str, value: Any) -> Any:
        if keyword in _SCHEMA_MAPS:
            return {name: self.rewritten(part) for name, part in value.items()}
        if keyword in _SCHEMA_LISTS:
            return [self.rewritten(part) for part in value]
        if keyword in _SCHEMA_KEYWORDS and isinstance(value, dict):
            return self.rewritten(value)
        return value


def _rewrite_bounds(schema: JSON) -> None:
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _bound_integer(schema: JSON) -> None:
    """Integer formats are widths (OpenAPI 3.0.3, Data Types), which JSON Schema states as bounds."""
    bits = {"int32": 31, "int64": 63}.get(schema.get("format", ""))
    if bits and schema.get("type") == "integer":
        schema["allOf"] = [*schema.get("allOf", ()), {"minimum": -(2**bits), "maximum": 2**bits - 1}]


def _demanded(root: JSON, schema: JSON, direction: Direction) -> list[str]:
    excused = _EXCUSED[direction]
    parts = schema.get("properties", {})
    excusing = {name: resolve(root, part) for name, part in parts.items() if isinstance(part, dict)}
    return [
        name for name in schema["required"] if not any(excusing.get(name, {}).get(word) for word in excused)
    ]
