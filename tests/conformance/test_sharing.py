"""Records that laws share: made once, told by all that stand on them, and never in the way."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from conformance.worlds.world import HypothesisWorld
from contracts.resources import Verb
from tests.conformance.playing import BOOKS, LOANS, SHELVES, ground, play, resource

Answer = tuple[int, dict[str, str], bytes]
JSON_TYPE = {"Content-Type": "application/json"}


def test_owners_are_shared_until_a_fresh_one_is_asked_for() -> None:
    with ground() as (_, on):

        def check(world: HypothesisWorld) -> None:
            books = [world.make(resource(on, BOOKS)) for _ in range(3)]
            fresh = world.make(resource(on, BOOKS), fresh_owner=True)
            assert len({book.path["shelf_id"] for book in books}) == 1
            assert fresh.path["shelf_id"] != books[0].path["shelf_id"]
            assert [record["id"] for record in world.everything(resource(on, BOOKS), fresh.owner)] == [
                fresh.id
            ]

        play(on, check)


def test_sharing_keeps_a_run_within_its_requests() -> None:
    with ground() as (library, on):
        play(
            on,
            lambda world: [world.make(resource(on, path)) for path in (BOOKS, LOANS)] and None,
            examples=12,
        )
        assert len(library.asked("POST")) == 12 * 2 + 1


def test_the_trail_of_whoever_stands_on_a_shared_record_tells_how_it_was_made() -> None:
    with ground() as (_, on):
        play(on, lambda world: world.make(resource(on, LOANS)))
        second = play(on, lambda world: world.make(resource(on, LOANS)))
    assert [exchange.request.operation for exchange in second.trail] == ["create_shelf", "create_loan"]
    assert [list(exchange.captures) for exchange in second.trail] == [["shelf_1"], ["loan_1"]]


def test_a_shared_record_that_the_server_lost_is_made_anew_and_reported() -> None:
    with ground() as (library, on):
        play(on, lambda world: world.make(resource(on, BOOKS)))
        library.records.clear()
        play(on, lambda world: world.make(resource(on, BOOKS)))
    assert [thing.resource.path for thing in on.stage.lost] == [SHELVES]


@pytest.mark.parametrize("verb", [Verb.MERGE, Verb.DELETE])
def test_a_shared_record_that_a_law_writes_to_is_shared_no_more(verb: Verb) -> None:
    with ground() as (_, on):

        def check(world: HypothesisWorld) -> None:
            before = world.make(resource(on, BOOKS)).owner
            assert world.owner(resource(on, BOOKS)) == before
            shelf = dataclasses.replace(world.make(resource(on, SHELVES)), path=before)
            world.send(world.step(shelf, verb, body={"label": "changed"} if verb is Verb.MERGE else None))
            assert world.owner(resource(on, BOOKS)) != before

        play(on, check)


def test_no_list_grows_with_the_run() -> None:
    with ground() as (_, on):
        owners: list[str] = []
        play(on, lambda world: owners.append(world.make(resource(on, BOOKS)).path["shelf_id"]), examples=30)
    assert max(owners.count(owner) for owner in owners) <= 12


def test_laws_draw_the_same_whether_or_not_a_record_is_shared_already() -> None:
    with ground() as (_, on):
        drawn: list[Any] = []
        for _ in range(2):
            play(on, lambda world: drawn.append(world.make(resource(on, BOOKS)).sent), examples=5)
    assert drawn[:5] == drawn[5:]
