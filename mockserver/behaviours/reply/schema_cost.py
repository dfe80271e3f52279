"""How much work it is to check a value by a schema: an upper bound, found without doing the work.

Checkers follow references as often as they meet them, so a few lines can make them visit schemas billions
of times. Each schema is met by each part of the value here at most once, and its cost remembered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.document import JSON
from contracts.pointers import lookup

MAX_CHECKS = 2_000_000
_MAX_PAIRS = 100_000

#: Keywords whose schemas apply to the value itself.
_IN_PLACE = ("not", "if", "then", "else", "allOf", "anyOf", "oneOf", "dependentSchemas")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
#: Keywords whose schemas apply to every member, or to every item.
_MEMBERS = ("patternProperties", "additionalProperties", "unevaluatedProperties")
_ITEMS = ("prefixItems", "items", "contains", "unevaluatedItems")
_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas"})


def too_costly(schema: JSON, value: Any) -> bool:
    """Whether a checker may visit more than `MAX_CHECKS` schemas for `value`."""
    return _Cost(schema).of(schema, value) > MAX_CHECKS


class _Cost:
    def __init__(self, root: JSON) -> None:
        self._root = root
        self._known: dict[tuple[int, int], int] = {}

    def of(self, schema: Any, value: Any) -> int:
        """At most how many schemas are visited."""
        if not isinstance(schema, dict):
            return 1
        key = (id(schema), id(value))
        if key not in self._known:
            if len(self._known) >= _MAX_PAIRS:
                return MAX_CHECKS + 1
            self._known[key] = 0  # one that leads back to itself in place is visited once
            total = 1 + sum(self.of(part, value) for part in self._in_place(schema))
            total += sum(self.of(part, below) for part, below in _below(schema, value))
            self._known[key] = min(total, MAX_CHECKS + 1)
        return self._known[key]

    def _in_place(self, schema: JSON) -> Iterator[Any]:
        yield from _parts(schema, _IN_PLACE)
        for keyword in _REFERENCES:
            reference = schema.get(keyword)
            if isinstance(reference, str):
                try:
                    yield lookup(self._root, reference)
                except LookupError:
                    yield self._root  # an anchor: at most as costly as the whole


def _below(schema: JSON, value: Any) -> Iterator[tuple[Any, Any]]:
    """Each schema that applies to a part of the value, with that part."""
    if isinstance(value, dict):
        declared = schema.get("properties")
        for name, part in declared.items() if isinstance(declared, dict) else ():
            if name in value:
                yield part, value[name]
        for part in _parts(schema, _MEMBERS):
            yield from ((part, member) for member in value.values())
        for part in _parts(schema, ("propertyNames",)):
            yield from ((part, name) for name in value)
    elif isinstance(value, list):
        for part in _parts(schema, _ITEMS):
            yield from ((part, item) for item in value)


def _parts(schema: JSON, keywords: tuple[str, ...]) -> Iterator[Any]:
    for keyword in keywords:
        found = schema.get(keyword)
        if isinstance(found, list):
            yield from found
        elif isinstance(found, dict) and keyword in _NAMED:
            yield from found.values()
        elif found is not None:
            yield found
