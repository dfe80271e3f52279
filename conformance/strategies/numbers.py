"""Numbers: at their bounds, just inside them, and anywhere between.

Only what I-JSON lets everyone exchange exactly (RFC 7493 §2.2): doubles, and integers within ±(2**53 - 1).
"""

from __future__ import annotations

import math

from hypothesis import strategies as st

from conformance.strategies.shapes import Bound, Shape

Numbers = st.SearchStrategy[float]

FARTHEST = 2**53 - 1
_LANDMARKS = (0, 1, -1, 255, 256, 2**31 - 1, 2**31, -(2**31), FARTHEST, -FARTHEST)
_REAL_LANDMARKS = (0.1, -0.5, 1e-7, 3.141592653589793, 1e21, -1.5e300)
_NEAR = 1e-6  # how far inside a bound "just inside" is, by the bound or by 1


def integers(shape: Shape) -> st.SearchStrategy[int]:
    """Integers of a shape."""
    step = _common_step(shape.multiples)
    low, high = _integer_range(shape)
    low, high = -(-low // step), high // step
    if low > high:
        return st.nothing()
    edges = [*(low, low + 1, high - 1, high), *(mark // step for mark in _LANDMARKS)]
    inside = list(dict.fromkeys(edge for edge in edges if low <= edge <= high))
    return st.one_of(st.integers(low, high), st.sampled_from(inside)).map(lambda number: number * step)


def reals(shape: Shape) -> Numbers:
    """Numbers of a shape, whole ones among them."""
    if shape.multiples:
        return _multiples(shape)
    low, high = shape.lowest, shape.highest
    edges = [edge for edge in real_edges(shape) if inside(shape, edge)]
    if low and high and (low.value, low.exclusive) == (high.value, high.exclusive):
        return st.sampled_from(edges) if edges else st.nothing()
    drawn = st.floats(
        min_value=None if low is None else float(low.value),
        max_value=None if high is None else float(high.value),
        exclude_min=low is not None and low.exclusive,
        exclude_max=high is not None and high.exclusive,
        allow_nan=False,
        allow_infinity=False,
        allow_subnormal=False,
    ).map(lambda number: number + 0.0)  # never -0.0, which JSON texts may lose
    return st.one_of(drawn, st.sampled_from(edges)) if edges else drawn


def real_edges(shape: Shape) -> list[float]:
    """The bounds themselves, numbers just inside them, and landmarks; some may lie outside."""
    edges: list[float] = []
    for bound, inward in ((shape.lowest, 1), (shape.highest, -1)):
        if bound is not None:
            edges += [bound.value, bound.value + inward * _NEAR * max(1.0, abs(bound.value))]
    return [*edges, *_LANDMARKS, *_REAL_LANDMARKS]


def inside(shape: Shape, number: float) -> bool:
    """Whether a number is within the bounds of a shape."""
    low, high = shape.lowest, shape.highest
    above = low is None or number > low.value or (number == low.value and not low.exclusive)
    below = high is None or number < high.value or (number == high.value and not high.exclusive)
    return above and below


def beyond(bound: Bound, *, upper: bool, whole: bool) -> list[float]:
    """Numbers just outside a bound and far outside."""
    outward = 1 if upper else -1
    if whole:
        edge = math.floor(bound.value) if upper else math.ceil(bound.value)
        nearest = edge if bound.exclusive and edge == bound.value else edge + outward
        return [nearest, nearest + outward * 1_000]
    near: list[float] = [bound.value] if bound.exclusive else []
    return [*near, bound.value + outward * max(1.0, abs(bound.value)) * 0.001, bound.value + outward * 1_000]


def _integer_range(shape: Shape) -> tuple[int, int]:
    low, high = -FARTHEST, FARTHEST
    if shape.lowest:
        low = math.ceil(shape.lowest.value)
        low += shape.lowest.exclusive and low == shape.lowest.value
    if shape.highest:
        high = math.floor(shape.highest.value)
        high -= shape.highest.exclusive and high == shape.highest.value
    return max(low, -FARTHEST), min(high, FARTHEST)


def _common_step(multiples: tuple[float, ...]) -> int:
    """The least integer that is a multiple of all; fractions divide 1 or are left to the compiled schema."""
    whole = [int(number) for number in multiples if number == int(number) and number >= 1]
    return math.lcm(*whole) if whole else 1


def _multiples(shape: Shape) -> Numbers:
    step = max(shape.multiples)
    low = -FARTHEST if shape.lowest is None else shape.lowest.value / step
    high = FARTHEST if shape.highest is None else shape.highest.value / step
    least, most = max(math.ceil(low), -(2**31)), min(math.floor(high), 2**31)
    if least > most:
        return st.nothing()
    return st.integers(least, most).map(lambda count: count * step).filter(lambda n: inside(shape, n))
