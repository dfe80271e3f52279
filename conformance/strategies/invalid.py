"""Values that break a schema in one place, which is known, and are valid everywhere else.

Left out, because correct servers differ on them: null, properties that the schema does not name, and what a
lenient reader takes for the type that was meant (the text "1" for a number).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from conformance.strategies.formats import not_of_format
from conformance.strategies.numbers import beyond
from conformance.strategies.shapes import Definitions, Schema, Shape, together
from conformance.strategies.valid import Builder
from contracts.document import JSON
from contracts.pointers import join
from contracts.schemas import compile_schema, to_json_schema

Values = st.SearchStrategy[Any]

_DEEPEST = 4  # levels of nesting that are broken
_LONGEST = 20_000  # a string or array whose upper bound is beyond this is not outgrown


@dataclass(frozen=True)
class Defect:
    """One way to break a schema.

    Attributes:
        pointer: where, as a JSON pointer into the value.
        reason: what is wrong there, without generated values.
        values: values that are broken in this way, and in no other.
    """

    pointer: str
    reason: str
    values: Values

    def __str__(self) -> str:
        return f"{self.pointer or 'the body'} {self.reason}"


def defects(root: JSON, schema: JSON) -> list[Defect]:
    """All ways to break an OpenAPI schema of a request, in the order in which the schema says them.

    The values of each are invalid by the compiled schema, whatever the combinations in it.
    """
    definitions = to_json_schema(root, schema)
    accepts = compile_schema(root, schema).is_valid
    finder = _Finder(Builder(Definitions(definitions)))
    found = {(defect.pointer, defect.reason): defect for defect in finder.of(definitions, "", 0)}
    return [
        replace(defect, values=defect.values.filter(lambda value: not accepts(value)))
        for defect in found.values()
    ]


def outside(root: JSON, schema: JSON) -> list[Any]:
    """Values of a parameter that its schema refuses, however the text on the wire is read.

    One beyond each bound, one that is no number, one that is none of an enum, one that is not of a format.
    """
    definitions = to_json_schema(root, schema)
    accepts = compile_schema(root, schema).is_valid
    shapes = Definitions(definitions).shapes(definitions)
    if any(_takes_any_text(shape) for shape in shapes):
        return []
    found = [value for shape in shapes for value in _just_outside(shape)]
    return [value for value in dict.fromkeys(found) if not accepts(value)]


def _takes_any_text(shape: Shape) -> bool:
    bounded = shape.shortest or shape.longest is not None or shape.patterns or shape.enum is not None
    named = any(not_of_format(name) for name in shape.formats)
    return shape.types == {"string"} and not bounded and not named


def _just_outside(shape: Shape) -> Iterator[Any]:
    (kind,) = shape.types
    if shape.enum is not None:
        yield "not-one-of-them"
    elif kind in {"integer", "number"}:
        for bound, upper in ((shape.lowest, False), (shape.highest, True)):
            if bound is not None:
                yield beyond(bound, upper=upper, whole=kind == "integer")[0]
        yield "not-a-number"
    elif kind == "boolean":
        yield "not-a-boolean"
    elif kind == "string":
        if shape.longest is not None:
            yield "x" * (shape.longest + 1)
        if shape.shortest:
            yield "x" * (shape.shortest - 1)
        yield from (wrong for name in shape.formats for wrong in not_of_format(name)[:1])


@dataclass(frozen=True)
class _Finder:
    builder: Builder

    def of(self, schema: Schema, pointer: str, depth: int) -> Iterator[Defect]:
        """The defects of values of a part of the schema."""
        shapes = self.builder.drawable(schema)
        kinds = {kind for shape in shapes for kind in shape.types}
        if kinds and not _any(shapes):
            yield from _wrong_type(pointer, kinds)
        if len(shapes) > 1 and all(shape.enum is not None for shape in shapes):
            yield from _not_in_enum(pointer, [value for shape in shapes for value in shape.enum or ()])
            return
        for shape in shapes:
            if shape.enum is not None:
                yield from _not_in_enum(pointer, list(shape.enum))
                continue
            (kind,) = shape.types
            yield from _DEFECTS.get(kind, _none)(self, shape, pointer, depth)

    def objects(self, shape: Shape, pointer: str, depth: int) -> Iterator[Defect]:
        """What is wrong with an object: a property missing, too few or too many, or one that is broken."""
        whole = self.builder.of_shape(shape, depth)
        for name in shape.required:
            if any(isinstance(part, dict) and "default" in part for part in shape.properties.get(name, ())):
                continue  # required and with a default: the document says both
            yield Defect(join(pointer, name), "is required and missing", whole.map(_without(name)))
        if shape.most_properties is not None and shape.free_form:
            more = shape.most_properties + 1
            crowd = replace(shape, fewest_properties=more, most_properties=more)
            yield Defect(pointer, "has more properties than allowed", self.builder.of_shape(crowd, depth))
        if depth >= _DEEPEST:
            return
        for name, parts in shape.properties.items():
            for inner in self.of(together(parts), join(pointer, name), depth + 1):
                yield replace(inner, values=st.builds(_with(name), whole, inner.values))
        described = tuple(part for part in shape.additional if not isinstance(part, bool))
        if described:
            for inner in self.of(together(described), join(pointer, "key"), depth + 1):
                yield replace(inner, values=st.builds(_with("key"), whole, inner.values))

    def arrays(self, shape: Shape, pointer: str, depth: int) -> Iterator[Defect]:
        """What is wrong with an array: its length, a repeated item, or an item that is broken."""
        whole = self.builder.of_shape(shape, depth)
        item = self.builder.values(together(shape.items or (True,)), depth + 1)
        if shape.fewest_items:
            fewer = shape.fewest_items - 1
            yield Defect(
                pointer, "has fewer items than allowed", st.lists(item, min_size=fewer, max_size=fewer)
            )
        if shape.most_items is not None and shape.most_items < _LONGEST:
            more = shape.most_items + 1
            many = st.lists(item, min_size=1, max_size=1).map(lambda items: items * more)
            yield Defect(pointer, "has more items than allowed", many)
        if shape.unique and (shape.most_items is None or shape.most_items > 1):
            yield Defect(pointer, "repeats an item", item.map(lambda one: [one, one]))
        if depth >= _DEEPEST:
            return
        for inner in self.of(together(shape.items or (True,)), join(pointer, "0"), depth + 1):
            yield replace(inner, values=st.builds(_first, whole, inner.values))


def _strings(_: _Finder, shape: Shape, pointer: str, __: int) -> Iterator[Defect]:
    if shape.shortest:
        short = st.just("x" * (shape.shortest - 1))
        yield Defect(pointer, "is shorter than allowed", short)
    if shape.longest is not None and shape.longest < _LONGEST:
        sizes = st.sampled_from((shape.longest + 1, shape.longest + 100))
        yield Defect(pointer, "is longer than allowed", sizes.map(lambda size: "x" * size))
    for pattern in shape.patterns:
        misses = st.sampled_from(("", "x", "0", " ", "\n", "?!", "x" * 64, "0" * 64))
        yield Defect(pointer, f"does not match {pattern}", misses)
    for name in shape.formats:
        wrong = not_of_format(name)
        if wrong:
            yield Defect(pointer, f"is no {name}", st.sampled_from(wrong))


def _numbers(_: _Finder, shape: Shape, pointer: str, __: int) -> Iterator[Defect]:
    whole = shape.types == {"integer"}
    for bound, upper in ((shape.lowest, False), (shape.highest, True)):
        if bound is None or abs(bound.value) > 2**52:  # beyond it lies what I-JSON rules out
            continue
        side = "above its maximum" if upper else "below its minimum"
        yield Defect(pointer, f"is {side}", st.sampled_from(beyond(bound, upper=upper, whole=whole)))
    if whole:
        inside = shape.lowest.value if shape.lowest else 0
        yield Defect(pointer, "is no integer", st.just(inside + 0.5))
    for step in shape.multiples:
        yield Defect(pointer, f"is no multiple of {step}", st.just(step / 2))


def _none(_: _Finder, __: Shape, ___: str, ____: int) -> Iterator[Defect]:
    yield from ()


_DEFECTS: dict[str, Callable[[_Finder, Shape, str, int], Iterator[Defect]]] = {
    "object": _Finder.objects,
    "array": _Finder.arrays,
    "string": _strings,
    "number": _numbers,
    "integer": _numbers,
}

# Nothing that a lenient reader might turn into the type that was meant.
_STRANGERS: dict[str, tuple[Any, ...]] = {
    "string": ({"un": "expected"}, ["unexpected"], 7),
    "number": ("not a number", {"un": "expected"}, ["unexpected"]),
    "integer": ("not a number", {"un": "expected"}, ["unexpected"]),
    "boolean": ("not a boolean", {"un": "expected"}, 7),
    "array": ("not an array", 7, {"un": "expected"}),
    "object": ("not an object", 7, ["unexpected"]),
}


def _any(shapes: list[Shape]) -> bool:
    return len(shapes) > 3 and all(shape == Shape(types=shape.types) for shape in shapes)


def _wrong_type(pointer: str, kinds: set[str]) -> Iterator[Defect]:
    choices: dict[str, Any] = {}
    for kind in sorted(kinds - {"null"}):
        choices |= {json.dumps(value): value for value in _STRANGERS[kind] if not _of(value, kinds)}
    if choices:
        named = " or ".join(sorted(kinds - {"null"}))
        yield Defect(pointer, f"is of another type than {named}", st.sampled_from(list(choices.values())))


def _of(value: Any, kinds: set[str]) -> bool:
    kind = {str: "string", int: "integer", dict: "object", list: "array"}[type(value)]
    return kind in kinds or (kind == "integer" and "number" in kinds)


def _not_in_enum(pointer: str, allowed: list[Any]) -> Iterator[Defect]:
    wrong: list[Any]
    if all(isinstance(value, str) for value in allowed if value is not None):
        wrong = ["not-one-of-them", *(f"{value}x" for value in allowed if value), ""]
    else:
        wrong = [7_919, "not-one-of-them"]
    others = [value for value in wrong if value not in allowed]
    yield Defect(pointer, "is none of the values allowed", st.sampled_from(others))


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda value: {key: kept for key, kept in value.items() if key != name}


def _with(name: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    return lambda value, bad: value | {name: bad}


def _first(items: list[Any], bad: Any) -> list[Any]:
    return [bad, *items[1:]]
