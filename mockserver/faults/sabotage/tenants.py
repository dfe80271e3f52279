"""Defects of keeping keys apart: what one of them sees and does of another's."""

from __future__ import annotations

from collections.abc import Callable

from contracts.resources import Verb
from mockserver.call import Answer, Call, Handler
from mockserver.faults.sabotage.defect import Defect, Seat, on
from mockserver.faults.sabotage.leaky import Leaky
from mockserver.faults.sabotage.references import create_anyway
from mockserver.problems import NotFound
from mockserver.records import owner_key
from mockserver.store.base import Query, Record, Store, Tick

_CREATE, _GET = frozenset({Verb.CREATE}), frozenset({Verb.GET})


class _OneWorld(Leaky):
    """Remembers every workspace it was asked for, so that its subclasses can look into the others."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.workspaces: dict[str, None] = {}

    async def tick(self, workspace: str, now: int) -> Tick:
        self.workspaces[workspace] = None
        return await self.kept.tick(workspace, now)

    async def holder(self, workspace: str, collection: str, owner: str, id: str) -> str:
        """The workspace that holds a record; the one that asks, when none does."""
        for each in self.workspaces:
            if await self.kept.get(each, collection, owner, id) is not None:
                return each
        return workspace


class _ForeignReads(_OneWorld):
    async def get(self, workspace: str, collection: str, owner: str, id: str) -> Record | None:
        holder = await self.holder(workspace, collection, owner, id)
        return await self.kept.get(holder, collection, owner, id)


class _ForeignLists(_OneWorld):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        found = [await self.kept.find(each, collection, owner, query) for each in self.workspaces]
        return [record for records in found for record in records]


class _ForeignFiltered(_ForeignLists):
    """A query of its own for filters, which forgets whose the records are."""

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        if query.equal:
            return await super().find(workspace, collection, owner, query)
        return await self.kept.find(workspace, collection, owner, query)


class _ForeignSorted(_ForeignLists):
    """A query of its own for lists that are sorted by the last update."""

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        if query.sort == "updated":
            return await super().find(workspace, collection, owner, query)
        return await self.kept.find(workspace, collection, owner, query)


class _ForeignWrites(_ForeignReads):
    async def update(
        self, workspace: str, collection: str, owner: str, id: str, change: Callable[[Record], Record]
    ) -> Record | None:
        holder = await self.holder(workspace, collection, owner, id)
        return await self.kept.update(holder, collection, owner, id, change)

    async def delete(self, workspace: str, collection: str, owner: str, id: str) -> bool:
        holder = await self.holder(workspace, collection, owner, id)
        return await self.kept.delete(holder, collection, owner, id)


async def _holder(seat: Seat, call: Call, collection: str, owner: str, id: str) -> str:
    """The workspace that holds a record, whichever it is; the one that asks, when none does."""
    store = seat.records.store
    return await store.holder(call.workspace, collection, owner, id) if isinstance(store, _OneWorld) else ""


def _forbidden(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        try:
            return await handler(call)
        except NotFound:
            if await _holder(seat, call, seat.resource.path, *await site.address(call)) == call.workspace:
                raise
            return Answer(403, b"{}", "application/problem+json")

    return handle


def _foreign_references(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        try:
            return await handler(call)
        except NotFound:
            for reference in seat.resource.references:
                id = str(call.body.get(reference.property)).lower()
                if await _holder(seat, call, reference.target, "", id) != call.workspace:
                    return await create_anyway(seat, site, call)
            raise

    return handle


def _foreign_owners(seat: Seat, handler: Handler) -> Handler:
    async def handle(call: Call) -> Answer:
        *above, id = [str(call.path[name]).lower() for name in seat.resource.owner_parameters] or [""]
        if seat.resource.parent is not None:
            call.workspace = await _holder(seat, call, seat.resource.parent, owner_key(above), id)
        return await handler(call)

    return handle


def _foreign_actions(seat: Seat, handler: Handler) -> Handler:
    site = seat.site()

    async def handle(call: Call) -> Answer:
        call.workspace = await _holder(seat, call, seat.resource.path, *await site.address(call))
        return await handler(call)

    return handle


DEFECTS = (
    Defect("foreign-reads", "Every key reads every record.", "foreign-is-not-read", store=_ForeignReads),
    Defect(
        "foreign-lists", "Lists hold the records of every key.", "foreign-is-not-listed", store=_ForeignLists
    ),
    Defect(
        "foreign-filtered",
        "Lists with a filter hold the records of every key.",
        "foreign-is-not-listed",
        store=_ForeignFiltered,
    ),
    Defect(
        "foreign-sorted",
        "Lists by the last update hold the records of every key.",
        "foreign-is-not-listed",
        store=_ForeignSorted,
    ),
    Defect(
        "foreign-writes", "Every key writes every record.", "foreign-is-not-written", store=_ForeignWrites
    ),
    Defect(
        "foreign-actions",
        "Every key acts on every record.",
        "foreign-takes-no-action",
        store=_OneWorld,
        wrap=lambda seat, handler: _foreign_actions(seat, handler) if seat.verb is None else handler,
    ),
    Defect(
        "tells-foreign-ids",
        "Reading another key's record is forbidden, reading an unknown one is not.",
        "foreign-is-like-unknown",
        store=_OneWorld,
        wrap=on(_GET, _forbidden),
    ),
    Defect(
        "foreign-references",
        "A record may refer to one of another key.",
        "foreign-reference-is-refused",
        store=_OneWorld,
        wrap=on(_CREATE, _foreign_references),
    ),
    Defect(
        "foreign-owners",
        "Records are created under those of every key.",
        "foreign-owner-takes-no-records",
        store=_OneWorld,
        wrap=on(_CREATE, _foreign_owners),
    ),
)
