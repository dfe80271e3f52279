"""What a query means, record by record: the reference for every store."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from contracts.compare import same
from contracts.document import JSON
from mockserver.store.base import Position, Query, Record
from mockserver.strict_json import load

_MISSING = object()
_WORD = re.compile(r"\w+")


def matches(body: JSON, query: Query) -> bool:
    """Whether a record is among those a query selects, its slice aside."""
    if not all(_fits(_at(body, path), value, path, query) for path, value in query.equal):
        return False
    if query.contains is None:
        return True
    path, wanted = query.contains
    text = _at(body, path)
    words = set(_WORD.findall(wanted.casefold()))
    return not words or (isinstance(text, str) and not words.isdisjoint(_WORD.findall(text.casefold())))


def _fits(found: Any, wanted: Any, path: tuple[str, ...], query: Query) -> bool:
    if found is _MISSING:
        return path in query.lenient
    if path in query.several and isinstance(wanted, list) and not isinstance(found, list):
        return any(same(found, each) for each in wanted)
    return same(found, wanted)


def sort_key(name: str) -> Callable[[JSON], tuple[Any, ...]]:
    """A key that orders records by a property: those without it first, then by type, then by value."""

    def key(body: JSON) -> tuple[Any, ...]:
        value = body.get(name)
        if value is None:
            return (0,)
        if isinstance(value, int | float):
            return (1, value)
        return (2, str(value))

    return key


def behind(query: Query, position: Position) -> Callable[[Record], bool]:
    """Whether a record comes behind a position in the order of a query."""
    sign = -1 if query.descending else 1
    if query.sort == "created":
        return lambda record: sign * record.created > sign * position.created
    if query.sort == "updated":
        return lambda record: sign * record.updated > sign * position.updated
    key = sort_key(query.sort)
    mark = key({query.sort: position.value})

    def is_behind(record: Record) -> bool:
        own = key(load(record.body))
        # What sorts alike stands in the order of its creation, whichever way the rest is sorted.
        return record.created > position.created if own == mark else (own > mark) is not query.descending

    return is_behind


def _at(body: JSON, path: tuple[str, ...]) -> Any:
    value: Any = body
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return _MISSING
        value = value[name]
    return value
