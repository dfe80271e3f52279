"""The story of one chat: read the scene, find the reply, then write what comes of it, then answer."""

from __future__ import annotations

from contracts.document import Document
from contracts.resources import Behaviour
from mockserver.behaviours.links import links
from mockserver.behaviours.outcome.answers import Answers
from mockserver.behaviours.outcome.effects import Effects
from mockserver.behaviours.outcome.streaming import MEDIA_TYPE
from mockserver.behaviours.reply.assistant import Assistant
from mockserver.behaviours.reply.replies import Replies
from mockserver.behaviours.scene.prompts import Prompts
from mockserver.behaviours.scene.scenes import Scenes
from mockserver.behaviours.scene.settings import Resolver
from mockserver.behaviours.target import Target
from mockserver.behaviours.turns import Turns
from mockserver.call import Answer, Call
from mockserver.records import Records
from mockserver.synth import Synth


class Chat:
    """Answers the calls of one chat operation.

    Raises:
        DocumentError: the hint that binds it cannot be used.
    """

    def __init__(self, behaviour: Behaviour, records: Records, document: Document) -> None:
        body = behaviour.operation.body
        self._target = Target(behaviour, records, document)
        around = links(behaviour, self._target.resource, records.model, document)
        assistant, synth = Assistant(records.ids), Synth(document.data, records.ids)
        self._turns = Turns()
        self._scenes = Scenes(self._target, around, records)
        self._resolver = Resolver(document.data, (body.json_schema if body else None) or {}, around.settings)
        self._prompts = Prompts(self._scenes)
        self._replies = Replies(assistant, synth)
        self._effects = Effects(around, records, assistant)
        self._answers = Answers(document, behaviour.operation, synth)

    async def __call__(self, call: Call) -> Answer:
        """Takes one turn. Whatever may refuse it comes before the first write."""
        body = call.body if isinstance(call.body, dict) else {}
        async with self._turns.of((call.workspace, *self._target.address(call))):
            scene = await self._scenes.read(call)
            settings = self._resolver.settings(body, scene.agent)
            prompt = await self._prompts.prompt(scene, settings, body)
            reply = self._replies.reply(prompt, settings, scene.tools, body)
            outcome = await self._effects.write(scene, settings, prompt, reply)
        if settings.stream or call.media_type == MEDIA_TYPE:
            return self._answers.stream(scene.agent, reply, outcome)
        return self._answers.whole(prompt, reply, outcome)
