"""The story of one chat: read the scene, find the reply, then write what comes of it, then answer."""

from __future__ import annotations

import orjson

from contracts.document import JSON, Document
from contracts.resources import Behaviour
from mockserver.behaviours import tokens
from mockserver.behaviours.assistant import Assistant, Prompt
from mockserver.behaviours.effects import Effects, Outcome
from mockserver.behaviours.links import links
from mockserver.behaviours.prompts import Prompts
from mockserver.behaviours.replies import Replies, Reply
from mockserver.behaviours.scene import Scene, Scenes
from mockserver.behaviours.settings import Resolver
from mockserver.behaviours.streaming import MEDIA_TYPE, Stream, streamed
from mockserver.behaviours.target import Target
from mockserver.behaviours.turns import Turns
from mockserver.call import Answer, Call
from mockserver.clock import MICROSECONDS
from mockserver.records import Records
from mockserver.synth import Synth


class Chat:
    """Answers the calls of one chat operation.

    Raises:
        DocumentError: the hint that binds it cannot be used.
    """

    def __init__(self, behaviour: Behaviour, records: Records, document: Document) -> None:
        body = behaviour.operation.body
        self._status = behaviour.operation.success_status
        self._target = Target(behaviour, records, document)
        around = links(behaviour, self._target.resource, records.model, document)
        assistant = Assistant(records.ids)
        self._turns = Turns()
        self._scenes = Scenes(self._target, around, records)
        self._resolver = Resolver(document.data, (body.json_schema if body else None) or {}, around.settings)
        self._prompts = Prompts(self._scenes)
        self._replies = Replies(assistant, Synth(document.data, records.ids))
        self._effects = Effects(around, records, assistant)

    async def __call__(self, call: Call) -> Answer:
        """Takes one turn. Whatever may refuse it comes before the first write."""
        async with self._turns.of((call.workspace, *self._target.address(call))):
            scene = await self._scenes.read(call)
            settings = self._resolver.settings(call.body, scene.agent)
            prompt = await self._prompts.prompt(scene, settings, call.body)
            reply = self._replies.reply(
                prompt, settings, scene.tools, call.body.get("tools") or (), call.body.get("tool_choice")
            )
            outcome = await self._effects.write(scene, settings, prompt, reply)
        if settings.stream or call.media_type == MEDIA_TYPE:
            return streamed(self._status, _stream(scene, reply, outcome))
        return Answer(self._status, orjson.dumps(_whole(prompt, reply, outcome)))


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
    return Stream(
        id=outcome.id,
        created=outcome.time // MICROSECONDS,
        model=str(scene.agent.get("model", "")),
        role=reply.role,
        content=reply.content,
        finish_reason=reply.finish_reason,
    )
