"""What a step acts through: one client, its calls awaited and counted, in a workspace of its own."""

import functools
import inspect
from contextlib import contextmanager

from julep import AsyncClient, Client
from julep.api.core.api_error import ApiError

KINDS = {"sync": Client, "async": AsyncClient}
MANAGERS = ("agents", "users", "sessions", "docs", "memories", "tools")
LOW_LEVEL = "low"
OPENAI = ("chat.completions.create", "completions.create")

NIL_UUID = "00000000-0000-0000-0000-000000000000"
UNKNOWN = "6f0d3c2e-8a55-4c1b-9d0e-3f1f6a7b8c9d"
FORWARD = ("pending", "in_progress", "retrying", "succeeded", "failed", "aborted")
STEPS = []


def step(function):
    """Register a step: an async function of one World. Its name is the name of a test."""
    STEPS.append(function)
    return function


def public_methods(owner):
    return [name for name, _ in inspect.getmembers(type(owner), callable) if not name.startswith("_")]


def available_methods(client):
    """The client's own methods: of its managers, of its low-level API, and the two it patches in OpenAI's."""
    owners = {name: getattr(client, name) for name in MANAGERS} | {LOW_LEVEL: client._api_client}
    own = {f"{prefix}.{name}" for prefix, owner in owners.items() for name in public_methods(owner)}
    return own | set(OPENAI)


def count_calls(owner, prefix, called):
    """Count what the managers call on the low-level API, without changing what the call answers."""

    def counted(name, original):
        @functools.wraps(original)
        def call(*args, **kwargs):
            called.add(f"{prefix}.{name}")
            return original(*args, **kwargs)

        return call

    for name in public_methods(owner):
        setattr(owner, name, counted(name, getattr(owner, name)))


class Awaited:
    """One part of a client with the same methods, each to be awaited, be the client sync or async."""

    def __init__(self, owner, prefix, called):
        self._owner, self._prefix, self._called = owner, prefix, called

    def __getattr__(self, name):
        method = getattr(self._owner, name)

        async def call(*args, **kwargs):
            self._called.add(f"{self._prefix}.{name}")
            answer = method(*args, **kwargs)
            return await answer if inspect.isawaitable(answer) else answer

        return call

    def takes(self, method, parameter):
        return parameter in inspect.signature(getattr(self._owner, method)).parameters


class World:
    """The parts of one client as attributes, named as the client names them."""

    def __init__(self, kind, url, key, strict, called):
        self.kind, self.url, self.key, self.strict, self.called = kind, url, key, strict, called
        self.client = KINDS[kind](api_key=key, base_url=url)
        count_calls(self.client._api_client, LOW_LEVEL, called)
        self.agents = Awaited(self.client.agents, "agents", called)
        self.users = Awaited(self.client.users, "users", called)
        self.sessions = Awaited(self.client.sessions, "sessions", called)
        self.docs = Awaited(self.client.docs, "docs", called)
        self.memories = Awaited(self.client.memories, "memories", called)
        self.tools = Awaited(self.client.tools, "tools", called)
        self.low = Awaited(self.client._api_client, LOW_LEVEL, called)
        self.chat_completions = Awaited(self.client.chat.completions, "chat.completions", called)
        self.completions = Awaited(self.client.completions, "completions", called)

    def elsewhere(self, key, url=None):
        """A second client of the same kind, with another key."""
        return World(self.kind, url or self.url, key, self.strict, self.called)

    async def agent(self, name="Harbour guide", **settings):
        return await self.agents.create(name=name, **settings)

    async def session(self, **settings):
        agent = await self.agent()
        user = await self.users.create(name="Traveller", about="Arrives by sea")
        return await self.sessions.create(agent_id=agent.id, user_id=user.id, **settings)

    async def finished_job(self, job_id):
        """Ask for a job until it has ended, and demand that it only ever went forward."""
        seen = (0, 0)
        while True:
            job = await self.low.get_job_status(job_id)
            equal(job.id, job_id)
            now = (FORWARD.index(job.state), job.progress or 0)
            holds(now[0] >= seen[0] and now[1] >= seen[1], f"went back from {seen} to {now}")
            if FORWARD.index(job.state) > FORWARD.index("retrying"):
                return job
            seen = now


def say(content, role="user", **more):
    return {"role": role, "content": content, **more}


def reply(answer):
    """The one message of a chat answer."""
    equal([len(messages) for messages in answer.response], [1])
    return answer.response[0][0]


def ids(records):
    return [record.id for record in records]


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"got {actual!r}, expected {expected!r}")


def holds(condition, message):
    if not condition:
        raise AssertionError(message)


@contextmanager
def refused(status):
    """Demand that the client raises its own error, with this status and a problem document."""
    try:
        yield
    except ApiError as error:
        equal((error.status_code, error.body.get("status")), (status, status))
        holds({"type", "title"} <= set(error.body), f"no problem document: {error.body!r}")
    else:
        raise AssertionError(f"the call was accepted, expected {status}")
