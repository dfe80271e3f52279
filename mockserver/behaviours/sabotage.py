"""Defects of conversation. They stand here, not with the others, as they know words of the API."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

from contracts.document import JSON
from contracts.hints import BEHAVIOUR
from contracts.resources import Verb
from contracts.schemas import compile_schema
from mockserver.call import Answer, Call, Handler
from mockserver.faults.sabotage.defect import Defect, Seat, Wrap, edited, on, sent, told
from mockserver.faults.sabotage.leaky import Leaky
from mockserver.store.base import Query, Record, Store

_NOBODY = "00000000-0000-4000-8000-00000000dead"


def _chat(wrap: Wrap) -> Wrap:
    """`wrap` for the chat operation alone."""

    def chosen(seat: Seat, handler: Handler) -> Handler:
        behaviour = seat.records.model.behaviours.get(seat.operation.id)
        return wrap(seat, handler) if behaviour is not None and behaviour.name == "chat" else handler

    return chosen


def _without(*names: str) -> Wrap:
    """Settings that the chat never sees."""
    return _chat(sent(lambda seat, body: {name: value for name, value in body.items() if name not in names}))


def _told(change: Callable[[JSON], JSON]) -> Wrap:
    return _chat(told(lambda seat, answer: change(answer)))


def _other_id(answer: JSON) -> JSON:
    message = answer["response"][0][0]
    return {**answer, "response": [[{**message, "id": _NOBODY}]]}


def _miscount(answer: JSON) -> JSON:
    usage = answer["usage"]
    return {**answer, "usage": {**usage, "total_tokens": usage["total_tokens"] + 1}}


def _uncut(answer: JSON) -> JSON:
    reason = answer["finish_reason"]
    return {**answer, "finish_reason": "stop" if reason == "length" else reason}


def _changing(seat: Seat, handler: Handler) -> Handler:
    """Takes the number of the call for the seed that was asked for."""
    calls = itertools.count()
    return sent(lambda seat, body: {**body, "seed": next(calls)})(seat, handler)


def _breaks_off(seat: Seat, handler: Handler) -> Handler:
    async def shortened(events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for event in events:
            if b"[DONE]" not in event:
                yield event

    async def handle(call: Call) -> Answer:
        answer = await handler(call)
        return answer if answer.stream is None else replace(answer, stream=shortened(answer.stream))

    return handle


def _forgets_the_turn(seat: Seat, handler: Handler) -> Handler:
    """Keeps the first message of a history and drops the rest of each turn."""

    async def handle(call: Call) -> Answer:
        answer = await handler(call)
        await _thin_out(seat, call, keep=1)
        return answer

    return handle


async def _thin_out(seat: Seat, call: Call, keep: int) -> None:
    history = _history(seat)
    if history is None:
        return
    owner = str(next(iter(call.path.values()))).lower()
    for record in await seat.records.find(call.workspace, history, owner, Query(offset=keep)):
        await seat.records.store.delete(call.workspace, history.path, owner, record.id)


def _copies_the_turn(seat: Seat, handler: Handler) -> Handler:
    """Records every turn in all other histories of the workspace, too."""

    async def handle(call: Call) -> Answer:
        answer, history = await handler(call), _history(seat)
        if history is None:
            return answer
        own = str(next(iter(call.path.values()))).lower()
        turn = await seat.records.find(call.workspace, history, own, Query(descending=True, limit=1))
        for session in await seat.records.find(
            call.workspace, seat.resource, "", Query(descending=True, limit=20)
        ):
            for record in turn:
                if session.id != own:
                    copied = replace(record, owner=session.id)
                    await seat.records.store.insert(call.workspace, history.path, copied)
        return answer

    return handle


def _keeps_history(seat: Seat, handler: Handler) -> Handler:
    """Answers as if the messages were gone."""
    if seat.resource.path not in _histories(seat):
        return handler
    site = seat.site()

    async def handle(call: Call) -> Answer:
        return site.answer(await site.above(call), seat.records.clock.now())

    return handle


def _stops_time(seat: Seat, handler: Handler) -> Handler:
    """Writes the record back as it was."""

    async def handle(call: Call) -> Answer:
        store, path, id = seat.records.store, seat.resource.path, str(next(iter(call.path.values()))).lower()
        before = await store.get(call.workspace, path, "", id)
        answer = await handler(call)
        if before is not None:
            await store.update(call.workspace, path, "", id, lambda record: before)
        return answer

    return handle


def _any_chat(node: JSON) -> None:
    behaviour = node.get(BEHAVIOUR)
    if isinstance(behaviour, dict) and behaviour.get("name") == "chat":
        for media in node["requestBody"]["content"].values():
            media["schema"] = {"type": "object"}


def _says_something(seat: Seat, handler: Handler) -> Handler:
    """Says a word in place of a body that breaks the schema."""
    schema = seat.operation.body.json_schema if seat.operation.body else None
    fits = compile_schema(seat.document.data, schema or {}).is_valid

    async def handle(call: Call) -> Answer:
        if not fits(call.body):
            call.body = {"messages": [{"role": "user", "content": "Something."}]}
        return await handler(call)

    return handle


def _turns_too_far(seat: Seat, handler: Handler) -> Handler:
    """Counts the pages of a history where messages are to be counted."""
    listing = seat.resource.listing
    if seat.resource.path not in _histories(seat) or listing is None:
        return handler

    async def handle(call: Call) -> Answer:
        call.query[str(listing.offset)] *= call.query[str(listing.limit)]
        return await handler(call)

    return handle


class _SharedJobs(Leaky):
    """Finds a job in any workspace."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._holders: dict[str, str] = {}

    async def insert(self, workspace: str, collection: str, record: Record) -> bool:
        if collection == "/jobs":
            self._holders[record.id] = workspace
        return await super().insert(workspace, collection, record)

    async def get(self, workspace: str, collection: str, owner: str, id: str) -> Record | None:
        holder = self._holders.get(id, workspace) if collection == "/jobs" else workspace
        return await super().get(holder, collection, owner, id)


def _histories(seat: Seat) -> set[str]:
    """The collections that chats are recorded in."""
    found = (behaviour.links.get("history") for behaviour in seat.records.model.behaviours.values())
    return {path for path in found if path is not None}


def _history(seat: Seat) -> Any:
    links = seat.records.model.behaviours[seat.operation.id].links
    return seat.records.model.resources.get(str(links.get("history")))


DEFECTS = (
    Defect(
        "forgets-the-turn",
        "Only the first message of a session is recorded.",
        "chat-is-recorded",
        wrap=_chat(_forgets_the_turn),
    ),
    Defect(
        "copies-the-turn",
        "A chat is recorded in every session.",
        "history-is-a-sessions-own",
        wrap=_chat(_copies_the_turn),
    ),
    Defect(
        "keeps-history",
        "Deleting a history answers and deletes nothing.",
        "emptied-history-is-empty",
        wrap=on({Verb.CLEAR}, _keeps_history),
    ),
    Defect(
        "turns-too-far",
        "The offset of a history counts pages.",
        "history-pages-partition",
        wrap=on({Verb.LIST}, _turns_too_far),
    ),
    Defect("shares-jobs", "Jobs are read with any key.", "foreign-jobs-are-not-read", store=_SharedJobs),
    Defect(
        "answers-another-message",
        "The message of an answer has another id in the history.",
        "answer-is-the-one-in-history",
        wrap=_told(_other_id),
    ),
    Defect(
        "records-all-the-same",
        "`record: false` is ignored.",
        "record-false-records-nothing",
        wrap=_without("record"),
    ),
    Defect(
        "remembers-all-the-same",
        "`remember: false` is ignored.",
        "remember-false-forms-nothing",
        wrap=_without("remember"),
    ),
    Defect("miscounts", "The tokens do not add up.", "usage-adds-up", wrap=_told(_miscount)),
    Defect(
        "ignores-max-tokens", "`max_tokens` is ignored.", "max-tokens-limits", wrap=_without("max_tokens")
    ),
    Defect("never-length", "A text that was cut ends with `stop`.", "max-tokens-limits", wrap=_told(_uncut)),
    Defect("ignores-stop", "`stop` is ignored.", "stop-ends-the-text", wrap=_without("stop")),
    Defect(
        "ignores-formats",
        "`response_format` is ignored.",
        "json-object-is-json",
        wrap=_without("response_format"),
    ),
    Defect(
        "ignores-tool-choice",
        "`tool_choice` is ignored.",
        "forced-function-is-called",
        wrap=_without("tool_choice"),
    ),
    Defect(
        "never-twice-the-same",
        "Every call has a seed of its own.",
        "same-seed-same-answer",
        wrap=_chat(_changing),
    ),
    Defect("breaks-off", "A stream ends without `[DONE]`.", "stream-is-the-answer", wrap=_chat(_breaks_off)),
    Defect(
        "names-unknown-jobs",
        "An answer names jobs that are not there.",
        "jobs-are-known",
        wrap=_told(lambda answer: {**answer, "jobs": [_NOBODY]}),
    ),
    Defect(
        "stops-time",
        "A chat does not move the time of its session's last update.",
        "chat-moves-the-session",
        wrap=_chat(_stops_time),
    ),
    Defect(
        "chats-about-anything",
        "A chat that breaks its schema is answered all the same.",
        "empty-chat-is-refused",
        document=edited(_any_chat),
        wrap=_chat(_says_something),
    ),
)
