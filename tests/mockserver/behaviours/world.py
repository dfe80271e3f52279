"""A mock's records and handlers in this process, without any HTTP."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from contracts.document import Document
from contracts.inference import infer
from mockserver.behaviours import BEHAVIOURS
from mockserver.call import Answer, Call, Handler
from mockserver.clock import FrozenClock, from_text
from mockserver.ids import Ids
from mockserver.records import Records
from mockserver.store.base import Query, Record, Store
from mockserver.store.memory import MemoryStore
from mockserver.synth import Synth

JSON = dict[str, Any]
NOON = from_text("2024-05-01T12:00:00Z")


def told(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that is a story of awaited steps, as a test that pytest can run."""

    @functools.wraps(story)
    def tell(*args: Any, **named: Any) -> None:
        asyncio.run(story(*args, **named))

    return tell


@dataclass(frozen=True)
class Spoken:
    """What a chat answered: the answer, and its message."""

    answer: JSON

    @property
    def message(self) -> JSON:
        found: JSON = self.answer["response"][0][0]
        return found

    @property
    def content(self) -> str:
        return str(self.message["content"])


class World:
    """One mock: an agent, a user and sessions are made and chatted in by plain calls."""

    def __init__(
        self, document: Document, seed: int = 1, workspace: str = "w", store: Store | None = None
    ) -> None:
        self.document = document
        self.clock = FrozenClock(NOON)
        self.model = infer(document)
        self.workspace = workspace
        ids = Ids(seed)
        synth = Synth(document.data, ids)
        self.records = Records(document, self.model, store or MemoryStore(), self.clock, ids, synth.value)
        self.handlers: dict[str, Handler] = {
            id: BEHAVIOURS[b.name](b, self.records, document) for id, b in self.model.behaviours.items()
        }

    async def create(self, path: str, owner: str = "", **sent: Any) -> Record:
        return await self.records.create(self.workspace, self.model.resources[path], owner, sent)

    async def session(self, *, agent: JSON | None = None, user: JSON | None = None, **sent: Any) -> Record:
        """A session of a new agent, and of a new user if one is described."""
        made = await self.create("/agents", **({"name": "Guide"} | (agent or {})))
        if user is not None:
            sent["user_id"] = (await self.create("/users", **user)).id
        return await self.create("/sessions", agent_id=made.id, **sent)

    async def call(self, operation: str, path: JSON, body: Any = None, **rest: Any) -> Answer:
        found = self.model.behaviours[operation].operation
        call = Call(found, path, workspace=self.workspace, body=body, **rest)
        return await self.handlers[operation](call)

    async def raw(self, session: str, said: str | list[JSON], **settings: Any) -> Answer:
        media_type = settings.pop("media_type", "application/json")
        messages = [{"role": "user", "content": said}] if isinstance(said, str) else said
        body = {"messages": messages} | settings
        return await self.call("Chat", {"session_id": session}, body, media_type=media_type)

    async def chat(self, session: str, said: str | list[JSON], **settings: Any) -> Spoken:
        answer = await self.raw(session, said, **settings)
        assert answer.status == 200
        return Spoken(json.loads(answer.body))

    async def around(self, path: str, owner: str, *, newest_first: bool = False) -> list[JSON]:
        """The records of an owner in one of its collections."""
        resource = self.model.resources[path]
        found = await self.records.find(self.workspace, resource, owner, Query(descending=newest_first))
        return [json.loads(record.body) for record in found]

    async def history(self, session: str) -> list[JSON]:
        return await self.around("/sessions/{session_id}/history", session)

    async def memories(self, session: str) -> list[JSON]:
        return await self.around("/agents/{agent_id}/memories", (await self.read(session))["agent_id"])

    async def suggestions(self, session: str) -> list[JSON]:
        return await self.around("/sessions/{session_id}/suggestions", session, newest_first=True)

    async def read(self, session: str) -> JSON:
        resource = self.model.resources["/sessions"]
        found = await self.records.get(self.workspace, resource, "", session)
        body: JSON = json.loads(found.body)
        return body

    async def job(self, id: str) -> JSON:
        answer = await self.call("GetJobStatus", {"job_id": id})
        assert answer.status == 200
        body: JSON = json.loads(answer.body)
        return body
