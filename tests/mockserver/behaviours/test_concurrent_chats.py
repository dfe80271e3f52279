"""Chats at the same time, over a store that yields at every step as one behind a socket does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from contracts.document import Document
from mockserver.behaviours.turns import Turns
from mockserver.problems import NotFound
from mockserver.store.base import Query, Record, Tick
from mockserver.store.memory import MemoryStore
from tests.mockserver.behaviours.world import World, told


class YieldingStore(MemoryStore):
    """Lets others run before each step."""

    async def tick(self, workspace: str, now: int) -> Tick:
        await asyncio.sleep(0)
        return await super().tick(workspace, now)

    async def insert(self, workspace: str, collection: str, record: Record) -> bool:
        await asyncio.sleep(0)
        return await super().insert(workspace, collection, record)

    async def get(self, workspace: str, collection: str, owner: str, id: str) -> Record | None:
        await asyncio.sleep(0)
        return await super().get(workspace, collection, owner, id)

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        await asyncio.sleep(0)
        return await super().find(workspace, collection, owner, query)

    async def update(
        self, workspace: str, collection: str, owner: str, id: str, change: Callable[[Record], Record]
    ) -> Record | None:
        await asyncio.sleep(0)
        return await super().update(workspace, collection, owner, id, change)


@pytest.fixture
def yielding(document: Document) -> World:
    return World(document, store=YieldingStore())


@told
async def test_turns_of_one_session_do_not_mix(yielding: World) -> None:
    session = await yielding.session()
    said = [f"Question {n} about tyres?" for n in range(8)]
    spoken = await asyncio.gather(
        *(
            yielding.chat(session.id, [{"role": "system", "content": "Hm."}, {"role": "user", "content": t}])
            for t in said
        )
    )
    contents = [m["content"] for m in await yielding.history(session.id)]
    assert contents == [text for t, s in zip(said, spoken, strict=True) for text in ("Hm.", t, s.content)]
    assert len(await yielding.suggestions(session.id)) == 16


@told
async def test_turns_of_several_sessions_run_side_by_side(yielding: World) -> None:
    sessions = [await yielding.session() for _ in range(4)]
    order: list[str] = []

    async def take(id: str) -> None:
        order.append(f"begin {id}")
        await yielding.chat(id, "Hello")
        order.append(f"end {id}")

    await asyncio.gather(*(take(session.id) for session in sessions))
    assert [step.partition(" ")[0] for step in order[:4]] == ["begin"] * 4
    assert all([len(await yielding.history(session.id)) == 2 for session in sessions])


@told
async def test_a_session_deleted_in_the_middle_is_not_found_and_leaves_nothing_to_be_seen(
    yielding: World,
) -> None:
    session = await yielding.session()
    resource = yielding.model.resources["/sessions"]
    results = await asyncio.gather(
        yielding.chat(session.id, "Hello"),
        yielding.records.delete("w", resource, "", session.id),
        return_exceptions=True,
    )
    assert isinstance(results[0], NotFound)
    assert await yielding.suggestions(session.id) == []


@told
async def test_a_failed_turn_gives_way_to_the_next(yielding: World) -> None:
    session = await yielding.session()
    wrong = {"type": "regex", "pattern": "("}
    results = await asyncio.gather(
        yielding.chat(session.id, "Hello", response_format=wrong),
        yielding.chat(session.id, "Hello"),
        return_exceptions=True,
    )
    assert isinstance(results[0], Exception)
    assert len(await yielding.history(session.id)) == 2


@told
async def test_no_lock_is_kept_when_nobody_needs_it() -> None:
    turns = Turns()

    async def take(key: str) -> None:
        async with turns.of(key):
            await asyncio.sleep(0)

    waiting = [asyncio.create_task(take(key)) for key in "aab"]
    await asyncio.sleep(0)
    waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert vars(turns) == {"_locks": {}, "_users": {}}
