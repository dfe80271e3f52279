"""Stories of many operations, along the links of the resource model, with full knowledge of who is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import hypothesis
from hypothesis.errors import Flaky, Unsatisfiable
from schemathesis import Case
from schemathesis.core.errors import NoLinksFound
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.stateful.state_machine import StepInput, StepOutput
from schemathesis.specs.openapi.schemas import OpenApiSchema

from conformance.schemathesis_bridge import catalogue
from conformance.schemathesis_bridge.carrying import Unsendable, read, written
from conformance.schemathesis_bridge.census import Census, Presence
from conformance.schemathesis_bridge.failures import CheckFailure
from conformance.schemathesis_bridge.filling import Filler
from conformance.schemathesis_bridge.judging import Judge, Verdict
from conformance.schemathesis_bridge.pool import Pool, Record
from conformance.schemathesis_bridge.searching import Enough, Failed, settings_for
from conformance.schemathesis_bridge.slots import Slots
from conformance.schemathesis_bridge.validity import path_values, without_nulls
from conformance.trail import Trail
from conformance.worlds import Ground
from contracts.exchange import Exchange
from contracts.laws import Basis
from contracts.operations import Operation
from contracts.resources import Verb
from contracts.world import Broken

GONE = frozenset({404, 410})
_SPARING = frozenset({Verb.CREATE, Verb.LIST, Verb.GET})


@dataclass
class Stage:
    """What all stories of a run share.

    Attributes:
        judges: by operationId.
        found: cause → the failure, on the shortest story that was seen.
        allowance: stories that may still be spent on making the first failing one smaller.
        known: causes that single calls have shown already, with a shorter story.
        wanted: the cause that Hypothesis is making smaller.
    """

    ground: Ground
    pool: Pool
    slots: Mapping[str, Slots]
    judges: Mapping[str, Judge]
    over: Callable[[], bool]
    allowance: int
    known: Collection[str] = ()
    found: dict[str, CheckFailure] = field(default_factory=dict)
    wanted: str | None = None

    def operation(self, case: Case[Any]) -> Operation:
        """What a case calls."""
        key = (case.operation.method.upper(), case.operation.path)
        return next(s.operation for s in self.slots.values() if (s.operation.method, s.operation.path) == key)

    def met(self, failures: Sequence[CheckFailure]) -> None:
        """Takes note of failures.

        Raises:
            Failed: one of them is what Hypothesis is making smaller.
        """
        causes = set()
        for failure in failures:
            if failure.cause in self.known or not failure.gates:
                continue  # a convention takes no story to show
            causes.add(failure.cause)
            shortest = self.found.get(failure.cause)
            if shortest is None or len(failure.exchanges) < len(shortest.exchanges):
                self.found[failure.cause] = failure
        self.wanted = self.wanted or next(iter(sorted(causes)), None)
        if self.wanted in causes:
            raise Failed


class Story:
    """One story: its trail, and who is there."""

    def __init__(self, stage: Stage) -> None:
        if stage.over() or stage.allowance < 0:
            raise Enough
        stage.allowance -= stage.wanted is not None
        self._stage = stage
        ground = stage.ground
        self._trail = Trail(ground.target, ground.model, ground.ledger, ground.stage)
        self._census = Census(ground.model, stage.slots)
        self._lent: dict[int, Record] = {}

    def step(self, case: Case[Any]) -> StepOutput | None:
        """Sends a case and judges what comes; None when nothing does, or no client can send it.

        Raises:
            Failed: it fails a check.
        """
        stage = self._stage
        if stage.over():
            raise Enough
        operation = stage.operation(case)
        call = stage.slots[operation.id]
        schema = operation.body.json_schema if operation.body else None
        if schema is not None and isinstance(case.body, dict):  # servers differ on null; a story is to go on
            case.body = without_nulls(stage.ground.document.data, schema, case.body)
        filled = self._filler(call).fill(case)
        self._lent |= {id(record): record for record in filled.records if record.story}
        try:
            message = written(case, operation)
            with suppress(Broken):  # no answer, or a server error: the judge sees both
                self._trail.send(message.request)
        except (Unsendable, ValueError):
            return None
        exchange = self._trail.exchanges[-1]
        answer = read(exchange.response, message.prepared) if exchange.response is not None else None
        judge = stage.judges[operation.id]
        verdicts = list(judge.verdicts(case, exchange, answer, strangers=filled.strangers))
        verdicts += self._of_presence(call, exchange, judge, strangers=filled.strangers)
        self._census.note(exchange)
        stage.met([self._failure(operation, verdict) for verdict in verdicts])
        return StepOutput(answer, case) if answer is not None else None

    def _filler(self, call: Slots) -> Filler:
        root = self._stage.ground.document.data
        return Filler(root, call, lambda _: self._own(call), self._named, self._is_live)

    def _own(self, call: Slots) -> Sequence[Record]:
        """Records for a path: those of this story, and older ones for what does not change them."""
        if call.record is None or call.takes_away:
            return []
        own = self._census.live(call.record.path)
        return own or (self._stage.pool.of(call.record) if call.verb in _SPARING else [])

    def _named(self, collection: str) -> Sequence[Record]:
        resource = self._stage.ground.model.resources.get(collection)
        return self._census.live(collection) or ([] if resource is None else self._stage.pool.of(resource))

    def _is_live(self, identifier: str) -> bool | None:
        presence = self._census.presence_of(identifier)
        return None if presence is Presence.UNKNOWN else presence is Presence.LIVE

    def _of_presence(
        self, call: Slots, exchange: Exchange, judge: Judge, *, strangers: bool
    ) -> Iterator[Verdict]:
        """What an answer says of records that have been made or taken away."""
        response = exchange.response
        path = path_values(call.operation, exchange.request.target.partition("?")[0])
        if response is None or path is None or exchange.request.operation is None:
            return
        presence = self._census.presence(call, path)
        again = call.operation.method == "DELETE"  # it may be answered as the first was (RFC 9110 §9.2.2)
        if presence is Presence.GONE and response.ok and not again:
            message = "What was deleted can still be used."
            check = catalogue.USE_AFTER_FREE
            yield Verdict(check, Basis.SPEC, message, "404", response.status, call.operation.pointer)
        settled = presence is Presence.LIVE and not strangers and judge.allowed(exchange.request)
        if settled and response.status in GONE:
            message = "What was created, and not deleted, is not found."
            check = catalogue.ENSURE_RESOURCE_AVAILABILITY
            yield Verdict(check, Basis.SPEC, message, "found", response.status, call.operation.pointer)

    def _failure(self, operation: Operation, verdict: Verdict) -> CheckFailure:
        lent = {id(exchange): exchange for record in self._lent.values() for exchange in record.story}
        return CheckFailure(
            check=verdict.check.name,
            basis=verdict.basis,
            operation=operation.id,
            message=verdict.message,
            expected=verdict.expected,
            observed=verdict.observed,
            exchanges=(*lent.values(), *self._trail.exchanges),
            pointer=verdict.pointer,
        )


def tell(schema: OpenApiSchema, stage: Stage, seed: int, stories: int, steps: int) -> None:
    """Tells stories until one fails, and then shorter ones that fail in the same way.

    Args:
        stage: takes what is found.
        stories: how many at most, before one fails.
        steps: calls of one story at most.
    """
    base: Any = schema.build_state_machine(feedback=NO_FEEDBACK, link_calibration=None)

    class Machine(base):  # type: ignore[misc]  # its class is made for the document
        """Sends what Schemathesis' state machine draws on the trail of a story."""

        def setup(self) -> None:
            """Begin a story."""
            self.story = Story(stage)

        def step(self, input: StepInput) -> StepOutput | None:
            """Take one step of it."""
            return self.story.step(input.case)

    settings = settings_for(stories, steps)
    with suppress(Enough, Failed, Flaky, Unsatisfiable, NoLinksFound):
        hypothesis.seed(seed)(Machine).run(settings=settings)
