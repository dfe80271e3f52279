"""Trying to break one law on one resource, with values that Hypothesis draws and shrinks."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
from hypothesis import strategies as st

from conformance.searching import Enough, Failed, ended_search, escaping, settings_for
from conformance.target import TargetUnavailable
from conformance.worlds.drawing import Drawn, replaying
from conformance.worlds.world import Ground, HypothesisWorld
from contracts.exchange import Exchange
from contracts.laws import Law
from contracts.resources import Resource
from contracts.world import Broken, Unreachable

MOST_SHRINKS = 100  # examples that are spent on making the first failing one smaller
#: Hypothesis begins with the simplest values of all, of which this is 0: it tells them from others.
_DRAWS = st.integers(0, 1000)


class SuiteError(Exception):
    """A law, or the world it acts through, failed by itself: this says nothing about the server."""


@dataclass
class Trial:
    """What came of trying one law on one resource.

    Attributes:
        broken: how the law was broken, on the shortest trail that was found.
        trail: the exchanges that show it.
        drawn: the values with which it was broken.
        unreachable: why no example went through; None when one did.
        examples: how many were tried, those that shrink included.
        interrupted: the user ended it; what was found until then stands.
    """

    broken: Broken | None = None
    trail: tuple[Exchange, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    unreachable: str | None = None
    examples: int = 0
    interrupted: bool = False

    def met(self, broken: Broken, world: HypothesisWorld) -> None:
        """Notes that the law was broken, and keeps the shorter trail; of two as short, the later one.

        Hypothesis tries simpler values as it goes on.
        """
        trail = tuple(world.trail)
        if self.broken is None or _size(trail) <= _size(self.trail):
            self.broken, self.trail, self.drawn = broken, trail, tuple(world.drawn)


def try_to_break(
    law: Law,
    resource: Resource,
    ground: Ground,
    *,
    seed: int,
    examples: int,
    over: Callable[[], bool],
    shrinks: Callable[[Trial], int] = lambda _: MOST_SHRINKS,
    past_simplest: bool = False,
) -> Trial:
    """Tries to break a law.

    Args:
        examples: sets of values that are tried at most, before it is broken; the simplest come first.
        over: whether the time of the run is up.
        shrinks: how many sets of values are tried once it is broken, to find a shorter trail.
        past_simplest: pass over the simplest values, which another trial tries.

    Raises:
        SuiteError: the law or the world failed by itself.
        TargetUnavailable: nothing listens any more.
    """
    examining = _Examining(law, resource, ground, examples, over, shrinks, past_simplest)
    most = 2 * examples + 1 if past_simplest else examples  # those passed over count for Hypothesis
    run = hypothesis.seed(seed)(settings_for(most)(hypothesis.given(st.data())(examining.example)))
    trial = examining.trial
    try:
        with ended_search():  # what was found is in the trial
            run()
    except KeyboardInterrupt:
        if trial.broken is None:
            raise
        trial.interrupted = True
    except TargetUnavailable:
        raise
    except Exception as error:
        raise SuiteError(f"{error!r} {_place(error)}") from error
    if examining.reached or trial.broken is not None:
        trial.unreachable = None
    return trial


def try_again(law: Law, resource: Resource, ground: Ground, drawn: Sequence[Drawn]) -> Trial:
    """Tries the law once, with values that were drawn before: on another ground, perhaps.

    Raises:
        TargetUnavailable: nothing listens any more.
    """
    trial = Trial(examples=1)
    world = ground.world(replaying(drawn))
    try:
        law.check(world, resource)
    except Broken as broken:
        trial.met(broken, world)
    except Unreachable as reason:
        trial.unreachable = str(reason)
    return trial


@dataclass
class _Examining:
    """One example after the other, until the law is broken, and then smaller ones.

    Attributes:
        reached: whether an example went through.
    """

    law: Law
    resource: Resource
    ground: Ground
    examples: int
    over: Callable[[], bool]
    shrinks: Callable[[Trial], int]
    past_simplest: bool
    trial: Trial = field(default_factory=Trial)
    reached: bool = False
    _allowance: int = 0

    def example(self, data: st.DataObject) -> None:
        """Tries the law with the values of one example.

        Raises:
            Failed: it is broken.
            Enough: no other example is to be tried.
        """
        trial = self.trial
        if self.past_simplest and not data.draw(_DRAWS):
            return
        self._allowance -= trial.broken is not None
        if self._allowance < 0 or (trial.examples and self.over()):
            raise Enough
        if trial.broken is None and trial.examples == self.examples:
            raise Enough
        trial.examples += 1
        world = self.ground.world(data.draw)
        with escaping():
            try:
                self.law.check(world, self.resource)
                self.reached = True
            except Broken as broken:
                first = trial.broken is None
                trial.met(broken, world)
                if first:
                    self._allowance = self.shrinks(trial)
                raise Failed from broken
            except Unreachable as reason:
                trial.unreachable = str(reason)
        if not world.drawn:
            raise Enough  # every further example would be the same


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"in {Path(last.filename).name}:{last.lineno}"


def _size(trail: tuple[Exchange, ...]) -> tuple[int, int, int, int]:
    """How much there is to read: first what was written, since how often a list is read depends on others."""
    requests = [exchange.request for exchange in trail]
    written = [len(request.body) for request in requests if request.method != "GET"]
    return len(written), sum(written), len(requests), sum(len(request.target) for request in requests)
