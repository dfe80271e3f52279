"""What the assistant is given for one turn: roles settled, templates rendered, knowledge recalled."""

from __future__ import annotations

from dataclasses import replace

from contracts.document import JSON
from contracts.pointers import join
from mockserver.behaviours.reply.assistant import Prompt
from mockserver.behaviours.scene import conversation
from mockserver.behaviours.scene.conversation import Message
from mockserver.behaviours.scene.recall import recalled
from mockserver.behaviours.scene.scenes import Scene, Scenes
from mockserver.behaviours.scene.settings import Settings
from mockserver.behaviours.scene.templates import Templates
from mockserver.problems import Invalid, Offence

#: Texts of the session and its agent stand in no request; the path leads to them.
_SESSION_POINTER = "path/session_id"


class Prompts:
    """Puts prompts together."""

    def __init__(self, scenes: Scenes) -> None:
        self._scenes = scenes

    async def prompt(self, scene: Scene, settings: Settings, body: JSON) -> Prompt:
        """The prompt of one turn.

        Raises:
            Invalid: there is no message, or a text that is to be a template cannot be rendered.
        """
        sent = conversation.objects(body.get("messages"))
        if not sent:
            raise Invalid("The body has no message.", (Offence("/messages", "A turn needs a message."),))
        session = scene.place.body
        templates = Templates(
            {"session": session, "agent": scene.agent, "user": scene.user},
            active=session.get("render_templates") is True,
        )
        new = conversation.resolved(sent, scene.history, agent=scene.agent_name, user=scene.user_name)
        new = tuple(_rendered(message, index, templates) for index, message in enumerate(new))
        said = conversation.last_of_user(new)
        sources = await self._scenes.sources(scene.place) if settings.recall and said else []
        return Prompt(
            new=new,
            earlier=scene.history,
            agent=scene.agent_name or "",
            about=_of_agent(scene.agent.get("about"), templates),
            instructions=tuple(_of_agent(text, templates) for text in _instructions(scene.agent)),
            user=scene.user_name or "",
            situation=templates.rendered(
                _text(session.get("situation")), "The session's situation", _SESSION_POINTER
            ),
            recalled=recalled(sources, said.content) if said else None,
        )


def _rendered(message: Message, index: int, templates: Templates) -> Message:
    if message.role != "assistant":
        return message
    pointer = join("", "messages", str(index), "content")
    return replace(message, content=templates.rendered(message.content, "The message", pointer))


def _of_agent(text: object, templates: Templates) -> str:
    return templates.rendered(_text(text), "What the agent is told", _SESSION_POINTER)


def _instructions(agent: JSON) -> list[object]:
    found = agent.get("instructions", [])
    return found if isinstance(found, list) else [found]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
