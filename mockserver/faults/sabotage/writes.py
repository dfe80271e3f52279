"""Defects of writing: what is created, replaced, merged or deleted wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from contracts.dialect import Stamp
from contracts.document import JSON
from contracts.resources import Verb
from contracts.schemas import defaults, kind, properties
from mockserver import verbs
from mockserver.call import Answer, Call, Handler
from mockserver.clock import MICROSECONDS, from_text, to_text
from mockserver.faults.sabotage.deeds import after, before
from mockserver.faults.sabotage.defect import Defect, Seat, Wrap, on, sent, told
from mockserver.problems import NotFound
from mockserver.site import Site
from mockserver.store.base import Query, Record

_CREATE, _REPLACE, _MERGE = frozenset({Verb.CREATE}), frozenset({Verb.REPLACE}), frozenset({Verb.MERGE})
_DELETE, _UPDATE = frozenset({Verb.DELETE}), frozenset({Verb.REPLACE, Verb.MERGE})

_NOBODY = "00000000-0000-4000-8000-00000000dead"


def as_verb(verb: Verb) -> Wrap:
    """Does what another verb does, and answers as its own."""

    def wrap(seat: Seat, handler: Handler) -> Handler:
        site: Site = seat.site()

        async def handle(call: Call) -> Answer:
            return await verbs.VERBS[verb](site, call)

        return handle

    return wrap


def _objects(seat: Seat) -> list[str]:
    """The free-form objects that a request may hold."""
    root, body = seat.document.data, seat.operation.body
    fields = properties(root, (body.json_schema if body else None) or {})
    return [
        name for name, part in fields.items() if kind(root, part) == "object" and not properties(root, part)
    ]


def _without_objects(seat: Seat, body: JSON) -> JSON:
    return {name: value for name, value in body.items() if name not in _objects(seat)}


def _without_empty(seat: Seat, body: JSON) -> JSON:
    return {name: value for name, value in body.items() if value or isinstance(value, dict)}


def _without_nulls(seat: Seat, body: JSON) -> JSON:
    names = _objects(seat)
    return {name: _dense(value) if name in names else value for name, value in body.items()}


def _dense(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _dense(each) for name, each in value.items() if each is not None}


def _shortened(seat: Seat, body: JSON) -> JSON:
    return {name: value[:1000] if isinstance(value, str) else value for name, value in body.items()}


def _without_parts(seat: Seat, body: JSON) -> JSON:
    embedded = {part.property for part in seat.resource.embeddings}
    return {name: value for name, value in body.items() if name not in embedded}


def _with_other_defaults(seat: Seat, body: JSON) -> JSON:
    operation = seat.operation
    own = defaults(seat.document.data, (operation.body.json_schema if operation.body else None) or {})
    other = {name: f"not {value}" for name, value in own.items() if isinstance(value, str)}
    return {**other, **{name: not value for name, value in own.items() if isinstance(value, bool)}, **body}


def _later(wrong: Stamp) -> Callable[[Seat, JSON], JSON]:
    """Moves a time of a receipt by a second."""

    def change(seat: Seat, receipt: JSON) -> JSON:
        name = next((name for name, stamp in seat.resource.stamps.items() if stamp is wrong), None)
        if name not in receipt:
            return receipt
        return receipt | {name: to_text(from_text(receipt[name]) + MICROSECONDS)}

    return change


def _with_another_id(seat: Seat, receipt: JSON) -> JSON:
    name = seat.resource.id_property
    return receipt | {name: _NOBODY} if name in receipt else receipt


async def _forget(seat: Seat, call: Call, owner: str, id: str) -> None:
    """Empties the objects that are about to be merged."""
    changes: JSON = {name: {} for name in _objects(seat) if name in call.body}
    await seat.records.amend(call.workspace, seat.resource, owner, id, changes)


async def _edit(seat: Seat, call: Call, owner: str, id: str, change: Callable[[JSON], JSON]) -> None:
    def edited(record: Record) -> Record:
        return replace(record, body=orjson.dumps(change(orjson.loads(record.body))))

    await seat.records.store.update(call.workspace, seat.resource.path, owner, id, edited)


async def _stop_time(seat: Seat, call: Call, owner: str, id: str) -> None:
    names = {stamp: name for name, stamp in seat.resource.stamps.items()}
    if {Stamp.CREATED, Stamp.UPDATED} <= names.keys():
        updated, created = names[Stamp.UPDATED], names[Stamp.CREATED]
        await _edit(seat, call, owner, id, lambda body: body | {updated: body[created]})


async def _restart_time(seat: Seat, call: Call, owner: str, id: str) -> None:
    names = {stamp: name for name, stamp in seat.resource.stamps.items()}
    if {Stamp.CREATED, Stamp.UPDATED} <= names.keys():
        updated, created = names[Stamp.UPDATED], names[Stamp.CREATED]
        await _edit(seat, call, owner, id, lambda body: body | {created: body[updated]})


async def _others(seat: Seat, call: Call, owner: str, id: str) -> list[Record]:
    found = await seat.records.find(call.workspace, seat.resource, owner, Query(descending=True, limit=5))
    return [record for record in found if record.id != id]


async def _spill(seat: Seat, call: Call, owner: str, id: str) -> None:
    for record in await _others(seat, call, owner, id):
        await seat.records.merge(call.workspace, seat.resource, owner, record.id, call.body)


async def _delete_another(seat: Seat, call: Call, owner: str, id: str) -> None:
    for record in (await _others(seat, call, owner, id))[:1]:
        await seat.records.delete(call.workspace, seat.resource, owner, record.id)


def _delete_in_name(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        owner, id = await site.address(call)
        return site.answer(
            await seat.records.get(call.workspace, seat.resource, owner, id), seat.records.clock.now()
        )

    return handle


def _put_creates(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        try:
            return await handler(call)
        except NotFound:
            owner, id = await site.address(call)
            record = await seat.records.create(call.workspace, seat.resource, owner, site.sent(call), id=id)
            return site.answer(record, 0)

    return handle


def _create_once(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        said = site.sent(call).items()
        owner = await site.owner(call)
        newest = await seat.records.find(
            call.workspace, seat.resource, owner, Query(descending=True, limit=1)
        )
        for record in newest:
            body = orjson.loads(record.body)
            if all(body.get(name) == value for name, value in said):
                return site.answer(record, 0)
        return await handler(call)

    return handle


DEFECTS = (
    Defect(
        "loses-objects",
        "Free-form objects of a create request are dropped.",
        "create-reads-back",
        wrap=on(_CREATE, sent(_without_objects)),
    ),
    Defect(
        "cuts-text",
        "Text is cut after 1,000 characters.",
        "long-text-survives",
        wrap=on(_CREATE, sent(_shortened)),
    ),
    Defect(
        "other-defaults",
        "Properties left out get other values than their defaults.",
        "defaults-are-filled",
        wrap=on(_CREATE, sent(_with_other_defaults)),
    ),
    Defect(
        "forgets-embedded",
        "Records sent inside a create request are dropped.",
        "embedded-records-appear",
        wrap=on(_CREATE, sent(_without_parts)),
    ),
    Defect(
        "receipt-lies",
        "A create answer names another time than the record.",
        "receipt-names-the-record",
        wrap=on(_CREATE, told(_later(Stamp.CREATED))),
    ),
    Defect(
        "put-names-another",
        "A PUT answer names another id than the record's.",
        "update-receipt-names-the-record",
        wrap=on(_REPLACE, told(_with_another_id)),
    ),
    Defect(
        "patch-names-another",
        "A PATCH answer names another id than the record's.",
        "update-receipt-names-the-record",
        wrap=on(_MERGE, told(_with_another_id)),
    ),
    Defect(
        "put-misdates",
        "A PUT answer names another time of the update than the record.",
        "update-receipt-names-the-record",
        wrap=on(_REPLACE, told(_later(Stamp.UPDATED))),
    ),
    Defect(
        "patch-misdates",
        "A PATCH answer names another time of the update than the record.",
        "update-receipt-names-the-record",
        wrap=on(_MERGE, told(_later(Stamp.UPDATED))),
    ),
    Defect(
        "delete-names-another",
        "A DELETE answer names another id than the record's.",
        "delete-receipt-names-the-record",
        wrap=on(_DELETE, told(_with_another_id)),
    ),
    Defect(
        "creates-once",
        "An equal create request makes no second record.",
        "ids-are-unique",
        wrap=on(_CREATE, _create_once),
    ),
    Defect(
        "put-merges",
        "PUT keeps what it does not name.",
        "put-replaces",
        wrap=on(_REPLACE, as_verb(Verb.MERGE)),
    ),
    Defect(
        "put-creates",
        "PUT on an unknown id creates a record.",
        "put-creates-nothing",
        wrap=on(_REPLACE, _put_creates),
    ),
    Defect(
        "put-forgets-objects",
        "PUT drops the free-form objects it is sent.",
        "put-reads-back",
        wrap=on(_REPLACE, sent(_without_objects)),
    ),
    Defect(
        "patch-replaces",
        "PATCH resets what it does not name.",
        "patch-keeps-the-rest",
        wrap=on(_MERGE, as_verb(Verb.REPLACE)),
    ),
    Defect(
        "patch-forgets-objects",
        "PATCH ignores free-form objects.",
        "patch-reads-back",
        wrap=on(_MERGE, sent(_without_objects)),
    ),
    Defect(
        "drops-nulls",
        "Nulls inside the free-form objects of a create request are dropped.",
        "nulls-in-objects-are-kept",
        wrap=on(_CREATE, sent(_without_nulls)),
    ),
    Defect(
        "patch-drops-nulls",
        "PATCH drops nulls inside free-form objects.",
        "nulls-in-objects-are-kept",
        wrap=on(_MERGE, sent(_without_nulls)),
    ),
    Defect(
        "patch-ignores-empty-values",
        "PATCH takes an empty text or list, 0 and false for nothing.",
        "patch-sets-empty-values",
        wrap=on(_MERGE, sent(_without_empty)),
    ),
    Defect(
        "patch-is-shallow",
        "PATCH replaces objects instead of merging them.",
        "patch-merges-deeply",
        wrap=on(_MERGE, before(_forget)),
    ),
    Defect(
        "time-stands-still",
        "Updates do not move the time of the last update.",
        "updates-move-time",
        wrap=on(_UPDATE, after(_stop_time)),
    ),
    Defect(
        "created-anew",
        "Updates move the time of creation.",
        "identity-stays",
        wrap=on(_UPDATE, after(_restart_time)),
    ),
    Defect(
        "write-spills",
        "A write changes the records beside it, too.",
        "writes-touch-nothing-else",
        wrap=on(_UPDATE, after(_spill)),
    ),
    Defect(
        "deletes-in-name",
        "DELETE answers and deletes nothing.",
        "deleted-is-gone",
        wrap=on(_DELETE, _delete_in_name),
    ),
    Defect(
        "deletes-two",
        "DELETE takes another record along.",
        "delete-spares-the-rest",
        wrap=on(_DELETE, before(_delete_another)),
    ),
)
