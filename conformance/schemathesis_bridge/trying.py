"""Trying the cases of one operation, each on live records, and telling the story of what fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemathesis import Case

from conformance.schemathesis_bridge import catalogue
from conformance.schemathesis_bridge.carrying import Unsendable, Written, read, written
from conformance.schemathesis_bridge.failures import CheckFailure
from conformance.schemathesis_bridge.filling import Filler
from conformance.schemathesis_bridge.judging import Judge, Verdict
from conformance.schemathesis_bridge.pool import Pool, Record
from conformance.schemathesis_bridge.sampling import is_valid
from conformance.schemathesis_bridge.slots import Slots
from conformance.worlds.trail import Trail
from conformance.worlds.world import Ground
from contracts.exchange import Exchange
from contracts.laws import Basis
from contracts.operations import Operation
from contracts.world import Broken, Identity, Unreachable


@dataclass
class Attempts:
    """The cases of one operation.

    Attributes:
        found: cause → the failure, on the shortest story that was seen.
    """

    ground: Ground
    operation: Operation
    slots: Slots
    judge: Judge
    pool: Pool
    found: dict[str, CheckFailure] = field(default_factory=dict)
    _sent: set[tuple[str, str, tuple[tuple[str, str], ...], bytes]] = field(default_factory=set)
    _keyless_tried: bool = False

    def prepare(self) -> None:
        """Makes what a list is to show."""
        self._inside()

    def attempt(self, case: Case[Any], *, afresh: bool = False) -> list[CheckFailure]:
        """Sends a case and judges the answer.

        Args:
            afresh: whether it is sent on records that no case has touched, and even if it was sent before.

        Returns:
            How it fails.
        """
        failures = self._tried(case, afresh=afresh)
        if not afresh and any(self.is_news(failure) for failure in failures):
            # Told on records that no case has touched, a story leaves nothing out.
            again = {failure.cause: failure for failure in self._tried(case, afresh=True)}
            failures = [again.get(failure.cause, failure) for failure in failures]
        for failure in failures:
            self._keep(failure)
        return failures

    def is_news(self, failure: CheckFailure) -> bool:
        """Whether nothing as grave of the same cause was found yet."""
        known = self.found.get(failure.cause)
        return known is None or (failure.gates and not known.gates)

    def _keep(self, failure: CheckFailure) -> None:
        known = self.found.get(failure.cause)
        smaller = known is not None and known.gates == failure.gates and _size(failure) < _size(known)
        if smaller or self.is_news(failure):
            self.found[failure.cause] = failure

    def _tried(self, case: Case[Any], *, afresh: bool) -> list[CheckFailure]:
        path = self._fresh if afresh else self._records
        filler = Filler(self.ground.document.data, self.slots, path, self._named)
        filled = filler.fill(case)
        try:
            call = written(case, self.operation)
        except Unsendable:
            return []
        if not afresh and self._is_repeated(call):
            return []
        failures = list(self._without_key(case, filled.records)) if self._is_guarded(case) else []
        trail = self._trail()
        exchange = self._sent_on(trail, call)
        if exchange is None:
            return failures
        answer = read(exchange.response, call.prepared) if exchange.response is not None else None
        for verdict in self.judge.verdicts(case, exchange, answer, strangers=filled.strangers):
            failures.append(self._failure(verdict, filled.records, trail.exchanges))
        return failures

    def _without_key(self, case: Case[Any], named: list[Record]) -> Iterator[CheckFailure]:
        """The same call without a key, before it has any effect."""
        self._keyless_tried = True
        trail = self._trail()
        exchange = self._sent_on(trail, written(case, self.operation, Identity.NOBODY))
        if exchange is not None and exchange.response is not None and exchange.response.ok:
            verdict = Verdict(
                catalogue.IGNORED_AUTH,
                Basis.SPEC,
                "A call without a key is answered.",
                "401 or 403",
                exchange.response.status,
                self.operation.pointer,
            )
            yield self._failure(verdict, named, trail.exchanges)

    def _is_guarded(self, case: Case[Any]) -> bool:
        security = self.operation.security
        return not self._keyless_tried and is_valid(case) and bool(security) and all(security)

    def _sent_on(self, trail: Trail, call: Written) -> Exchange | None:
        """What came of a call; None when no client can write it, or its operation gives no answer in time."""
        try:
            trail.send(call.request)
        except Broken:
            pass  # no answer, or a server error: the judge sees both
        except (ValueError, Unreachable):
            return None
        return trail.exchanges[-1]

    def _failure(self, verdict: Verdict, named: list[Record], sent: Sequence[Exchange]) -> CheckFailure:
        listed = self._inside() if verdict.check is catalogue.RESPONSE_SCHEMA_CONFORMANCE else []
        made = {id(exchange): exchange for record in named or listed[:1] for exchange in record.story}
        return verdict.failure(self.operation, [*made.values(), *sent])

    def _records(self, whole: bool) -> Sequence[Record]:
        """Records for the path: shared by the cases, unless the call takes its record away."""
        if self.slots.record is None:
            return []
        if whole and self.slots.takes_away:
            return self._fresh(whole)
        return self._inside() or self.pool.of(self.slots.record)

    def _fresh(self, _: bool) -> Sequence[Record]:
        """A record that no case has touched; for a list, one with something in it."""
        for resource in (self.slots.inside, self.slots.record):
            record = self.pool.fresh(resource) if resource is not None else None
            if record is not None:
                return [record]
        return []

    def _inside(self) -> Sequence[Record]:
        """What is listed or cleared: where nothing is, little can go wrong."""
        return self.pool.of(self.slots.inside) if self.slots.inside is not None else []

    def _named(self, collection: str) -> Sequence[Record]:
        resource = self.ground.model.resources.get(collection)
        return self.pool.of(resource) if resource is not None else []

    def _is_repeated(self, call: Written) -> bool:
        """Whether the same was sent before. A call on a record of its own is never the same."""
        request = call.request
        key = (request.method, request.target, request.headers, request.body)
        if key in self._sent:
            return True
        self._sent.add(key)
        return False

    def _trail(self) -> Trail:
        return Trail(self.ground.target, self.ground.model, self.ground.ledger, self.ground.stage)


def _size(failure: CheckFailure) -> tuple[int, int]:
    requests = [exchange.request for exchange in failure.exchanges]
    return len(requests), sum(len(request.target) + len(request.body) for request in requests)
