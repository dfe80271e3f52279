"""When what is read counts as what was written, with every freedom that correct servers take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from contracts.document import JSON
from contracts.pointers import join
from contracts.schemas import kind, properties, resolve

_ABSENT = object()


class Difference(NamedTuple):
    """One place where two values differ; `observed` is None where nothing stands."""

    pointer: str
    expected: Any
    observed: Any


def same(left: Any, right: Any) -> bool:
    """JSON equality: by type and value; a boolean is no number, members of objects have no order."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[name]) for name, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def is_bare(value: Any) -> bool:
    """Whether a value reads like an unset property: absent, null, or empty."""
    return value is None or value in ("", [], {})


def unlike(root: JSON, schema: JSON, sent: JSON, read: JSON) -> list[Difference]:
    """Where a record does not read as it was written.

    Args:
        schema: of the record as it is read; a property it does not declare is no record's property.
        sent: what a request said. Null there means "not sent" and is passed over.

    Returns:
        Differences; none for an empty value that reads as absent, or for members that the server added to
        an object whose members are declared.
    """
    return list(_unlike(root, schema, sent, read, ""))


def declared(root: JSON, schema: JSON, value: Any) -> Any:
    """A value without the members that its schema names nowhere, where it names any.

    An object may have more of them than are declared, and nothing is promised about those: a server may
    give a time of reading, a link, a tag that moves.
    """
    node = resolve(root, schema)
    if isinstance(value, list) and isinstance(node.get("items"), dict):
        return [declared(root, node["items"], item) for item in value]
    members = _members(root, schema) if isinstance(value, dict) else {}
    if not members or "additionalProperties" in node:
        return value
    return {name: declared(root, members[name], item) for name, item in value.items() if name in members}


def changed(before: JSON, after: JSON, *, apart: frozenset[str] = frozenset()) -> list[Difference]:
    """Where two readings of a record differ, some properties apart."""
    names = sorted((before.keys() | after.keys()) - apart)
    return [
        Difference(join("", name), before.get(name), after.get(name))
        for name in names
        if not same(before.get(name, _ABSENT), after.get(name, _ABSENT))
        and not (is_bare(before.get(name)) and is_bare(after.get(name)))
    ]


def _unlike(root: JSON, schema: JSON, sent: JSON, read: JSON, pointer: str) -> Iterator[Difference]:
    declared = _members(root, schema)
    for name, value in sent.items():
        if name not in declared or value is None:
            continue
        if resolve(root, declared[name]).get("writeOnly"):
            continue  # it is never read (OpenAPI 3.0.3, Schema Object)
        here, found = join(pointer, name), read.get(name)
        if _has_members(root, declared[name]) and isinstance(value, dict) and isinstance(found, dict):
            yield from _unlike(root, declared[name], value, found, here)
        elif not same(value, found) and not (is_bare(value) and is_bare(found)):
            yield Difference(here, value, found)


def _has_members(root: JSON, schema: JSON) -> bool:
    return kind(root, schema) == "object" and bool(_members(root, schema))


def _members(root: JSON, schema: JSON) -> dict[str, JSON]:
    """The properties that an object declares, in whichever of its alternative forms."""
    node = resolve(root, schema)
    found: dict[str, JSON] = {}
    for keyword in ("oneOf", "anyOf"):
        for part in node.get(keyword, ()):
            found |= _members(root, part)
    return found | properties(root, node)
