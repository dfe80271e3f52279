"""Repairs of what a file says about null.

OpenAPI 3.0.3 (Schema Object, `nullable`): null is allowed only where `type` stands in the same schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.repairs.rule import Draft, Mended, Rule
from contracts.structure import JSON

NULL_BRANCH = {"type": "string", "nullable": True, "enum": [None]}
"""A schema that null alone matches, in OpenAPI 3.0, which has no type of that name."""

_CHOICES = ("oneOf", "anyOf")
_ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "externalDocs", "deprecated", "readOnly"}
)
_KEYWORDS_OF_TYPE = {
    "object": {"properties", "additionalProperties", "required", "minProperties", "maxProperties"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "string": {"minLength", "maxLength", "pattern"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
}


def json_type(value: Any) -> str:
    """The JSON Schema type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    return names[type(value)]


def accepts_null(draft: Draft, schema: Any, depth: int = 0) -> bool:
    """Whether null matches a schema, as validators read it: `nullable` counts only beside a type."""
    node = draft.resolve(schema)
    if not isinstance(node, dict) or depth > 20:
        return True
    if "enum" in node and None not in _list(node["enum"]):
        return False
    if "type" in node and node.get("nullable") is not True:
        return False
    accepted = [accepts_null(draft, part, depth + 1) for part in _list(node.get("allOf"))]
    if not all(accepted):
        return False
    for keyword in _CHOICES:
        branches = [accepts_null(draft, part, depth + 1) for part in _list(node.get(keyword))]
        if branches and not (any(branches) if keyword == "anyOf" else branches.count(True) == 1):
            return False
    return True


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _type_nulls(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        node = site.node
        if node.get("nullable") is not True or "type" in node:
            continue
        if accepts_null(draft, node):
            continue
        what = _admit_null(draft, node)
        if what:
            yield Mended(site.pointer, what)


def _admit_null(draft: Draft, node: JSON) -> str | None:
    """Let null match a schema without a type. Says how, or nothing where no way is known."""
    if any(_list(node.get(keyword)) for keyword in _CHOICES):
        return _add_null_branch(draft, node)
    if _list(node.get("allOf")):
        moved = {key: node.pop(key) for key in list(node) if key not in _ANNOTATIONS and key != "nullable"}
        del node["nullable"]
        node["anyOf"] = [
            {key: value for key, value in moved.items() if not key.startswith("x-")},
            dict(NULL_BRANCH),
        ]
        node.update({key: value for key, value in moved.items() if key.startswith("x-")})
        return "`allOf` is now one branch of `anyOf`, null the other."
    return _infer_type(node)


def _add_null_branch(draft: Draft, node: JSON) -> str:
    for keyword in _CHOICES:
        branches = _list(node.get(keyword))
        if branches and not any(accepts_null(draft, branch) for branch in branches):
            branches.append(dict(NULL_BRANCH))
    del node["nullable"]
    if "enum" in node and None not in _list(node["enum"]):
        node["enum"] = [*_list(node["enum"]), None]
    return "A branch for null was added in place of `nullable`."


def _infer_type(node: JSON) -> str | None:
    types = {json_type(value) for value in _list(node.get("enum"))} - {"null"}
    types |= {name for name, keywords in _KEYWORDS_OF_TYPE.items() if keywords & node.keys()}
    if len(types) != 1:
        return None
    node["type"] = types.pop()
    if "enum" in node and None not in node["enum"]:
        node["enum"] = [*node["enum"], None]
    return f"`type: {node['type']}` now stands beside `nullable`."


def _list_null_in_enums(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        values = site.node.get("enum")
        if (
            site.node.get("nullable") is True
            and "type" in site.node
            and _list(values)
            and None not in _list(values)
        ):
            values.append(None)
            yield Mended(f"{site.pointer}/enum", "null is now one of the values.")


def _drop_null_defaults(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        if "default" in site.node and site.node["default"] is None:
            del site.node["default"]
            yield Mended(f"{site.pointer}/default", "`default: null` is gone.")


TYPE_NULLS = Rule(
    "nullable-without-type",
    "`nullable` counts only beside a `type` (Schema Object); as written, null is refused.",
    _type_nulls,
)
LIST_NULL_IN_ENUMS = Rule(
    "nullable-enum",
    "Where `enum` stands, null must be one of its values; as written, `nullable` says nothing.",
    _list_null_in_enums,
)
DROP_NULL_DEFAULTS = Rule(
    "null-default",
    "A default of null says that there is none; most schemas that have it would refuse null.",
    _drop_null_defaults,
)
