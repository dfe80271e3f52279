"""Messages on their way into a session, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.document import JSON

AUTO = "auto"
#: Whoever speaks after a role when nothing else tells.
_NEXT = {"user": "assistant", "function_call": "function", "function": "assistant"}


@dataclass(frozen=True, slots=True)
class Message:
    """Something said.

    Attributes:
        resumes: the answer is to go on from this message instead of answering it.
    """

    role: str
    content: str
    name: str | None = None
    resumes: bool = False

    @property
    def body(self) -> JSON:
        """The properties a record of it has."""
        named = {"name": self.name} if self.name is not None else {}
        return {"role": self.role, "content": self.content} | named


def read(body: JSON) -> Message:
    """A message as a request or a record holds it; a name or content of another kind is none."""
    name, content = body.get("name"), body.get("content")
    return Message(
        role=str(body.get("role", AUTO)),
        content=content if isinstance(content, str) else "",
        name=name if isinstance(name, str) else None,
        resumes=body.get("continue") is True,
    )


def objects(value: Any) -> list[JSON]:
    """The objects of a list. A document of the user's own may allow anything else to be sent."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def resolved(
    sent: Iterable[JSON], earlier: Sequence[Message], *, agent: str | None, user: str | None
) -> tuple[Message, ...]:
    """The messages of a request with the roles they play.

    An `auto` message is the agent's or the user's when it bears that name, or has the role in which its
    name spoke before; else turns are taken: the assistant speaks after the user, the function after its
    call, the user at all other times. Only the last message of the assistant can be continued.
    """
    said = list(earlier)
    for body in sent:
        message = read(body)
        if message.role == AUTO:
            role = _role_by_name(message.name, said, agent, user) or _role_by_turn(said)
            message = Message(role, message.content, message.name, message.resumes)
        said.append(message)
    return tuple(_only_last_resumes(said[len(earlier) :]))


def last_of_user(messages: Sequence[Message]) -> Message | None:
    """The user's last message that says anything."""
    return next((m for m in reversed(messages) if m.role == "user" and m.content.strip()), None)


def _role_by_name(
    name: str | None, said: Sequence[Message], agent: str | None, user: str | None
) -> str | None:
    if name is None:
        return None
    known = {m.name: m.role for m in said if m.role in {"user", "assistant"}}
    return known.get(name) or {user: "user", agent: "assistant"}.get(name)


def _role_by_turn(said: Sequence[Message]) -> str:
    return _NEXT.get(said[-1].role, "user") if said else "user"


def _only_last_resumes(messages: Sequence[Message]) -> Iterator[Message]:
    for index, message in enumerate(messages):
        resumes = message.resumes and message.role == "assistant" and index == len(messages) - 1
        yield Message(message.role, message.content, message.name, resumes)
