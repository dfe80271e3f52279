"""Answers as server-sent events: what OpenAI's clients read, and what is recorded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.call import Answer
from tests.mockserver.behaviours.world import NOON, World, told


async def events(answer: Answer) -> list[str]:
    assert answer.stream is not None
    raw = b"".join([part async for part in answer.stream]).decode()
    assert raw.endswith("\n\n")
    parts = raw.removesuffix("\n\n").split("\n\n")
    assert all(part.startswith("data: ") and "\n" not in part for part in parts)
    return [part.removeprefix("data: ") for part in parts]


@pytest.mark.parametrize(
    "asked",
    [
        {"stream": True},
        {"media_type": "text/event-stream"},
        {"media_type": "text/event-stream", "stream": True},
    ],
)
@told
async def test_a_stream_is_chunks_then_a_reason_then_done(world: World, asked: dict[str, Any]) -> None:
    session = await world.session(agent={"name": "G", "model": "a-model"})
    answer = await world.raw(session.id, "Grüße 👋, which tyres?\nAnd chains?", **asked)
    assert (answer.status, answer.media_type) == (200, "text/event-stream")
    assert answer.headers["cache-control"] == "no-cache"
    *written, done = await events(answer)
    assert done == "[DONE]"
    chunks = [json.loads(text) for text in written]
    assert {(c["object"], c["id"], c["created"], c["model"]) for c in chunks} == {
        ("chat.completion.chunk", chunks[0]["id"], NOON // 1_000_000, "a-model")
    }
    choices = [choice for c in chunks for choice in c["choices"]]
    assert {choice["index"] for choice in choices} == {0}
    assert choices[0]["delta"] == {"role": "assistant", "content": ""}
    assert [choice["finish_reason"] for choice in choices] == [None] * (len(choices) - 1) + ["stop"]
    assert choices[-1]["delta"] == {}
    text = "".join(choice["delta"].get("content", "") for choice in choices)
    assert text == (await world.history(session.id))[-1]["content"]


@told
async def test_a_stream_says_and_leaves_what_a_whole_answer_does(world: World) -> None:
    one, other = await world.session(), await world.session()
    whole = await world.chat(one.id, "Which tyres?", max_tokens=9)
    answer = await world.raw(other.id, "Which tyres?", max_tokens=9, stream=True)
    chunks = [json.loads(text) for text in (await events(answer))[:-1]]
    assert chunks[-1]["choices"][0]["finish_reason"] == whole.answer["finish_reason"] == "length"
    left = [[(m["role"], m["content"]) for m in await world.history(s.id)] for s in (one, other)]
    assert left[0] == left[1]
    assert len(await world.suggestions(other.id)) == 2
    assert len(await world.memories(other.id)) == 1


@told
async def test_a_turn_is_recorded_before_its_stream_begins(world: World) -> None:
    session = await world.session()
    answer = await world.raw(session.id, "Which tyres?", stream=True)
    assert answer.stream is not None
    assert len(await world.history(session.id)) == 2


@told
async def test_a_tool_call_is_streamed_as_its_message_has_it(world: World) -> None:
    tool = {"type": "function", "function": {"name": "ping", "parameters": {}}}
    session = await world.session(agent={"name": "G", "tools": [tool]})
    *written, _ = await events(await world.raw(session.id, "ping", stream=True))
    choices = [json.loads(text)["choices"][0] for text in written]
    assert choices[0]["delta"]["role"] == "function_call"
    assert choices[-1]["finish_reason"] == "tool_calls"
    called = json.loads("".join(choice["delta"].get("content", "") for choice in choices))
    assert called["name"] == "ping"
