"""The checks of Schemathesis as cases: an operation is tried with all at once, and asked one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from conformance.cases import Result
from conformance.findings import Finding, Kind, plain
from conformance.judging import gates, spot_of, story
from conformance.run import Run
from conformance.schemathesis_bridge.catalogue import CHECKS, Check
from conformance.schemathesis_bridge.failures import CheckFailure
from contracts.exchange import as_json
from contracts.laws import Basis
from contracts.operations import Operation


@dataclass(frozen=True)
class CheckCase:
    """One check on one operation."""

    check: Check
    operation: Operation
    kind: Kind = field(default=Kind.CHECK, init=False)

    @property
    def name(self) -> str:
        """How users see and select it."""
        return f"{self.check.name}[{self.operation.id}]"

    @property
    def rule(self) -> str:
        """The name of the check."""
        return self.check.name

    @property
    def operations(self) -> tuple[str, ...]:
        """The operation."""
        return (self.operation.id,)

    def attempt(self, run: Run) -> Result:
        """Looks for failures of the check; the first check of an operation tries them all."""
        result = run.checked(self.operation)
        failures = [each for each in result.failures if result.interrupted or each.check == self.check.name]
        found = tuple(_finding(failure, run) for failure in failures)
        return Result(found, skipped=result.skipped, interrupted=result.interrupted)


def check_cases(run: Run) -> Iterator[CheckCase]:
    """Each check on each operation."""
    for operation in run.operations:
        for check in CHECKS.values():
            yield CheckCase(check, operation)


def _finding(failure: CheckFailure, run: Run) -> Finding:
    check = CHECKS[failure.check]
    return Finding(
        kind=Kind.CHECK,
        rule=check.name,
        sentence=check.sentence,
        basis=failure.basis,
        source=check.source if failure.basis is Basis.HTTP else None,
        cause=failure.cause,
        operation=failure.operation,
        gates=gates(failure.basis, strict=run.settings.strict),
        message=failure.message,
        expected=plain(failure.expected),
        observed=plain(failure.observed),
        spec=spot_of(run.document, failure.pointer),
        exchanges=tuple(as_json(exchange) for exchange in failure.exchanges),
        story=story(check.name, failure.message, failure.expected, failure.observed, failure.exchanges, run),
    )
