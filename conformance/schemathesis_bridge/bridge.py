"""What the suite calls: one case for each operation, and one for stories of many."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import hypothesis
from hypothesis.strategies import SearchStrategy
from schemathesis import Case
from schemathesis.specs.openapi.schemas import OpenApiSchema

from conformance.cleanup import Left
from conformance.schemathesis_bridge.failures import CheckFailure, CheckResult
from conformance.schemathesis_bridge.isolation import schemathesis_at_work
from conformance.schemathesis_bridge.judging import Judge
from conformance.schemathesis_bridge.loading import Operations, by_method_and_path, loaded
from conformance.schemathesis_bridge.machine import tell
from conformance.schemathesis_bridge.pool import Pool
from conformance.schemathesis_bridge.sampling import drawn, systematic
from conformance.schemathesis_bridge.slots import Slots, slots
from conformance.schemathesis_bridge.stories import Stage
from conformance.schemathesis_bridge.translation import translated
from conformance.schemathesis_bridge.trimming import trimmed
from conformance.schemathesis_bridge.trying import Attempts
from conformance.searching import (
    Enough,
    Failed,
    ended_search,
    escaping,
    settings_for,
)
from conformance.target import Target
from conformance.worlds.making import IdSource
from conformance.worlds.world import Ground
from contracts.document import Document
from contracts.operations import Operation, operations
from contracts.resources import ResourceModel

MOST_SHRINKS = 30  # cases or stories that are spent on making the first failing one smaller


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried.

    Attributes:
        systematic: systematic cases of each operation; all when None.
        drawn: drawn cases of each operation that takes a body or a query.
        stories: stories of many operations.
        steps: calls of one story.
    """

    systematic: int | None = 40
    drawn: int = 12
    stories: int = 30
    steps: int = 15


@dataclass
class Bridge:
    """Schemathesis, on one target and one document."""

    document: Document
    model: ResourceModel
    target: Target
    seed: int = 1
    effort: Effort = field(default_factory=Effort)
    _known: set[str] = field(default_factory=set)

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
                attempts.prepare()
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
        self._known |= found.keys()
        return CheckResult(
            failures=tuple(found.values()),
            requests=self.target.tally.requests - before,
            interrupted=interrupted,
        )

    def stories(self, over: Callable[[], bool] = lambda: False, without: Collection[str] = ()) -> CheckResult:
        """Tells stories along the links between operations.

        Args:
            over: whether the time of the run is up.
            without: operationIds that no step calls.

        Raises:
            TargetUnavailable: nothing listens any more.
        """
        before = self.target.tally.requests
        interrupted = False
        judges = {
            operation.id: Judge(self.document, self.model, operation, self._hinted.get(operation.id))
            for operation in self.operations
        }
        calls = {name: call for name, call in self._slots.items() if name not in without}
        stage = Stage(self._ground, Pool(self._ground), calls, judges, over, MOST_SHRINKS, self._known)
        try:
            with schemathesis_at_work():
                schema = self._loaded(without)
                tell(schema, stage, self.seed, self.effort.stories, self.effort.steps)
                for cause, told in stage.found.items():
                    stage.found[cause] = trimmed(told, stage)
        except KeyboardInterrupt:
            if not stage.found:
                raise
            interrupted = True
        finally:
            self._ground.sweep()
        requests = self.target.tally.requests - before
        failures = tuple(told.failure for told in stage.found.values())
        return CheckResult(failures, requests, interrupted=interrupted)

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
        return by_method_and_path(self._loaded())

    def _loaded(self, without: Collection[str] = ()) -> OpenApiSchema:
        calls = tuple(call for call in self._slots.values() if call.operation.id not in without)
        return loaded(translated(self.document, self.model, calls))

    @cached_property
    def _hinted(self) -> dict[str, Operation]:
        bare = replace(self.document, data=self.document.hinted)
        return {operation.id: operation for operation in operations(bare)}

    def _attempts(self, operation: Operation) -> Attempts:
        judge = Judge(self.document, self.model, operation, self._hinted.get(operation.id))
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

    Raises:
        TargetUnavailable: nothing listens any more.
    """
    known = {(failure.cause, failure.gates) for failure in attempts.found.values()}
    wanted: set[tuple[str, bool]] = set()
    allowance = MOST_SHRINKS
    late = attempts.ground.target.tally.late.total()

    def example(case: Case[Any]) -> None:
        nonlocal allowance
        allowance -= bool(wanted)
        waits = attempts.ground.target.tally.late.total() > late  # each smaller case would wait as long
        if over() or allowance < 0 or (wanted and waits):
            raise Enough
        with escaping():
            failures = attempts.attempt(case, afresh=bool(wanted))
        causes = {(failure.cause, failure.gates) for failure in failures} - known
        if not wanted:
            wanted.update(sorted(causes)[:1])
        if causes & wanted:
            raise Failed

    run = hypothesis.seed(seed)(settings_for(examples)(hypothesis.given(case=strategy)(example)))
    with ended_search():  # what was found is in `attempts`
        run()
