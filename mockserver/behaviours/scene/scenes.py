"""What a chat begins with: everything it reads, read before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.document import JSON
from contracts.resources import Resource
from mockserver.behaviours.links import AGENT_PROPERTY, USER_PROPERTY, Links
from mockserver.behaviours.scene.conversation import Message, read
from mockserver.behaviours.scene.recall import Source
from mockserver.behaviours.target import Target
from mockserver.call import Call
from mockserver.records import Records
from mockserver.store.base import Query, Record
from mockserver.strict_json import load

#: How far back the assistant looks: messages of a history, records of a collection, and bytes of either.
REMEMBERED_MESSAGES = 40
KNOWN_RECORDS = 100
KNOWN_TOOLS = 1_000
CONTEXT = 200_000


@dataclass(frozen=True)
class Place:
    """A session, and where it stands.

    Attributes:
        body: the session as it is read.
        ids: collection path → id of the record that the session refers to, if that record exists.
    """

    workspace: str
    session: Record
    body: JSON
    ids: Mapping[str, str]


@dataclass(frozen=True)
class Scene:
    """A session and what is around it.

    Attributes:
        agent, user: their records; empty when there is none.
        history: the conversation so far, oldest first.
        tools: the agent's, oldest first.
    """

    place: Place
    agent: JSON
    user: JSON
    history: tuple[Message, ...]
    tools: tuple[JSON, ...]

    @property
    def agent_name(self) -> str | None:
        """What the agent is called, if anything."""
        name = self.agent.get("name")
        return name if isinstance(name, str) else None

    @property
    def user_name(self) -> str | None:
        """What the user is called, if anything."""
        name = self.user.get("name")
        return name if isinstance(name, str) else None


class Scenes:
    """Reads scenes."""

    def __init__(self, target: Target, links: Links, records: Records) -> None:
        self._target = target
        self._links = links
        self._records = records

    async def read(self, call: Call) -> Scene:
        """The scene of one call.

        Raises:
            NotFound: there is no such session.
        """
        session = await self._target.record(call)
        body = load(session.body)
        agent = await self._referred(call.workspace, self._links.agent, body.get(AGENT_PROPERTY))
        user = await self._referred(call.workspace, self._links.user, body.get(USER_PROPERTY))
        ids = {resource.path: record.id for resource, record in (*agent, *user)}
        place = Place(call.workspace, session, body, ids)
        newest = await self.around(
            place, self._links.history, Query(descending=True, limit=REMEMBERED_MESSAGES)
        )
        return Scene(
            place=place,
            agent=load(agent[0][1].body) if agent else {},
            user=load(user[0][1].body) if user else {},
            history=tuple(read(load(record.body)) for record in reversed(_in_context(newest))),
            tools=tuple(
                load(r.body) for r in await self.around(place, self._links.tools, Query(limit=KNOWN_TOOLS))
            ),
        )

    async def sources(self, place: Place) -> list[Source]:
        """What the agent knows: its memories of this user, then the docs at hand, each newest first."""
        about = place.body.get(USER_PROPERTY)
        of_user = () if about is None else (((USER_PROPERTY,), about),)
        newest = Query(descending=True, limit=KNOWN_RECORDS)
        memories = await self.around(
            place, self._links.memories, Query(descending=True, limit=KNOWN_RECORDS, equal=of_user)
        )
        docs = [record for part in self._links.docs for record in await self.around(place, part, newest)]
        return [Source("", _texts(record, "content")[0], record.id) for record in _in_context(memories)] + [
            Source(*_texts(record, "title", "content")) for record in _in_context(docs)
        ]

    async def around(self, place: Place, resource: Resource | None, query: Query) -> list[Record]:
        """This session's records of a linked resource; none where there is no such resource."""
        if resource is None:
            return []
        owner = self._links.owner(resource, place.session, place.ids)
        return [] if owner is None else await self._records.find(place.workspace, resource, owner, query)

    async def _referred(
        self, workspace: str, resource: Resource | None, id: object
    ) -> list[tuple[Resource, Record]]:
        """The record that a session refers to, if there is one, with its resource."""
        if resource is None or resource.owner_parameters or not isinstance(id, str):
            return []
        record = await self._records.store.get(workspace, resource.path, "", id)
        return [] if record is None else [(resource, record)]


def _in_context(records: Iterable[Record]) -> list[Record]:
    """The first of some records, as far as they are read together; one is read however large it is."""
    found: list[Record] = []
    size = 0
    for record in records:
        size += len(record.body)
        if found and size > CONTEXT:
            break
        found.append(record)
    return found


def _texts(record: Record, *names: str) -> list[str]:
    body = load(record.body)
    return [value if isinstance(value := body.get(name), str) else "" for name in names]
