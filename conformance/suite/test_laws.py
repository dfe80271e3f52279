"""Each law on each resource it concerns."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.cases import Case, law_cases
from conformance.run import Run


def cases(run: Run) -> Iterable[Case]:
    """The cases that pytest collects from here."""
    return law_cases(run.model)
