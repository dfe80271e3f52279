"""Whatever a turn consists of: what is recorded, and what is answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.document import Document
from tests.mockserver.behaviours.world import World

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "system", "function_call", "auto"]), "content": TEXT},
        optional={"name": TEXT, "continue": st.booleans()},
    ),
    min_size=1,
    max_size=4,
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "max_tokens": st.integers(1, 300),
        "stop": TEXT | st.lists(TEXT, min_size=1, max_size=4),
        "seed": st.integers(-1, 9999),
        "temperature": st.floats(0, 2),
        "length_penalty": st.floats(0, 2),
        "preset": st.sampled_from(["fun", "code", "deterministic"]),
        "recall": st.booleans(),
        "record": st.booleans(),
        "remember": st.booleans(),
        "response_format": st.sampled_from(
            [{"type": "json_object"}, {"type": "regex", "pattern": "[a-c]+"}, {"type": "text"}]
        ),
    },
)
REASONS = {"stop", "length", "tool_calls"}
ROLES = {"user", "assistant", "system", "function_call", "function"}


@pytest.fixture(scope="module")
def shared(document: Document) -> World:
    return World(document)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(MESSAGES, SETTINGS), min_size=1, max_size=3))
def test_turns_are_recorded_as_they_were_taken(
    shared: World, turns: list[tuple[list[dict[str, Any]], dict[str, Any]]]
) -> None:
    async def story() -> None:
        session = await shared.session(user={"name": "Ann"})
        expected: list[str] = []
        for sent, given_settings in turns:
            spoken = await shared.chat(session.id, sent, **given_settings)
            assert spoken.answer["finish_reason"] in REASONS
            limit = given_settings.get("max_tokens", 200)
            assert spoken.answer["usage"]["completion_tokens"] <= limit
            history = await shared.history(session.id)
            if given_settings.get("record", True):
                expected += [*(message["content"] for message in sent), spoken.content]
                assert history[-1] == spoken.message
            assert [message["content"] for message in history] == expected
            assert {message["role"] for message in history} <= ROLES
            said = any(m["role"] == "user" and m["content"].strip() for m in sent)
            if said and given_settings.get("remember", True):
                assert spoken.answer["jobs"]
            if not given_settings.get("remember", True):
                assert spoken.answer["jobs"] == []

    asyncio.run(story())
