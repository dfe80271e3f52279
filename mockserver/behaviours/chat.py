"""The story of one chat: read the scene, find the reply, then write what comes of it, then answer."""

from __future__ import annotations

import orjson

from contracts.document import JSON, Document
from contracts.resources import Behaviour
from mockserver.behaviours import conversation, tokens
from mockserver.behaviours.assistant import Assistant, Prompt
from mockserver.behaviours.effects import Effects, Outcome
from mockserver.behaviours.links import links
from mockserver.behaviours.recall import recalled
from mockserver.behaviours.replies import Replies, Reply
from mockserver.behaviours.scene import Scene, Scenes
from mockserver.behaviours.settings import Resolver, Settings
from mockserver.behaviours.streaming import MEDIA_TYPE, Stream, streamed
from mockserver.behaviours.target import Target
from mockserver.behaviours.turns import Turns
from mockserver.call import Answer, Call
from mockserver.clock import MICROSECONDS
from mockserver.records import Records


class Chat:
    """Answers the calls of one chat operation.

    Raises:
        DocumentError: the hint that binds it cannot be used.
    """

    def __init__(self, behaviour: Behaviour, records: Records, document: Document) -> None:
        self._target = Target(behaviour, records, document)
        self._links = links(behaviour, self._target.resource, records.model, document)
        self._status = behaviour.operation.success_status
        body = behaviour.operation.body
        assistant = Assistant(records.ids)
        self._scenes = Scenes(self._target, self._links, records)
        self._resolver = Resolver(document.data, (body.json_schema if body else None) or {})
        self._replies = Replies(assistant)
        self._effects = Effects(self._links, records, assistant)
        self._turns = Turns()

    async def __call__(self, call: Call) -> Answer:
        """Takes one turn. Whatever may refuse it comes before the first write."""
        async with self._turns.of((call.workspace, *self._target.address(call))):
            scene = await self._scenes.read(call)
            settings = self._resolver.settings(call.body, self._settings_of_agent(scene))
            prompt = await self._prompt(scene, settings, call.body)
            reply = self._replies.reply(prompt, settings)
            outcome = await self._effects.write(scene, settings, prompt, reply)
        if settings.stream or call.media_type == MEDIA_TYPE:
            return streamed(self._status, _stream(scene, reply, outcome))
        return Answer(self._status, orjson.dumps(_whole(prompt, reply, outcome)))

    def _settings_of_agent(self, scene: Scene) -> JSON:
        found = scene.agent.get(self._links.settings) if self._links.settings else None
        return found if isinstance(found, dict) else {}

    async def _prompt(self, scene: Scene, settings: Settings, body: JSON) -> Prompt:
        new = conversation.resolved(
            body.get("messages", ()), scene.history, agent=scene.agent_name, user=scene.user_name
        )
        said = conversation.last_of_user(new)
        sources = await self._scenes.sources(scene.place) if settings.recall and said else []
        return Prompt(
            new=new,
            earlier=scene.history,
            agent=scene.agent_name or "",
            about=_text(scene.agent.get("about")),
            instructions=tuple(map(_text, scene.agent.get("instructions") or ())),
            user=scene.user_name or "",
            situation=_text(scene.place.body.get("situation")),
            recalled=recalled(sources, said.content) if said else None,
        )


def _whole(prompt: Prompt, reply: Reply, outcome: Outcome) -> JSON:
    read, written = tokens.prompt(prompt.texts()), tokens.count(reply.content)
    return {
        "id": outcome.id,
        "finish_reason": reply.finish_reason,
        "response": [[outcome.message]],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
        "jobs": list(outcome.jobs),
    }


def _stream(scene: Scene, reply: Reply, outcome: Outcome) -> Stream:
    model = _text(scene.agent.get("model"))
    return Stream(
        outcome.id, outcome.time // MICROSECONDS, model, reply.role, reply.content, reply.finish_reason
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
