"""A turn, clause by clause: its answer, what it records, remembers, recalls and suggests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.ids import NIL
from mockserver.problems import NotFound
from tests.mockserver.behaviours.world import World, told

QUESTION = "My chain skips on the smallest cogs. Do I need a new cassette?"


@told
async def test_an_answer_holds_one_list_of_one_message_with_usage_and_jobs(world: World) -> None:
    session = await world.session(agent={"name": "Bike shop guide"})
    answer = (await world.chat(session.id, QUESTION)).answer
    assert set(answer) == {"id", "finish_reason", "response", "usage", "jobs"}
    assert [len(messages) for messages in answer["response"]] == [1]
    message = answer["response"][0][0]
    assert (message["role"], message["name"]) == ("assistant", "Bike shop guide")
    assert message["content"]
    assert answer["finish_reason"] == "stop"
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert min(usage.values()) > 0
    assert answer["id"] != message["id"]


@told
async def test_history_holds_the_messages_sent_in_order_then_the_answer_itself(world: World) -> None:
    session, other = await world.session(), await world.session()
    sent = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "name": "User", "content": 'Grüße 👋\n"quoted" \u2028'},
        {"role": "user", "content": ""},
    ]
    spoken = await world.chat(session.id, sent)
    history = await world.history(session.id)
    assert [{k: m[k] for k in ("role", "name", "content") if k in m} for m in history[:3]] == sent
    assert history[3] == spoken.message
    assert [m["created_at"] for m in history] == sorted({m["created_at"] for m in history})
    assert len({m["id"] for m in history}) == 4
    assert await world.history(other.id) == []


@told
async def test_turns_follow_each_other_in_history(world: World) -> None:
    session = await world.session()
    said = [(await world.chat(session.id, f"Question {n}?")).content for n in range(3)]
    contents = [m["content"] for m in await world.history(session.id)]
    assert contents == [text for n in range(3) for text in (f"Question {n}?", said[n])]


@told
async def test_record_false_leaves_no_message_summary_or_suggestion(world: World) -> None:
    session = await world.session()
    spoken = await world.chat(session.id, QUESTION, record=False)
    assert spoken.content
    assert spoken.message["id"]
    assert spoken.message["created_at"].endswith("Z")
    assert await world.history(session.id) == []
    assert await world.suggestions(session.id) == []
    assert "summary" not in await world.read(session.id)
    recorded = await world.chat(session.id, QUESTION)
    assert recorded.message["id"] != spoken.message["id"]
    assert recorded.message["created_at"] > spoken.message["created_at"]


@told
async def test_remember_forms_a_memory_through_a_job_that_the_answer_names(world: World) -> None:
    session = await world.session(user={"name": "Ann"})
    spoken = await world.chat(session.id, QUESTION)
    (memory,) = await world.memories(session.id)
    read = await world.read(session.id)
    assert (memory["agent_id"], memory["user_id"]) == (read["agent_id"], read["user_id"])
    assert memory["content"] == QUESTION
    assert memory["entities"] == []
    (question, _) = await world.history(session.id)
    assert memory["timestamp"] == question["created_at"]
    (job,) = spoken.answer["jobs"]
    assert (await world.job(job))["id"] == job


@told
async def test_a_session_without_a_user_forms_memories_of_nobody(world: World) -> None:
    session = await world.session()
    await world.chat(session.id, QUESTION)
    (memory,) = await world.memories(session.id)
    assert memory["user_id"] == NIL


@pytest.mark.parametrize(
    "asked",
    [
        {"said": QUESTION, "remember": False},
        {"said": [{"role": "system", "content": "Be brief."}]},
        {"said": [{"role": "user", "content": "  "}]},
    ],
    ids=["remember false", "no user message", "nothing said"],
)
@told
async def test_nothing_is_remembered_where_nothing_may_or_can_be(world: World, asked: dict[str, Any]) -> None:
    session = await world.session()
    spoken = await world.chat(session.id, **asked)
    assert spoken.answer["jobs"] == []
    assert await world.memories(session.id) == []


@told
async def test_recall_quotes_an_earlier_memory_and_recall_false_none(world: World) -> None:
    session = await world.session(user={"name": "Ann"})
    await world.chat(session.id, "My dog Barnaby is afraid of thunder.")
    other = await world.create("/sessions", **_parties(await world.read(session.id)))
    asked: dict[str, Any] = {"said": "What is my dog called?", "record": False, "remember": False}
    assert "Barnaby" in (await world.chat(other.id, **asked)).content
    assert "Barnaby" not in (await world.chat(other.id, **asked, recall=False)).content
    (memory,) = await world.memories(session.id)
    assert memory["last_accessed_at"] > memory["created_at"]


@told
async def test_what_one_user_said_is_not_recalled_to_another(world: World) -> None:
    session = await world.session(user={"name": "Ann"})
    await world.chat(session.id, "My dog Barnaby is afraid of thunder.")
    stranger = await world.create("/users", name="Ben")
    parties = _parties(await world.read(session.id)) | {"user_id": stranger.id}
    other = await world.create("/sessions", **parties)
    assert "Barnaby" not in (await world.chat(other.id, "What is my dog called?")).content


@pytest.mark.parametrize("owner", ["agent", "user"])
@told
async def test_recall_reads_the_docs_of_the_agent_and_of_the_user(world: World, owner: str) -> None:
    doc = {"title": "Returns policy", "content": "Unused parts go back within 30 days."}
    kwargs: dict[str, Any] = {"user": {"name": "Ann"}} | {owner: {"name": "X", "docs": [doc]}}
    session = await world.session(**kwargs)
    asked: dict[str, Any] = {"said": "Can I bring unused parts back?", "record": False, "remember": False}
    assert "within 30 days" in (await world.chat(session.id, **asked)).content
    assert "within 30 days" not in (await world.chat(session.id, **asked, recall=False)).content


@told
async def test_taking_a_turn_again_does_not_recall_that_it_was_taken(world: World) -> None:
    session = await world.session()
    first = await world.chat(session.id, QUESTION, record=False)
    again = await world.chat(session.id, QUESTION, record=False)
    assert first.content == again.content


@told
async def test_a_chat_moves_the_session_on_and_sums_it_up(world: World) -> None:
    session = await world.session(metadata={"a": None})
    before = await world.read(session.id)
    spoken = await world.chat(session.id, QUESTION)
    after = await world.read(session.id)
    assert after["updated_at"] > spoken.message["created_at"] > before["updated_at"]
    assert "chain" in after.pop("summary")
    del before["updated_at"], after["updated_at"]
    assert before == after
    moved = (await world.read(session.id))["updated_at"]
    await world.chat(session.id, QUESTION, record=False, remember=False)
    assert (await world.read(session.id))["updated_at"] > moved


@told
async def test_a_chat_changes_neither_agent_nor_user_nor_another_session(world: World) -> None:
    session = await world.session(user={"name": "Ann"})
    other = await world.session()
    before = [await world.around(path, "") for path in ("/agents", "/users")]
    await world.chat(session.id, QUESTION)
    assert [await world.around(path, "") for path in ("/agents", "/users")] == before
    assert json.loads(other.body) == await world.read(other.id)


@told
async def test_suggestions_for_both_name_the_answer_and_come_newest_first(world: World) -> None:
    session = await world.session(user={"name": "Ann"})
    first = await world.chat(session.id, QUESTION)
    second = await world.chat(session.id, "And the brakes?")
    found = await world.suggestions(session.id)
    assert {s["target"] for s in found} == {"user", "agent"}
    assert [s["message_id"] for s in found] == [second.message["id"]] * 2 + [first.message["id"]] * 2
    assert all(s["session_id"] == session.id and s["content"] for s in found)
    times = [s["created_at"] for s in found]
    assert times == sorted(times, reverse=True)
    assert any("brakes" in s["content"] for s in found[:2])


@told
async def test_suggestions_and_memories_outlive_the_history(world: World) -> None:
    session = await world.session()
    await world.chat(session.id, QUESTION)
    history = world.model.resources["/sessions/{session_id}/history"]
    await world.records.clear(world.workspace, history, session.id)
    assert len(await world.suggestions(session.id)) == 2
    assert len(await world.memories(session.id)) == 1


@told
async def test_an_unknown_session_is_not_found_and_nothing_is_written(world: World) -> None:
    session = await world.session()
    with pytest.raises(NotFound):
        await world.chat(NIL, QUESTION)
    assert await world.memories(session.id) == []


@told
async def test_the_session_is_found_by_its_id_in_any_case(world: World) -> None:
    session = await world.session()
    assert (await world.chat(session.id.upper(), QUESTION)).message in await world.history(session.id)


@told
async def test_the_assistant_speaks_of_what_was_said_and_of_what_it_was_told(world: World) -> None:
    session = await world.session(
        agent={"name": "G", "instructions": ["Answer in rhymes."]}, situation="Rain is pouring down."
    )
    content = (await world.chat(session.id, "Which tyres hold on wet leaves?")).content
    assert "Which tyres hold on wet leaves?" in content
    assert "Answer in rhymes" in content
    assert "Rain is pouring down" in content
    later = (await world.chat(session.id, "And on snow?")).content
    assert "Which tyres" in later


@told
async def test_answers_are_whole_by_default_however_much_there_is_to_quote(world: World) -> None:
    much = "Wörter über Wörter 🚲 und mehr, " * 200
    session = await world.session(
        agent={
            "name": much,
            "about": much,
            "instructions": [much] * 9,
            "docs": [{"title": much, "content": much + "x"}],
        },
        user={"name": much},
        situation=much,
    )
    for _ in range(3):
        assert (await world.chat(session.id, much + "?", length_penalty=2)).answer["finish_reason"] == "stop"


@told
async def test_a_dangling_agent_or_user_does_not_silence_the_session(world: World) -> None:
    session = await world.session(user={"name": "Ann"})
    for path, name in (("/agents", "agent_id"), ("/users", "user_id")):
        await world.records.store.delete(world.workspace, path, "", (await world.read(session.id))[name])
    spoken = await world.chat(session.id, QUESTION)
    assert "name" not in spoken.message
    assert spoken.answer["jobs"] == []


def _parties(session: dict[str, Any]) -> dict[str, Any]:
    return {name: session[name] for name in ("agent_id", "user_id")}


@told
async def test_the_same_turn_gets_the_same_answer_in_every_workspace_and_under_other_ids(
    worlds: Callable[..., World],
) -> None:
    schema = {"properties": {"n": {"type": "integer"}, "s": {"type": "string"}}, "required": ["n", "s"]}
    tool = {"type": "function", "function": {"name": "ping", "parameters": schema}}
    forms: list[dict[str, Any]] = [
        {"response_format": {"type": "json_object", "schema": schema}},
        {"response_format": {"type": "regex", "pattern": "[a-z]{9}"}},
        {"tools": [tool], "tool_choice": {"type": "function", "function": {"name": "ping"}}},
    ]

    async def tell(world: World, sessions_before: int) -> list[str]:
        for _ in range(sessions_before):
            await world.session()
        session = await world.session(agent={"name": "G", "about": "a"}, user={"name": "Ann"}, situation="s")
        said = [(await world.chat(session.id, text)).content for text in (QUESTION, "And then?", "Thanks")]
        said += [(await world.chat(session.id, QUESTION, **form)).content for form in forms]
        return said + [s["content"] for s in await world.suggestions(session.id)]

    one = await tell(worlds(workspace="one"), 0)
    other = worlds(workspace="two")
    other.clock.advance(10**9)
    assert one == await tell(other, 3)
    assert one != await tell(worlds(seed=2), 0)


@told
async def test_the_assistant_reads_back_a_bounded_way_however_long_the_messages(world: World) -> None:
    session = await world.session()
    for _ in range(4):
        await world.chat(session.id, "Hello, world. " * 10_000, remember=False)
    spoken = await world.chat(session.id, "And now?")
    assert spoken.answer["usage"]["prompt_tokens"] < 80_000
    assert len(await world.history(session.id)) == 10
