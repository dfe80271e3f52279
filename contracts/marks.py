"""Properties that go one way only (OpenAPI 3.0.3, Schema Object): `readOnly`, `writeOnly`, at any depth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.document import JSON
from contracts.pointers import join
from contracts.schemas import resolve

Mark = Literal["readOnly", "writeOnly"]


@dataclass(slots=True)
class Marks:
    """Where a schema marks properties.

    Attributes:
        names: the marked properties of an object.
        needed: those that it requires, with their schemas.
        below: its other properties, where something is marked further down.
        items: the same for the items of an array.
    """

    names: frozenset[str] = frozenset()
    needed: dict[str, JSON] = field(default_factory=dict)
    below: dict[str, Marks] = field(default_factory=dict)
    items: Marks | None = None

    def without(self, value: Any) -> Any:
        """`value` without the marked properties; it is left as it is."""
        if isinstance(value, dict):
            return {
                name: self.below[name].without(part) if name in self.below else part
                for name, part in value.items()
                if name not in self.names
            }
        if isinstance(value, list) and self.items is not None:
            return [self.items.without(part) for part in value]
        return value

    def completed(self, value: Any, old: Any, make: Callable[[str, JSON], Any]) -> Any:
        """`value` with the marked properties of `old`, and with made ones where they are required."""
        if isinstance(value, dict):
            before = old if isinstance(old, dict) else {}
            whole = {
                name: self.below[name].completed(part, before.get(name), make) if name in self.below else part
                for name, part in value.items()
            }
            for name in sorted(self.names - whole.keys()):
                if name in before:
                    whole[name] = before[name]
                elif name in self.needed:
                    whole[name] = make(name, self.needed[name])
            return whole
        if isinstance(value, list) and self.items is not None:
            return [self.items.completed(part, None, make) for part in value]
        return value

    def places(self, value: Any, pointer: str = "") -> Iterator[str]:
        """The pointers of the marked properties in `value`."""
        if isinstance(value, dict):
            for name, part in value.items():
                if name in self.names:
                    yield join(pointer, name)
                elif name in self.below:
                    yield from self.below[name].places(part, join(pointer, name))
        elif isinstance(value, list) and self.items is not None:
            for number, part in enumerate(value):
                yield from self.items.places(part, join(pointer, str(number)))


def compile_marks(root: JSON, schema: JSON, mark: Mark) -> Marks | None:
    """Where `schema` marks properties; None when it marks none, so that nothing need be looked at."""
    compiler = _Compiler(root, mark)
    marks = compiler.marks([schema])
    compiler.fill()
    leading = compiler.keep_what_leads_to_one()
    return marks if id(marks) in leading else None


class _Compiler:
    """Schemas that describe one value together share their marks, so recursive schemas end."""

    def __init__(self, root: JSON, mark: Mark) -> None:
        self._root = root
        self._mark = mark
        self._made: dict[frozenset[int], Marks] = {}
        self._waiting: list[tuple[Marks, list[JSON]]] = []

    def marks(self, schemas: Iterable[JSON]) -> Marks:
        """Those of schemas that describe one value; still to be filled when they are new."""
        parts = list(self._parts(schemas, frozenset()))
        key = frozenset(id(part) for part in parts)
        if key not in self._made:
            self._made[key] = Marks()
            self._waiting.append((self._made[key], parts))
        return self._made[key]

    def fill(self) -> None:
        """Fills all that were made, and what they are made of, however deep."""
        while self._waiting:
            self._fill(*self._waiting.pop())

    def keep_what_leads_to_one(self) -> set[int]:
        """Drops what has no marked property in it, at any depth; which are left, by identity."""
        made = list(self._made.values())
        leading = {id(marks) for marks in made if marks.names}
        before = 0
        while len(leading) > before:
            before = len(leading)
            leading |= {
                id(marks)
                for marks in made
                if any(id(part) in leading for part in (*marks.below.values(), marks.items))
            }
        for marks in made:
            marks.below = {name: part for name, part in marks.below.items() if id(part) in leading}
            marks.items = marks.items if id(marks.items) in leading else None
        return leading

    def _fill(self, marks: Marks, parts: list[JSON]) -> None:
        declared: dict[str, list[JSON]] = {}
        for part in parts:
            for name, schema in part.get("properties", {}).items():
                declared.setdefault(name, []).append(schema)
        # One alternative alone does not make a property go one way.
        marks.names = frozenset(
            name for name, schemas in declared.items() if all(map(self._is_marked, schemas))
        )
        marks.needed = {
            name: schemas[0]
            for name, schemas in declared.items()
            if name in marks.names and any(name in part.get("required", ()) for part in parts)
        }
        marks.below = {
            name: self.marks(schemas) for name, schemas in declared.items() if name not in marks.names
        }
        items = [inner for part in parts if isinstance(inner := part.get("items"), dict)]
        marks.items = self.marks(items) if items else None

    def _is_marked(self, schema: JSON) -> bool:
        return any(part.get(self._mark) is True for part in self._joined(schema, frozenset()))

    def _joined(self, written: JSON, seen: frozenset[int]) -> Iterator[JSON]:
        if not isinstance(written, dict) or id(node := resolve(self._root, written)) in seen:
            return
        yield node
        for part in node.get("allOf", ()):
            yield from self._joined(part, seen | {id(node)})

    def _parts(self, schemas: Iterable[JSON], seen: frozenset[int]) -> Iterator[JSON]:
        for written in schemas:
            if not isinstance(written, dict) or id(node := resolve(self._root, written)) in seen:
                continue
            yield node
            for keyword in ("allOf", "anyOf", "oneOf"):
                yield from self._parts(node.get(keyword, ()), seen | {id(node)})
