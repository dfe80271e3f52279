"""What a deletion takes along, and what it leaves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.mockserver.api import Api
from tests.mockserver.samples import agent, session, user

HISTORY = "/sessions/{session_id}/history"
SUGGESTIONS = "/sessions/{session_id}/suggestions"
MEMORIES = "/agents/{agent_id}/memories"


@dataclass(frozen=True)
class World:
    """Two agents, two users, and a session of each pair, all with everything that can hang on them."""

    agents: tuple[str, ...]
    users: tuple[str, ...]
    sessions: dict[tuple[str, str], str]


@pytest.fixture
def world(api: Api) -> World:
    doc = {"title": "t", "content": "c"}
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    agents = tuple(agent(api, docs=[doc], tools=[tool]) for _ in range(2))
    users = tuple(user(api, docs=[doc]) for _ in range(2))
    sessions = {}
    for a in agents:
        for u in users:
            sessions[a, u] = session(api, agent_id=a, user_id=u)
            message = api.plant(HISTORY, sessions[a, u], {"role": "user", "content": "c"})
            suggestion = {"target": "user", "content": "c", "message_id": message.id}
            api.plant(SUGGESTIONS, sessions[a, u], suggestion)
            api.plant(MEMORIES, a, {"content": "c", "user_id": u, "entities": []})
    return World(agents, users, sessions)


def kept(api: Api) -> dict[str, set[str]]:
    """What there is, by collection: each record with its owner."""
    found: dict[str, set[str]] = {}
    for (path, owner), records in api.dump().items():
        found.setdefault(path, set()).update(f"{owner}/{record.id}" for record in records)
    return found


def owners(api: Api, path: str) -> set[str]:
    return {owner for (place, owner), _ in api.dump().items() if place == path}


def test_an_agent_takes_what_it_owns_and_its_sessions_with_theirs(api: Api, world: World) -> None:
    gone, stays = world.agents
    before = kept(api)
    api.delete(f"/agents/{gone}").ok(202)
    alive = {session for (a, _), session in world.sessions.items() if a == stays}
    assert api.get("/agents").ids == [stays]
    assert set(api.get("/sessions").ids) == alive
    assert owners(api, HISTORY) == owners(api, SUGGESTIONS) == alive
    assert owners(api, MEMORIES) == owners(api, "/agents/{agent_id}/docs") == {stays}
    assert owners(api, "/agents/{agent_id}/tools") == {stays}
    for untouched in ("/users", "/users/{user_id}/docs"):
        assert kept(api)[untouched] == before[untouched]


def test_a_user_takes_what_it_owns_its_sessions_and_what_is_remembered_of_it(api: Api, world: World) -> None:
    gone, stays = world.users
    before = kept(api)
    api.delete(f"/users/{gone}").ok(202)
    alive = {session for (_, u), session in world.sessions.items() if u == stays}
    assert api.get("/users").ids == [stays]
    assert set(api.get("/sessions").ids) == alive
    assert owners(api, HISTORY) == owners(api, SUGGESTIONS) == alive
    assert owners(api, "/users/{user_id}/docs") == {stays}
    for a in world.agents:
        memories = api.get(f"/agents/{a}/memories", query="c").items
        assert [memory["user_id"] for memory in memories] == [stays]
        assert api.get(f"/agents/{a}/memories", query="c", user_id=gone).items == []
    for untouched in ("/agents", "/agents/{agent_id}/docs", "/agents/{agent_id}/tools"):
        assert kept(api)[untouched] == before[untouched]


def test_a_session_takes_its_history_and_suggestions_and_leaves_the_memories(api: Api, world: World) -> None:
    gone = next(iter(world.sessions.values()))
    before = kept(api)
    api.delete(f"/sessions/{gone}").ok(202)
    after = kept(api)
    assert before.pop("/sessions") - after.pop("/sessions") == {f"/{gone}"}
    assert {place for place in before if before[place] != after[place]} == {HISTORY, SUGGESTIONS}
    assert owners(api, HISTORY) == owners(api, SUGGESTIONS) == set(world.sessions.values()) - {gone}


def test_emptying_a_history_leaves_everything_else(api: Api, world: World) -> None:
    emptied = next(iter(world.sessions.values()))
    before, session_before = kept(api), api.get(f"/sessions/{emptied}").ok()
    receipt = api.delete(f"/sessions/{emptied}/history").ok(202)
    assert set(receipt) == {"id", "deleted_at", "jobs"}
    assert receipt["id"] == emptied
    after = kept(api)
    assert api.get(f"/sessions/{emptied}/history").items == []
    assert {place for place in before if before[place] != after[place]} == {HISTORY}
    assert owners(api, HISTORY) == set(world.sessions.values()) - {emptied}
    assert api.get(f"/sessions/{emptied}").ok() == session_before
    assert api.delete(f"/sessions/{emptied}/history").ok(202)["id"] == emptied


@pytest.mark.parametrize("child", ["docs", "tools", "memories"])
def test_a_child_takes_nothing_else(api: Api, world: World, child: str) -> None:
    owner = world.agents[0]
    place = f"/agents/{owner}/{child}"
    (gone, *_) = api.get(place, query="c").ids
    before = kept(api)
    api.delete(f"{place}/{gone}").ok(202)
    after = kept(api)
    template = f"/agents/{{agent_id}}/{child}"
    assert before.pop(template) - after.pop(template) == {f"{owner}/{gone}"}
    assert before == after


def test_after_a_deletion_everything_under_the_id_is_unknown(api: Api, world: World) -> None:
    gone = world.agents[0]
    ended = world.sessions[gone, world.users[0]]
    api.delete(f"/agents/{gone}").ok(202)
    doc = {"title": "t", "content": "c"}
    chat = {"messages": [{"role": "user", "content": "hello"}]}
    for reply in (
        api.get(f"/agents/{gone}/docs"),
        api.get(f"/agents/{gone}/tools"),
        api.get(f"/agents/{gone}/memories", query="c"),
        api.post(f"/agents/{gone}/docs", doc),
        api.get(f"/sessions/{ended}"),
        api.get(f"/sessions/{ended}/history"),
        api.get(f"/sessions/{ended}/suggestions"),
        api.delete(f"/sessions/{ended}/history"),
        api.delete(f"/sessions/{ended}"),
        api.put(f"/sessions/{ended}", {"situation": "s"}),
        api.post(f"/sessions/{ended}/chat", chat),
    ):
        reply.refused(404, "not-found")


def test_deleting_everything_leaves_nothing(api: Api, world: World) -> None:
    for path, ids in (("/agents", world.agents), ("/users", world.users)):
        for id in ids:
            api.delete(f"{path}/{id}").ok(202)
    assert api.dump() == {}
