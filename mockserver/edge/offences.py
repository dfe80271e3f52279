"""What a validator found, as places and sentences. Values are shown only when they are short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import jsonschema_rs

from contracts.pointers import join
from mockserver.edge.wording import kind_of, shorten, shown
from mockserver.problems import Offence

MAX_OFFENCES = 20
_MAX_OPTIONS = 12


def explain(errors: Iterable[jsonschema_rs.ValidationError], prefix: str = "") -> tuple[Offence, ...]:
    """One offence for each offending place, at most `MAX_OFFENCES`.

    Args:
        prefix: the pointer of the value that was checked.
    """
    places: dict[str, list[str]] = {}
    for place, detail in _explain_all(errors):
        details = places.setdefault(prefix + join("", *map(str, place)), [])
        if detail not in details:
            details.append(detail)
        if len(places) > MAX_OFFENCES:
            break
    return tuple(
        Offence(pointer, "; ".join(details)) for pointer, details in islice(places.items(), MAX_OFFENCES)
    )


_Place = Sequence[str | int]


def _explain_all(errors: Iterable[jsonschema_rs.ValidationError]) -> Iterator[tuple[_Place, str]]:
    for error in errors:
        yield from _explain(error)


def _explain(error: jsonschema_rs.ValidationError) -> Iterator[tuple[_Place, str]]:
    facts = error.kind.as_dict()
    match error.kind.name:
        case "required":
            yield [*error.instance_path, facts["property"]], "is required"
        case "additionalProperties" | "unevaluatedProperties":
            for name in facts["unexpected"][: MAX_OFFENCES + 1]:
                yield [*error.instance_path, name], "is not a known property"
        case "anyOf" | "oneOf":
            yield from _explain_branches(error, facts["context"])
        case name:
            yield error.instance_path, _sentence(name, facts, error.instance)


def _explain_branches(
    error: jsonschema_rs.ValidationError, branches: Sequence[Sequence[jsonschema_rs.ValidationError]]
) -> Iterator[tuple[_Place, str]]:
    """The faults of the one alternative that was plainly meant, else all alternatives in a sentence."""
    if not all(branches):
        yield error.instance_path, "fits more than one of its alternatives, and must fit exactly one"
        return
    here = list(error.instance_path)
    distances = [max(_distance(inner, here) for inner in branch) for branch in branches]
    nearest = [branch for branch, far in zip(branches, distances, strict=True) if far == min(distances)]
    if len(nearest) == 1 and min(distances) < _ANOTHER_TYPE:
        yield from _explain_all(nearest[0])
        return
    wanted = []
    for branch in nearest:
        worst = max(branch, key=lambda inner: _distance(inner, here))
        place, detail = next(_explain(worst))
        wanted.append(f"{join('', *map(str, place[len(here) :]))} {detail}".strip())
    yield here, "fits none of its alternatives: " + ", or ".join(dict.fromkeys(wanted))


_ANOTHER_TYPE = 2


def _distance(error: jsonschema_rs.ValidationError, here: _Place) -> int:
    """How surely an error says that its alternative was not meant at all.

    A value of another type was meant for another alternative, and so, most likely, was one whose telling
    member (`type: function`) has another value.
    """
    depth = len(error.instance_path) - len(here)
    if depth == 0 and error.kind.name == "type":
        return _ANOTHER_TYPE
    return 1 if depth <= 1 and error.kind.name in ("enum", "const") else 0


def _sentence(name: str, facts: dict[str, Any], value: Any) -> str:
    match name:
        case "type":
            types = " or ".join(_TYPES.get(wanted, wanted) for wanted in facts["types"])
            return f"must be {types}, not {kind_of(value)}"
        case "enum":
            options = ", ".join(shown(option) for option in facts["options"][:_MAX_OPTIONS])
            return f"must be one of {options}, not {shown(value)}"
        case "constant" | "const":
            return f"must be {shown(facts['expected_value'])}"
        case "format":
            return f"must be a valid {facts['format']}, not {shown(value)}"
        case "pattern":
            return f"must match {shorten(facts['pattern'])}"
        case "multipleOf":
            return f"must be a multiple of {facts['multiple_of']}"
        case "uniqueItems":
            return "must not hold the same item twice"
        case "not" if facts["schema"].keys() == {"not"}:
            return "fits none of its alternatives, or more than one"  # see `SchemaCheck`
        case "not":
            return "must not fit what the schema excludes"
        case "falseSchema":
            return "must not be there"
    if name in _LIMITS:
        return _LIMITS[name].format(facts["limit"])
    return f"breaks the schema's {name}"


_TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "array": "an array",
    "object": "an object",
    "null": "null",
}

_LIMITS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be greater than {}",
    "exclusiveMaximum": "must be less than {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minItems": "must have at least {} items",
    "maxItems": "must have at most {} items",
    "minProperties": "must have at least {} properties",
    "maxProperties": "must have at most {} properties",
}
