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


@dataclass(frozen=True)
class StoryCase:
    """A check that only stories of many operations can try."""

    check: Check
    kind: Kind = field(default=Kind.CHECK, init=False)
    operations: tuple[str, ...] = field(default=(), init=False)

    @property
    def name(self) -> str:
        """How users see and select it."""
        return f"{self.check.name}[stories]"

    @property
    def rule(self) -> str:
        """The name of the check."""
        return self.check.name

    def attempt(self, run: Run) -> Result:
        """Looks for failures of the check; the first tells the stories, and says what else they show."""
        failures = [
            failure
            for failure in run.told.failures
            if failure.check == self.check.name
            or (self.check == STORY_CHECKS[0] and not CHECKS[failure.check].stateful)
        ]
        found = tuple(_finding(failure, run) for failure in failures)
        return Result(found, skipped=run.told.skipped, interrupted=run.told.interrupted)


STORY_CHECKS = tuple(check for check in CHECKS.values() if check.stateful)


def check_cases(run: Run) -> Iterator[CheckCase | StoryCase]:
    """Each check on each operation, then those that take stories."""
    for operation in run.operations:
        for check in CHECKS.values():
            if not check.stateful:
                yield CheckCase(check, operation)
    yield from map(StoryCase, STORY_CHECKS)


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
