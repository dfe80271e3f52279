"""Building blocks for the checks of request bodies.

A shape looks at one value, adds a fault for each thing wrong with it, and gives back what is kept of it:
the declared properties. If any fault was added, what it gives back means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .identity import is_uuid
from .refusals import Fault, Refused

Shape = Callable[[Any, str, list[Fault]], Any]


def conform(value: Any, shape: Shape) -> dict[str, Any]:
    """What is kept of a request body.

    Raises:
        Refused: if the body does not have the shape; it names every place.
    """
    faults: list[Fault] = []
    kept: dict[str, Any] = shape(value, "", faults)
    if faults:
        raise Refused(400, "The body is not valid.", tuple(faults))
    return kept


def text(value: Any, place: str, faults: list[Fault]) -> Any:
    """Any string."""
    if not isinstance(value, str):
        faults.append(Fault(place, "A string is needed."))
    return value


def flag(value: Any, place: str, faults: list[Fault]) -> Any:
    """True or false."""
    if not isinstance(value, bool):
        faults.append(Fault(place, "true or false is needed."))
    return value


def free_form(value: Any, place: str, faults: list[Fault]) -> Any:
    """An object that may hold anything."""
    if not isinstance(value, dict):
        faults.append(Fault(place, "An object is needed."))
    return value


def identifier(value: Any, place: str, faults: list[Fault]) -> Any:
    """A UUID, kept in lower case."""
    if not isinstance(value, str) or not is_uuid(value):
        faults.append(Fault(place, "A UUID is needed."))
        return value
    return value.lower()


def one_of(*choices: str) -> Shape:
    """One of some strings."""

    def shape(value: Any, place: str, faults: list[Fault]) -> Any:
        if not isinstance(value, str) or value not in choices:
            faults.append(Fault(place, f"One of {', '.join(choices)} is needed."))
        return value

    return shape


def number(
    lowest: float,
    highest: float,
    *,
    above_lowest: bool = False,
    below_highest: bool = False,
) -> Shape:
    """A number from `lowest` to `highest`; either end can be shut out."""

    def shape(value: Any, place: str, faults: list[Fault]) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            faults.append(Fault(place, "A number is needed."))
        elif value < lowest or (above_lowest and value == lowest):
            faults.append(Fault(place, f"A number {'above' if above_lowest else 'from'} {lowest} is needed."))
        elif value > highest or (below_highest and value == highest):
            faults.append(
                Fault(place, f"A number {'below' if below_highest else 'up to'} {highest} is needed.")
            )
        return value

    return shape


def integer(lowest: int | None = None, highest: int | None = None) -> Shape:
    """A number without a fraction, however it is written, within bounds if there are any."""

    def shape(value: Any, place: str, faults: list[Fault]) -> Any:
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole:
            faults.append(Fault(place, "An integer is needed."))
        elif (lowest is not None and value < lowest) or (highest is not None and value > highest):
            faults.append(Fault(place, f"An integer from {lowest} to {highest} is needed."))
        else:
            return int(value)
        return value

    return shape


def array(item: Shape, at_least: int = 0, at_most: int | None = None) -> Shape:
    """A list of values of one shape."""

    def shape(value: Any, place: str, faults: list[Fault]) -> Any:
        if not isinstance(value, list):
            faults.append(Fault(place, "An array is needed."))
            return value
        if len(value) < at_least or (at_most is not None and len(value) > at_most):
            bound = f"at least {at_least}" if at_most is None else f"{at_least} to {at_most}"
            faults.append(Fault(place, f"An array of {bound} items is needed."))
        return [item(entry, f"{place}/{index}", faults) for index, entry in enumerate(value)]

    return shape


def mapping(item: Shape) -> Shape:
    """An object with any names, its values all of one shape."""

    def shape(value: Any, place: str, faults: list[Fault]) -> Any:
        if not isinstance(value, dict):
            faults.append(Fault(place, "An object is needed."))
            return value
        return {name: item(entry, _below(place, name), faults) for name, entry in value.items()}

    return shape


def record(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object with declared properties; others are allowed and ignored."""
    declared = {**required, **(optional or {})}

    def shape(value: Any, place: str, faults: list[Fault]) -> Any:
        if not isinstance(value, dict):
            faults.append(Fault(place, "An object is needed."))
            return value
        missing = [name for name in required if name not in value]
        faults.extend(Fault(_below(place, name), "This property is required.") for name in missing)
        return {
            name: inner(value[name], _below(place, name), faults)
            for name, inner in declared.items()
            if name in value
        }

    return shape


def nullable(inner: Shape) -> Shape:
    """Null, or a value of the shape."""

    def shape(value: Any, place: str, faults: list[Fault]) -> Any:
        return None if value is None else inner(value, place, faults)

    return shape


def by_kind(for_strings: Shape, for_others: Shape) -> Shape:
    """A choice that is settled by whether the value is a string."""

    def shape(value: Any, place: str, faults: list[Fault]) -> Any:
        return (for_strings if isinstance(value, str) else for_others)(value, place, faults)

    return shape


def _below(place: str, name: str) -> str:
    """The JSON pointer of a property (RFC 6901, section 3)."""
    return f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
