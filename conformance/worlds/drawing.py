"""Drawing values: remembered as they are drawn, and drawn again elsewhere."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from hypothesis import strategies as st

from contracts.world import Unreachable

Value = TypeVar("Value")


class Draw(Protocol):
    """Draws a value of a strategy, as `hypothesis.strategies.data` does."""

    def __call__(self, strategy: st.SearchStrategy[Value], label: Any = None) -> Value:
        """A value."""
        ...


class Drawn(NamedTuple):
    """A value as it was drawn, and what for."""

    label: Any
    value: Any


def remembering(draw: Draw, drawn: list[Drawn]) -> Draw:
    """The same draws, each noted in `drawn`."""

    def remember(strategy: st.SearchStrategy[Value], label: Any = None) -> Value:
        value = draw(strategy, label)
        drawn.append(Drawn(label, copy.deepcopy(value)))
        return value

    return remember


def replaying(drawn: Sequence[Drawn]) -> Draw:
    """The same values in the same order, whatever strategy they are asked of.

    Drawing raises Unreachable where something else is asked for than then, or more.
    """
    rest = iter(drawn)

    def replay(strategy: st.SearchStrategy[Value], label: Any = None) -> Value:
        known = next(rest, None)
        if known is None or known.label != label:
            raise Unreachable(f"no {label} was drawn here")
        return cast("Value", copy.deepcopy(known.value))

    return replay
