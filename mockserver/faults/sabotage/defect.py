"""What a defect is: a name, a sentence, the law that must catch it, and where it gets in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson
from starlette.types import ASGIApp

from contracts.document import JSON, Document
from contracts.operations import Operation
from contracts.resources import Resource, Verb
from mockserver.accounts import Accounts
from mockserver.call import Answer, Call, Handler
from mockserver.records import Records
from mockserver.site import Site
from mockserver.store.base import Store
from mockserver.synth import Synth


@dataclass(frozen=True)
class Seat:
    """Where a handler sits: an operation of a resource, with what its defects may use.

    Attributes:
        verb: None for an action.
    """

    document: Document
    records: Records
    synth: Synth
    resource: Resource
    verb: Verb | None
    operation: Operation

    def site(self) -> Site:
        """The compiled form of the operation, to address records and to answer as it does."""
        verb = self.verb or Verb.GET
        return Site(self.document, self.records, self.synth, self.resource, verb, self.operation)


#: Puts a defect between a call and its handler.
Wrap = Callable[[Seat, Handler], Handler]


@dataclass(frozen=True)
class Defect:
    """A semantic defect of the mock.

    Attributes:
        sentence: what it does wrong.
        caught_by: the law or check that must catch it.
        document: changes the document that requests are routed and validated by.
        wrap: changes handlers.
        app: changes the whole application.
    """

    name: str
    sentence: str
    caught_by: str
    document: Callable[[Document], Document] = lambda document: document
    store: Callable[[Store], Store] = lambda store: store
    accounts: Callable[[Accounts], Accounts] = lambda accounts: accounts
    wrap: Wrap = lambda seat, handler: handler
    app: Callable[[ASGIApp], ASGIApp] = lambda app: app


#: No defect at all.
SOUND = Defect("sound", "Nothing is wrong.", "")


def edited(edit: Callable[[JSON], None]) -> Callable[[Document], Document]:
    """A copy of the document with every schema, parameter and body changed."""

    def change(document: Document) -> Document:
        data = copy.deepcopy(document.data)
        for node in _objects(data):
            edit(node)
        return replace(document, data=data)

    return change


def _objects(node: Any) -> Iterator[JSON]:
    if isinstance(node, dict):
        yield node
        for value in list(node.values()):
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


def on(verbs: Collection[Verb], wrap: Wrap) -> Wrap:
    """`wrap` for some verbs alone."""

    def chosen(seat: Seat, handler: Handler) -> Handler:
        return wrap(seat, handler) if seat.verb in verbs else handler

    return chosen


def answered(change: Callable[[Answer], Answer]) -> Wrap:
    """Changes answers."""

    def wrap(seat: Seat, handler: Handler) -> Handler:
        async def handle(call: Call) -> Answer:
            return change(await handler(call))

        return handle

    return wrap


def told(change: Callable[[Seat, Any], Any]) -> Wrap:
    """Changes the JSON of answers."""

    def wrap(seat: Seat, handler: Handler) -> Handler:
        async def handle(call: Call) -> Answer:
            answer = await handler(call)
            if not answer.body or answer.stream is not None:
                return answer
            return replace(answer, body=orjson.dumps(change(seat, orjson.loads(answer.body))))

        return handle

    return wrap


def sent(change: Callable[[Seat, JSON], JSON]) -> Wrap:
    """Changes what requests say before the handler sees it."""

    def wrap(seat: Seat, handler: Handler) -> Handler:
        async def handle(call: Call) -> Answer:
            if isinstance(call.body, dict):
                call.body = change(seat, call.body)
            return await handler(call)

        return handle

    return wrap


def paged(change: Callable[[list[JSON]], list[JSON]]) -> Wrap:
    """Changes the records of pages."""

    def changed(seat: Seat, page: Any) -> Any:
        name = seat.resource.listing.envelope if seat.resource.listing else None
        return {**page, name: change(page[name])} if name else change(page)

    return on({Verb.LIST}, told(changed))
