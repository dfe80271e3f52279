"""The requests of one example, in order, with what came of each: what a finding tells as its story."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from conformance.cleanup import Ledger
from conformance.interruption import uninterrupted
from conformance.target import Target
from conformance.worlds.receipts import id_place, parsed
from conformance.worlds.stage import Stage, Staged
from contracts.exchange import Exchange, Request, Response
from contracts.laws.groundrules import ACCEPTED, ANSWERED, NO_SERVER_ERROR, GroundRule
from contracts.operations import Operation
from contracts.resources import Resource, ResourceModel, Verb
from contracts.world import Broken, Unreachable

_MOST_LATE = 3  # answers of one operation that are waited for in vain
#: Refusals for the state that something is in, which a valid request may meet.
_STATES = frozenset({402, 403, 409, 412, 423, 428})
EXCERPT = 2_000  # characters of an answer that is shown as observed


@dataclass
class Trail:
    """Sends requests and remembers them.

    Attributes:
        exchanges: those of this example.
        borrowed: the shared records that it stands on, in the order of borrowing.
    """

    target: Target
    model: ResourceModel
    ledger: Ledger
    stage: Stage
    exchanges: list[Exchange] = field(default_factory=list)
    borrowed: dict[Staged, None] = field(default_factory=dict)
    _named: Counter[str] = field(default_factory=Counter)
    _batches: int = 0

    @property
    def story(self) -> list[Exchange]:
        """All that led here: what made the shared records, then what this example sent."""
        made = dict.fromkeys(entry for lent in self.borrowed for entry in lent.story())
        return [*(entry.exchange for entry in made), *self.exchanges]

    @property
    def last_operation(self) -> str | None:
        """The operation that was called last."""
        return self.exchanges[-1].request.operation if self.exchanges else None

    def send(self, request: Request) -> Response:
        """Sends a request.

        Raises:
            Broken: no answer came, or it was a 5xx.
        """
        exchange = self._sent(request)
        self.exchanges.append(exchange)
        return self.answer(exchange)

    def send_aside(self, request: Request) -> Exchange:
        """Sends a request that makes a shared record, whose story is told by all that borrow the record."""
        return self._sent(request)

    def send_together(self, requests: Sequence[Request]) -> list[Response]:
        """Sends requests at once.

        Raises:
            Broken: no answer came to one, or a 5xx.
        """
        self._batches += 1
        with uninterrupted(), ThreadPoolExecutor(max_workers=max(1, len(requests))) as pool:
            pending = [pool.submit(self.target.send, request, batch=self._batches) for request in requests]
            exchanges = [self._noted(future.result()) for future in pending]
        self.exchanges += exchanges
        return [self.answer(exchange) for exchange in exchanges]

    def answer(self, exchange: Exchange) -> Response:
        """What came back.

        Raises:
            Broken: nothing did, or a 5xx.
        """
        operation = exchange.request.operation
        if exchange.response is None:
            self.broken(ANSWERED, "gives no answer", operation, "an answer", exchange.failure)
        # A method that no operation has may be one that the server does not know (RFC 9110 §15.6.2).
        unknown = operation is None and exchange.response.status == 501
        if exchange.response.status >= 500 and not unknown:
            observed = _shown(exchange.response)
            message = "answers with a server error"
            self.broken(NO_SERVER_ERROR, message, operation, "below 500", observed, exchange.response.status)
        return exchange.response

    def refuse(
        self, rule: GroundRule, message: str, expected: str, response: Response, operation: str | None = None
    ) -> NoReturn:
        """Blames an operation for its answer; the one that was called last when none is named.

        Raises:
            Broken: always, but for what follows.
            Unreachable: the document says that it may answer so, for reasons that no schema tells.
        """
        blamed = operation or self.last_operation
        if rule is ACCEPTED and response.status in _STATES and str(response.status) in self._declared(blamed):
            raise Unreachable(f"{blamed} answers {response.status}, as the document says it may")
        self.broken(rule, message, blamed, expected, _shown(response), response.status)

    def _declared(self, name: str | None) -> Container[str]:
        found = (operation for each in self.model.resources.values() for _, operation in each.operations())
        return next((operation.responses for operation in found if operation.id == name), ())

    def broken(
        self,
        rule: GroundRule,
        message: str,
        operation: str | None,
        expected: Any,
        observed: Any,
        status: int | None = None,
    ) -> NoReturn:
        """Says that a ground rule is broken, by an answer of that status.

        Raises:
            Broken: always.
        """
        subject = operation or "the server"
        raise Broken(
            f"{subject} {message}",
            operation=operation,
            expected=expected,
            observed=observed,
            rule=rule.name,
            status=status,
        )

    def borrow(self, entry: Staged) -> None:
        """Notes that this example stands on a shared record."""
        self.borrowed[entry] = None

    def _sent(self, request: Request) -> Exchange:
        late = self.target.tally.late[request.operation]
        if request.operation is not None and late >= _MOST_LATE:
            raise Unreachable(f"{request.operation} gave no answer in time, {late} times")
        with uninterrupted():
            return self._noted(self.target.send(request))

    def _noted(self, exchange: Exchange) -> Exchange:
        self.ledger.note(exchange)
        self.stage.touched(exchange.request)
        resource = self._created(exchange)
        place = id_place(resource, parsed(exchange.response)) if resource is not None else None
        if resource is None or place is None:
            return exchange
        label = variable(resource.label)
        self._named[label] += 1
        return replace(exchange, captures={f"{label}_{self._named[label]}": place})

    def _created(self, exchange: Exchange) -> Resource | None:
        """The resource of which an exchange made a record."""
        if exchange.response is None or not exchange.response.ok:
            return None
        for resource in self.model.resources.values():
            create: Operation | None = resource.verbs.get(Verb.CREATE)
            if create is not None and create.id == exchange.request.operation:
                return resource
        return None


def variable(label: str) -> str:
    """A label as the name of a shell variable."""
    return re.sub(r"\W", "_", label, flags=re.ASCII).strip("_").lower() or "record"


def _shown(response: Response) -> str:
    return f"{response.status} {response.text[:EXCERPT]}".rstrip()
