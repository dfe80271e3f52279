"""Defects of keeping: stores that forget, mix up or misorder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockserver.faults.sabotage.defect import Defect
from mockserver.faults.sabotage.leaky import Leaky
from mockserver.store.base import Query, Record


class _Forgetful(Leaky):
    async def insert(self, workspace: str, collection: str, record: Record) -> bool:
        return True


class _Overlapping(Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(
            workspace, collection, owner, replace(query, offset=max(query.offset - 1, 0))
        )


class _Unlimited(Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(workspace, collection, owner, replace(query, limit=None))


class _Unfiltered(Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        nested = tuple(pair for pair in query.equal if len(pair[0]) == 1)
        return await self.kept.find(workspace, collection, owner, replace(query, equal=nested))


def _members(query: Query) -> list[tuple[tuple[str, ...], Any]]:
    """What a query asks of the members of objects."""
    return [pair for pair in query.equal if len(pair[0]) > 1]


class _LastMember(Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        heard = tuple(pair for pair in query.equal if pair not in _members(query)[:-1])
        return await self.kept.find(workspace, collection, owner, replace(query, equal=heard))


class _AnyMember(Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        members = _members(query)
        rest = tuple(pair for pair in query.equal if pair not in members)
        found: dict[str, Record] = {}
        for member in members:
            wider = replace(query, equal=(*rest, member))
            found |= {r.id: r for r in await self.kept.find(workspace, collection, owner, wider)}
        return list(found.values()) or await self.kept.find(workspace, collection, owner, query)


class _Loose(Leaky):
    """Compares as text does: 1, true and "1" are one value to it."""

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        found: dict[str, Record] = {}
        for path, value in [pair for pair in query.equal if len(pair[0]) > 1][-1:]:
            rest = tuple(pair for pair in query.equal if pair[0] != path)
            for alike in (value, 1, True, "1") if value in (1, True, "1") else (value,):
                wider = replace(query, equal=(*rest, (path, alike)))
                found |= {r.id: r for r in await self.kept.find(workspace, collection, owner, wider)}
        return list(found.values()) or await self.kept.find(workspace, collection, owner, query)


class _Unsorted(Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(workspace, collection, owner, replace(query, sort="created"))


class _Backwards(Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        return await self.kept.find(
            workspace, collection, owner, replace(query, descending=not query.descending)
        )


class _Late(Leaky):
    """The newest record is not listed yet."""

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        newest = await self.kept.find(workspace, collection, owner, Query(descending=True, limit=1))
        found = await self.kept.find(workspace, collection, owner, query)
        return [record for record in found if record not in newest]


class _OwnersShareRecords(Leaky):
    async def get(self, workspace: str, collection: str, owner: str, id: str) -> Record | None:
        for each in await self.kept.owners(workspace, collection):
            record = await self.kept.get(workspace, collection, each, id)
            if record is not None:
                return record
        return None

    async def update(
        self, workspace: str, collection: str, owner: str, id: str, change: Callable[[Record], Record]
    ) -> Record | None:
        for each in await self.kept.owners(workspace, collection):
            record = await self.kept.update(workspace, collection, each, id, change)
            if record is not None:
                return record
        return None

    async def delete(self, workspace: str, collection: str, owner: str, id: str) -> bool:
        owners = await self.kept.owners(workspace, collection)
        return any([await self.kept.delete(workspace, collection, each, id) for each in owners])


class _OwnersShareLists(Leaky):
    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        owners = await self.kept.owners(workspace, collection)
        return [r for each in owners for r in await self.kept.find(workspace, collection, each, query)]


DEFECTS = (
    Defect("forgets-creates", "Creating answers and keeps nothing.", "create-reads-back", store=_Forgetful),
    Defect("pages-overlap", "Each page begins one record too early.", "pages-partition", store=_Overlapping),
    Defect("ignores-limit", "A page holds everything.", "pages-partition", store=_Unlimited),
    Defect("ignores-filters", "Filters on objects select everything.", "filters-select", store=_Unfiltered),
    Defect(
        "filters-by-the-last",
        "Filters on objects select by their last member alone.",
        "filters-select",
        store=_LastMember,
    ),
    Defect(
        "filters-by-any",
        "Filters on objects select what has any of their members.",
        "filters-select",
        store=_AnyMember,
    ),
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
)
