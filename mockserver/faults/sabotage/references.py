"""Defects of references: what a record that names another does to it, and what becomes of it."""

from __future__ import annotations

import orjson

from contracts.resources import Verb
from contracts.schemas import kind, properties
from mockserver.call import Answer, Call, Handler
from mockserver.faults.sabotage.deeds import before
from mockserver.faults.sabotage.defect import Defect, Seat, on
from mockserver.problems import NotFound
from mockserver.records import below
from mockserver.site import Site
from mockserver.store.base import Query

_CREATE, _DELETE = frozenset({Verb.CREATE}), frozenset({Verb.DELETE})


async def create_anyway(seat: Seat, site: Site, call: Call) -> Answer:
    """Creates a record without looking at what it refers to."""
    owner = await site.owner(call)
    record = await seat.records.draft(call.workspace, seat.resource, owner, site.sent(call))
    await seat.records.store.insert(call.workspace, seat.resource.path, record)
    return site.answer(record, 0)


def _any_reference(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        try:
            return await handler(call)
        except NotFound:
            return await create_anyway(seat, site, call)

    return handle


def _first_target(seat: Seat, handler: Handler) -> Handler:
    async def handle(call: Call) -> Answer:
        for reference in seat.resource.references:
            target = seat.records.resource(reference.target)
            if reference.property in call.body and not target.owner_parameters:
                for first in await seat.records.find(call.workspace, target, "", Query(limit=1)):
                    call.body = {**call.body, reference.property: first.id}
        return await handler(call)

    return handle


def _mark_targets(seat: Seat, handler: Handler) -> Handler:
    async def handle(call: Call) -> Answer:
        answer, root = await handler(call), seat.document.data
        for reference in seat.resource.references:
            target, id = seat.records.resource(reference.target), call.body.get(reference.property)
            fields = properties(root, target.record).items()
            free = [name for name, part in fields if kind(root, part) == "object"]
            if id is not None and free and not target.owner_parameters:
                changes = {name: {"referred_to": True} for name in free}
                await seat.records.amend(call.workspace, target, "", id.lower(), changes)
        return answer

    return handle


async def _delete_targets(seat: Seat, call: Call, owner: str, id: str) -> None:
    record = await seat.records.get(call.workspace, seat.resource, owner, id)
    body = orjson.loads(record.body)
    for reference in seat.resource.references:
        target = seat.records.resource(reference.target)
        await seat.records.store.delete(call.workspace, target.path, "", str(body.get(reference.property)))


def _delete_alone(seat: Seat, handler: Handler) -> Handler:
    """Deletes a record and what stands under it, as if nothing referred to it."""
    site = seat.site()

    async def handle(call: Call) -> Answer:
        owner, id = await site.address(call)
        record = await seat.records.get(call.workspace, seat.resource, owner, id)
        for child in seat.records.model.children(seat.resource.path):
            await seat.records.clear(call.workspace, child, below(record))
        await seat.records.store.delete(call.workspace, seat.resource.path, owner, id)
        return site.answer(record, (await seat.records.tick(call.workspace)).time)

    return handle


DEFECTS = (
    Defect(
        "any-reference-is-good",
        "A record may refer to one that is not there.",
        "unknown-reference-is-refused",
        wrap=on(_CREATE, _any_reference),
    ),
    Defect(
        "refers-to-the-first",
        "Every record refers to the first that there is, whatever was sent.",
        "reference-reads-back",
        wrap=on(_CREATE, _first_target),
    ),
    Defect(
        "marks-what-is-referred-to",
        "Referring to a record writes into its objects.",
        "referring-changes-no-target",
        wrap=on(_CREATE, _mark_targets),
    ),
    Defect(
        "deletes-targets",
        "DELETE takes along what the record refers to.",
        "deleting-spares-the-target",
        wrap=on(_DELETE, before(_delete_targets)),
    ),
    Defect(
        "keeps-referrers",
        "DELETE leaves what refers to the record.",
        "referrers-go-too",
        wrap=on(_DELETE, _delete_alone),
    ),
)
