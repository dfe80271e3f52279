"""Worlds over APIs that page by cursor, and whose PUT names its record in the body."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.schemathesis_bridge.doubts import Doubts
from conformance.target import Keys, Target
from conformance.worlds.world import Ground, HypothesisWorld
from contracts.credentials import KeyForm
from contracts.document import load
from contracts.exchange import Request
from contracts.inference import infer
from contracts.resources import Verb
from contracts.world import Step
from tests.conformance.playing import play
from tests.mockserver.process import running

DATA = Path(__file__).parents[1] / "data"


@contextmanager
def ground(name: str) -> Iterator[Ground]:
    """The ground of worlds over a mock of one of our files."""
    doc = load(DATA / name)
    keys = Keys("one", "two", KeyForm(prefix="Bearer "))
    with running("--spec", str(DATA / name)) as mock, Target(mock.url, keys, timeout=10) as target:
        yield Ground(doc, infer(doc), target)


@pytest.mark.parametrize("path", ["/events", "/tokens", "/charges"])
def test_everything_is_read_by_cursor(path: str) -> None:
    with ground("pages.yaml") as on:

        def check(world: HypothesisWorld) -> None:
            resource = world.model.resources[path]
            made = [world.make(resource, body={"name": "x"}).id for _ in range(23)]
            assert [record["id"] for record in world.everything(resource, {})] == made[::-1]

        play(on, check)


def test_a_replace_request_names_its_record() -> None:
    with ground("pets.yaml") as on:

        def check(world: HypothesisWorld) -> None:
            pets = world.model.resources["/pet"]
            pet = world.make(pets)
            step = world.step(pet, Verb.REPLACE, body={"name": "New"})
            assert step.body == {"name": "New", "id": int(pet.id)}
            assert world.accepted(step) == step.body
            bare = Step(pets.verbs[Verb.REPLACE], pet.path, body={"name": "Newer", "id": 0})
            assert world.accepted(bare) == {"name": "Newer", "id": int(pet.id)}

        play(on, check)


@pytest.mark.parametrize(
    ("name", "operation", "request_", "doubtful"),
    [
        ("pages.yaml", "events", Request("GET", "/events?cursor=x"), True),
        ("pages.yaml", "events", Request("GET", "/events?limit=1"), False),
        ("pets.yaml", "updatePet", Request("PUT", "/pet", body=b'{"id": 1, "name": "x"}'), True),
        ("pets.yaml", "addPet", Request("POST", "/pet", body=b'{"id": 1, "name": "x"}'), False),
        ("boxes.yaml", "NewBox", Request("POST", "/boxes", body=b'{"name": ""}'), True),
        ("boxes.yaml", "NewBox", Request("POST", "/boxes", body=b'{"name": "x", "note": null}'), False),
    ],
)
def test_what_a_correct_server_may_refuse(
    name: str, operation: str, request_: Request, doubtful: bool
) -> None:
    doc = load(DATA / name)
    model = infer(doc)
    (found,) = [o for r in model.resources.values() for o in r.verbs.values() if o.id == operation]
    assert Doubts(doc.data, model, found).has(request_) is doubtful
