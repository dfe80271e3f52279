"""A resource whose records are of several kinds, told apart by a discriminator."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.dialect import Stamp
from contracts.document import load
from contracts.inference import infer
from tests.mockserver.api import Api, build_mock

KINDS = load(Path(__file__).parents[1] / "data" / "kinds.yaml")


@pytest.fixture
def api() -> Api:
    return Api(build_mock(KINDS, "one"), "one")


def test_what_the_kinds_have_is_the_records() -> None:
    animals = infer(KINDS).resources["/animals"]
    assert animals.id_property == "id"
    assert animals.stamps == {"created_at": Stamp.CREATED}
    assert animals.listing is not None
    assert animals.listing.equal == {"kind": "kind"}


def test_each_kind_is_kept_whole(api: Api) -> None:
    sent = [{"kind": "cat", "name": "Tom", "claws": 18}, {"kind": "dog", "bark": "loud"}]
    made = [api.post("/animals", animal).ok(201) for animal in sent]
    for animal, record in zip(sent, made, strict=True):
        assert record == animal | {"id": record["id"], "created_at": record["created_at"]}
        assert api.get(f"/animals/{record['id']}").ok() == record
    assert api.get("/animals").json == made[::-1]
    assert api.get("/animals", kind="cat").json == made[:1]


def test_a_kind_is_checked_as_it_is(api: Api) -> None:
    api.post("/animals", {"kind": "dog"}).refused(422, "invalid")
    api.post("/animals", {"kind": "cow"}).refused(422, "invalid")


def test_put_changes_the_kind_and_patch_a_part(api: Api) -> None:
    made = api.post("/animals", {"kind": "cat", "name": "Tom", "claws": 18}).ok(201)
    path = f"/animals/{made['id']}"
    assert api.patch(path, {"claws": 17}).ok() == made | {"claws": 17}
    dog = api.put(path, {"kind": "dog", "bark": "loud"}).ok()
    assert dog == {"id": made["id"], "created_at": made["created_at"], "kind": "dog", "bark": "loud"}
    assert api.get(path).ok() == dog
    api.delete(path)
    api.get(path).refused(404, "not-found")
