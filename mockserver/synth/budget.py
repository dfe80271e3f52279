"""The refusal of this package, and the bound on its work."""

from __future__ import annotations


class Unsatisfiable(ValueError):
    """No value of a schema was found: none exists, the schema is unusable, or the search costs too much."""


class Budget:
    """Work that may still be done. Once spent, every further step is refused, so that any search ends.

    Args:
        steps: schema nodes and characters, together.
    """

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Takes `steps` off.

        Raises:
            Unsatisfiable: that many are not left.
        """
        self._left -= steps
        if self._left < 0:
            raise Unsatisfiable("A value of this schema is too costly to draw.")
