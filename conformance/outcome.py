"""A run that has ended: the verdict, and all that reports show. Nothing is computed here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conformance.findings import Finding


class Verdict(StrEnum):
    """What a run says of a server."""

    KEPT = "kept"
    BROKEN = "broken"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_code(self) -> int:
        """What a process that found it ends with."""
        return {Verdict.KEPT: 0, Verdict.BROKEN: 1, Verdict.INCONCLUSIVE: 3}[self]


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not tried, or went wrong in the suite itself, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """All there is to say of a run.

    Attributes:
        operations: how many the document has.
        operations_reached: those that answered 2xx, by operationId.
        laws_run: the laws that were tried on at least one resource.
        checks_run: the same of checks.
        doubts: why nothing, or not all, can be concluded.
        errors: where the suite itself failed.
        left: what was created and could not be deleted.
    """

    verdict: Verdict
    target: str
    seed: int
    strict: bool
    seconds: float
    requests: int = 0
    operations: int = 0
    operations_reached: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    laws_run: tuple[str, ...] = ()
    checks_run: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    doubts: tuple[str, ...] = ()
    errors: tuple[Skipped, ...] = ()
    left: tuple[str, ...] = ()
