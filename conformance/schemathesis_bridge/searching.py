"""How Hypothesis searches, here: every setting is said, and a search can be ended from within."""

from __future__ import annotations

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity

MOST_SHRINKS = 30  # cases or stories that are spent on making the first failing one smaller


class Enough(BaseException):
    """Ends a search from within. Hypothesis lets through what is no `Exception`."""


class Failed(Exception):
    """A case or a story fails a check: what Hypothesis is to make smaller."""


def settings_for(examples: int, steps: int = 1) -> hypothesis.settings:
    """Settings of which none is left to a profile: a user's, or the one Hypothesis takes on a CI server.

    Args:
        examples: cases or stories that are tried at most, before one fails.
        steps: of one story, at most.
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
