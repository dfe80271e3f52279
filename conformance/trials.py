"""Trying to break one law on one resource, with values that Hypothesis draws and shrinks."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.errors import Flaky, HypothesisException, Unsatisfiable

from conformance.target import TargetUnavailable
from conformance.worlds.world import Ground
from contracts.exchange import Exchange
from contracts.laws import Law
from contracts.resources import Resource
from contracts.world import Broken, Unreachable

MOST_SHRINKS = 60  # examples that are spent on making the first failing one smaller


class SuiteError(Exception):
    """A law, or the world it acts through, failed by itself: this says nothing about the server."""


class _Enough(BaseException):
    """Ends a trial from within. Hypothesis lets through what is no `Exception`."""


class _Escape(BaseException):
    """Carries out of Hypothesis what is no failure of the law."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


@dataclass
class Trial:
    """What came of trying one law on one resource.

    Attributes:
        broken: how the law was broken, on the shortest trail that was found.
        trail: the exchanges that show it.
        unreachable: why no example went through; None when one did.
        examples: how many were tried, those that shrink included.
        interrupted: the user ended it; what was found until then stands.
    """

    broken: Broken | None = None
    trail: tuple[Exchange, ...] = ()
    unreachable: str | None = None
    examples: int = 0
    interrupted: bool = False

    def met(self, broken: Broken, trail: tuple[Exchange, ...]) -> None:
        """Notes that the law was broken, and keeps the shorter trail; of two as short, the later one.

        Hypothesis tries simpler values as it goes on.
        """
        if self.broken is None or _size(trail) <= _size(self.trail):
            self.broken, self.trail = broken, trail


def try_to_break(
    law: Law,
    resource: Resource,
    ground: Ground,
    *,
    seed: int,
    examples: int,
    over: Callable[[], bool],
    shrinks: Callable[[Trial], int] = lambda _: MOST_SHRINKS,
) -> Trial:
    """Tries to break a law.

    Args:
        examples: sets of values that are tried at most, before it is broken.
        over: whether the time of the run is up.
        shrinks: how many sets of values are tried once it is broken, to find a shorter trail.

    Raises:
        SuiteError: the law or the world failed by itself.
        TargetUnavailable: nothing listens any more.
    """
    trial = Trial()
    reached = False
    allowance = 0

    def example(data: st.DataObject) -> None:
        nonlocal reached, allowance
        if trial.broken is not None:
            allowance -= 1
        if allowance < 0 or (trial.examples and over()):
            raise _Enough
        trial.examples += 1
        world = ground.world(data.draw)
        try:
            law.check(world, resource)
            reached = True
        except Broken as broken:
            if trial.broken is None:
                trial.met(broken, tuple(world.trail))
                allowance = shrinks(trial)
            else:
                trial.met(broken, tuple(world.trail))
            raise
        except Unreachable as reason:
            trial.unreachable = str(reason)
        except HypothesisException:
            raise
        except Exception as error:
            raise _Escape(error) from error

    try:
        _drive(example, seed, examples)
    except _Enough:
        pass
    except KeyboardInterrupt:
        if trial.broken is None:
            raise
        trial.interrupted = True
    except _Escape as escape:
        if isinstance(escape.error, TargetUnavailable):
            raise escape.error from None
        raise SuiteError(f"{escape.error!r} {_place(escape.error)}") from escape.error
    if reached or trial.broken is not None:
        trial.unreachable = None
    return trial


def _drive(example: Callable[[st.DataObject], None], seed: int, examples: int) -> None:
    """Runs it until it fails, and then looks for smaller values with which it fails.

    Everything is said here: a profile of the user's, or the one Hypothesis takes on a CI server, must
    change nothing.
    """
    settled = hypothesis.settings(
        max_examples=examples,
        derandomize=False,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
        stateful_step_count=1,
        backend="hypothesis",
    )
    run = hypothesis.seed(seed)(settled(hypothesis.given(st.data())(example)))
    try:
        run()
    except (Broken, Flaky):
        pass  # the caller has seen each failure, with its trail
    except Unsatisfiable:
        pass  # no example went through, which the caller knows as well


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"in {Path(last.filename).name}:{last.lineno}"


def _size(trail: tuple[Exchange, ...]) -> tuple[int, int, int, int]:
    """How much there is to read: first what was written, since how often a list is read depends on others."""
    requests = [exchange.request for exchange in trail]
    written = [len(request.body) for request in requests if request.method != "GET"]
    return len(written), sum(written), len(requests), sum(len(request.target) for request in requests)
