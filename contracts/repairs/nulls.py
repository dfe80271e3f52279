"""Repairs of what a file says about null.

OpenAPI 3.0.3 (Schema Object, `nullable`): null is allowed only where `type` stands in the same schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.repairs.rule import DEEPEST, Draft, Mended, Rule
from contracts.structure import JSON, as_list, clone

NULL_BRANCH = {"type": "string", "nullable": True, "enum": [None]}
"""A schema that null alone matches, in OpenAPI 3.0, which has no type of that name."""

_CHOICES = ("oneOf", "anyOf")
_ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "externalDocs", "deprecated", "readOnly"}
)


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
    if not isinstance(node, dict) or depth > DEEPEST:
        return True
    if "enum" in node and None not in as_list(node["enum"]):
        return False
    if "type" in node and node.get("nullable") is not True:
        return False
    accepted = [accepts_null(draft, part, depth + 1) for part in as_list(node.get("allOf"))]
    if not all(accepted):
        return False
    for keyword in _CHOICES:
        branches = [accepts_null(draft, part, depth + 1) for part in as_list(node.get(keyword))]
        if branches and not (any(branches) if keyword == "anyOf" else branches.count(True) == 1):
            return False
    return True


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
    if as_list(node.get("allOf")):
        moved = [key for key in node if key not in _ANNOTATIONS and key != "nullable" and key[:2] != "x-"]
        node["anyOf"] = [{key: node.pop(key) for key in moved}, clone(NULL_BRANCH)]
        del node["nullable"]
        return "`allOf` is now one branch of `anyOf`, null the other."
    if any(as_list(node.get(keyword)) for keyword in _CHOICES):
        return _add_null_branch(draft, node)
    return _admit_null_value(node)


def _add_null_branch(draft: Draft, node: JSON) -> str:
    added = []
    for keyword in _CHOICES:
        branches = as_list(node.get(keyword))
        if branches and not any(accepts_null(draft, branch) for branch in branches):
            branches.append(clone(NULL_BRANCH))
            added.append(keyword)
    del node["nullable"]
    _list_null(node)
    where = f"A branch for null was added to `{'` and `'.join(added)}`" if added else "A branch accepts null"
    return f"{where}, and `nullable` is gone."


def _admit_null_value(node: JSON) -> str | None:
    if not as_list(node.get("enum")):
        return None
    types = {json_type(value) for value in node["enum"]}
    _list_null(node)
    if len(types) > 1:
        return "null is now one of the values."
    node["type"] = types.pop()
    return f"null is now one of the values, and `type: {node['type']}` stands beside `nullable`."


def _list_null(node: JSON) -> None:
    values = as_list(node.get("enum"))
    if values and None not in values:
        values.append(None)


def _list_null_in_enums(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        values = as_list(site.node.get("enum"))
        if site.node.get("nullable") is True and "type" in site.node and values and None not in values:
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
