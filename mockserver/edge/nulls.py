"""Taking out the nulls that mean "not sent".

For a declared optional property null means that it was not sent, at any depth of the declared part of a
body. What a schema leaves open (`metadata`, a map's entries) is the client's own data, nulls included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.document import JSON
from contracts.schemas import resolve


@dataclass(slots=True)
class Pruner:
    """What to do with a value described by one or several schemas at once.

    Attributes:
        droppable: the properties whose null goes.
        properties: how their other values are gone through.
        others: how the values of properties that are not declared are gone through.
        items: the same for the items of an array.
    """

    droppable: frozenset[str] = frozenset()
    properties: dict[str, Pruner] = field(default_factory=dict)
    others: Pruner | None = None
    items: Pruner | None = None

    def prune(self, value: Any) -> Any:
        """`value` without the nulls that mean "not sent"; containers are changed in place."""
        if isinstance(value, dict):
            self._prune_object(value)
        elif isinstance(value, list) and self.items is not None:
            for item in value:
                self.items.prune(item)
        return value

    def _prune_object(self, value: JSON) -> None:
        for name in [name for name, inner in value.items() if inner is None and name in self.droppable]:
            del value[name]
        for name, inner in value.items():
            pruner = self.properties.get(name, self.others)
            if pruner is not None:
                pruner.prune(inner)


@dataclass(frozen=True, slots=True)
class _Part:
    """One schema without references or alternatives; `certain` when the value surely must fit it."""

    schema: JSON
    certain: bool


def compile_pruner(root: JSON, schema: JSON) -> Pruner:
    """The pruner of a request body's schema."""
    compiler = _Compiler(root)
    pruner = compiler.pruner([schema])
    compiler.fill()
    return pruner


class _Compiler:
    """Schemas that describe one value together share a pruner, so recursive schemas end."""

    def __init__(self, root: JSON) -> None:
        self._root = root
        self._made: dict[frozenset[tuple[int, bool]], Pruner] = {}
        self._waiting: list[tuple[Pruner, list[_Part]]] = []

    def pruner(self, schemas: Iterable[JSON]) -> Pruner:
        """The one of schemas that describe one value; still to be filled when it is new."""
        parts = list(self._parts(schemas, certain=True, seen=frozenset()))
        key = frozenset((id(part.schema), part.certain) for part in parts)
        if key not in self._made:
            self._made[key] = Pruner()
            self._waiting.append((self._made[key], parts))
        return self._made[key]

    def fill(self) -> None:
        """Fills all that were made, and what they are made of, however deep."""
        while self._waiting:
            self._fill(*self._waiting.pop())

    def _fill(self, pruner: Pruner, parts: list[_Part]) -> None:
        declared: dict[str, list[JSON]] = {}
        for part in parts:
            for name, schema in part.schema.get("properties", {}).items():
                declared.setdefault(name, []).append(schema)
        pruner.droppable = frozenset(name for name in declared if _is_optional(name, parts))
        pruner.properties = {name: self.pruner(schemas) for name, schemas in declared.items()}
        others = [
            extra for part in parts if isinstance(extra := part.schema.get("additionalProperties"), dict)
        ]
        items = [inner for part in parts if isinstance(inner := part.schema.get("items"), dict)]
        pruner.others = self.pruner(others) if others else None
        pruner.items = self.pruner(items) if items else None

    def _parts(self, schemas: Iterable[JSON], *, certain: bool, seen: frozenset[int]) -> Iterator[_Part]:
        for written in schemas:
            if not isinstance(written, dict):
                continue  # true or false, which declare nothing
            node = resolve(self._root, written)
            if id(node) in seen:
                continue
            yield _Part(node, certain)
            below = seen | {id(node)}
            yield from self._parts(node.get("allOf", ()), certain=certain, seen=below)
            for keyword in ("anyOf", "oneOf"):
                yield from self._parts(node.get(keyword, ()), certain=False, seen=below)


def _is_optional(name: str, parts: list[_Part]) -> bool:
    """Nobody who surely applies requires it, and one who declares it does not either."""
    if any(part.certain and name in part.schema.get("required", ()) for part in parts):
        return False
    return any(
        name in part.schema.get("properties", {}) and name not in part.schema.get("required", ())
        for part in parts
    )
