"""A mock of an API unlike ours; every answer is checked against its document on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.document import load
from tests.mockserver.api import Api, build_mock

SHOP = load(Path(__file__).parent.parent / "data" / "shop.yaml")


@pytest.fixture
def api() -> Api:
    return Api(build_mock(SHOP, "key"), "key")


def test_the_prefix_is_the_first_server_with_the_defaults_of_its_variables(api: Api) -> None:
    assert api.mock.prefix == "/v3"


def test_integer_ids_are_numbers_in_bodies_and_in_paths(api: Api) -> None:
    made = [api.post("/toys", {"name": name}).ok() for name in ("Kite", "Ball")]
    assert all(type(toy["id"]) is int for toy in made)
    assert made[0]["id"] < made[1]["id"]
    assert [api.get(f"/toys/{toy['id']}").ok() for toy in made] == made
    assert api.get("/toys").json == made[::-1]


def test_a_client_may_give_the_number_and_a_taken_one_is_a_conflict(api: Api) -> None:
    assert api.post("/toys", {"id": 7, "name": "Kite"}).ok() == {"id": 7, "name": "Kite"}
    api.post("/toys", {"id": 7, "name": "Ball"}).refused(409, "conflict", "/id")
    assert api.get("/toys/7").ok()["name"] == "Kite"


def test_a_number_the_server_gives_is_never_one_that_a_client_took(api: Api) -> None:
    taken = [6, 5, 7]  # the numbers the server would come to next
    for number in taken:
        api.post("/toys", {"id": number, "name": "Kite"}).ok()
    given = [api.post("/toys", {"name": "Ball"}).ok()["id"] for _ in range(3)]
    assert len({*taken, *given}) == 6


def test_numbers_name_records_above_and_records_referred_to(api: Api) -> None:
    toy = api.post("/toys", {"name": "Kite"}).ok()["id"]
    assert api.post(f"/toys/{toy}/parts", {"name": "Tail"}).ok(201)["toyId"] == toy
    order = api.post("/orders", {"toyId": toy}).ok(201)["id"]
    assert api.get(f"/orders/{order}").ok() == {"id": order, "toyId": toy}
    api.post("/orders", {"toyId": toy + 99}).refused(404, "not-found", "/toyId")


def test_what_is_under_a_number_goes_with_it(api: Api) -> None:
    toy = api.post("/toys", {"name": "Kite"}).ok()["id"]
    api.post(f"/toys/{toy}/parts", {"name": "Tail"}).ok(201)
    assert api.delete(f"/toys/{toy}").status == 200
    api.get(f"/toys/{toy}/parts").refused(404, "not-found")
    assert not [key for key in api.dump() if key[0].startswith("/toys")]


def test_names_as_ids_keep_their_case(api: Api) -> None:
    api.post("/customers", {"username": "Ann"}).ok()
    assert api.get("/customers/Ann").ok() == {"username": "Ann"}
    api.get("/customers/ann").refused(404, "not-found")


def test_an_id_that_is_neither_number_nor_uuid_is_drawn_by_its_schema(api: Api) -> None:
    codes = [api.post("/coupons", {"worth": 5}).ok(201)["code"] for _ in range(5)]
    assert len(set(codes)) == 5
    assert all(re.fullmatch("[A-Z]{4}[0-9]{4}", code) for code in codes)
    assert api.get(f"/coupons/{codes[0]}").ok() == {"code": codes[0], "worth": 5}


def test_an_operation_open_to_all_acts_in_the_world_of_a_key_that_is_sent(api: Api) -> None:
    toy = api.post("/toys", {"name": "Kite"}).ok()  # by OAuth
    assert api.get("/toys").json == [toy]
    stranger = Api(api.mock, "")
    assert stranger.call("GET", "/toys", headers={"authorization": ""}).json == []


def test_an_error_declared_without_a_body_is_explained_all_the_same(api: Api) -> None:
    assert "5" in api.get("/toys/5").refused(404, "not-found")["detail"]


def test_answers_that_are_no_record(api: Api) -> None:
    motto = api.get("/motto")
    assert (motto.status, motto.headers["content-type"]) == (200, "text/plain")
    assert motto.body.decode()
    assert len(api.get("/login").json) >= 4


def test_a_record_that_holds_its_own_kind_is_no_list(api: Api) -> None:
    assert isinstance(api.get("/shelf").ok()["label"], str)


def test_a_record_that_can_be_written_is_no_list_though_it_holds_one(api: Api) -> None:
    dressed = {"title": "Spring", "toys": [{"name": "Kite"}]}
    assert api.put("/window", dressed).ok() == dressed
    assert api.get("/window").ok() == dressed
