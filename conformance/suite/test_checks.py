"""Each check of Schemathesis on each operation."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.cases import Case
from conformance.check_cases import check_cases
from conformance.run import Run


def cases(run: Run) -> Iterable[Case]:
    """The cases that pytest collects from here."""
    return check_cases(run)
