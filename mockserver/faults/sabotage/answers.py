"""Defects of answering: wrong statuses, wrong forms, records half told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.document import JSON
from contracts.resources import Verb
from mockserver.call import Answer, Call, Handler
from mockserver.faults.sabotage.defect import Defect, Seat, answered, on, paged, told
from mockserver.problems import NotFound
from mockserver.store.base import Query

_CREATE, _GET, _LIST = frozenset({Verb.CREATE}), frozenset({Verb.GET}), frozenset({Verb.LIST})


def _unknown_is_empty(seat: Seat, handler: Handler) -> Handler:
    async def handle(call: Call) -> Answer:
        try:
            return await handler(call)
        except NotFound:
            return Answer(200, b"{}")

    return handle


def _unknown_parent_is_empty(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        try:
            return await handler(call)
        except NotFound:
            return site.page([], 0)

    return handle


def _end_is_an_error(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        owner, query = await site.owner(call), site.query(call)
        whole = Query(equal=query.equal, contains=query.contains)
        if query.offset > await seat.records.count(call.workspace, seat.resource, owner, whole):
            raise NotFound("There is no such page.")
        return await handler(call)

    return handle


def _empties_too_much(seat: Seat, handler: Handler) -> Handler:
    site, parent = seat.site(), seat.records.model.resources.get(seat.resource.parent or "")

    async def handle(call: Call) -> Answer:
        answer, above = await handler(call), await site.above(call)
        if parent is not None and above is not None:
            await seat.records.delete(call.workspace, parent, above.owner, above.id)
        return answer

    return handle


def _without_id(seat: Seat, record: JSON) -> JSON:
    return {name: value for name, value in record.items() if name != seat.resource.id_property}


def _with_nulls(seat: Seat, record: JSON) -> JSON:
    return {**dict.fromkeys(seat.records.shape(seat.resource).declared), **record}


def _half_told(records: list[JSON]) -> list[JSON]:
    return [
        {name: value for name, value in record.items() if not isinstance(value, dict | bool)}
        for record in records
    ]


def _without_header(name: bytes) -> type:
    class Silent:
        """Leaves one header out of every answer."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    kept = [pair for pair in message["headers"] if pair[0].lower() != name]
                    message = {**message, "headers": kept}
                await send(message)

            await self._app(scope, receive, sending)

    return Silent


def _fails_on_wide_text(seat: Seat, handler: Handler) -> Handler:
    async def handle(call: Call) -> Answer:
        if any(ord(character) > 0xFFFF for character in str(call.body)):
            return Answer(500, b"{}", "application/problem+json")
        return await handler(call)

    return handle


def _bare(seat: Seat, page: Any) -> Any:
    return page[seat.resource.listing.envelope] if seat.resource.listing else page


class _HangsUp:
    """Ends the answers to one method after the head."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)

        await self._app(scope, receive, sending if scope.get("method") == "PUT" else send)


DEFECTS = (
    Defect(
        "create-answers-200",
        "Creating is answered 200.",
        "status_code_conformance",
        wrap=on(_CREATE, answered(lambda answer: replace(answer, status=200))),
    ),
    Defect(
        "unknown-is-empty",
        "What is not there is answered 200 with nothing in it.",
        "unknown-is-404",
        wrap=on(_GET, _unknown_is_empty),
    ),
    Defect(
        "unknown-parent-is-empty",
        "Lists of what is not there are empty.",
        "unknown-parent-is-404",
        wrap=on(_LIST, _unknown_parent_is_empty),
    ),
    Defect(
        "end-is-an-error",
        "A page past the end is answered 404.",
        "past-the-end-is-empty",
        wrap=on(_LIST, _end_is_an_error),
    ),
    Defect(
        "empties-too-much",
        "Emptying a sub-collection deletes the record above it.",
        "emptying-spares-the-record",
        wrap=on({Verb.CLEAR}, _empties_too_much),
    ),
    Defect(
        "answers-without-id",
        "Records are answered without their id.",
        "response_schema_conformance",
        wrap=on(_GET, told(_without_id)),
    ),
    Defect(
        "answers-null",
        "Unset properties are answered as null.",
        "response_schema_conformance",
        wrap=on(_GET, told(_with_nulls)),
    ),
    Defect(
        "answers-text",
        "JSON is answered as plain text.",
        "content_type_conformance",
        wrap=on(_GET, answered(lambda answer: replace(answer, media_type="text/plain"))),
    ),
    Defect(
        "lists-half", "Lists leave out objects and booleans.", "list-and-detail-agree", wrap=paged(_half_told)
    ),
    Defect(
        "silent-401",
        "A 401 carries no challenge.",
        "unauthorised-says-how",
        app=_without_header(b"www-authenticate"),
    ),
    Defect(
        "silent-405",
        "A 405 does not name the methods.",
        "method-not-allowed-names-the-allowed",
        app=_without_header(b"allow"),
    ),
    Defect(
        "fails-on-wide-text",
        "Text beyond the basic plane of Unicode is answered 500.",
        "no-request-makes-the-server-fail",
        wrap=_fails_on_wide_text,
    ),
    Defect(
        "hangs-up",
        "The answers to PUT break off after their head.",
        "every-request-is-answered",
        app=_HangsUp,
    ),
    Defect(
        "creates-namelessly",
        "A create answer does not say the id.",
        "answers-are-what-they-are-said-to-be",
        wrap=on(_CREATE, told(_without_id)),
    ),
    Defect(
        "lists-bare",
        "Lists are answered without their envelope.",
        "response_schema_conformance",
        wrap=on(_LIST, told(_bare)),
    ),
)
