"""Stories of many operations, with full knowledge of who is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from schemathesis import Case
from schemathesis.generation.stateful.state_machine import StepOutput

from conformance.schemathesis_bridge import catalogue
from conformance.schemathesis_bridge.carrying import Unsendable, Written, read, written
from conformance.schemathesis_bridge.census import Census, Presence
from conformance.schemathesis_bridge.failures import CheckFailure
from conformance.schemathesis_bridge.filling import Filler
from conformance.schemathesis_bridge.judging import Judge, Verdict
from conformance.schemathesis_bridge.pool import Pool, Record
from conformance.schemathesis_bridge.slots import Slots
from conformance.searching import Enough, Failed
from conformance.validity import path_values, without_nulls
from conformance.worlds.trail import Trail
from conformance.worlds.wire import request_of
from conformance.worlds.world import Ground
from contracts import world
from contracts.exchange import Exchange, Request
from contracts.laws import Basis
from contracts.operations import Operation
from contracts.resources import Verb

GONE = frozenset({404, 410})
_MOST_LOOKS = 12  # records that are looked at when a story ends
_SPARING = frozenset({Verb.CREATE, Verb.LIST, Verb.GET})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case, and the request that it is in the words of Schemathesis."""

    case: Case[Any]
    written: Written


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a story has taken.

    Attributes:
        drawn: what Schemathesis drew; None for a look at what is there.
        strangers: whether it named records that were not there for sure.
    """

    call: Slots
    exchange: Exchange
    drawn: Drawn | None = None
    strangers: bool = False

    def names(self, identifier: str) -> bool:
        """Whether it says an id."""
        request = self.exchange.request
        return identifier in request.target or identifier.encode() in request.body


@dataclass(frozen=True, slots=True)
class Told:
    """A failure, and the steps that led to it.

    Attributes:
        lent: records from outside the story that it may name.
    """

    operation: Operation
    verdict: Verdict
    steps: tuple[Step, ...]
    lent: tuple[Record, ...]

    @property
    def cause(self) -> str:
        """What tells it from other failures."""
        return self.failure.cause

    @property
    def failure(self) -> CheckFailure:
        """The failure with its whole story: the making of what was lent and named, and the steps."""
        named = [record for record in self.lent if any(step.names(record.id) for step in self.steps)]
        made = {id(exchange): exchange for record in named for exchange in record.story}
        sent = [step.exchange for step in self.steps]
        return self.verdict.failure(self.operation, [*made.values(), *sent])


@dataclass
class Stage:
    """What all stories of a run share.

    Attributes:
        judges: by operationId.
        allowance: stories that may be spent on making the first failing one smaller.
        known: causes that single calls have shown already, with a shorter story.
        found: by cause, on the shortest story that was seen.
        wanted: the cause that Hypothesis is making smaller.
    """

    ground: Ground
    pool: Pool
    slots: Mapping[str, Slots]
    judges: Mapping[str, Judge]
    over: Callable[[], bool]
    allowance: int
    known: Collection[str] = ()
    found: dict[str, Told] = field(default_factory=dict)
    wanted: str | None = None

    def call(self, case: Case[Any]) -> Slots:
        """What a case calls."""
        key = (case.operation.method.upper(), case.operation.path)
        return next(s for s in self.slots.values() if (s.operation.method, s.operation.path) == key)

    def begin(self) -> Story:
        """A new story.

        Raises:
            Enough: the time is up, or what was found is small enough.
        """
        if self.over() or self.allowance < 0:
            raise Enough
        self.allowance -= self.wanted is not None
        return Story(self)

    def met(self, failures: Sequence[Told]) -> None:
        """Takes note of failures.

        Raises:
            Failed: one of them is what Hypothesis is making smaller.
        """
        causes = set()
        for told in failures:
            cause = told.cause
            if cause in self.known or told.verdict.basis is Basis.CONVENTION:
                continue  # a convention takes no story to show
            causes.add(cause)
            shortest = self.found.get(cause)
            if shortest is None or len(told.steps) < len(shortest.steps):
                self.found[cause] = told
        self.wanted = self.wanted or next(iter(sorted(causes)), None)
        if self.wanted in causes:
            raise Failed


class Story:
    """One story: its trail, and who is there."""

    def __init__(self, stage: Stage) -> None:
        ground = stage.ground
        self._steps: list[Step] = []
        self._stage = stage
        self._trail = Trail(ground.target, ground.model, ground.ledger, ground.stage)
        self._census = Census(ground.model, stage.slots)
        self._lent: dict[int, Record] = {}

    def step(self, case: Case[Any]) -> StepOutput | None:
        """Sends a case and judges what comes; None when nothing does, or no client can send it.

        Raises:
            Failed: it fails a check.
        """
        if self._stage.over():
            raise Enough
        call = self._stage.call(case)
        schema = call.operation.body.json_schema if call.operation.body else None
        if schema is not None and isinstance(case.body, dict):  # servers differ on null; a story is to go on
            case.body = without_nulls(self._stage.ground.document.data, schema, case.body)
        filled = self._filler(call).fill(case)
        self._lent |= {id(record): record for record in filled.records if record.story}
        try:
            drawn = Drawn(case, written(case, call.operation))
            step = self.take(call, drawn.written.request, drawn, strangers=filled.strangers)
        except (Unsendable, ValueError, world.Unreachable):
            return None
        self._stage.met(self.failures(step))
        response = step.exchange.response
        return None if response is None else StepOutput(read(response, drawn.written.prepared), case)

    def end(self) -> None:
        """Looks at what the story has made: what was not deleted is there, what was is not.

        Raises:
            Failed: it is otherwise.
        """
        for thing in self._census.settled()[:_MOST_LOOKS]:
            get = thing.resource.verbs.get(Verb.GET)
            call = self._stage.slots.get(get.id) if get is not None else None
            if get is None or call is None or any(p.required for p in get.parameters if p.location != "path"):
                continue
            try:
                step = self.take(call, request_of(world.Step(get, thing.path)))
            except world.Unreachable:
                continue
            self._stage.met(self.failures(step))

    def take(
        self, call: Slots, request: Request, drawn: Drawn | None = None, *, strangers: bool = False
    ) -> Step:
        """Sends a request as the next step.

        Raises:
            ValueError: no client can send it.
            Unreachable: its operation gives no answer in time.
        """
        with suppress(world.Broken):  # no answer, or a server error: the judge sees both
            self._trail.send(request)
        step = Step(call, self._trail.exchanges[-1], drawn, strangers)
        self._steps.append(step)
        return step

    def failures(self, step: Step) -> list[Told]:
        """How the last step fails; then it counts for who is there."""
        judge, drawn, exchange = self._stage.judges[step.call.operation.id], step.drawn, step.exchange
        verdicts = list(self._of_presence(step, judge))
        if drawn is not None:
            answer = read(exchange.response, drawn.written.prepared) if exchange.response else None
            verdicts += judge.verdicts(drawn.case, exchange, answer, strangers=step.strangers)
        self._census.note(exchange)
        steps, lent = tuple(self._steps), tuple(self._lent.values())
        return [Told(step.call.operation, verdict, steps, lent) for verdict in verdicts]

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

    def _of_presence(self, step: Step, judge: Judge) -> Iterator[Verdict]:
        """What an answer says of records that have been made or taken away."""
        operation, request, response = step.call.operation, step.exchange.request, step.exchange.response
        path = path_values(operation, request.target.partition("?")[0])
        if response is None or path is None or request.operation is None:
            return
        presence = self._census.presence(step.call, path)
        again = operation.method == "DELETE"  # it may be answered as the first was (RFC 9110 §9.2.2)
        if presence is Presence.GONE and response.ok and not again:
            message = "What was deleted can still be used."
            check = catalogue.USE_AFTER_FREE
            yield Verdict(check, Basis.SPEC, message, "404", response.status, operation.pointer)
        settled = presence is Presence.LIVE and not step.strangers and judge.allowed(request)
        if settled and response.status in GONE:
            message = "What was created, and not deleted, is not found."
            check = catalogue.ENSURE_RESOURCE_AVAILABILITY
            yield Verdict(check, Basis.SPEC, message, "found", response.status, operation.pointer)
