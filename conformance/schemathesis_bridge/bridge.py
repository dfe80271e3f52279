"""What the suite calls: one case for each operation, and one for stories of many."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case

from conformance.cleanup import Left
from conformance.schemathesis_bridge.failures import CheckFailure, CheckResult
from conformance.schemathesis_bridge.isolation import schemathesis_at_work
from conformance.schemathesis_bridge.judging import Judge
from conformance.schemathesis_bridge.loading import Operations, by_method_and_path, loaded
from conformance.schemathesis_bridge.pool import Pool
from conformance.schemathesis_bridge.sampling import drawn, systematic
from conformance.schemathesis_bridge.slots import Slots, slots
from conformance.schemathesis_bridge.translation import translated
from conformance.schemathesis_bridge.trying import Attempts
from conformance.target import Target
from conformance.worlds.making import IdSource
from conformance.worlds.world import Ground
from contracts.document import Document
from contracts.operations import Operation, operations
from contracts.resources import ResourceModel

MOST_SHRINKS = 30  # cases that are spent on making the first failing one smaller


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried.

    Attributes:
        systematic: systematic cases of each operation; all when None.
        drawn: drawn cases of each operation that takes a body or a query.
    """

    systematic: int | None = 40
    drawn: int = 12


class _Enough(BaseException):
    """Ends a search from within. Hypothesis lets through what is no `Exception`."""


class _Failed(Exception):
    """A drawn case fails a check: what Hypothesis is to make smaller."""


@dataclass
class Bridge:
    """Schemathesis, on one target and one document."""

    document: Document
    model: ResourceModel
    target: Target
    seed: int = 1
    effort: Effort = field(default_factory=Effort)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations there are to check."""
        return operations(self.document)

    def check(self, operation: Operation, over: Callable[[], bool] = lambda: False) -> CheckResult:
        """Tries all checks on one operation.

        Args:
            over: whether the time of the run is up.

        Raises:
            TargetUnavailable: nothing listens any more.
        """
        before = self.target.tally.requests
        interrupted = False
        found: dict[str, CheckFailure] = {}
        with schemathesis_at_work():
            theirs = self._theirs.get((operation.method, operation.path))
            if theirs is None:
                return CheckResult(skipped="Schemathesis cannot read the operation")
            attempts = self._attempts(operation)
            found = attempts.found
            try:
                for case in systematic(theirs, self.effort.systematic, self.seed):
                    if over():
                        break
                    attempts.attempt(case)
                if self._varies(operation):
                    schema = operation.body.json_schema if operation.body else None
                    strategy = drawn(theirs, self.document.data, schema)
                    _search(attempts, strategy, self.seed, self.effort.drawn, over)
            except KeyboardInterrupt:
                if not found:
                    raise
                interrupted = True
            finally:
                self._ground.sweep()
        return CheckResult(
            failures=tuple(found.values()),
            requests=self.target.tally.requests - before,
            interrupted=interrupted,
        )

    def close(self) -> list[Left]:
        """Deletes all that is left of what was created.

        Returns:
            What could not be deleted.
        """
        return self._ground.sweep(everything=True)

    @cached_property
    def _ground(self) -> Ground:
        return Ground(self.document, self.model, self.target, IdSource(self.seed))

    @cached_property
    def _slots(self) -> dict[str, Slots]:
        found = slots(self.model, self.operations, self.document.data)
        return {each.operation.id: each for each in found}

    @cached_property
    def _theirs(self) -> Operations:
        data = translated(self.document, self.model, tuple(self._slots.values()))
        return by_method_and_path(loaded(data))

    @cached_property
    def _hinted(self) -> dict[str, Operation]:
        bare = replace(self.document, data=self.document.hinted)
        return {operation.id: operation for operation in operations(bare)}

    def _attempts(self, operation: Operation) -> Attempts:
        judge = Judge(self.document, operation, self._hinted.get(operation.id))
        return Attempts(self._ground, operation, self._slots[operation.id], judge, Pool(self._ground))

    def _varies(self, operation: Operation) -> bool:
        """Whether there is more to draw than ids, which are filled in anyway."""
        return operation.body is not None or any(p.location != "path" for p in operation.parameters)


def _search(
    attempts: Attempts,
    strategy: SearchStrategy[Case[Any]],
    seed: int,
    examples: int,
    over: Callable[[], bool],
) -> None:
    """Draws cases until one fails in a way that is new, and then smaller ones that fail in that way.

    Everything is said here: a profile of the user's, or the one Hypothesis takes on a CI server, must
    change nothing.
    """
    known = {(failure.cause, failure.gates) for failure in attempts.found.values()}
    wanted: set[tuple[str, bool]] = set()
    allowance = MOST_SHRINKS

    def example(case: Case[Any]) -> None:
        nonlocal allowance
        allowance -= bool(wanted)
        if over() or allowance < 0:
            raise _Enough
        causes = {(failure.cause, failure.gates) for failure in attempts.attempt(case)} - known
        if not wanted:
            wanted.update(sorted(causes)[:1])
        if causes & wanted:
            raise _Failed

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
    run = hypothesis.seed(seed)(settled(hypothesis.given(case=strategy)(example)))
    with suppress(_Enough, _Failed, Flaky, Unsatisfiable):  # what was found is in `attempts`
        run()
