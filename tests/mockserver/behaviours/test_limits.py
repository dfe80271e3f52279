"""Tokens, `max_tokens` and `stop`: where an answer ends, and why."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockserver.behaviours.reply import tokens
from mockserver.behaviours.reply.limits import end
from mockserver.behaviours.scene.settings import Settings
from tests.mockserver.behaviours.world import World, told

TEXTS = st.text(max_size=80) | st.text(alphabet=" \n\tabc,é漢👋", max_size=80)
LIMITS = st.none() | st.integers(1, 30)
STOPS = st.lists(st.text(alphabet=" abc,", min_size=1, max_size=3), max_size=4).map(tuple)


def test_the_rule_that_counts_tokens() -> None:
    assert tokens.tokens("Hello, world") == ["Hell", "o", ",", " worl", "d"]
    assert tokens.tokens("  a_1 \n") == ["  a_1", " \n"]
    assert tokens.tokens("👋🏽!") == ["👋", "🏽", "!"]
    assert tokens.count("") == 0
    assert tokens.prompt(["Hello", ""]) == 2 + 2 * tokens.PER_MESSAGE


@given(TEXTS)
def test_tokens_are_the_text_in_pieces(text: str) -> None:
    pieces = tokens.tokens(text)
    assert "".join(pieces) == text
    assert len(pieces) == tokens.count(text)
    assert all(pieces)


@given(TEXTS, st.integers(0, 30))
def test_the_first_tokens_are_a_beginning_with_that_many(text: str, limit: int) -> None:
    cut = tokens.first(text, limit)
    assert text.startswith(cut)
    assert tokens.count(cut) == min(limit, tokens.count(text))


@given(TEXTS, LIMITS, STOPS)
def test_an_answer_ends_where_its_settings_say_and_tells_why(
    text: str, limit: int | None, stops: tuple[str, ...]
) -> None:
    ending = end(text, Settings(max_tokens=limit, stop=stops))
    assert text.startswith(ending.text)
    assert not any(stop in ending.text for stop in stops)
    assert ending.whole == (ending.text == text)
    if limit is not None:
        assert tokens.count(ending.text) <= limit
        assert (ending.reason == "length") == (tokens.count(ending.text) == limit)
    if ending.reason == "stop" and not ending.whole:
        assert any(text[len(ending.text) :].startswith(stop) for stop in stops)


def test_the_earliest_stop_sequence_counts() -> None:
    assert end("one two three", Settings(stop=("three", "two"))).text == "one "


def test_a_text_as_long_as_allowed_ends_for_its_length() -> None:
    assert end("ab cd", Settings(max_tokens=2)).reason == "length"
    assert end("ab cd", Settings(max_tokens=3)).reason == "stop"


@told
async def test_a_cut_answer_is_the_beginning_of_the_whole_one(world: World) -> None:
    session = await world.session()
    asked: dict[str, Any] = {"said": "Which tyres suit gravel?", "record": False, "remember": False}
    whole = await world.chat(session.id, **asked)
    for limit in range(1, tokens.count(whole.content) + 1, 7):
        cut = await world.chat(session.id, **asked, max_tokens=limit)
        assert cut.answer["finish_reason"] == "length"
        assert cut.answer["usage"]["completion_tokens"] == limit
        assert whole.content.startswith(cut.content)
    for stop in ("gravel", " ", whole.content[10:15]):
        stopped = await world.chat(session.id, **asked, stop=[stop, "never said"])
        assert stopped.answer["finish_reason"] == "stop"
        assert stopped.content == whole.content.partition(stop)[0]


@told
async def test_history_holds_the_answer_as_it_was_cut(world: World) -> None:
    session = await world.session()
    spoken = await world.chat(session.id, "Which tyres suit gravel?", max_tokens=3)
    assert (await world.history(session.id))[-1]["content"] == spoken.content
