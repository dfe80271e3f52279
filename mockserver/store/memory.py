"""Records in this process: the default."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from mockserver.store.base import Query, Record, Tick
from mockserver.store.matching import behind, matches, sort_key
from mockserver.strict_json import load


@dataclass(slots=True)
class _Shelf:
    """The records of one owner. Both orders are kept by dictionary order, so a page needs no sorting."""

    by_creation: dict[str, Record] = field(default_factory=dict)
    by_update: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _World:
    number: int = 0
    time: int = 0
    collections: dict[str, dict[str, _Shelf]] = field(default_factory=dict)


class MemoryStore:
    """A store in dictionaries. No method awaits anything, so each is atomic on one event loop."""

    def __init__(self) -> None:
        self._worlds: dict[str, _World] = {}

    async def tick(self, workspace: str, now: int) -> Tick:
        """The next number of the workspace, and max(now, last time + 1 µs)."""
        world = self._worlds.setdefault(workspace, _World())
        world.number += 1
        world.time = max(now, world.time + 1)
        return Tick(world.number, world.time)

    async def insert(self, workspace: str, collection: str, record: Record) -> bool:
        """Adds a record; False, and nothing happens, when its id is taken under that owner."""
        world = self._worlds.setdefault(workspace, _World())
        shelf = world.collections.setdefault(collection, {}).setdefault(record.owner, _Shelf())
        if record.id in shelf.by_creation:
            return False
        shelf.by_creation[record.id] = record
        shelf.by_update[record.id] = None
        return True

    async def get(self, workspace: str, collection: str, owner: str, id: str) -> Record | None:
        """The record, if it is there."""
        shelf = self._shelf(workspace, collection, owner)
        return shelf.by_creation.get(id) if shelf else None

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        """The records of one owner that a query selects."""
        shelf = self._shelf(workspace, collection, owner)
        if shelf is None:
            return []
        end = None if query.limit is None else query.offset + query.limit
        return list(islice(_selected(shelf, query), query.offset, end))

    async def count(self, workspace: str, collection: str, owner: str, query: Query) -> int:
        """How many records of one owner a query selects, its slice aside."""
        shelf = self._shelf(workspace, collection, owner)
        if shelf is None:
            return 0
        if not query.equal and query.contains is None:
            return len(shelf.by_creation)
        return sum(1 for record in shelf.by_creation.values() if matches(load(record.body), query))

    async def update(
        self, workspace: str, collection: str, owner: str, id: str, change: Callable[[Record], Record]
    ) -> Record | None:
        """Replaces a record by `change` of it; what `change` raises leaves all as it was."""
        shelf = self._shelf(workspace, collection, owner)
        old = shelf.by_creation.get(id) if shelf else None
        if shelf is None or old is None:
            return None
        new = change(old)
        shelf.by_creation[id] = new
        del shelf.by_update[id]
        shelf.by_update[id] = None
        return new

    async def delete(self, workspace: str, collection: str, owner: str, id: str) -> bool:
        """Removes a record; False when it was not there."""
        shelf = self._shelf(workspace, collection, owner)
        if shelf is None or shelf.by_creation.pop(id, None) is None:
            return False
        del shelf.by_update[id]
        if not shelf.by_creation:
            del self._worlds[workspace].collections[collection][owner]
        return True

    async def clear(self, workspace: str, collection: str, owner: str) -> int:
        """Removes all records of one owner; how many they were."""
        world = self._worlds.get(workspace)
        shelf = world.collections.get(collection, {}).pop(owner, None) if world else None
        return len(shelf.by_creation) if shelf else 0

    async def owners(self, workspace: str, collection: str) -> list[str]:
        """The owners that have records in a collection."""
        world = self._worlds.get(workspace)
        return list(world.collections.get(collection, ())) if world else []

    async def close(self) -> None:
        """Nothing is held outside this process."""

    def _shelf(self, workspace: str, collection: str, owner: str) -> _Shelf | None:
        world = self._worlds.get(workspace)
        return world.collections.get(collection, {}).get(owner) if world else None


def _selected(shelf: _Shelf, query: Query) -> Iterator[Record]:
    records = _ordered(shelf, query)
    if query.after is not None:
        records = filter(behind(query, query.after), records)
    if not query.equal and query.contains is None:
        return iter(records)
    return (record for record in records if matches(load(record.body), query))


def _ordered(shelf: _Shelf, query: Query) -> Iterable[Record]:
    kept: dict[str, Any] = shelf.by_creation
    if query.sort == "created":
        return reversed(kept.values()) if query.descending else kept.values()
    if query.sort == "updated":
        ids = reversed(shelf.by_update) if query.descending else shelf.by_update
        return (kept[id] for id in ids)
    key = sort_key(query.sort)
    return sorted(kept.values(), key=lambda record: key(load(record.body)), reverse=query.descending)
