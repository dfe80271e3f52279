"""What a world finds broken by itself, and whom it blames."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.worlds.world import HypothesisWorld
from contracts.exchange import Request
from contracts.laws.groundrules import ACCEPTED, ANSWERED, DESCRIBED, NO_SERVER_ERROR
from contracts.resources import Verb
from contracts.world import Broken, Step
from tests.conformance.playing import BOOKS, SHELVES, ground, play, resource

Answer = tuple[int, dict[str, str], bytes]
JSON_TYPE = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("answer", "rule", "message"),
    [
        ((500, {}, b"oops"), NO_SERVER_ERROR, "create_shelf answers with a server error"),
        ((422, {}, b"no"), ACCEPTED, "create_shelf refuses a valid request"),
        ((201, JSON_TYPE, b"{}"), DESCRIBED, "create_shelf does not name the id of what it made"),
        ((201, JSON_TYPE, b"{"), DESCRIBED, "create_shelf does not name the id of what it made"),
    ],
)
def test_a_create_that_fails_breaks_a_ground_rule(answer: Answer, rule: Any, message: str) -> None:
    with ground() as (library, on):
        library.answers["POST", "/shelves"] = answer
        for path in (SHELVES, BOOKS):
            with pytest.raises(Broken) as broken:
                play(on, lambda world, path=path: world.make(resource(on, path)))  # type: ignore[misc]
            assert (broken.value.rule, broken.value.message) == (rule.name, message)
            assert broken.value.operation == "create_shelf"
            assert str(broken.value.observed).startswith(str(answer[0]))


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ((503, {}, b""), NO_SERVER_ERROR),
        ((400, {}, b""), ACCEPTED),
        ((200, JSON_TYPE, b"no json"), DESCRIBED),
        ((200, {"Content-Type": "text/html"}, b"<p>"), DESCRIBED),
        ((200, JSON_TYPE, b'{"items": {}}'), DESCRIBED),
        ((200, JSON_TYPE, b'{"items": [1]}'), DESCRIBED),
        ((200, JSON_TYPE, b"[]"), None),
        ((200, JSON_TYPE, b'{"items": []}'), None),
    ],
)
def test_a_list_that_is_none_breaks_a_ground_rule(answer: Answer, rule: Any) -> None:
    with ground() as (library, on):
        library.answers["GET", "/shelves"] = answer

        def check(world: HypothesisWorld) -> None:
            assert world.listed(resource(on, SHELVES), {}) == []

        if rule is None:
            play(on, check)
            return
        with pytest.raises(Broken) as broken:
            play(on, check)
    assert broken.value.rule == rule.name
    assert broken.value.operation == "list_shelf"


def test_silence_breaks_a_ground_rule_and_is_in_the_trail() -> None:
    with ground() as (library, on):
        worlds: list[HypothesisWorld] = []

        def check(world: HypothesisWorld) -> None:
            worlds.append(world)
            library.silent = True
            world.send(Step(resource(on, SHELVES).verbs[Verb.LIST]))

        with pytest.raises(Broken, match="list_shelf gives no answer") as broken:
            play(on, check)
    assert broken.value.rule == ANSWERED.name
    assert worlds[-1].trail[-1].failure is not None


def test_an_unknown_method_may_be_unknown_to_the_server() -> None:
    with ground() as (library, on):
        library.answers["PURGE", "/shelves"] = library.answers["GET", "/shelves"] = (501, {}, b"")
        play(on, lambda world: world.raw(Request("PURGE", "/shelves")).status == 501)
        with pytest.raises(Broken):
            play(on, lambda world: world.send(Step(resource(on, SHELVES).verbs[Verb.LIST])))


def test_a_law_blames_the_last_call_or_whom_it_names() -> None:
    with ground() as (_, on):
        shelves = resource(on, SHELVES)

        def check(world: HypothesisWorld) -> None:
            world.listed(shelves, {})
            world.expect(True, "never")
            with pytest.raises(Broken, match="Named") as named:
                world.expect(False, "Named", operation=shelves.verbs[Verb.CREATE], expected=1, observed=2)
            assert (named.value.operation, named.value.expected, named.value.observed) == (
                "create_shelf",
                1,
                2,
            )
            assert named.value.rule is None
            world.expect(False, "Unnamed")

        with pytest.raises(Broken, match="Unnamed") as last:
            play(on, check)
    assert last.value.operation == "list_shelf"
