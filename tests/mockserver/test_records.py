"""Records by the resource model: defaults, PUT and PATCH, references, embedding, cascades, times, ids."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.document import load
from contracts.inference import infer
from mockserver.clock import FrozenClock, from_text, to_text
from mockserver.ids import NIL, Ids, workspace_of
from mockserver.problems import NotFound
from mockserver.records import Records, below, owner_key
from mockserver.shapes import merge
from mockserver.store.base import Query, Record
from mockserver.store.memory import MemoryStore

DOCUMENT = load()
MODEL = infer(DOCUMENT)
NOON = from_text("2024-05-01T12:00:00Z")


def refuse_to_invent(name: str, schema: dict[str, Any], draw: str) -> Any:
    raise AssertionError(f"{name} needed no invention")


def records(seed: int = 1) -> Records:
    return Records(DOCUMENT, MODEL, MemoryStore(), FrozenClock(NOON), Ids(seed), refuse_to_invent)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def read(record: Record) -> dict[str, Any]:
    body = json.loads(record.body)
    assert isinstance(body, dict)
    return body


AGENTS, USERS, SESSIONS = (MODEL.resources[path] for path in ("/agents", "/users", "/sessions"))
DOCS, TOOLS = (MODEL.resources[f"/agents/{{agent_id}}/{name}"] for name in ("docs", "tools"))
HISTORY = MODEL.resources["/sessions/{session_id}/history"]
MEMORIES = MODEL.resources["/agents/{agent_id}/memories"]


def test_create_fills_defaults_and_leaves_out_what_is_unset() -> None:
    async def story() -> None:
        agent = read(await records().create("w", AGENTS, "", {"name": "Guide", "unknown": 1}))
        assert agent == {
            "name": "Guide",
            "about": "",
            "created_at": "2024-05-01T12:00:00.000000Z",
            "updated_at": "2024-05-01T12:00:00.000000Z",
            "id": agent["id"],
            "model": "julep-ai/samantha-1-turbo",
        }

    run(story())


def test_put_replaces_what_its_request_may_say_and_nothing_else() -> None:
    async def story() -> None:
        kept = records()
        agent = await kept.create(
            "w", AGENTS, "", {"name": "a", "model": "m", "metadata": {"x": 1}, "instructions": ["i"]}
        )
        put = read(await kept.replace("w", AGENTS, "", agent.id, {"name": "b", "about": "c"}))
        assert (put["name"], put["about"], put["model"]) == ("b", "c", "julep-ai/samantha-1-turbo")
        assert "metadata" not in put
        assert "instructions" not in put
        assert (put["id"], put["created_at"]) == (agent.id, to_text(NOON))
        assert put["updated_at"] > put["created_at"]
        tool = {"type": "webhook", "function": {"name": "f", "parameters": {}}}
        made = await kept.create("w", TOOLS, agent.id, tool)
        changed = {"function": {"name": "g", "parameters": {}}}
        assert read(await kept.replace("w", TOOLS, agent.id, made.id, changed))["type"] == "webhook"

    run(story())


def test_patch_merges_objects_deeply_and_keeps_null_as_data_inside_them() -> None:
    async def story() -> None:
        kept = records()
        sent = {"name": "a", "about": "b", "metadata": {"deep": {"x": 1, "y": [1]}, "z": 0}}
        user = await kept.create("w", USERS, "", sent)
        patched = read(await kept.merge("w", USERS, "", user.id, {"metadata": {"deep": {"y": None, "n": 2}}}))
        assert patched["metadata"] == {"deep": {"x": 1, "y": None, "n": 2}, "z": 0}
        assert (patched["name"], patched["about"]) == ("a", "b")

    run(story())


def test_references_must_exist_in_the_same_workspace_and_a_refusal_changes_nothing() -> None:
    async def story() -> None:
        kept = records()
        foreign = await kept.create("other", AGENTS, "", {"name": "a"})
        with pytest.raises(NotFound) as refused:
            await kept.create("w", SESSIONS, "", {"agent_id": foreign.id, "user_id": NIL})
        assert [offence.pointer for offence in refused.value.errors] == ["/user_id", "/agent_id"]
        assert await kept.find("w", SESSIONS, "", Query()) == []

    run(story())


def test_a_reference_nobody_sent_reads_as_the_nil_uuid_and_any_case_is_kept_in_lower_case() -> None:
    async def story() -> None:
        kept = records()
        agent = await kept.create("w", AGENTS, "", {"name": "a"})
        session = read(await kept.create("w", SESSIONS, "", {"agent_id": agent.id.upper()}))
        assert (session["agent_id"], session["user_id"], session["render_templates"]) == (
            agent.id,
            NIL,
            False,
        )

    run(story())


def test_embedded_records_appear_under_their_owner() -> None:
    async def story() -> None:
        kept = records()
        doc = {"title": "t", "content": "c", "metadata": {"k": None}}
        agent = await kept.create("w", AGENTS, "", {"name": "a", "docs": [doc, doc]})
        assert [read(d)["metadata"] for d in await kept.find("w", DOCS, below(agent), Query())] == [
            {"k": None}
        ] * 2
        assert "docs" not in read(agent)

    run(story())


def test_deleting_takes_what_is_below_and_what_refers() -> None:
    async def story() -> None:
        kept = records()
        agent = await kept.create("w", AGENTS, "", {"name": "a", "docs": [{"title": "t", "content": "c"}]})
        other = await kept.create("w", AGENTS, "", {"name": "b"})
        gone = await kept.create("w", SESSIONS, "", {"agent_id": agent.id})
        stays = await kept.create("w", SESSIONS, "", {"agent_id": other.id})
        await kept.create("w", HISTORY, below(gone), {"role": "user", "content": "hi"})
        await kept.delete("w", AGENTS, "", agent.id)
        assert [r.id for r in await kept.find("w", SESSIONS, "", Query())] == [stays.id]
        assert await kept.find("w", DOCS, agent.id, Query()) == []
        assert await kept.find("w", HISTORY, gone.id, Query()) == []
        with pytest.raises(NotFound):
            await kept.delete("w", AGENTS, "", agent.id)

    run(story())


def test_deleting_a_user_takes_the_memories_about_it_under_every_agent() -> None:
    async def story() -> None:
        kept = records()
        agent = await kept.create("w", AGENTS, "", {"name": "a"})
        user = await kept.create("w", USERS, "", {"name": "u"})
        memory = {"content": "likes tea", "user_id": user.id, "entities": []}
        await kept.create("w", MEMORIES, agent.id, memory)
        await kept.delete("w", USERS, "", user.id)
        assert await kept.find("w", MEMORIES, agent.id, Query()) == []

    run(story())


def test_equal_runs_give_equal_ids_and_two_workspaces_never_share_one() -> None:
    async def ids(seed: int, workspace: str) -> list[str]:
        kept = records(seed)
        return [(await kept.create(workspace, USERS, "", {})).id for _ in range(3)]

    async def story() -> None:
        assert await ids(7, "w") == await ids(7, "w")
        assert len({*await ids(7, "w"), *await ids(7, "v"), *await ids(8, "w")}) == 9

    run(story())


def test_workspaces_are_digests_of_keys() -> None:
    assert workspace_of("secret") == workspace_of("secret")
    assert "secret" not in workspace_of("secret")
    assert workspace_of("a") != workspace_of("b")


@given(st.integers(min_value=0, max_value=from_text("9999-12-31T23:59:59.999999Z")))
def test_times_survive_their_text(moment: int) -> None:
    assert from_text(to_text(moment)) == moment


@given(
    st.lists(st.text(min_size=1), min_size=1, max_size=3),
    st.lists(st.text(min_size=1), min_size=1, max_size=3),
)
def test_owners_meet_only_when_they_are_the_same(left: list[str], right: list[str]) -> None:
    assert (owner_key(left) == owner_key(right)) == (left == right)


OBJECTS = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(OBJECTS, OBJECTS)
def test_merging_twice_is_merging_once_and_nothing_is_lost(old: Any, new: Any) -> None:
    once = merge(old, new)
    assert merge(once, new) == once
    if isinstance(old, dict) and isinstance(new, dict):
        assert set(once) == set(old) | set(new)
