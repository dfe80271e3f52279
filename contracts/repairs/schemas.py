"""Repairs of schemas, what they say about null apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import jsonschema_rs

from contracts.repairs.nulls import json_type
from contracts.repairs.rule import DEEPEST, Draft, Mended, Rule
from contracts.structure import JSON, Kind, as_list, as_object, is_reference, walk

_DIALECT = ("$schema", "$id", "$anchor", "$comment", "$vocabulary")
_OBJECT_KEYWORDS = ("properties", "additionalProperties", "required")
_ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "default",
        "example",
        "externalDocs",
        "deprecated",
        "readOnly",
        "writeOnly",
        "xml",
    }
)
_NULL = {"enum": [None]}


def _drop_dialect(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        for keyword in [keyword for keyword in _DIALECT if keyword in site.node]:
            del site.node[keyword]
            yield Mended(f"{site.pointer}/{keyword}", f"`{keyword}` is gone.")


def _drop_reference_siblings(draft: Draft) -> Iterator[Mended]:
    kinds: tuple[Kind, ...] = (
        "schema",
        "parameter",
        "header",
        "request body",
        "response",
        "example",
        "link",
        "callback",
    )
    for kind in kinds:
        for site in draft.all_sites(kind):
            if is_reference(site.node) and len(site.node) > 1:
                siblings = sorted(set(site.node) - {"$ref"})
                for name in siblings:
                    del site.node[name]
                yield Mended(site.pointer, f"Beside `$ref`, {_spell(siblings)} is gone.")


def _drop_stray_object_keywords(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        kind = site.node.get("type")
        if not isinstance(kind, str) or kind == "object":
            continue
        for keyword in [keyword for keyword in _OBJECT_KEYWORDS if keyword in site.node]:
            del site.node[keyword]
            yield Mended(f"{site.pointer}/{keyword}", f"`{keyword}` is gone: the schema is of type {kind}.")


def _add_items(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        if site.node.get("type") == "array" and "items" not in site.node:
            site.node["items"] = {}
            yield Mended(site.pointer, "`items: {}` was added: anything may stand in the array.")


def _drop_contradicting_types(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        kind = site.node.get("type")
        branches = [*as_list(site.node.get("oneOf")), *as_list(site.node.get("anyOf"))]
        types = [_types(draft, branch) for branch in branches]
        if isinstance(kind, str) and any(found is not None and not _can_be(kind, found) for found in types):
            del site.node["type"]
            yield Mended(f"{site.pointer}/type", f"`type: {kind}` is gone: it shuts out a branch beside it.")


def _can_be(kind: str, types: set[str]) -> bool:
    return (
        kind in types
        or (kind == "number" and "integer" in types)
        or (kind == "integer" and "number" in types)
    )


def _types(draft: Draft, schema: Any, depth: int = 0) -> set[str] | None:
    """The types a value may have to match a schema; none where the schema does not say."""
    node = draft.resolve(schema)
    if not isinstance(node, dict) or depth > DEEPEST:
        return None
    if isinstance(node.get("type"), str):
        return {node["type"]}
    if as_list(node.get("enum")):
        return {json_type(value) for value in node["enum"]}
    for keyword in ("oneOf", "anyOf"):
        branches = [_types(draft, branch, depth + 1) for branch in as_list(node.get(keyword))]
        if branches and None not in branches:
            return set().union(*(found for found in branches if found))
    for part in as_list(node.get("allOf")):
        found = _types(draft, part, depth + 1)
        if found is not None:
            return found
    return None


def _allow_overlap(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        branches = as_list(site.node.get("oneOf"))
        if len(branches) < 2 or "anyOf" in site.node or "discriminator" in site.node:
            continue
        alternatives = [_alternatives(draft, branch) for branch in branches]
        if any(_overlap(left, right) for left, right in combinations(alternatives, 2)):
            site.node["anyOf"] = site.node.pop("oneOf")
            yield Mended(f"{site.pointer}/oneOf", "`oneOf` is now `anyOf`.")


def _alternatives(draft: Draft, schema: Any, depth: int = 0) -> list[JSON]:
    """The schemas that a schema is a choice of, without annotations; null apart."""
    node = draft.resolve(schema)
    if not isinstance(node, dict) or depth > DEEPEST:
        return []
    plain = {
        key: value for key, value in node.items() if key not in _ANNOTATIONS and not key.startswith("x-")
    }
    null = [_NULL] if plain.pop("nullable", False) is True and "type" in plain else []
    if null and plain.get("enum") == [None]:
        return null
    for keyword in ("oneOf", "anyOf"):
        if plain.keys() == {keyword} and isinstance(plain[keyword], list):
            parts = [_alternatives(draft, branch, depth + 1) for branch in plain[keyword]]
            return [alternative for part in parts for alternative in part]
    return [plain, *null]


def _overlap(left: list[JSON], right: list[JSON]) -> bool:
    return any(_within(a, b) or _within(b, a) for a in left for b in right)


def _within(narrow: JSON, wide: JSON) -> bool:
    """Whether whatever matches `narrow` plainly matches `wide` too."""
    if narrow == wide or not wide:
        return True
    if wide.keys() != {"type"}:
        return False
    return narrow.get("type") == wide["type"] or (
        narrow.get("type") == "integer" and wide["type"] == "number"
    )


def _drop_unfit_defaults(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        default = site.node.get("default")
        if default is not None and not _fits(draft, site.node, default):
            del site.node["default"]
            yield Mended(f"{site.pointer}/default", f"`default: {default!r}` is gone.")


def _fits(draft: Draft, schema: JSON, value: Any) -> bool:
    if schema.keys() <= _ANNOTATIONS | {"type", "format", "nullable"} and json_type(value) == schema.get(
        "type"
    ):
        return True
    if any(is_reference(site.node) for site in walk(schema, "schema")):
        schema = {**schema, "components": draft.root.get("components", {})}
    try:
        return jsonschema_rs.Draft4Validator(_with_null_types(schema)).is_valid(value)
    except ValueError:
        return True  # the schema itself is broken, which validation reports better


def _with_null_types(value: Any) -> Any:
    """OpenAPI 3.0's `nullable` as JSON Schema has it, at every depth."""
    if isinstance(value, list):
        return [_with_null_types(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    schema = {key: _with_null_types(entry) for key, entry in value.items()}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    return schema


def _drop_required_without_property(draft: Draft) -> Iterator[Mended]:
    parts = _parts_of_compositions(draft)
    for site in draft.sites("schema"):
        if id(site.node) in parts or not _lists_its_properties(site.node):
            continue
        for name in as_list(site.node.get("required"))[:]:
            if isinstance(name, str) and name not in site.node["properties"]:
                site.node["required"].remove(name)
                yield Mended(
                    f"{site.pointer}/required", f"{name!r}, which is no property, is gone from `required`."
                )
        if site.node.get("required") == []:
            del site.node["required"]


def _lists_its_properties(schema: JSON) -> bool:
    """Whether a schema itself names all properties it may speak of."""
    composed = any(keyword in schema for keyword in ("allOf", "anyOf", "oneOf", "not"))
    open_names = isinstance(schema.get("additionalProperties"), dict)
    return bool(as_object(schema.get("properties"))) and not composed and not open_names


def _parts_of_compositions(draft: Draft) -> set[int]:
    """Schemas that are branches: the properties they require may stand in another branch."""
    branches = [
        branch
        for site in draft.sites("schema")
        for keyword in ("allOf", "anyOf", "oneOf")
        for branch in as_list(site.node.get(keyword))
    ]
    return {id(draft.resolve(branch)) for branch in branches}


def _spell(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


DROP_DIALECT = Rule(
    "schema-dialect",
    "OpenAPI 3.0 has one schema dialect of its own; validators refuse keywords that name another.",
    _drop_dialect,
)
DROP_REFERENCE_SIBLINGS = Rule(
    "reference-siblings",
    "What stands beside `$ref` is ignored (Reference Object), and tools differ in how they ignore it.",
    _drop_reference_siblings,
)
DROP_STRAY_OBJECT_KEYWORDS = Rule(
    "stray-properties", "Keywords of objects say nothing about other types.", _drop_stray_object_keywords
)
ADD_ITEMS = Rule("missing-items", "An array must have `items` (Schema Object).", _add_items)
DROP_CONTRADICTING_TYPES = Rule(
    "contradicting-type",
    "A type beside `oneOf` or `anyOf` that one of the branches can never have makes that branch pointless.",
    _drop_contradicting_types,
)
ALLOW_OVERLAP = Rule(
    "overlapping-one-of",
    "`oneOf` refuses what matches two branches, and one of these branches contains another.",
    _allow_overlap,
)
DROP_UNFIT_DEFAULTS = Rule(
    "unfit-default", "The schema refuses its own default; servers refuse such a file.", _drop_unfit_defaults
)
DROP_REQUIRED_WITHOUT_PROPERTY = Rule(
    "required-without-property",
    "A required name that is no property is a slip: nothing says what its value would be.",
    _drop_required_without_property,
    changes_contract=True,
)
