"""Whether a schema can be worked with: well formed, its references leading somewhere, and not too large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.document import JSON
from contracts.pointers import join
from mockserver.synth.budget import Budget, Unsatisfiable
from mockserver.synth.flat import Schema, target

MAX_CHECKS = 200_000
MAX_DEPTH = 250

_NUMBERS = ("minimum", "maximum", "multipleOf")
_SIZES = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "enum", "required")
_MAPS = ("properties", "patternProperties", "dependentSchemas", "dependentRequired")
_TEXTS = ("pattern", "format", "$ref")

_ONE = ("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames")
_MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas")


def survey(root: JSON, schema: Schema) -> None:
    """Looks at every schema that `schema` reaches.

    Raises:
        Unsatisfiable: one is malformed, leads nowhere or nests too deeply, or all together are too many.
    """
    _Survey(root).cost(schema, "#", (), 0)


class _Survey:
    """Counts the schemas that a check may visit: alternatives multiply, what recurs counts once."""

    def __init__(self, root: JSON) -> None:
        self._root = root
        self._costs: dict[str, int] = {}
        self._budget = Budget(MAX_CHECKS)

    def cost(self, schema: Any, place: str, trail: tuple[str, ...], depth: int) -> int:
        self._budget.spend()
        if isinstance(schema, bool):
            return 1
        if not isinstance(schema, dict):
            raise Unsatisfiable(f"{place} is no schema.")
        if depth > MAX_DEPTH:
            raise Unsatisfiable(f"{place} nests too deeply.")
        _check_keywords(schema, place)
        total = 1
        if "$ref" in schema:
            total += self._referred(schema["$ref"], trail, depth)
        for part, where in _parts(schema, place):
            total += self.cost(part, where, trail, depth + 1)
        if total > MAX_CHECKS:
            raise Unsatisfiable(f"{place} has too many alternatives.")
        return total

    def _referred(self, reference: str, trail: tuple[str, ...], depth: int) -> int:
        if reference in trail:
            return 1
        if reference not in self._costs:
            found = target(self._root, reference)
            self._costs[reference] = self.cost(found, reference, (*trail, reference), depth + 1)
        return self._costs[reference]


def _check_keywords(schema: JSON, place: str) -> None:
    wrong = [
        word
        for words, kind in ((_LISTS, list), (_MAPS, dict), (_TEXTS, str), (_NUMBERS, int | float))
        for word in words
        if word in schema and not (isinstance(schema[word], kind) and not isinstance(schema[word], bool))
    ]
    wrong += [word for word in _SIZES if word in schema and not _is_size(schema[word])]
    wrong += [word for word in ("required", "type") if not _are_texts(schema.get(word, []))]
    wrong += [word for word in ("dependentRequired",) if not all(map(_are_texts, _values(schema.get(word))))]
    if "multipleOf" in schema and "multipleOf" not in wrong and schema["multipleOf"] <= 0:
        wrong.append("multipleOf")
    wrong += [word for word in ("exclusiveMinimum", "exclusiveMaximum") if not _is_bound(schema.get(word))]
    if wrong:
        raise Unsatisfiable(f"{join(place, wrong[0])} is malformed: {schema[wrong[0]]!r}.")


def _are_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(part, str) for part in value)
    )


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []


def _is_size(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value == value // 1


def _is_bound(value: Any) -> bool:
    return value is None or isinstance(value, int | float)


def _parts(schema: JSON, place: str) -> Iterator[tuple[Any, str]]:
    for word in _ONE:
        if word in schema:
            yield schema[word], join(place, word)
    for word in _MANY:
        for index, part in enumerate(schema.get(word, ())):
            yield part, join(place, word, str(index))
    for word in _NAMED:
        for name, part in schema.get(word, {}).items():
            yield part, join(place, word, name)
