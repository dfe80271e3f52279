"""Whatever is written, a record fits its own schema and shows nothing that only goes the other way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from contracts.document import load
from mockserver.store.base import Record
from tests.mockserver.api import UNKNOWN, Api, build_mock

BOXES = load(Path(__file__).parents[1] / "data" / "boxes.yaml")


@pytest.fixture
def api() -> Api:
    return Api(build_mock(BOXES, "one"), "one")


class TestStricterRecords:
    """The record's schema asks more than the schemas of the requests."""

    @pytest.fixture
    def box(self, api: Api) -> dict[str, Any]:
        return api.create("/boxes", {"name": "B", "size": 2, "note": "n", "parts": {"a": 1}})

    def test_put_keeps_what_every_record_must_have(self, api: Api, box: dict[str, Any]) -> None:
        replaced = api.put(f"/boxes/{box['id']}", {"size": 3}).ok()
        assert replaced == {"id": box["id"], "name": "B", "size": 3}
        assert api.get(f"/boxes/{box['id']}").ok() == replaced

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    @pytest.mark.parametrize(
        ("sent", "place"),
        [({"name": ""}, "/name"), ({"size": 0}, "/size"), ({"note": "x", "size": -1}, "/size")],
    )
    def test_what_would_break_it_is_refused(
        self, api: Api, box: dict[str, Any], method: str, sent: dict[str, Any], place: str
    ) -> None:
        before = api.dump()
        api.call(method, f"/boxes/{box['id']}", sent).refused(422, "invalid", place)
        assert api.dump() == before
        assert api.get("/boxes").json == [box]

    def test_what_would_make_one_that_breaks_it_is_refused(self, api: Api) -> None:
        api.post("/boxes", {"name": ""}).refused(422, "invalid", "/name")
        assert api.get("/boxes").json == []

    def test_what_is_merged_is_looked_at_as_a_whole(self, api: Api, box: dict[str, Any]) -> None:
        address = f"/boxes/{box['id']}"
        assert api.patch(address, {"parts": {"b": 2}}).ok()["parts"] == {"a": 1, "b": 2}
        api.patch(address, {"parts": {"c": 3}}).refused(422, "invalid", "/parts")
        assert api.get(address).ok()["parts"] == {"a": 1, "b": 2}

    def test_an_unknown_record_is_not_found_first(self, api: Api, box: dict[str, Any]) -> None:
        api.patch(f"/boxes/{UNKNOWN}", {"name": ""}).refused(404, "not-found")
        assert api.get("/boxes").json == [box]


class TestOneWay:
    """`readOnly` means nothing in a request; `writeOnly` stands in no answer."""

    @pytest.fixture
    def account(self, api: Api) -> dict[str, Any]:
        return api.create("/accounts", {"name": "A", "password": "secret"})

    def test_a_read_only_property_is_the_servers(self, api: Api) -> None:
        sent = {"id": "3f1d5f0e-5b0a-4c1e-9d39-2f6f6c1f9a77", "number": 5000, "level": "top"}
        made = api.create("/accounts", {"name": "A", "password": "secret", **sent})
        assert set(made) == {"id", "name", "number"}
        assert made["id"] != sent["id"]
        assert made["number"] != 5000
        assert api.get(f"/accounts/{made['id']}").ok() == made

    def test_it_survives_every_write(self, api: Api, account: dict[str, Any]) -> None:
        address = f"/accounts/{account['id']}"
        api.put(address, {"name": "B", "password": "secret", "number": 5000, "level": "top"}).ok()
        api.patch(address, {"number": 5000, "profile": {"rank": 1, "motto": "m"}}).ok()
        read = api.get(address).ok()
        since = read["profile"]["since"]
        assert read == account | {"name": "B", "profile": {"motto": "m", "since": since}}
        for motto in ("n", "o"):
            api.put(
                address, {"name": "B", "password": "secret", "profile": {"motto": motto, "since": 3000}}
            ).ok()
            assert api.get(address).ok()["profile"] == {"motto": motto, "since": since}

    def test_a_write_only_property_is_taken_and_never_told(self, api: Api) -> None:
        profile = {"motto": "m", "pin": "1234"}
        made = api.create("/accounts", {"name": "A", "password": "secret", "profile": profile})
        address = f"/accounts/{made['id']}"
        answers = [
            made,
            api.get(address).ok(),
            api.get("/accounts").ok(),
            api.put(address, {"name": "B", "password": "secret", "profile": profile}).ok(),
            api.patch(address, {"password": "secret", "profile": profile}).ok(),
            api.get(address).ok(),
        ]
        assert not any(word in str(answers) for word in ("secret", "password", "pin"))
        assert answers[-1]["profile"] == {"motto": "m", "since": made["profile"]["since"]}

    def test_it_is_still_checked_and_needed(self, api: Api) -> None:
        api.post("/accounts", {"name": "A"}).refused(422, "invalid", "/password")
        api.post("/accounts", {"name": "A", "password": "a"}).refused(422, "invalid", "/password")

    def test_an_answer_that_tells_one_is_noticed(self, api: Api, account: dict[str, Any]) -> None:
        def leaking(old: Record) -> Record:
            body = old.body[:-1] + b',"password":"secret","profile":{"pin":"1","since":2000}}'
            return Record(old.id, old.owner, old.sequence, old.created, old.updated, body)

        store = api.mock.records.store
        asyncio.run(store.update(api.workspace, "/accounts", "", account["id"], leaking))
        api.get(f"/accounts/{account['id']}").refused(500, "internal-error", "/password", "/profile/pin")
        problem = api.get("/accounts").refused(500, "internal-error")
        assert {e["pointer"] for e in problem["errors"]} == {
            "/accounts/0/password",
            "/accounts/0/profile/pin",
        }
