"""One draw: a value of a schema, top down, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import orjson

from contracts.document import JSON
from contracts.schemas import compile_schema
from mockserver.synth.budget import Budget, Unsatisfiable
from mockserver.synth.flat import Flat, Schema, both, flatten, fraction, target
from mockserver.synth.names import Pools, kind_of, singular, words_of
from mockserver.synth.numbers import integer, number
from mockserver.synth.text import text

if TYPE_CHECKING:
    from random import Random

_OPTIONAL_LEVELS = 3
_OPTIONAL_SHARE = 0.6
_USUAL_ITEMS = 3
_TRIES_FOR_A_NEW_ONE = 20
_ENOUGH_NAMES = 200


@dataclass(frozen=True)
class Style:
    """How much beyond what is demanded a draw gives.

    Attributes:
        rich: optional properties and more than the fewest items; else the least that is valid.
        levels: how deep a value may nest.
    """

    rich: bool
    levels: int


@dataclass
class Drawing:
    """Draws a value; every method raises `Unsatisfiable` when there is none or the search costs too much."""

    root: JSON
    rng: Random
    pools: Pools
    budget: Budget
    style: Style
    _level: int = field(default=0, init=False)

    def draw(self, name: str, schema: Schema) -> Any:
        """A value of `schema` for a property called `name`."""
        if self._level > self.style.levels:
            raise Unsatisfiable("The schema demands values nested without end.")
        flat = flatten(self.root, schema, self.budget)
        self._level += 1
        try:
            proposed = self._proposed(name, schema, flat)
            return proposed[0] if proposed else self._settle(name, flat)
        finally:
            self._level -= 1

    def _settle(self, name: str, flat: Flat) -> Any:
        """A value of `flat` with one branch of each alternative chosen."""
        if not flat.choices:
            return self._plain(name, flat)
        rest = Flat(**{**vars(flat), "choices": flat.choices[1:]})
        failure = None
        for branch in self._ordered(flat.choices[0]):
            try:
                return self._settle(
                    name, both(rest, flatten(self.root, branch, self.budget, above=flat.joined))
                )
            except Unsatisfiable as error:
                failure = error  # another branch may do; a spent budget refuses them all at once
        raise failure or Unsatisfiable("The schema offers no alternative.")

    def _ordered(self, branches: tuple[Schema, ...]) -> list[Schema]:
        shuffled = self.rng.sample(branches, len(branches))
        # `null` stands for absence: anything else says more.
        return sorted(shuffled, key=lambda branch: (_is_null(branch), self._weight(branch)))

    def _weight(self, branch: Schema) -> int:
        """Deep down, branches that end are taken before branches that go on."""
        if self.style.rich and self._level <= _OPTIONAL_LEVELS:
            return 0
        node = branch
        for _ in range(4):
            if isinstance(node, dict) and isinstance(node.get("$ref"), str):
                node = target(self.root, node["$ref"])
        if not isinstance(node, dict):
            return 0
        return len(node.get("required", ())) + int(node.get("minItems", 0)) + 3 * ("allOf" in node)

    def _proposed(self, name: str, schema: Schema, flat: Flat) -> tuple[Any] | None:
        """What the schema itself proposes, if it is a valid scalar: its default, else one of its examples.

        Examples serve only texts that neither a format nor the name describes: two records should differ.
        """
        if flat.formats or (flat.enum is not None and not flat.choices):
            return None
        strings = () if kind_of(words_of(name)) else (e for e in flat.examples if isinstance(e, str))
        proposals = [value for value in (*flat.default, *strings) if not isinstance(value, dict | list)]
        if not proposals:
            return None
        validator = compile_schema(self.root, {"allOf": [schema]}, "response")
        fitting = [value for value in proposals if validator.is_valid(value)]
        if not fitting:
            return None
        return (fitting[0] if flat.default else self.rng.choice(fitting),)

    def _plain(self, name: str, flat: Flat) -> Any:
        if flat.enum is not None:
            return self._enumerated(flat)
        failure = None
        for kind in _preferred(flat):
            try:
                return self._of(kind)(name, flat)
            except Unsatisfiable as error:
                failure = error  # another type may do
        raise failure or Unsatisfiable("The schema allows no type.")

    def _of(self, kind: str) -> Callable[[str, Flat], Any]:
        return {
            "object": self._object,
            "array": self._array,
            "string": lambda name, flat: text(self.rng, flat, words_of(name), self.pools, self.budget),
            "integer": lambda name, flat: integer(self.rng, flat, words_of(name)),
            "number": lambda name, flat: number(self.rng, flat, words_of(name)),
            "boolean": lambda _name, _flat: self.rng.random() < 0.5,
            "null": lambda _name, _flat: None,
        }[kind]

    def _enumerated(self, flat: Flat) -> Any:
        fitting = [value for value in flat.enum or () if _fits(value, flat)]
        if not fitting:
            raise Unsatisfiable("No value of the enumeration keeps the schema's other demands.")
        return self.rng.choice([value for value in fitting if value is not None] or fitting)

    def _object(self, name: str, flat: Flat) -> JSON:
        least, most = flat.least.get("minProperties", 0), flat.most.get("maxProperties")
        wanted = _demanded(flat)
        if most is not None and max(least, len(wanted)) > most:
            raise Unsatisfiable("The schema demands more members than it allows.")
        found: JSON = {}
        optional = [n for n in flat.properties if n not in wanted and not _write_only(flat.properties[n])]
        generous = self.style.rich and self._level <= _OPTIONAL_LEVELS
        chosen = {n for n in optional if generous and self.rng.random() < _OPTIONAL_SHARE}
        for part in [*flat.properties, *(n for n in wanted if n not in flat.properties)]:
            if part in wanted:
                found[part] = self.draw(part, flat.member(part))
            elif part in chosen and (most is None or len(found) + len(wanted - found.keys()) < most):
                self._try_member(found, part, flat)
        for part in [*(n for n in optional if n not in found), *self._new_names(name, flat, generous)]:
            if len(found) >= max(least, _usual_members(flat, generous)) or len(found) == most:
                break
            if part not in found:
                self._try_member(found, part, flat)
        if len(found) < least or not found.keys() >= _closure(flat, set(found)):
            raise Unsatisfiable("The schema demands more members than could be drawn.")
        return found

    def _try_member(self, found: JSON, name: str, flat: Flat) -> None:
        """Adds an optional member with the members that depend on it, or none of them."""
        drawn: JSON = {}
        try:
            for part in sorted(_closure(flat, {name}) - found.keys()):
                drawn[part] = self.draw(part, flat.member(part))
        except Unsatisfiable:
            return  # a member that cannot be is left out; the caller counts what is there
        most = flat.most.get("maxProperties")
        if most is None or len(found) + len(drawn) <= most:
            found |= drawn

    def _new_names(self, name: str, flat: Flat, generous: bool) -> Iterator[str]:
        """Names for members that no schema declares."""
        if flat.additional is False or not (
            flat.least.get("minProperties") or _usual_members(flat, generous)
        ):
            return
        for tries in range(_ENOUGH_NAMES):
            if flat.names is True:
                word = self.rng.choice(self.pools.texts("word")).lower()
                yield word if tries < _TRIES_FOR_A_NEW_ONE else f"{word}_{tries}"
            else:
                yield self.draw("key", conjoined_text(flat.names))

    def _array(self, name: str, flat: Flat) -> list[Any]:
        least = max(flat.least.get("minItems", 0), len(flat.contains))
        most = flat.most.get("maxItems")
        if flat.rest is False:
            most = len(flat.prefix) if most is None else min(most, len(flat.prefix))
        if most is not None and most < least:
            raise Unsatisfiable("The schema demands more items than it allows.")
        count = least
        if self.style.rich and self._level <= _OPTIONAL_LEVELS:
            usual = max(least, len(flat.prefix)) + self.rng.randint(not flat.prefix, _USUAL_ITEMS)
            count = usual if most is None else min(usual, most)
        self.budget.spend(count)
        return self._items(singular(name), flat, count, least)

    def _items(self, name: str, flat: Flat, count: int, least: int) -> list[Any]:
        found: list[Any] = []
        taken: set[bytes] = set()
        while len(found) < count:
            index = len(found)
            schema = flat.item(index)
            if index < len(flat.contains):
                schema = {"allOf": [schema, flat.contains[index]]}
            try:
                found.append(self._new(name, schema, taken if flat.unique else None))
            except Unsatisfiable:
                if index < least:
                    raise
                break  # items beyond the least are a gift
        return found

    def _new(self, name: str, schema: Schema, taken: set[bytes] | None) -> Any:
        """An item that equals none in `taken`, which it joins."""
        if taken is None:
            return self.draw(name, schema)
        for _ in range(_TRIES_FOR_A_NEW_ONE + 4 * len(taken)):
            value = self.draw(name, schema)
            mark = orjson.dumps(_canonical(value), option=orjson.OPT_SORT_KEYS)
            if mark not in taken:
                taken.add(mark)
                return value
        raise Unsatisfiable("The schema demands more different items than were found.")


def conjoined_text(schema: Schema) -> Schema:
    """`schema`, for a value that is a string."""
    return {"allOf": [{"type": "string"}, schema]}


def _preferred(flat: Flat) -> list[str]:
    """The types to try, the most telling first; null only when nothing else is left."""
    order = [flat.typical or "string", "string", "integer", "boolean", "object", "array", "number", "null"]
    return [kind for kind in dict.fromkeys(order) if kind in flat.types]


def _usual_members(flat: Flat, generous: bool) -> int:
    """How many members a map has: an object with a schema for members that it does not name."""
    return (
        2 if generous and isinstance(flat.additional, dict) and flat.additional and not flat.properties else 0
    )


def _demanded(flat: Flat) -> set[str]:
    return _closure(flat, {n for n in flat.required if not _write_only(flat.member(n))})


def _closure(flat: Flat, names: set[str]) -> set[str]:
    """`names` and all that they demand beside them."""
    found, todo = set(names), list(names)
    while todo:
        for name in flat.dependent.get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return found


def _write_only(schema: Schema) -> bool:
    return isinstance(schema, dict) and schema.get("writeOnly") is True


def _is_null(branch: Schema) -> bool:
    return isinstance(branch, dict) and (branch.get("type") == "null" or branch.get("enum") == [None])


def _fits(value: Any, flat: Flat) -> bool:
    """Whether a value of an enumeration has an allowed type and keeps the bounds that are cheap to check."""
    if isinstance(value, str):
        least, most = flat.least.get("minLength", 0), flat.most.get("maxLength")
        return "string" in flat.types and least <= len(value) and (most is None or len(value) <= most)
    if value is None or isinstance(value, bool):
        return ("null" if value is None else "boolean") in flat.types
    if isinstance(value, dict | list):
        return ("object" if isinstance(value, dict) else "array") in flat.types
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return ("integer" if whole else "number") in flat.types and _in_range(fraction(value), flat)


def _in_range(exact: Fraction, flat: Flat) -> bool:
    if flat.lower and (exact < flat.lower.value or (flat.lower.exclusive and exact == flat.lower.value)):
        return False
    if flat.upper and (exact > flat.upper.value or (flat.upper.exclusive and exact == flat.upper.value)):
        return False
    return not flat.step or (exact / flat.step).denominator == 1


def _canonical(value: Any) -> Any:
    """`value` with numbers that are equal written alike."""
    if isinstance(value, dict):
        return {name: _canonical(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_canonical(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
