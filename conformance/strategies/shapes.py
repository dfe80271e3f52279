"""The ways for a value to be valid: a schema with references followed and combinations multiplied out.

What cannot be multiplied out (`not`, `if`, that `oneOf` means *exactly* one) is left to the compiled schema,
which has the last word on every value drawn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.document import JSON
from contracts.pointers import lookup

MOST_WAYS = 64  # of a schema whose combinations multiply; further ones are not tried
TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")

Schema = JSON | bool


@dataclass(frozen=True)
class Bound:
    """An end of a range of numbers."""

    value: float
    exclusive: bool = False


@dataclass(frozen=True)
class Shape:
    """One way for a value to be valid; what is None or empty asks for nothing.

    Attributes:
        types: the JSON types it may have.
        properties: the schemas that each property must fit, all of them.
        additional: the schemas that every other property must fit.
        items: the schemas that every item must fit.
    """

    types: frozenset[str] = frozenset(TYPES)
    enum: tuple[Any, ...] | None = None
    lowest: Bound | None = None
    highest: Bound | None = None
    multiples: tuple[float, ...] = ()
    shortest: int = 0
    longest: int | None = None
    patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    properties: Mapping[str, tuple[Schema, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    additional: tuple[Schema, ...] = ()
    fewest_properties: int = 0
    most_properties: int | None = None
    items: tuple[Schema, ...] = ()
    fewest_items: int = 0
    most_items: int | None = None
    unique: bool = False

    @property
    def free_form(self) -> bool:
        """Whether it is an object of which nothing is said."""
        return not self.properties and not self.required and all(part is True for part in self.additional)


@dataclass(frozen=True)
class Definitions:
    """A self-contained JSON Schema, of which parts are looked at.

    Args:
        root: as `contracts.schemas.to_json_schema` writes it.
    """

    root: JSON

    def shapes(self, schema: Schema) -> tuple[Shape, ...]:
        """The ways for a value of `schema` to be valid, each of one type; none where nothing is valid."""
        return tuple(
            replace(shape, types=frozenset({kind}))
            for shape in itertools.islice(self._ways(schema, frozenset()), MOST_WAYS)
            for kind in TYPES
            if kind in shape.types and not (kind == "integer" and "number" in shape.types)
        )

    def _ways(self, schema: Schema, followed: frozenset[str]) -> Iterator[Shape]:
        if isinstance(schema, bool):
            yield from [Shape()] if schema else []
            return
        factors: list[list[Shape]] = []
        if "$ref" in schema:
            if schema["$ref"] in followed:
                return  # a schema that is nothing but itself
            target = lookup(self.root, schema["$ref"])
            factors.append(list(self._ways(target, followed | {schema["$ref"]})))
        factors += [list(self._ways(part, followed)) for part in schema.get("allOf", ())]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                factors.append([way for part in schema[keyword] for way in self._ways(part, followed)])
        for parts in itertools.islice(itertools.product(*factors), MOST_WAYS):
            whole = _written(schema)
            for part in parts:
                whole = _both(whole, part)
            if whole.types:
                yield whole


def together(schemas: tuple[Schema, ...]) -> Schema:
    """One schema that demands all of several."""
    return schemas[0] if len(schemas) == 1 else {"allOf": list(schemas)}


def _written(schema: JSON) -> Shape:
    """What the keywords beside the combinations say."""
    kinds = schema.get("type", TYPES)
    enum = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return Shape(
        types=_types(frozenset({kinds} if isinstance(kinds, str) else kinds)),
        enum=None if enum is None else tuple(enum),
        lowest=_bound(schema, "minimum", "exclusiveMinimum"),
        highest=_bound(schema, "maximum", "exclusiveMaximum"),
        multiples=(schema["multipleOf"],) if "multipleOf" in schema else (),
        shortest=schema.get("minLength", 0),
        longest=schema.get("maxLength"),
        patterns=(schema["pattern"],) if "pattern" in schema else (),
        formats=(schema["format"],) if "format" in schema else (),
        properties={name: (part,) for name, part in schema.get("properties", {}).items()},
        required=tuple(schema.get("required", ())),
        additional=(schema["additionalProperties"],) if "additionalProperties" in schema else (),
        fewest_properties=schema.get("minProperties", 0),
        most_properties=schema.get("maxProperties"),
        items=(schema["items"],) if "items" in schema else (),
        fewest_items=schema.get("minItems", 0),
        most_items=schema.get("maxItems"),
        unique=bool(schema.get("uniqueItems", False)),
    )


def _types(kinds: frozenset[str]) -> frozenset[str]:
    return kinds | {"integer"} if "number" in kinds else kinds


def _bound(schema: JSON, inclusive: str, exclusive: str) -> Bound | None:
    if exclusive in schema:
        return Bound(schema[exclusive], exclusive=True)
    return Bound(schema[inclusive]) if inclusive in schema else None


def _both(one: Shape, other: Shape) -> Shape:
    """What is valid by both."""
    enum = one.enum if other.enum is None else other.enum
    if one.enum is not None and other.enum is not None:
        enum = tuple(value for value in one.enum if value in other.enum)
    return Shape(
        types=one.types & other.types,
        enum=enum,
        lowest=_tighter(one.lowest, other.lowest, upper=False),
        highest=_tighter(one.highest, other.highest, upper=True),
        multiples=one.multiples + other.multiples,
        shortest=max(one.shortest, other.shortest),
        longest=_least(one.longest, other.longest),
        patterns=one.patterns + other.patterns,
        formats=one.formats + other.formats,
        properties={
            name: one.properties.get(name, ()) + other.properties.get(name, ())
            for name in [*one.properties, *(name for name in other.properties if name not in one.properties)]
        },
        required=tuple(dict.fromkeys(one.required + other.required)),
        additional=one.additional + other.additional,
        fewest_properties=max(one.fewest_properties, other.fewest_properties),
        most_properties=_least(one.most_properties, other.most_properties),
        items=one.items + other.items,
        fewest_items=max(one.fewest_items, other.fewest_items),
        most_items=_least(one.most_items, other.most_items),
        unique=one.unique or other.unique,
    )


def _least(one: int | None, other: int | None) -> int | None:
    return min((value for value in (one, other) if value is not None), default=None)


def _tighter(one: Bound | None, other: Bound | None, *, upper: bool) -> Bound | None:
    if one is None or other is None:
        return one or other
    if one.value == other.value:
        return one if one.exclusive else other
    return one if (one.value < other.value) == upper else other
