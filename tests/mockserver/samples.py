"""What to send to each resource of the shipped document, from the least to all that can be sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.mockserver.api import JSON, Api

METADATA = {"tier": "gold", "none": None, "deep": {"list": [1, 2.5, True, "ü🚲"], "empty": {}}}
FUNCTION = {"name": "book", "description": "Books.", "parameters": {"type": "object", "x": None}}


@dataclass(frozen=True)
class Sample:
    """Bodies for one resource.

    Attributes:
        place: prepares what must be there; the path of the collection.
        create: the least that can be sent.
        whole: everything that can be sent and is read back.
        defaults: what `create` reads back besides what it sends.
        replace: the least an update by PUT can send.
        merge: what an update by PATCH may send; it differs from `whole` in every property.
    """

    place: Callable[[Api], str]
    create: Callable[[Api], JSON]
    whole: JSON
    defaults: JSON = field(default_factory=dict)
    replace: JSON = field(default_factory=dict)
    merge: JSON = field(default_factory=dict)


def agent(api: Api, **sent: Any) -> str:
    """The id of a new agent."""
    return str(api.create("/agents", {"name": "Guide", **sent})["id"])


def user(api: Api, **sent: Any) -> str:
    """The id of a new user."""
    return str(api.create("/users", sent)["id"])


def session(api: Api, **sent: Any) -> str:
    """The id of a new session, of a new agent unless one is named."""
    return str(api.create("/sessions", {"agent_id": sent.pop("agent_id", None) or agent(api), **sent})["id"])


CREATABLE: dict[str, Sample] = {
    "/agents": Sample(
        place=lambda api: "/agents",
        create=lambda api: {"name": "Guide"},
        whole={
            "name": 'A "quoted"\nname',
            "about": "Advises",
            "instructions": ["One.", "", "Three.\u2028"],
            "model": "any/model",
            "default_settings": {"temperature": 0.3, "preset": "fun", "min_p": 0.5},
            "metadata": METADATA,
        },
        defaults={"about": "", "model": "julep-ai/samantha-1-turbo"},
        replace={"name": "New", "about": "New"},
        merge={
            "name": "Other",
            "about": "Other",
            "instructions": [],
            "model": "other/model",
            "default_settings": {"temperature": 1.5},
            "metadata": {"tier": "silver"},
        },
    ),
    "/users": Sample(
        place=lambda api: "/users",
        create=lambda api: {},
        whole={"name": "Ann", "about": "Rides 🚲", "metadata": METADATA},
        defaults={"name": "User"},
        replace={"name": "New", "about": "New"},
        merge={"name": "Other", "about": "Other", "metadata": {"tier": "silver"}},
    ),
    "/sessions": Sample(
        place=lambda api: "/sessions",
        create=lambda api: {"agent_id": agent(api)},
        whole={"situation": "At the counter", "metadata": METADATA, "render_templates": True},
        defaults={"render_templates": False},
        replace={"situation": "New"},
        merge={"situation": "Other", "metadata": {"tier": "silver"}},
    ),
    "/agents/{agent_id}/docs": Sample(
        place=lambda api: f"/agents/{agent(api)}/docs",
        create=lambda api: {"title": "Hours", "content": "9 to 5"},
        whole={"title": "Tyres", "content": "Wide.", "metadata": METADATA},
    ),
    "/users/{user_id}/docs": Sample(
        place=lambda api: f"/users/{user(api)}/docs",
        create=lambda api: {"title": "Hours", "content": "9 to 5"},
        whole={"title": "Tyres", "content": "Wide.", "metadata": METADATA},
    ),
    "/agents/{agent_id}/tools": Sample(
        place=lambda api: f"/agents/{agent(api)}/tools",
        create=lambda api: {"type": "webhook", "function": {"name": "f", "parameters": {}}},
        whole={"type": "webhook", "function": FUNCTION},
        replace={"function": {"name": "new", "parameters": {}}},
        merge={"function": {"name": "other"}},
    ),
}

#: Resources whose records a chat makes, each with the collection of one owner and a record to plant there.
ARISING: dict[str, Callable[[Api], tuple[str, JSON]]] = {
    "/sessions/{session_id}/history": lambda api: (session(api), {"role": "user", "content": "word"}),
    "/sessions/{session_id}/suggestions": lambda api: (
        session(api),
        {"target": "user", "content": "word", "message_id": session(api)},
    ),
    "/agents/{agent_id}/memories": lambda api: (agent(api), {"content": "word", "entities": []}),
}

WRITABLE = [path for path, sample in CREATABLE.items() if sample.replace]
FILTERED = [path for path, sample in CREATABLE.items() if "metadata" in sample.whole]


def make(api: Api, template: str, **sent: Any) -> tuple[str, JSON]:
    """A new record from its least body: the path of its collection, and its receipt."""
    sample = CREATABLE[template]
    place = sample.place(api)
    return place, api.create(place, sample.create(api) | sent)


def fill(api: Api, template: str, count: int) -> tuple[str, list[str], JSON]:
    """A collection of `count` records: its path, what tells them apart, in order, and the query it needs."""
    if template in CREATABLE:
        sample = CREATABLE[template]
        place = sample.place(api)
        body = sample.create(api)
        return place, [api.create(place, body)["id"] for _ in range(count)], {}
    owner, body = ARISING[template](api)
    made = [api.plant(template, owner, body) for _ in range(count)]
    head, _, tail = template.partition("{")
    place = f"{head}{owner}{tail.partition('}')[2]}"
    return (
        place,
        [identity(json.loads(record.body)) for record in made],
        {"query": "word"} if template.endswith("memories") else {},
    )


def identity(record: JSON) -> str:
    """What tells a record from others: its id, or for want of one its time, which no two share."""
    return str(record.get("id") or record["created_at"])
