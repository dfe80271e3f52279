"""A store that passes everything on, for defects to change one call of."""

from __future__ import annotations

from collections.abc import Callable

from mockserver.store.base import Query, Record, Store, Tick


class Leaky:
    """Passes everything on to `kept`."""

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
