"""Trying to break a law: what is found, how small it gets, and what is no fault of the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from conformance.target import TargetUnavailable
from conformance.trials import MOST_SHRINKS, SuiteError, Trial, try_again, try_to_break
from conformance.worlds.world import Ground
from contracts.laws import Basis, Law
from contracts.resources import Resource, Verb
from contracts.world import Broken, World
from tests.conformance.playing import SHELVES, ground, resource

Check = Callable[[World, Resource], None]


@pytest.fixture(name="on")
def fixture_on() -> Iterator[Ground]:
    with ground() as (_, made):
        yield made


def attempt(
    on: Ground, check: Check, *, examples: int = 20, seed: int = 1, shrinks: int = MOST_SHRINKS
) -> Trial:
    law = Law("a-law", "A sentence.", Basis.SPEC, check)
    return try_to_break(
        law,
        resource(on, SHELVES),
        on,
        seed=seed,
        examples=examples,
        over=lambda: False,
        shrinks=lambda _: shrinks,
    )


def no_large_numbers(world: World, shelves: Resource) -> None:
    for _ in range(world.integer(0, 9, "how many")):
        world.make(shelves, body={"label": "x"})
    number = world.integer(0, 1_000_000, "a number")
    world.expect(number < 1000, "A number is large.", observed=number)


def test_a_law_that_holds_is_not_broken(on: Ground) -> None:
    trial = attempt(on, lambda world, shelves: None, examples=3)
    assert (trial.broken, trial.unreachable) == (None, None)
    assert trial.examples >= 1


def test_what_breaks_a_law_is_made_small(on: Ground) -> None:
    trial = attempt(on, no_large_numbers)
    assert trial.broken is not None
    assert (trial.broken.message, trial.broken.observed) == ("A number is large.", 1000)
    assert trial.trail == ()


def test_without_leave_to_shrink_the_first_failure_stands(on: Ground) -> None:
    trial = attempt(on, no_large_numbers, shrinks=0)
    assert trial.broken is not None
    assert trial.broken.observed > 1000


def test_making_small_has_an_end(on: Ground) -> None:
    trial = attempt(on, no_large_numbers, shrinks=5)
    more = attempt(on, no_large_numbers, shrinks=0)
    assert trial.examples <= more.examples + 5


def test_the_same_seed_draws_the_same(on: Ground) -> None:
    drawn: list[int] = []

    def draw(world: World, shelves: Resource) -> None:
        drawn.append(world.integer(0, 10**9, "a number"))

    for seed in (3, 3, 4):
        attempt(on, draw, examples=5, seed=seed)
    third = len(drawn) // 3
    assert drawn[:third] == drawn[third : 2 * third]
    assert drawn[:third] != drawn[2 * third :]


def test_the_simplest_values_come_first_and_can_be_passed_over(on: Ground) -> None:
    drawn: list[list[int]] = []

    def draw(world: World, shelves: Resource) -> None:
        drawn.append([world.integer(0, 10**9, "a number") for _ in range(3)])

    law, over = Law("a-law", "A sentence.", Basis.SPEC, draw), lambda: False
    alone = try_to_break(law, resource(on, SHELVES), on, seed=1, examples=1, over=over)
    assert (alone.examples, drawn) == (1, [[0, 0, 0]])
    drawn.clear()
    rest = try_to_break(law, resource(on, SHELVES), on, seed=1, examples=4, over=over, past_simplest=True)
    assert rest.examples == len(drawn) == 4
    assert [0, 0, 0] not in drawn


def test_a_law_that_draws_nothing_is_tried_once(on: Ground) -> None:
    law = Law("a-law", "A sentence.", Basis.SPEC, lambda world, shelves: None)
    for past in (False, True):
        trial = try_to_break(
            law, resource(on, SHELVES), on, seed=1, examples=9, over=lambda: False, past_simplest=past
        )
        assert (trial.examples, trial.unreachable) == (1, None)


def test_the_values_that_broke_a_law_break_it_again(on: Ground) -> None:
    broken = attempt(on, no_large_numbers)
    law = Law("a-law", "A sentence.", Basis.SPEC, no_large_numbers)
    again = try_again(law, resource(on, SHELVES), on, broken.drawn)
    assert again.broken is not None
    assert again.broken.observed == 1000
    assert again.drawn == broken.drawn


def test_values_that_were_drawn_for_something_else_break_nothing(on: Ground) -> None:
    def small(world: World, shelves: Resource) -> None:
        world.expect(not world.integer(0, 9, "a number"), "It is not zero.")

    def choosing(world: World, shelves: Resource) -> None:
        world.expect(not world.choose("ab", "a letter"), "There are letters.")

    drawn = attempt(on, no_large_numbers).drawn[-1:]
    for check, reason in ((small, "there are no 1001 of a number"), (choosing, "no a letter was drawn here")):
        again = try_again(Law("a-law", "A sentence.", Basis.SPEC, check), resource(on, SHELVES), on, drawn)
        assert again.broken is None
        assert (again.unreachable or "").startswith(reason)


def test_the_trail_is_the_one_of_the_failure(on: Ground) -> None:
    def twice(world: World, shelves: Resource) -> None:
        thing = world.make(shelves)
        world.accepted(world.step(thing, Verb.GET))
        world.expect(False, "Never.")

    trial = attempt(on, twice)
    assert [exchange.request.operation for exchange in trial.trail] == ["create_shelf", "get_shelf"]


def test_what_cannot_be_reached_says_why(on: Ground) -> None:
    def give_up(world: World, shelves: Resource) -> None:
        world.unreachable("nothing to see")

    assert attempt(on, give_up).unreachable == "nothing to see"


def test_one_example_that_went_through_is_enough(on: Ground) -> None:
    def give_up_often(world: World, shelves: Resource) -> None:
        if world.integer(0, 9, "a number"):
            world.unreachable("not zero")

    assert attempt(on, give_up_often).unreachable is None


def test_a_failure_of_the_law_itself_is_the_suites(on: Ground) -> None:
    def crash(world: World, shelves: Resource) -> None:
        raise KeyError("gone")

    with pytest.raises(SuiteError, match=r"KeyError\('gone'\) in test_trials\.py:\d+"):
        attempt(on, crash)


def test_a_server_that_is_gone_ends_the_trial(on: Ground) -> None:
    def vanish(world: World, shelves: Resource) -> None:
        raise TargetUnavailable("Nothing answers.")

    with pytest.raises(TargetUnavailable):
        attempt(on, vanish)


def test_an_interruption_keeps_what_was_found(on: Ground) -> None:
    def interrupted(world: World, shelves: Resource) -> None:
        number = world.integer(0, 1_000_000, "a number")
        if interrupted_at and number > 1000:
            raise KeyboardInterrupt
        if number > 1000:
            interrupted_at.append(number)
            raise Broken("A number is large.", operation=None, observed=number)

    interrupted_at: list[int] = []
    trial = attempt(on, interrupted)
    assert trial.interrupted
    assert trial.broken is not None
    assert trial.broken.observed == interrupted_at[0]


def test_an_interruption_before_anything_was_found_is_passed_on(on: Ground) -> None:
    def interrupted(world: World, shelves: Resource) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(on, interrupted)


def test_a_failure_that_does_not_come_back_is_kept(on: Ground) -> None:
    seen: list[int] = []

    def once(world: World, shelves: Resource) -> None:
        seen.append(world.integer(0, 9, "a number"))
        world.expect(len(seen) != 3, "Only once.")

    trial = attempt(on, once)
    assert trial.broken is not None
    assert trial.broken.message == "Only once."


def test_no_example_begins_when_the_time_is_up(on: Ground) -> None:
    law = Law("a-law", "A sentence.", Basis.SPEC, no_large_numbers)
    trial = try_to_break(law, resource(on, SHELVES), on, seed=1, examples=20, over=lambda: True)
    assert trial.examples == 1
