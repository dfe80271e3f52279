"""How Hypothesis searches, here: every setting is said, and a search can be ended from within."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.errors import Flaky, HypothesisException, Unsatisfiable


class Enough(BaseException):
    """Ends a search from within. Hypothesis lets through what is no `Exception`."""


class Failed(Exception):
    """An example fails: what Hypothesis is to make smaller."""


class _Escape(BaseException):
    """Carries out of a search what is no failure of the server's, so that it is not made smaller."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


@contextmanager
def escaping() -> Iterator[None]:
    """A stretch within a search whose errors end the search at once."""
    try:
        yield
    except (Failed, HypothesisException):
        raise
    except Exception as error:
        raise _Escape(error) from error


@contextmanager
def ended_search() -> Iterator[None]:
    """A whole search, however it ends; whoever began it has seen each failure.

    Raises:
        Exception: what ended it from within.
    """
    try:
        yield
    except (Enough, Failed, Flaky, Unsatisfiable):
        pass
    except _Escape as escape:
        raise escape.error from None


def settings_for(examples: int, steps: int = 1) -> hypothesis.settings:
    """Settings of which none is left to a profile: a user's, or the one Hypothesis takes on a CI server.

    Args:
        examples: how many are tried at most, before one fails.
        steps: of one example that is a story, at most.
    """
    return hypothesis.settings(
        max_examples=examples,
        derandomize=False,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
        stateful_step_count=steps,
        backend="hypothesis",
    )
