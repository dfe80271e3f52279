"""What the bridge hands over: failures in the words of the suite, nothing of Schemathesis' own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from contracts.exchange import Exchange
from contracts.laws import Basis


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """A check that a server fails.

    Attributes:
        check: its name, as `catalogue.CHECKS` knows it.
        operation: the operationId to blame.
        message: how it fails, as a sentence without generated values: it names the cause.
        exchanges: the whole way there, what made the records included, and the failing exchange last.
        pointer: where in the document it stands what was broken.
    """

    check: str
    basis: Basis
    operation: str
    message: str
    expected: Any
    observed: Any
    exchanges: tuple[Exchange, ...]
    pointer: str

    @property
    def cause(self) -> str:
        """What tells it from other failures of the check: the same on every operation and in every run."""
        return f"{self.check}-{re.sub(r'[^a-z0-9*]+', '-', self.message.lower()).strip('-')}"

    @property
    def gates(self) -> bool:
        """Whether it fails a run that is not strict."""
        return self.basis is not Basis.CONVENTION


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of a case of the bridge.

    Attributes:
        requests: how many were sent.
        skipped: why nothing could be tried; None when it was.
        interrupted: the user ended it; what was found until then stands.
    """

    failures: tuple[CheckFailure, ...] = ()
    requests: int = 0
    skipped: str | None = None
    interrupted: bool = False
