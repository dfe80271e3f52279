"""Cleaning up: what a run made is gone at its end, and what could not be deleted is named."""

from __future__ import annotations

from typing import Any

from conformance.target import Keys, Target
from conformance.worlds.world import HypothesisWorld
from contracts.exchange import Request
from contracts.resources import Verb
from contracts.world import Identity, Step
from tests.conformance.playing import BOOKS, LOANS, SHELVES, ground, play, resource


def make_all(world: HypothesisWorld) -> None:
    for path in (BOOKS, LOANS, SHELVES):
        world.make(world.model.resources[path])
        world.make(world.model.resources[path], identity=Identity.SECOND)


def test_everything_is_deleted_for_both_keys_and_nothing_twice() -> None:
    with ground() as (library, on):
        play(on, make_all, examples=3)
        assert on.sweep(everything=True) == []
        assert library.records == {}
        deleted = library.asked("DELETE")
        assert len(deleted) == len(set(deleted))
        assert not any("books" in path for path in deleted)
        assert on.sweep(everything=True) == []
        assert library.asked("DELETE") == deleted


def test_what_laws_share_stays_until_the_end() -> None:
    with ground() as (library, on):
        play(on, make_all)
        on.sweep()
        left = sorted((key, path.count("/")) for key, path in library.records)
        assert left == [("one", 2), ("one", 4), ("two", 2), ("two", 4)]  # a shared shelf each, with its book
        on.sweep(everything=True)
        assert library.records == {}


def test_what_refers_goes_before_what_it_refers_to() -> None:
    with ground() as (library, on):
        play(on, make_all)
        made = [path for _, path in library.records if path.count("/") == 2]
        on.sweep(everything=True)
        assert library.asked("DELETE") == [f"/api{path}" for path in reversed(made)]


def test_what_is_refused_at_first_is_tried_again_after_the_rest() -> None:
    with ground() as (library, on):
        play(on, lambda world: world.make(resource(on, SHELVES)))
        (own,) = [place for _, place in library.records]
        library.answers["DELETE", own] = (409, {}, b"")
        left = on.sweep(everything=True)
        assert [str(entry) for entry in left] == [f"{own} (shelf): delete_shelf answered 409"]
        assert library.asked("DELETE") == [f"/api{own}"] * 2


def test_what_is_gone_already_is_no_trouble() -> None:
    with ground() as (library, on):
        play(on, make_all)
        library.records.clear()
        assert on.sweep(everything=True) == []


def test_what_a_law_deleted_is_not_deleted_again() -> None:
    with ground() as (library, on):

        def check(world: HypothesisWorld) -> None:
            world.send(world.step(world.make(resource(on, SHELVES)), Verb.DELETE))

        play(on, check)
        on.sweep(everything=True)
        assert len(library.asked("DELETE")) == 1


def test_records_made_by_any_request_are_deleted_too() -> None:
    with ground() as (library, on):

        def check(world: HypothesisWorld) -> None:
            create = resource(on, SHELVES).verbs[Verb.CREATE]
            world.send(Step(create, body={"label": 5}))
            world.raw_call(Step(create), b'{"label": "x"}', "application/json")
            world.raw(Request("POST", "/shelves?x=1", (("Content-Type", "application/json"),), b'{"a": 1}'))
            world.parallel([Step(create, body={"label": str(number)}) for number in range(3)])

        play(on, check)
        assert len(library.records) == 6
        assert on.sweep() == []
        assert library.records == {}


def test_what_no_operation_deletes_is_named_once() -> None:
    def keep(data: dict[str, Any]) -> None:
        del data["paths"]["/loans/{loan_id}"]["delete"]

    with ground(keep) as (_, on):
        loan: list[str] = []
        play(on, lambda world: loan.append(world.make(resource(on, LOANS)).id))
        assert [str(entry) for entry in on.sweep()] == [
            f"/loans {{'loan_id': '{loan[0]}'}} (loan): no operation deletes it"
        ]
        assert on.sweep() == []


def test_a_server_that_is_gone_leaves_everything_with_the_reason() -> None:
    with ground() as (library, on):
        play(on, lambda world: world.make(resource(on, SHELVES)))
        (own,) = [place for _, place in library.records]
        with Target("http://127.0.0.1:9", Keys("one")) as gone:
            left = on.ledger.sweep(gone)
    assert len(left) == 1
    assert str(left[0]).startswith(f"{own} (shelf): Nothing answers at http://127.0.0.1:9")
