"""Text that a regular expression matches: drawn by rstr, from a seed and within a budget."""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rstr import Rstr

from mockserver.synth.budget import Budget, Unsatisfiable

if TYPE_CHECKING:
    from random import Random

_READABLE = string.ascii_letters + string.digits
_PRINTABLE = _READABLE + " !#%&'()*+,-./:;<=>?@[]^_{|}~\"$\\`"
_LARGEST_RANGE = 256
_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")


class Matching(Rstr):
    """Draws texts by regular expressions.

    rstr repeats up to a hundred times at every level and lists every character of a class, in an order that
    changes from process to process: here both are bounded, and the order is fixed.

    Args:
        spread: how often at most a repeat goes beyond what it must.
        shunned: characters that are taken only where a class has no other.
    """

    def __init__(
        self, rng: Random, budget: Budget, spread: int, shunned: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(rng)
        self._shunned = shunned
        self._rng = rng
        self._budget = budget
        self._spread = spread
        self._cases = {
            **self._cases,
            "any": lambda _: self._one_of(_READABLE),
            "not_literal": lambda code: self._one_of([c for c in _PRINTABLE if ord(c) != code]),
        }

    def draw(self, pattern: str) -> str:
        """A text made by the parts of `pattern`; look-arounds may still refuse it.

        Raises:
            Unsatisfiable: the expression cannot be read, or what it asks for is too costly.
        """
        try:
            with warnings.catch_warnings():
                # Python may give `[[` in a class another meaning one day; today it is read as written.
                warnings.simplefilter("ignore", FutureWarning)
                return str(self.xeger(_NAMED_GROUP.sub("(?P<", pattern)))
        except (re.error, KeyError, OverflowError, RecursionError, IndexError) as error:
            raise Unsatisfiable(f"No text could be drawn by the pattern {pattern!r}.") from error

    def _handle_repeat(self, start_range: int, end_range: int, value: Sequence[Any]) -> str:
        times = self._rng.randint(start_range, max(start_range, min(end_range, start_range + self._spread)))
        self._budget.spend(times)
        return "".join("".join(self._handle_state(part) for part in value) for _ in range(times))

    def _handle_in(self, value: Sequence[Any]) -> str:
        negated = value[0][0].name == "NEGATE"
        allowed: dict[str, None] = {}
        for opcode, argument in value[negated:]:
            allowed |= dict.fromkeys(self._members(opcode.name, argument))
        if negated:
            return self._one_of([c for c in _PRINTABLE if c not in allowed])
        readable = [c for c in allowed if c in _READABLE]
        if self._shunned.issuperset(readable):
            return self._one_of(list(allowed))
        return self._one_of(readable)

    def _one_of(self, characters: Sequence[str]) -> str:
        welcome = [c for c in characters if c not in self._shunned] if self._shunned else characters
        return self._rng.choice(welcome or characters)

    def _members(self, opcode: str, argument: Any) -> str:
        if opcode == "LITERAL":
            return chr(argument)
        if opcode == "RANGE":
            first, last = argument
            shown = range(first, min(last, first + _LARGEST_RANGE) + 1)
            inside = [c for c in _PRINTABLE if first <= ord(c) <= last]
            return "".join(inside) or "".join(map(chr, shown))
        return self._characters(argument.name.lower())

    def _characters(self, category: str) -> str:
        return "".join(sorted(self._categories[category]()))
