"""The world of laws against a small server: what it makes, how it reads, what it sends and draws."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conformance.target import Keys
from conformance.worlds.world import HypothesisWorld
from contracts.exchange import Request
from contracts.resources import Verb
from contracts.schemas import compile_schema
from contracts.story import as_script
from contracts.world import Identity, Step, Unreachable, World
from tests.conformance.playing import BOOKS, LOANS, SHELVES, ground, play, resource
from tests.library import running

Answer = tuple[int, dict[str, str], bytes]
JSON_TYPE = {"Content-Type": "application/json"}


def test_it_is_a_world() -> None:
    def acts(world: World) -> None:
        assert world.trail == []

    with ground() as (_, on):
        play(on, acts)


def test_a_record_is_made_with_its_owner_and_reads_as_it_was_sent() -> None:
    with ground() as (library, on):

        def check(world: HypothesisWorld) -> None:
            thing = world.make(resource(on, BOOKS))
            assert library.records["one", f"/shelves/{thing.path['shelf_id']}"]["label"] == "x"
            assert world.read(thing) == {"id": thing.id, **thing.sent}
            assert thing.receipt == {"id": thing.id}
            assert thing.owner == {"shelf_id": thing.path["shelf_id"]}

        play(on, check, examples=10)


def test_a_reference_leads_to_a_live_record() -> None:
    with ground() as (library, on):

        def check(world: HypothesisWorld) -> None:
            for body in (world.make(resource(on, LOANS)).sent, world.body(resource(on, LOANS), Verb.CREATE)):
                assert ("one", f"/shelves/{body['shelf_id']}") in library.records

        play(on, check, examples=5)


def test_what_a_law_gives_is_kept_and_the_rest_is_drawn() -> None:
    with ground() as (_, on):

        def check(world: HypothesisWorld) -> None:
            shelf = world.make(resource(on, SHELVES), body={"label": "mine"})
            other = world.make(resource(on, LOANS), body={"shelf_id": shelf.id, "note": "n"})
            book = world.make(resource(on, BOOKS), owner=shelf.path)
            assert shelf.sent["label"] == "mine"
            assert (other.sent["shelf_id"], other.sent["note"]) == (shelf.id, "n")
            assert book.owner == {"shelf_id": shelf.id}

        play(on, check, examples=5)


def test_the_story_of_a_world_replays_on_a_fresh_server(tmp_path: Path) -> None:
    with ground() as (library, on):

        def check(world: HypothesisWorld) -> None:
            book, loan = world.make(resource(on, BOOKS)), world.make(resource(on, LOANS))
            world.read(loan)
            world.send(world.step(book, Verb.DELETE))
            world.parallel([world.step(loan, Verb.GET)] * 2)
            world.raw_call(Step(resource(on, LOANS).verbs[Verb.CREATE]), b"\xff{", "text/plain")

        play(on, lambda world: world.make(resource(on, BOOKS)))
        world = play(on, check)
    script = tmp_path / "story.sh"
    script.write_text(as_script(world.trail, key_form=on.target.keys.form), encoding="utf-8")
    with running() as fresh:
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "BASE": fresh.url, "KEY": "one"}
        done = subprocess.run(["sh", str(script)], env=environment, capture_output=True, check=True)
    statuses = [int(line) for line in done.stdout.decode().splitlines() if line.isdigit() and len(line) == 3]
    assert statuses == [exchange.response.status for exchange in world.trail if exchange.response]
    assert statuses == [201, 201, 201, 200, 204, 200, 200, 400]
    assert all(identifier not in script.read_text() for _, identifier in library.records)


def test_a_record_that_its_list_alone_shows_is_found_on_any_page() -> None:
    with ground() as (_, on):

        def check(world: HypothesisWorld) -> None:
            books = resource(on, BOOKS)
            first = world.make(books, fresh_owner=True)
            things = [first, *(world.make(books, owner=first.owner) for _ in range(6))]
            assert [world.read(thing) for thing in things] == [{"id": t.id, **t.sent} for t in things]
            assert len(world.everything(books, first.owner)) == 7
            assert len(world.listed(books, first.owner, {"offset": 6})) == 1
            gone = dataclasses.replace(first, path={**first.path, "book_id": "none"})
            assert world.read(gone) is None

        play(on, check)


def test_what_is_gone_hidden_or_below_something_gone_reads_as_nothing() -> None:
    with ground() as (library, on):

        def check(world: HypothesisWorld) -> None:
            shelf = world.make(resource(on, SHELVES))
            book = world.make(resource(on, BOOKS), owner=shelf.path)
            assert world.read(shelf, identity=Identity.SECOND) is None
            assert world.read(shelf, identity=Identity.NOBODY) is None
            assert world.send(world.step(shelf, Verb.DELETE)).status == 204
            assert world.read(shelf) is None
            assert world.read(book) is None

        play(on, check)
        assert not library.records


def test_a_server_that_ignores_the_offset_does_not_hold_up_a_walk_through_its_list() -> None:
    with ground() as (library, on):
        page = json.dumps({"items": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}).encode()
        library.answers["GET", "/api/shelves".removeprefix("/api")] = (
            200,
            {"Content-Type": "application/json"},
            page,
        )
        play(on, lambda world: len(world.everything(resource(on, SHELVES), {})) == 3)
        assert len(library.requests) == 2


def test_a_bound_query_parameter_that_is_required_is_filled_in() -> None:
    def demand(data: dict[str, Any]) -> None:
        data["paths"][SHELVES]["get"]["parameters"] = [
            {"name": "q", "in": "query", "required": True, "schema": {"type": "string", "minLength": 2}}
        ]

    with ground(demand) as (library, on):

        def check(world: HypothesisWorld) -> None:
            operation = resource(on, SHELVES).verbs[Verb.LIST]
            world.listed(resource(on, SHELVES), {})
            world.send(world.list_step(resource(on, SHELVES), {}, {"q": "mine"}))
            assert len(world.query(operation)["q"]) >= 2

        play(on, check)
        assert [target.partition("?")[2] for target in library.asked("GET")] == ["q=xx", "q=mine"]


def test_raw_calls_send_their_bytes() -> None:
    with ground() as (library, on):
        create = resource(on, SHELVES).verbs[Verb.CREATE]
        play(on, lambda world: world.raw_call(Step(create), b"\xff", "text/odd"))
        method, _, headers, body = library.requests[-1]
        assert (method, headers["content-type"], body) == ("POST", "text/odd", b"\xff")
        play(
            on, lambda world: world.raw(Request("GET", world.target(create, {}), identity="nobody")) and None
        )
        assert library.requests[-1][1] == "/api/shelves"
        assert "authorization" not in library.requests[-1][2]


def test_events_are_read_as_they_were_sent() -> None:
    with ground() as (library, on):
        library.answers["GET", "/shelves"] = (
            200,
            {"Content-Type": "text/event-stream"},
            b"data: a\n\ndata: b\n\n",
        )

        def check(world: HypothesisWorld) -> None:
            assert world.stream(Step(resource(on, SHELVES).verbs[Verb.LIST])) == ["a", "b"]

        play(on, check)
        assert library.requests[0][2]["accept"] == "text/event-stream"


def test_parallel_steps_are_answered_in_their_order_and_are_one_batch() -> None:
    with ground() as (_, on):

        def check(world: HypothesisWorld) -> None:
            things = [world.make(resource(on, SHELVES)) for _ in range(4)]
            answers = world.parallel([world.step(thing, Verb.GET) for thing in things])
            assert [answer.json()["id"] for answer in answers] == [thing.id for thing in things]

        world = play(on, check)
    assert [exchange.batch for exchange in world.trail] == [None] * 4 + [1] * 4


def test_the_second_identity_has_records_of_its_own() -> None:
    with ground() as (library, on):

        def check(world: HypothesisWorld) -> None:
            book = world.make(resource(on, BOOKS), identity=Identity.SECOND)
            assert world.read(book) is not None
            assert world.read(book, identity=Identity.FIRST) is None

        play(on, check)
        assert {key for key, _ in library.records} == {"two"}
    with ground(keys=Keys("one")) as (_, on), pytest.raises(Unreachable, match="second key"):
        play(on, lambda world: world.make(resource(on, SHELVES), identity=Identity.SECOND))


def test_what_cannot_be_done_is_unreachable_with_the_reason() -> None:
    def shorten(data: dict[str, Any]) -> None:
        del data["paths"][SHELVES]["post"]
        del data["paths"]["/loans/{loan_id}"]["patch"]

    with ground(shorten) as (_, on):

        def check(world: HypothesisWorld) -> None:
            for path in (SHELVES, BOOKS):
                with pytest.raises(Unreachable, match="no operation makes a shelf"):
                    world.make(resource(on, path))
            with pytest.raises(Unreachable, match="needs shelf_id"):
                world.make(resource(on, LOANS))
            with pytest.raises(Unreachable, match="no operation does merge on a loan"):
                world.body(resource(on, LOANS), Verb.MERGE)
            with pytest.raises(Unreachable, match="nothing to do"):
                world.unreachable("nothing to do")
            with pytest.raises(Unreachable, match="no colour to choose from"):
                world.choose([], "colour")

        play(on, check)


def test_an_optional_reference_that_cannot_be_made_is_left_out() -> None:
    def loosen(data: dict[str, Any]) -> None:
        del data["paths"][SHELVES]["post"]
        data["paths"][LOANS]["post"]["requestBody"]["content"]["application/json"]["schema"]["required"] = []

    with ground(loosen) as (_, on):

        def check(world: HypothesisWorld) -> None:
            assert "shelf_id" not in world.make(resource(on, LOANS)).sent

        play(on, check, examples=10)


def test_invalid_bodies_are_wrong_in_one_place_and_refer_to_live_records() -> None:
    with ground() as (library, on):
        create = resource(on, LOANS).verbs[Verb.CREATE]
        schema = create.body.json_schema if create.body else {}
        accepts = compile_schema(on.document.data, schema or {}).is_valid
        reasons: set[str] = set()

        def check(world: HypothesisWorld) -> None:
            body, why = world.invalid(create)
            reasons.add(why)
            assert not accepts(body)
            if isinstance(body, dict) and "shelf_id" not in why and "body" not in why:
                assert ("one", f"/shelves/{body['shelf_id']}") in library.records

        play(on, check, examples=60)
    assert {"/shelf_id is required and missing", "/shelf_id is no uuid"} <= reasons
    assert "/note is of another type than string" in reasons


def test_nothing_is_invalid_where_there_is_no_body() -> None:
    with ground() as (_, on), pytest.raises(Unreachable, match="get_shelf forbids no body"):
        play(on, lambda world: world.invalid(resource(on, SHELVES).verbs[Verb.GET]))


def test_values_are_drawn_within_what_is_asked_for() -> None:
    with ground() as (_, on):
        marks: set[str] = set()

        def check(world: HypothesisWorld) -> None:
            assert 3 <= world.integer(3, 5) <= 5
            assert world.choose(["a", "b"], "letter") in {"a", "b"}
            assert len(world.value({"type": "string", "maxLength": 2})) <= 2
            mark = world.mark()
            assert mark not in marks
            marks.add(mark)

        play(on, check, examples=10)
        assert len(marks) == 10


def test_ids_that_the_client_chooses_are_never_the_same() -> None:
    def choose(data: dict[str, Any]) -> None:
        body = data["paths"][SHELVES]["post"]["requestBody"]["content"]["application/json"]["schema"]
        body["properties"] = {**body["properties"], "id": {"type": "string", "format": "uuid"}}
        body["required"] = ["label", "id"]

    with ground(choose) as (_, on):
        shelves = resource(on, SHELVES)
        assert shelves.client_id
        sent: list[Any] = []
        play(on, lambda world: sent.append(world.make(shelves).sent["id"]), examples=6)
    assert len(set(sent)) == len(sent) == 6
