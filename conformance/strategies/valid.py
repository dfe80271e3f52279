"""Valid values of a schema, of which the simplest comes first and the edges come often."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from conformance.strategies.formats import of_format
from conformance.strategies.free_form import free_objects, free_values, names
from conformance.strategies.numbers import integers, reals
from conformance.strategies.shapes import Definitions, Schema, Shape, together
from conformance.strategies.text import matching, strings
from contracts.document import JSON
from contracts.schemas import compile_schema, to_json_schema

Values = st.SearchStrategy[Any]

_SPARSE = 4  # levels of nesting below which only what is required is drawn
_DEEPEST = 24  # a schema that requires itself, again and again, has no value


def values(root: JSON, schema: JSON, *, nulls: bool = False) -> Values:
    """Valid values of an OpenAPI schema, as a request may send them.

    Args:
        root: the document that references point into.
        nulls: whether null is drawn where it is allowed.
    """
    definitions = to_json_schema(root, schema)
    accepts = compile_schema(root, schema).is_valid
    return Builder(Definitions(definitions), nulls=nulls).values(definitions).filter(accepts)


@dataclass
class Builder:
    """Strategies for the parts of one schema.

    What it builds may now and then be invalid (`not`, overlapping `oneOf`): the caller filters.
    """

    definitions: Definitions
    nulls: bool = False
    _built: dict[tuple[str, int], Values] = field(default_factory=dict)

    def values(self, schema: Schema, depth: int = 0) -> Values:
        """Values of a part of the schema."""
        key = json.dumps(schema, sort_keys=True), depth
        if key not in self._built:
            self._built[key] = self._any_of(self.drawable(schema), depth)
        return self._built[key]

    def drawable(self, schema: Schema) -> list[Shape]:
        """The shapes of a part that are to be drawn: null only on request, or where nothing else is valid."""
        shapes = self.definitions.shapes(schema)
        return [shape for shape in shapes if self.nulls or shape.types != {"null"}]

    def of_shape(self, shape: Shape, depth: int) -> Values:
        """Values of one shape."""
        if shape.enum is not None:
            (kind,) = shape.types
            allowed = [value for value in shape.enum if _is(kind, value)]
            return st.sampled_from(allowed) if allowed else st.nothing()
        (kind,) = shape.types
        return _STRATEGIES[kind](self, shape, depth)

    def _any_of(self, shapes: list[Shape], depth: int) -> Values:
        if depth > _DEEPEST:
            return st.nothing()
        if len(shapes) > 1 and all(shape == Shape(types=shape.types) for shape in shapes):
            return free_values(nulls=self.nulls)
        return st.one_of([self.of_shape(shape, depth) for shape in shapes])

    def objects(self, shape: Shape, depth: int) -> Values:
        """Objects with what they require and some, all or none of the rest."""
        if shape.free_form:
            return free_objects(shape.fewest_properties, shape.most_properties, nulls=self.nulls)
        sendable = {name: parts for name, parts in shape.properties.items() if not self._read_only(parts)}
        required = {
            name: self.values(together(sendable.get(name) or shape.additional or (True,)), depth + 1)
            for name in shape.required
            if name in sendable or name not in shape.properties
        }
        if any(strategy.is_empty for strategy in required.values()):
            return st.nothing()
        optional = {
            name: self.values(together(parts), depth + 1)
            for name, parts in sendable.items()
            if name not in required and depth < _SPARSE
        }
        optional = {name: strategy for name, strategy in optional.items() if not strategy.is_empty}
        extra = _extra(self, shape, depth)
        return objects(required, optional, extra, shape.fewest_properties, shape.most_properties)

    def arrays(self, shape: Shape, depth: int) -> Values:
        """Arrays, with their least and most items among them."""
        items = self.values(together(shape.items or (True,)), depth + 1)
        roomy = shape.fewest_items + (3 if depth < _SPARSE else 0)
        most = roomy if shape.most_items is None else min(shape.most_items, roomy)
        if items.is_empty:
            return st.just([]) if shape.fewest_items == 0 else st.nothing()
        unique = (lambda item: json.dumps(item, sort_keys=True)) if shape.unique else None
        drawn = st.lists(items, min_size=shape.fewest_items, max_size=most, unique_by=unique)
        if shape.most_items is None or shape.most_items <= most or shape.most_items > _LONGEST_ARRAY:
            return drawn
        full = st.lists(items, min_size=shape.most_items, max_size=shape.most_items, unique_by=unique)
        return st.one_of(drawn, drawn, full)

    def _read_only(self, parts: tuple[Schema, ...]) -> bool:
        return any(isinstance(part, dict) and part.get("readOnly", False) for part in parts)


_LONGEST_ARRAY = 64
# Manners of choosing optional properties: the least of so many chances at which one is taken.
_CHANCES = 16
_NONE, _ONE, _HALF, _MOST = _CHANCES, _CHANCES + 1, _CHANCES // 2, 1
_MANNERS = (_NONE, _ONE, _HALF, _ONE, _MOST)


@st.composite
def objects(
    draw: st.DrawFn,
    required: Mapping[str, Values],
    optional: Mapping[str, Values],
    extra: Values | None,
    fewest: int,
    most: int | None,
) -> dict[str, Any]:
    """Objects of these properties; shrinks towards the required ones alone."""
    # None of the optional ones, one alone, about half, or nearly all. What is drawn is the same for all
    # manners, so that while shrinking one property can go without the others.
    manner = draw(st.sampled_from(_MANNERS)) if optional else _NONE
    alone = draw(st.integers(0, len(optional) - 1)) if optional else 0
    found = {name: draw(strategy) for name, strategy in required.items()}
    for index, (name, strategy) in enumerate(optional.items()):
        least = 0 if manner == _ONE and index == alone else manner
        wanted = draw(st.integers(0, _CHANCES - 1)) >= least
        full = most is not None and len(found) >= most
        if not full and (wanted or len(found) < fewest):
            found[name] = draw(strategy)
    if extra is not None:
        room = 3 if most is None else min(3, most - len(found))
        want = max(0, fewest - len(found))
        more = draw(st.dictionaries(names(), extra, min_size=want, max_size=max(room, want)))
        found |= {name: value for name, value in more.items() if name not in found and name not in optional}
    return found


def _extra(builder: Builder, shape: Shape, depth: int) -> Values | None:
    """Values of properties without a name of their own, where a schema describes them."""
    described = tuple(part for part in shape.additional if part is not True)
    if not described or False in described or depth >= _SPARSE:
        return None
    return builder.values(together(described), depth + 1)


def _strings(builder: Builder, shape: Shape, depth: int) -> Values:
    if shape.patterns:
        return matching(shape.patterns, shape.shortest, shape.longest)
    for name in shape.formats:
        formatted = of_format(name)
        if formatted is not None:
            return formatted
    return strings(shape.shortest, shape.longest, modest=depth >= _SPARSE)


def _is(kind: str, value: Any) -> bool:
    """Whether a value is of a JSON type."""
    if isinstance(value, bool):
        return kind == "boolean"
    expected: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "array": list,
        "object": dict,
        "null": type(None),
    }
    return isinstance(value, expected.get(kind, ()))


_STRATEGIES: dict[str, Callable[[Builder, Shape, int], Values]] = {
    "string": _strings,
    "integer": lambda _, shape, __: integers(shape),
    "number": lambda _, shape, __: reals(shape),
    "boolean": lambda _, __, ___: st.booleans(),
    "null": lambda _, __, ___: st.none(),
    "array": Builder.arrays,
    "object": Builder.objects,
}
