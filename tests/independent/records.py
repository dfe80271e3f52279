"""What the server keeps, and how each thing reads: an unset property reads empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .identity import present, stamp

DEFAULT_MODEL = "julep-ai/samantha-1-turbo"
DEFAULT_USER_NAME = "User"
NO_USER = "ffffffff-ffff-8fff-8fff-ffffffffffff"
"""Stands where an answer must name a user and a session has none."""


@dataclass
class User:
    """Someone who talks to agents."""

    id: str
    created_at: datetime
    updated_at: datetime
    name: str = DEFAULT_USER_NAME
    about: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
            "name": self.name,
            "about": self.about,
            "metadata": self.metadata,
            "fetched_at": present(),
        }


@dataclass
class Agent:
    """Someone who answers."""

    id: str
    created_at: datetime
    updated_at: datetime
    name: str
    about: str = ""
    instructions: list[str] = field(default_factory=list)
    model: str = DEFAULT_MODEL
    default_settings: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
            "name": self.name,
            "about": self.about,
            "instructions": self.instructions,
            "model": self.model,
            "default_settings": self.default_settings,
            "metadata": self.metadata,
            "fetched_at": present(),
        }


@dataclass
class Session:
    """A conversation between an agent and at most one user."""

    id: str
    created_at: datetime
    updated_at: datetime
    agent_id: str
    user_id: str | None = None
    situation: str = ""
    render_templates: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
            "agent_id": self.agent_id,
            "user_id": self.user_id or NO_USER,
            "situation": self.situation,
            "summary": "",
            "render_templates": self.render_templates,
            "metadata": self.metadata,
            "fetched_at": present(),
        }


@dataclass(frozen=True)
class Doc:
    """A text that belongs to an agent or a user."""

    id: str
    created_at: datetime
    owner: str
    title: str
    content: str
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def updated_at(self) -> datetime:
        """Docs can be sorted by it, and never change."""
        return self.created_at

    def answer(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created_at": stamp(self.created_at),
            "title": self.title,
            "content": self.content,
            "metadata": self.metadata,
        }


@dataclass
class Tool:
    """A function that an agent may call."""

    id: str
    owner: str
    type: str
    function: dict[str, Any]

    def answer(self) -> dict[str, Any]:
        return {"id": self.id, "type": self.type, "function": {"description": "", **self.function}}


@dataclass(frozen=True)
class Memory:
    """What an agent remembers of a user."""

    id: str
    created_at: datetime
    owner: str
    user_id: str | None
    content: str

    def answer(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created_at": stamp(self.created_at),
            "timestamp": stamp(self.created_at),
            "last_accessed_at": stamp(self.created_at),
            "agent_id": self.owner,
            "user_id": self.user_id or NO_USER,
            "content": self.content,
            "sentiment": 0,
            "entities": [],
        }


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    id: str
    created_at: datetime
    role: str
    content: str
    name: str = ""

    def answer(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created_at": stamp(self.created_at),
            "role": self.role,
            "content": self.content,
            "name": self.name,
        }


@dataclass(frozen=True)
class Suggestion:
    """What the user or the agent might do next."""

    created_at: datetime
    session_id: str
    message_id: str
    target: str
    content: str

    def answer(self) -> dict[str, Any]:
        return {
            "created_at": stamp(self.created_at),
            "session_id": self.session_id,
            "message_id": self.message_id,
            "target": self.target,
            "content": self.content,
        }
