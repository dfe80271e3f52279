"""What a turn leaves behind: messages, the session's summary, suggestions, a memory and its job."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from contracts.document import JSON
from contracts.resources import Resource
from mockserver.behaviours import jobs
from mockserver.behaviours.links import USER_PROPERTY, Links
from mockserver.behaviours.outcome.memories import JOB, memory
from mockserver.behaviours.outcome.suggestions import suggestions, summary
from mockserver.behaviours.reply.assistant import Assistant, Prompt
from mockserver.behaviours.reply.replies import Reply
from mockserver.behaviours.scene.conversation import Message
from mockserver.behaviours.scene.scenes import Place, Scene
from mockserver.behaviours.scene.settings import Settings
from mockserver.clock import to_text
from mockserver.problems import NotFound
from mockserver.records import Records
from mockserver.strict_json import load


@dataclass(frozen=True)
class Outcome:
    """What of a turn is told in its answer.

    Attributes:
        id: of the answer itself.
        time: of the agent's message, in microseconds.
        message: the agent's message, as history has it.
        jobs: ids of what goes on.
    """

    id: str
    time: int
    message: JSON
    jobs: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """The messages of a turn.

    Attributes:
        began: when the first was said, in microseconds.
        id, time, body: of the agent's, which is the last.
    """

    began: int
    id: str
    time: int
    body: JSON


class Effects:
    """Writes what turns leave behind."""

    def __init__(self, links: Links, records: Records, assistant: Assistant) -> None:
        self._links = links
        self._records = records
        self._assistant = assistant

    async def write(self, scene: Scene, settings: Settings, prompt: Prompt, reply: Reply) -> Outcome:
        """Writes everything, the messages first.

        Raises:
            NotFound: the session went away meanwhile.
        """
        place = scene.place
        answer = Message(reply.role, reply.content, scene.agent_name)
        said = await self._messages(place, settings, prompt.new, answer)
        await self._session(place, settings, prompt)
        if settings.record:
            await self._suggestions(place, settings, prompt, said.id)
        if prompt.recalled and prompt.recalled.memory:
            await self._recalled(place, prompt.recalled.memory, said.time)
        jobs = await self._remember(place, prompt, said.began) if settings.remember else ()
        tick = await self._records.tick(place.workspace)
        return Outcome(self._records.ids.uuid(place.workspace, tick.number), said.time, said.body, jobs)

    async def _messages(
        self, place: Place, settings: Settings, new: tuple[Message, ...], answer: Message
    ) -> Said:
        """Gives the messages their ids and times, and keeps them, if they are to be kept."""
        history = self._links.history
        owner = self._links.owner(history, place.session, place.ids) if history else None
        if history is None or owner is None:
            tick = await self._records.tick(place.workspace)
            id = self._records.ids.uuid(place.workspace, tick.number)
            body = answer.body | {"id": id, "created_at": to_text(tick.time)}
            return Said(tick.time, id, tick.time, body)
        make = self._records.create if settings.record else self._records.draft
        times = [(await make(place.workspace, history, owner, message.body)).created for message in new]
        record = await make(place.workspace, history, owner, answer.body)
        return Said(times[0], record.id, record.created, load(record.body))

    async def _session(self, place: Place, settings: Settings, prompt: Prompt) -> None:
        about = summary(prompt) if settings.record else None
        changes = {} if about is None else {"summary": about}
        session = place.session
        await self._records.amend(place.workspace, self._links.session, session.owner, session.id, changes)

    async def _suggestions(self, place: Place, settings: Settings, prompt: Prompt, message_id: str) -> None:
        rng = self._assistant.random(prompt, settings, "suggestions")
        for suggestion in suggestions(prompt, message_id, rng):
            await self._create(place, self._links.suggestions, suggestion)

    async def _recalled(self, place: Place, id: str, time: int) -> None:
        resource = self._links.memories
        owner = self._links.owner(resource, place.session, place.ids) if resource else None
        if resource is not None and owner is not None:
            changes = {"last_accessed_at": to_text(time)}
            with suppress(
                NotFound
            ):  # it may have been deleted since it was read, which is no fault of the turn
                await self._records.amend(place.workspace, resource, owner, id, changes)

    async def _remember(self, place: Place, prompt: Prompt, began: int) -> tuple[str, ...]:
        """The memory is there at once; the job tells how a real service takes its time over it."""
        formed = memory(prompt.new, to_text(began))
        if formed is None:
            return ()
        if self._links.user is not None and self._links.user.path in place.ids:
            formed[USER_PROPERTY] = place.body[USER_PROPERTY]
        if not await self._create(place, self._links.memories, formed) or self._links.jobs is None:
            return ()
        return (await jobs.set_off(self._records, place.workspace, self._links.jobs, JOB),)

    async def _create(self, place: Place, resource: Resource | None, sent: JSON) -> bool:
        """Creates a record around the session, if the document has a place for it."""
        owner = self._links.owner(resource, place.session, place.ids) if resource else None
        if resource is None or owner is None:
            return False
        await self._records.create(place.workspace, resource, owner, sent)
        return True
