"""Defects of keeping: stores that forget, mix up or misorder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mockserver.faults.sabotage.defect import Defect
from mockserver.store.base import Query, Record, Store, Tick


class _Leaky:
    """A store that passes everything on; each defect changes one call."""

    def __init__(self, store: Store) -> None:
        self.kept = store

    async def tick(self, workspace: str, now: int) -> Tick:
        return await self.kept.tick(workspace, now)

    async def insert(self, workspace: str, collection: str, record: Record) -> bool:
        return await self.kept.insert(workspace, collection, record)

    async def get(self, workspace: str, collection: str, owner: str, id: str) -> Record | None:
        return await self.kept.get(workspace, collection, owner, id)

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(workspace, collection, owner, query)

    async def count(self, workspace: str, collection: str, owner: str, query: Query) -> int:
        return await self.kept.count(workspace, collection, owner, query)

    async def update(
        self, workspace: str, collection: str, owner: str, id: str, change: Callable[[Record], Record]
    ) -> Record | None:
        return await self.kept.update(workspace, collection, owner, id, change)

    async def delete(self, workspace: str, collection: str, owner: str, id: str) -> bool:
        return await self.kept.delete(workspace, collection, owner, id)

    async def clear(self, workspace: str, collection: str, owner: str) -> int:
        return await self.kept.clear(workspace, collection, owner)

    async def owners(self, workspace: str, collection: str) -> list[str]:
        return await self.kept.owners(workspace, collection)

    async def close(self) -> None:
        await self.kept.close()


class _Forgetful(_Leaky):
    async def insert(self, workspace: str, collection: str, record: Record) -> bool:
        return True


class _Overlapping(_Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(
            workspace, collection, owner, replace(query, offset=max(query.offset - 1, 0))
        )


class _Unlimited(_Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(workspace, collection, owner, replace(query, limit=None))


class _Unfiltered(_Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        nested = tuple(pair for pair in query.equal if len(pair[0]) == 1)
        return await self.kept.find(workspace, collection, owner, replace(query, equal=nested))


class _Loose(_Leaky):
    """Compares as text does: 1, true and "1" are one value to it."""

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        found: dict[str, Record] = {}
        for path, value in [pair for pair in query.equal if len(pair[0]) > 1][-1:]:
            rest = tuple(pair for pair in query.equal if pair[0] != path)
            for alike in (value, 1, True, "1") if value in (1, True, "1") else (value,):
                wider = replace(query, equal=(*rest, (path, alike)))
                found |= {r.id: r for r in await self.kept.find(workspace, collection, owner, wider)}
        return list(found.values()) or await self.kept.find(workspace, collection, owner, query)


class _Unsorted(_Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(workspace, collection, owner, replace(query, sort="created"))


class _Backwards(_Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(
            workspace, collection, owner, replace(query, descending=not query.descending)
        )


class _Late(_Leaky):
    """The newest record is not listed yet."""

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        newest = await self.kept.find(workspace, collection, owner, Query(descending=True, limit=1))
        found = await self.kept.find(workspace, collection, owner, query)
        return [record for record in found if record not in newest]


class _OwnersShareRecords(_Leaky):
    async def get(self, workspace: str, collection: str, owner: str, id: str) -> Record | None:
        for each in await self.kept.owners(workspace, collection):
            record = await self.kept.get(workspace, collection, each, id)
            if record is not None:
                return record
        return None


class _OwnersShareLists(_Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        owners = await self.kept.owners(workspace, collection)
        return [r for each in owners for r in await self.kept.find(workspace, collection, each, query)]


class _OneWorld(_Leaky):
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


class _ForeignWrites(_ForeignReads):
    async def update(
        self, workspace: str, collection: str, owner: str, id: str, change: Callable[[Record], Record]
    ) -> Record | None:
        holder = await self.holder(workspace, collection, owner, id)
        return await self.kept.update(holder, collection, owner, id, change)

    async def delete(self, workspace: str, collection: str, owner: str, id: str) -> bool:
        holder = await self.holder(workspace, collection, owner, id)
        return await self.kept.delete(holder, collection, owner, id)


DEFECTS = (
    Defect("forgets-creates", "Creating answers and keeps nothing.", "create-reads-back", store=_Forgetful),
    Defect("pages-overlap", "Each page begins one record too early.", "pages-partition", store=_Overlapping),
    Defect("ignores-limit", "A page holds everything.", "pages-partition", store=_Unlimited),
    Defect("ignores-filters", "Filters on objects select everything.", "filters-select", store=_Unfiltered),
    Defect(
        "confuses-types",
        'Filters take 1, true and "1" for one value.',
        "filters-compare-by-type",
        store=_Loose,
    ),
    Defect(
        "ignores-sorting", "Lists are sorted by creation whatever is asked.", "sorting-sorts", store=_Unsorted
    ),
    Defect("lists-backwards", "Lists are in the opposite order.", "lists-are-in-order", store=_Backwards),
    Defect("lists-late", "The newest record is not listed.", "created-is-listed", store=_Late),
    Defect(
        "owners-share-records",
        "A record is reached under every parent.",
        "child-is-reached-through-its-parent-alone",
        store=_OwnersShareRecords,
    ),
    Defect(
        "owners-share-lists",
        "A list holds the records of every parent.",
        "child-is-listed-under-its-parent-alone",
        store=_OwnersShareLists,
    ),
    Defect("foreign-reads", "Every key reads every record.", "foreign-is-not-read", store=_ForeignReads),
    Defect(
        "foreign-lists", "Lists hold the records of every key.", "foreign-is-not-listed", store=_ForeignLists
    ),
    Defect(
        "foreign-writes", "Every key writes every record.", "foreign-is-not-written", store=_ForeignWrites
    ),
)
