"""Numbers within bounds."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from mockserver.synth.budget import Unsatisfiable
from mockserver.synth.flat import Flat

if TYPE_CHECKING:
    from random import Random

#: Last word of a name → the range its numbers usually lie in.
RANGES = {
    "age": (18, 80),
    "count": (0, 40),
    "day": (1, 28),
    "duration": (1, 600),
    "height": (1, 200),
    "hour": (0, 23),
    "latitude": (-60, 70),
    "lat": (-60, 70),
    "lng": (-180, 180),
    "lon": (-180, 180),
    "longitude": (-180, 180),
    "minute": (0, 59),
    "month": (1, 12),
    "percent": (0, 100),
    "percentage": (0, 100),
    "port": (1024, 49151),
    "price": (1, 500),
    "probability": (0, 1),
    "quantity": (1, 20),
    "rating": (1, 5),
    "ratio": (0, 1),
    "score": (0, 1),
    "second": (0, 59),
    "size": (1, 5000),
    "temperature": (0, 1),
    "width": (1, 200),
    "year": (1990, 2025),
}
_USUAL = (1, 100)
_DECIMALS = (2, 3, 6, 12)


def integer(rng: Random, flat: Flat, words: list[str]) -> int:
    """An integer that keeps the bounds and the step of `flat`.

    Raises:
        Unsatisfiable: there is none.
    """
    # Multiples of p/q (in lowest terms) that are integers are the multiples of p.
    step = Fraction(flat.step.numerator) if flat.step else Fraction(1)
    return int(_multiple(rng, flat, words, step))


def number(rng: Random, flat: Flat, words: list[str]) -> float:
    """A number that keeps the bounds and the step of `flat`, with few decimals where they allow it.

    Raises:
        Unsatisfiable: there is none.
    """
    if flat.step:
        return _plain(_multiple(rng, flat, words, flat.step))
    for decimals in _DECIMALS:
        try:
            return _plain(_multiple(rng, flat, words, Fraction(1, 10**decimals)))
        except Unsatisfiable:
            continue  # no number with so few decimals lies between the bounds
    return _between(flat)


def _multiple(rng: Random, flat: Flat, words: list[str], step: Fraction) -> Fraction:
    low, high = _steps(flat, step)
    if low is not None and high is not None and low > high:
        raise Unsatisfiable("The schema's bounds leave no number.")
    usual_low, usual_high = RANGES.get(words[-1] if words else "", _USUAL)
    near, far = math.ceil(usual_low / step), math.floor(usual_high / step)
    first = max(near, low) if low is not None else near
    last = min(far, high) if high is not None else far
    if first > last:  # what is usual lies outside: stay near the bound that was given
        width = max(far - near, 1)
        first = low if low is not None else (high or 0) - width
        last = min(first + width, high) if high is not None else first + width
    return rng.randint(first, last) * step


def _steps(flat: Flat, step: Fraction) -> tuple[int | None, int | None]:
    """The first and the last multiple of `step` within the bounds, counted in steps."""
    low = high = None
    if flat.lower:
        low = math.ceil(flat.lower.value / step)
        low += flat.lower.exclusive and low * step == flat.lower.value
    if flat.upper:
        high = math.floor(flat.upper.value / step)
        high -= flat.upper.exclusive and high * step == flat.upper.value
    return low, high


def _between(flat: Flat) -> float:
    """The one way left into a narrow gap: its middle."""
    if flat.lower is None or flat.upper is None or flat.lower.value > flat.upper.value:
        raise Unsatisfiable("The schema's bounds leave no number.")
    return _plain((flat.lower.value + flat.upper.value) / 2)


def _plain(value: Fraction) -> float:
    if value.denominator == 1:
        return int(value)
    try:
        return float(value)
    except OverflowError as error:
        raise Unsatisfiable("The schema's bounds leave no number that JSON can carry.") from error
