"""JSON of which a schema says nothing: nested, peculiarly named, and without null unless it is asked for."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from conformance.strategies.numbers import FARTHEST
from conformance.strategies.text import strings

Values = st.SearchStrategy[Any]
Objects = st.SearchStrategy[dict[str, Any]]

_NAMES = ("key", "other", "a", "id", "name", "created_at")
_PECULIAR_NAMES = (
    "",
    "with space",
    "a.b",
    "$where",
    "'quoted\"",
    "__proto__",
    "constructor",
    "0",
    "ключ",
    "😀",
    "UPPER",
    "back\\slash/slash",
)
_DEEPEST = 3


def names() -> st.SearchStrategy[str]:
    """Names of properties."""
    return st.one_of(st.sampled_from(_NAMES), st.sampled_from(_PECULIAR_NAMES), strings(1, 16, modest=True))


def free_objects(fewest: int = 0, most: int | None = None, *, nulls: bool = False) -> Objects:
    """Objects of anything."""
    top = fewest + 3 if most is None else min(most, fewest + 3)
    return st.dictionaries(names(), free_values(nulls=nulls), min_size=fewest, max_size=top)


def free_values(*, nulls: bool = False, depth: int = 0) -> Values:
    """Any JSON value."""
    leaves: list[Values] = [
        strings(modest=True),
        st.booleans(),
        st.integers(-1_000, 1_000),
        st.sampled_from((FARTHEST, -FARTHEST, 0.1, 1e-7, 1e21, 0.30000000000000004)),
    ]
    if nulls:
        leaves.append(st.none())
    leaf: Values = st.one_of(leaves)
    if depth >= _DEEPEST:
        return leaf
    inner = st.deferred(lambda: free_values(nulls=nulls, depth=depth + 1))
    nested: Values = st.one_of(st.lists(inner, max_size=3), st.dictionaries(names(), inner, max_size=3))
    return st.one_of(leaf, leaf, nested)
