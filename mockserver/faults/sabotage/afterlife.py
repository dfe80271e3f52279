"""Defects of what is gone: deleted records that are not treated as if they had never been."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.resources import Verb
from mockserver.call import Answer, Call, Handler
from mockserver.faults.sabotage.defect import Defect, Seat, on
from mockserver.faults.sabotage.leaky import Leaky
from mockserver.problems import NotFound
from mockserver.records import owner_key
from mockserver.store.base import Record, Store

_UPDATE, _DELETE = frozenset({Verb.REPLACE, Verb.MERGE}), frozenset({Verb.DELETE})

_Address = tuple[str, str, str, str]


class _Graveyard(Leaky):
    """Remembers what was deleted: (workspace, collection, owner, id)."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.dead: dict[_Address, Record] = {}

    async def delete(self, workspace: str, collection: str, owner: str, id: str) -> bool:
        record = await self.kept.get(workspace, collection, owner, id)
        if record is not None:
            self.dead[workspace, collection, owner, id] = record
        return await self.kept.delete(workspace, collection, owner, id)


def _dead(seat: Seat) -> Mapping[_Address, Record]:
    return seat.records.store.dead if isinstance(seat.records.store, _Graveyard) else {}


def _raise_the_dead(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        record = _dead(seat).get((call.workspace, seat.resource.path, *await site.address(call)))
        if record is not None:
            await seat.records.store.insert(call.workspace, seat.resource.path, record)
        return await handler(call)

    return handle


def _delete_the_dead(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        record = _dead(seat).get((call.workspace, seat.resource.path, *await site.address(call)))
        return await handler(call) if record is None else site.answer(record, seat.records.clock.now())

    return handle


def _list_of_the_dead(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        try:
            return await handler(call)
        except NotFound:
            *above, id = [str(call.path[name]).lower() for name in seat.resource.owner_parameters] or [""]
            if (call.workspace, seat.resource.parent, owner_key(above), id) not in _dead(seat):
                raise
            return site.page([], 0)

    return handle


DEFECTS = (
    Defect(
        "raises-the-dead",
        "A write to a deleted record brings it back.",
        "deleted-takes-no-writes",
        store=_Graveyard,
        wrap=on(_UPDATE, _raise_the_dead),
    ),
    Defect(
        "deletes-twice",
        "A second DELETE is answered like the first.",
        "second-delete-is-404",
        store=_Graveyard,
        wrap=on(_DELETE, _delete_the_dead),
    ),
    Defect(
        "lists-below-the-dead",
        "The lists below a deleted record are empty instead of gone.",
        "children-go-with-their-parent",
        store=_Graveyard,
        wrap=on({Verb.LIST}, _list_of_the_dead),
    ),
)
