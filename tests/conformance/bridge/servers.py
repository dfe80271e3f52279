"""Servers that are broken in one way: the mock, whose answers are spoilt on their way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from conformance.schemathesis_bridge.bridge import Bridge, Effort
from conformance.schemathesis_bridge.failures import CheckFailure
from conformance.target import Keys, Target
from contracts.document import Document
from contracts.resources import ResourceModel

KEYS = Keys("A", "B")


@dataclass
class Answer:
    """What a spoiler may change of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The JSON of the body; None where there is none."""
        return json.loads(self.body) if self.body else None

    def says(self, data: Any, status: int | None = None) -> None:
        """Replaces the body."""
        self.body = json.dumps(data).encode()
        self.headers["content-type"] = "application/json"
        self.status = status or self.status


Spoil = Callable[[httpx.Request, Answer], None]
Change = Callable[[httpx.Request], httpx.Request]


@dataclass
class Spoilt(httpx.BaseTransport):
    """Carries requests to the mock and spoils what comes back.

    Attributes:
        before: changes a request on its way there.
    """

    spoil: Spoil
    before: Change | None = None
    inner: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        sent = request if self.before is None else self.before(request)
        response = self.inner.handle_request(sent)
        body = response.read()
        dropped = {"content-length", "transfer-encoding"}
        headers = {name: value for name, value in response.headers.items() if name not in dropped}
        answer = Answer(response.status_code, headers, body)
        self.spoil(request, answer)
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body, request=request)

    def close(self) -> None:
        self.inner.close()


@dataclass
class Bench:
    """The mock and its document, to build bridges to."""

    url: str
    document: Document
    model: ResourceModel

    @contextmanager
    def bridge(self, transport: httpx.BaseTransport | None = None, seed: int = 1) -> Iterator[Bridge]:
        """A bridge to a server; what it made is gone afterwards."""
        with Target(self.url, KEYS, transport=transport) as target:
            bridge = Bridge(self.document, self.model, target, seed, Effort())
            yield bridge
            bridge.close()

    def check(self, operation: str, spoil: Spoil, before: Change | None = None) -> list[CheckFailure]:
        """How an operation of a spoilt server fails."""
        with self.bridge(Spoilt(spoil, before)) as bridge:
            found = next(each for each in bridge.operations if each.id == operation)
            return list(bridge.check(found).failures)

    def stories(self, spoil: Spoil, before: Change | None = None) -> list[CheckFailure]:
        """How stories on a spoilt server fail."""
        with self.bridge(Spoilt(spoil, before)) as bridge:
            return list(bridge.stories().failures)
