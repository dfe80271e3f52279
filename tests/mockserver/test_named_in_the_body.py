"""A PUT of the collection's path replaces the record that its body names."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.document import load
from contracts.explain import explanation
from contracts.inference import infer
from contracts.resources import Verb
from tests.mockserver.api import UNKNOWN, Api, build_mock

PETS = load(Path(__file__).parents[1] / "data" / "pets.yaml")


@pytest.fixture
def api() -> Api:
    return Api(build_mock(PETS, "one"), "one")


def test_it_is_a_replace_with_a_reason() -> None:
    model = infer(PETS)
    pets = model.resources["/pet"]
    assert pets.verbs[Verb.REPLACE].id == "updatePet"
    assert pets.actions == ()
    assert "nothing replaces /pet/{petId}, and this body holds `id`" in explanation(PETS, model)


def test_the_record_is_replaced(api: Api) -> None:
    api.post("/pet", {"id": 10, "name": "R", "status": "sold"}).ok()
    other = api.post("/pet", {"name": "S", "status": "sold"}).ok()
    assert api.put("/pet", {"id": 10, "name": "New"}).ok() == {"id": 10, "name": "New"}
    assert api.get("/pet/10").ok() == {"id": 10, "name": "New"}
    assert api.get(f"/pet/{other['id']}").ok() == other


def test_what_is_not_there_is_not_made(api: Api) -> None:
    before = api.dump()
    api.put("/pet", {"id": 999, "name": "New"}).refused(404, "not-found", "/id")
    api.put("/pet", {"name": "New"}).refused(404, "not-found", "/id")
    api.put("/pet", {"id": "x", "name": "New"}).refused(422, "invalid", "/id")
    assert api.dump() == before


def test_a_wrapped_record_is_named_within_its_wrapper(api: Api) -> None:
    made = api.post("/shelves", {"shelf": {"shelf_id": UNKNOWN, "label": "A"}}).ok(201)["shelf"]
    changed = {"shelf": {"shelf_id": made["shelf_id"].upper(), "label": "B"}}
    assert api.put("/shelves", changed).ok() == {"shelf": made | {"label": "B"}}
    assert api.get(f"/shelves/{made['shelf_id']}").ok() == {"shelf": made | {"label": "B"}}
    api.put("/shelves", {"shelf": {"label": "B"}}).refused(404, "not-found", "/shelf/shelf_id")
    unknown = {"shelf": {"shelf_id": "0" * 8 + UNKNOWN[8:], "label": "B"}}
    api.put("/shelves", unknown).refused(404, "not-found", "/shelf/shelf_id")


def test_what_only_seems_to_write_does_not_echo(api: Api) -> None:
    answered = api.post("/pets-at-once", {"id": 4711, "name": "An unlikely name"}).ok()
    assert answered.get("id") != 4711
    assert answered["name"] != "An unlikely name"
    api.get("/pet/4711").refused(404, "not-found")
