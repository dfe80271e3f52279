"""One schema as one set of demands: references followed, `allOf` merged, both dialects of bounds read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from contracts.document import JSON
from contracts.pointers import lookup
from mockserver.synth.budget import Budget, Unsatisfiable

#: A subschema: an object, or a boolean that allows everything or nothing.
Schema = JSON | bool

MAX_NESTING = 64
TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")

_TYPE_OF_KEYWORD = {
    "object": ("properties", "additionalProperties", "required", "minProperties", "maxProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


@dataclass(frozen=True)
class Bound:
    """An end of a range of numbers."""

    value: Fraction
    exclusive: bool


@dataclass(frozen=True)
class Flat:
    """What a value must be, as far as it can be stated without alternatives.

    Attributes:
        types: the types allowed.
        typical: the type its keywords speak of, when several are allowed.
        enum: the values allowed; None for any.
        least, most: keyword (`minLength`, `maxItems`, ...) → the strictest bound.
        choices: alternatives still open; one branch of each must hold.
        joined: the schemas that this is made of, by identity: a branch may lead back to one.
        additional: what members without a declaration must be.
        rest: what items behind `prefix` must be.
        default: the scalar value the schema names for want of another.
        examples: what the schema shows.
    """

    types: frozenset[str] = frozenset(TYPES)
    typical: str | None = None
    enum: tuple[Any, ...] | None = None
    lower: Bound | None = None
    upper: Bound | None = None
    step: Fraction | None = None
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    unique: bool = False
    properties: Mapping[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    dependent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    additional: Schema = True
    names: Schema = True
    prefix: tuple[Schema, ...] = ()
    rest: Schema = True
    contains: tuple[Schema, ...] = ()
    choices: tuple[tuple[Schema, ...], ...] = ()
    joined: frozenset[int] = frozenset()
    default: tuple[Any, ...] = ()
    examples: tuple[Any, ...] = ()

    def member(self, name: str) -> Schema:
        """What the member `name` of an object must be."""
        return self.properties.get(name, self.additional)

    def item(self, index: int) -> Schema:
        """What the item at `index` of an array must be."""
        return self.prefix[index] if index < len(self.prefix) else self.rest


def flatten(
    root: JSON, schema: Schema, budget: Budget, depth: int = 0, above: frozenset[int] = frozenset()
) -> Flat:
    """The demands of `schema`.

    Args:
        above: schemas whose demands are known already.

    Raises:
        Unsatisfiable: they contradict each other, or a reference leads nowhere or round in a circle.
    """
    budget.spend()
    if depth > MAX_NESTING:
        raise Unsatisfiable("The schema nests too deeply.")
    if isinstance(schema, bool):
        if not schema:
            raise Unsatisfiable("The schema allows no value here.")
        return Flat()
    if id(schema) in above:
        return Flat()
    flat = own(schema)
    if isinstance(schema.get("$ref"), str):
        flat = both(flat, flatten(root, target(root, schema["$ref"]), budget, depth + 1, above))
    for part in schema.get("allOf", ()):
        flat = both(flat, flatten(root, part, budget, depth + 1, above))
    return flat


def target(root: JSON, reference: str) -> Schema:
    """The schema a local reference names.

    Raises:
        Unsatisfiable: it is not local, or nothing stands there.
    """
    if not reference.startswith("#/") and reference != "#":
        raise Unsatisfiable(f"The reference {reference!r} leads out of the document.")
    try:
        found = lookup(root, reference)
    except LookupError as error:
        raise Unsatisfiable(f"The reference {reference!r} leads nowhere.") from error
    if not isinstance(found, dict | bool):
        raise Unsatisfiable(f"The reference {reference!r} leads to no schema.")
    return found


def own(schema: JSON) -> Flat:
    """The demands a schema object states itself, its references and `allOf` aside."""
    lower, upper = _range(schema)
    branches = tuple(tuple(schema[word]) for word in ("oneOf", "anyOf") if word in schema)
    if "if" in schema:
        met = {"allOf": [schema["if"], schema.get("then", True)]}
        branches = (*branches, (met, schema.get("else", True)))
    return Flat(
        types=_types(schema),
        typical=_typical(schema),
        enum=_enum(schema),
        lower=lower,
        upper=upper,
        step=fraction(schema["multipleOf"]) if "multipleOf" in schema else None,
        least={word: math.ceil(schema[word]) for word in _LEAST if word in schema},
        most={word: math.floor(schema[word]) for word in _MOST if word in schema},
        patterns=(schema["pattern"],) if "pattern" in schema else (),
        formats=(schema["format"],) if "format" in schema else (),
        unique=bool(schema.get("uniqueItems", False)),
        properties=schema.get("properties", {}),
        required=tuple(schema.get("required", ())),
        dependent=schema.get("dependentRequired", {}),
        additional=schema.get("additionalProperties", True),
        names=schema.get("propertyNames", True),
        prefix=tuple(schema.get("prefixItems", ())),
        rest=schema.get("items", True),
        contains=(schema["contains"],) if schema.get("minContains", 1) and "contains" in schema else (),
        choices=branches,
        joined=frozenset({id(schema)}),
        default=(schema["default"],) if schema.get("default") not in (None, "") else (),
        examples=_examples(schema),
    )


_LEAST = ("minLength", "minItems", "minProperties")
_MOST = ("maxLength", "maxItems", "maxProperties")


def both(one: Flat, two: Flat) -> Flat:
    """The demands of two schemas together.

    Raises:
        Unsatisfiable: no type is left, or no value of the enumerations.
    """
    types = _meet(one.types, two.types)
    enum = two.enum if one.enum is None else one.enum
    if one.enum is not None and two.enum is not None:
        enum = tuple(value for value in one.enum if any(_same(value, other) for other in two.enum))
    if not types or enum == ():
        raise Unsatisfiable("The parts of the schema contradict each other.")
    length = max(len(one.prefix), len(two.prefix))
    return replace(
        one,
        types=types,
        typical=one.typical or two.typical,
        enum=enum,
        lower=max((b for b in (one.lower, two.lower) if b), key=_strict_lower, default=None),
        upper=min((b for b in (one.upper, two.upper) if b), key=_strict_upper, default=None),
        step=_common_step(one.step, two.step),
        least=_merged(one.least, two.least, max),
        most=_merged(one.most, two.most, min),
        patterns=(*one.patterns, *(p for p in two.patterns if p not in one.patterns)),
        formats=(*one.formats, *(f for f in two.formats if f not in one.formats)),
        unique=one.unique or two.unique,
        properties={
            name: conjunction(one.member(name), two.member(name))
            for name in [*one.properties, *(n for n in two.properties if n not in one.properties)]
        },
        required=(*one.required, *(name for name in two.required if name not in one.required)),
        dependent={
            name: [*one.dependent.get(name, ()), *two.dependent.get(name, ())]
            for name in [*one.dependent, *two.dependent]
        },
        additional=conjunction(one.additional, two.additional),
        names=conjunction(one.names, two.names),
        prefix=tuple(conjunction(one.item(i), two.item(i)) for i in range(length)),
        rest=conjunction(one.rest, two.rest),
        contains=(*one.contains, *two.contains),
        choices=(*one.choices, *two.choices),
        joined=one.joined | two.joined,
        default=one.default or two.default,
        examples=(*one.examples, *two.examples),
    )


def fraction(number: float) -> Fraction:
    """A number exactly as it was written: 0.1 is a tenth, not the nearest binary fraction.

    Raises:
        Unsatisfiable: it is not finite, which no JSON number is.
    """
    try:
        return Fraction(number) if isinstance(number, int) else Fraction(repr(number))
    except ValueError as error:
        raise Unsatisfiable(f"The schema has a number that JSON does not have: {number!r}.") from error


def conjunction(one: Schema, two: Schema) -> Schema:
    """A schema that demands what both demand."""
    if one is True or one == {} or one is two:
        return two
    if two is True or two == {}:
        return one
    return False if one is False or two is False else {"allOf": [one, two]}


def _types(schema: JSON) -> frozenset[str]:
    written = schema.get("type")
    if written is None:
        return frozenset(TYPES)
    types = set(written) if isinstance(written, list) else {written}
    if schema.get("nullable") is True:
        types.add("null")
    if not types <= set(TYPES):
        raise Unsatisfiable(f"The schema names an unknown type: {written!r}.")
    return frozenset(types | ({"integer"} if "number" in types else set()))


def _typical(schema: JSON) -> str | None:
    written = schema.get("type")
    if isinstance(written, str):
        return written
    return next((name for name, words in _TYPE_OF_KEYWORD.items() if any(w in schema for w in words)), None)


def _enum(schema: JSON) -> tuple[Any, ...] | None:
    if "const" in schema:
        return (schema["const"],)
    return tuple(schema["enum"]) if "enum" in schema else None


def _range(schema: JSON) -> tuple[Bound | None, Bound | None]:
    ends: list[Bound | None] = []
    for word, exclusive, strict in (
        ("minimum", "exclusiveMinimum", _strict_lower),
        ("maximum", "exclusiveMaximum", _strict_upper),
    ):
        limit = schema.get(exclusive)
        flag = isinstance(limit, bool)  # draft 4 and OpenAPI 3.0: a flag beside the bound
        found = [Bound(fraction(schema[word]), flag and bool(limit))] if word in schema else []
        if limit is not None and not flag:
            found.append(Bound(fraction(limit), True))
        pick = max if strict is _strict_lower else min
        ends.append(pick(found, key=strict, default=None))
    return ends[0], ends[1]


def _examples(schema: JSON) -> tuple[Any, ...]:
    several = schema.get("examples")
    one = (schema["example"],) if schema.get("example") is not None else ()
    return (*one, *(several if isinstance(several, list) else ()))


def _strict_lower(bound: Bound) -> tuple[Fraction, bool]:
    return bound.value, bound.exclusive


def _strict_upper(bound: Bound) -> tuple[Fraction, bool]:
    return bound.value, not bound.exclusive


def _common_step(one: Fraction | None, two: Fraction | None) -> Fraction | None:
    if one is None or two is None:
        return one or two
    return Fraction(math.lcm(one.numerator, two.numerator), math.gcd(one.denominator, two.denominator))


def _merged(one: Mapping[str, int], two: Mapping[str, int], stricter: Any) -> dict[str, int]:
    return {word: stricter(m[word] for m in (one, two) if word in m) for word in dict.fromkeys([*one, *two])}


def _meet(one: frozenset[str], two: frozenset[str]) -> frozenset[str]:
    return one & two


def _same(one: Any, two: Any) -> bool:
    return bool(one == two) and isinstance(one, bool) == isinstance(two, bool)
