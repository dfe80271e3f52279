"""How laws talk: a conversation of their own. No law stands here."""

from __future__ import annotations

from typing import Any

from contracts.document import JSON
from contracts.operations import Operation
from contracts.resources import Behaviour, Resource, ResourceModel
from contracts.world import Step, Thing, World

#: What lists keep, or mix up, of any record they do of messages.
LISTINGS = ("created-is-listed", "lists-are-in-order", "child-is-listed-under-its-parent-alone")


def _chat(model: ResourceModel, resource: Resource) -> Behaviour | None:
    actions = {action.operation.id for action in resource.actions}
    return next((b for id, b in model.behaviours.items() if id in actions and b.name == "chat"), None)


def chats(model: ResourceModel, resource: Resource) -> bool:
    """Whether its records can be chatted with."""
    return _chat(model, resource) is not None


class Conversation:
    """A session of its own, with what a law needs to talk in it."""

    def __init__(
        self, world: World, resource: Resource, session: JSON | None = None, agent: JSON | None = None
    ) -> None:
        behaviour = _chat(world.model, resource)
        if behaviour is None:
            world.unreachable("it has no chat")
        self._world = world
        self.operation: Operation = behaviour.operation
        self.links = behaviour.links
        references = {reference.property: reference.target for reference in resource.references}
        agents = world.model.resources[references["agent_id"]]
        self.agent = world.make(agents, body={"default_settings": {}, "tools": [], **(agent or {})})
        self.thing: Thing = world.make(resource, body={"agent_id": self.agent.id, **(session or {})})

    def step(self, text: str, **settings: Any) -> Step:
        """A chat with one message of the user's."""
        body = {"messages": [{"role": "user", "content": text}], **settings}
        return Step(self.operation, path=self.thing.path, body=body)

    def say(self, text: str, **settings: Any) -> JSON:
        """The answer to one message."""
        answer = self._world.accepted(self.step(text, **settings))
        return answer if isinstance(answer, dict) else {}

    @property
    def messages(self) -> Resource:
        """The collection that holds the history."""
        if "history" not in self.links:
            self._world.unreachable("no history is linked to the chat")
        return self._world.model.resources[self.links["history"]]

    def history(self) -> list[JSON]:
        """All messages, oldest first."""
        return self._world.everything(self.messages, self.thing.path)


def message_of(answer: JSON) -> JSON:
    """The first message of a chat answer; empty when there is none."""
    lists = answer.get("response") or [[]]
    return lists[0][0] if lists[0] else {}
