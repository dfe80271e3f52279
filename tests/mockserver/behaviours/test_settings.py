"""Settings: the request's, else the agent's, else the schema's; seeds; what may change the wording."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.document import Document
from mockserver.behaviours.scene.settings import Resolver, Settings
from tests.mockserver.behaviours.world import World, told

QUESTION = "Which tyres suit gravel?"
UNKEPT: dict[str, Any] = {"record": False, "remember": False}


@pytest.fixture(scope="module")
def resolver(document: Document) -> Resolver:
    return Resolver(document.data, {"$ref": "#/components/schemas/ChatInput"}, "default_settings")


def test_what_nobody_sets_has_the_default_of_the_schema(resolver: Resolver) -> None:
    found = resolver.settings({"messages": []}, {})
    assert (found.max_tokens, found.stop, found.stream) == (200, (), False)
    assert (found.recall, found.record, found.remember) == (True, True, True)
    assert found.sampling["temperature"] == 0.75
    assert found.sampling["top_p"] == 1


def test_the_request_wins_over_the_agent_and_the_agent_over_the_schema(resolver: Resolver) -> None:
    agent = {"default_settings": {"temperature": 2.5, "top_p": 0.5, "preset": "fun"}}
    found = resolver.settings({"temperature": 0.1, "min_p": 0.2}, agent)
    assert found.sampling["temperature"] == 0.1
    assert found.sampling["top_p"] == 0.5
    assert found.preset == "fun"
    assert found.sampling["min_p"] == 0.2


def test_settings_of_an_agent_that_no_request_knows_are_none(resolver: Resolver) -> None:
    assert "mood" not in resolver.settings({}, {"default_settings": {"mood": "good"}}).sampling


@pytest.mark.parametrize(
    ("stop", "stops"), [("END", ("END",)), (["a", "b"], ("a", "b")), ("", ()), (["", "x"], ("x",)), ([], ())]
)
def test_stop_is_one_text_or_several_and_an_empty_one_stops_nothing(
    resolver: Resolver, stop: Any, stops: tuple[str, ...]
) -> None:
    assert resolver.settings({"stop": stop}, {}).stop == stops


def test_whole_numbers_are_equal_however_they_are_written(resolver: Resolver) -> None:
    floats = resolver.settings({"max_tokens": 5.0, "seed": 7.0, "temperature": 1.0}, {})
    assert floats == resolver.settings({"max_tokens": 5, "seed": 7, "temperature": 1}, {})
    assert isinstance(floats.max_tokens, int)


def test_settings_without_anything_limit_nothing() -> None:
    assert Settings().max_tokens is None


@told
async def test_the_agents_settings_are_in_force_and_the_requests_win(world: World) -> None:
    settings = {"temperature": 0, "preset": "business"}
    session = await world.session(agent={"name": "G", "default_settings": settings})
    assert (await world.chat(session.id, QUESTION, **UNKEPT)).content.startswith(
        "Thank you for your enquiry."
    )
    assert (await world.chat(session.id, QUESTION, **UNKEPT, preset="fun")).content.startswith("Ooh")


@told
async def test_same_seed_same_answer_and_another_seed_may_differ(world: World) -> None:
    session = await world.session()
    said = {
        seed: {(await world.chat(session.id, QUESTION, seed=seed, **UNKEPT)).content for _ in range(2)}
        for seed in range(-1, 9)
    }
    assert all(len(texts) == 1 for texts in said.values())
    assert len(set().union(*said.values())) > 1


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("temperature", [0.1 * n for n in range(1, 20)]),
        ("top_p", [0.1 * n for n in range(1, 10)]),
        ("frequency_penalty", [0.1 * n for n in range(10)]),
        ("preset", ["fun", "business", "code", "prose"]),
        ("length_penalty", [0, 1, 2]),
        ("logit_bias", [{str(n): n} for n in range(10)]),
    ],
)
@told
async def test_settings_of_the_wording_may_change_it(world: World, name: str, values: list[Any]) -> None:
    session = await world.session()
    said = {(await world.chat(session.id, QUESTION, **UNKEPT, **{name: value})).content for value in values}
    assert len(said) > 1


@pytest.mark.parametrize("certain", [{"temperature": 0}, {"preset": "deterministic"}])
@told
async def test_the_likeliest_wording_wins_where_nothing_is_left_to_chance(
    world: World, certain: dict[str, Any]
) -> None:
    session = await world.session()
    said = {(await world.chat(session.id, QUESTION, **UNKEPT, **certain, seed=n)).content for n in range(5)}
    assert len(said) == 1


@told
async def test_length_penalty_makes_answers_longer_or_shorter(world: World) -> None:
    session = await world.session()
    lengths = [
        len((await world.chat(session.id, QUESTION, **UNKEPT, length_penalty=p, temperature=0)).content)
        for p in (0.5, 1, 1.5)
    ]
    assert lengths == sorted(set(lengths))
