"""What a list says beside its records, and pages by cursor: from the schema of its answer alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.document import load
from tests.mockserver.api import UNKNOWN, Api, build_mock

PAGES = load(Path(__file__).parents[1] / "data" / "pages.yaml")


@pytest.fixture
def api() -> Api:
    return Api(build_mock(PAGES, "one"), "one")


def fill(api: Api, path: str, number: int) -> list[str]:
    """The ids of new records, newest first."""
    return [api.create(path, {"name": f"{n}"})["id"] for n in range(number)][::-1]


class TestBesideTheRecords:
    def test_the_page_is_named_as_it_was_asked_for(self, api: Api) -> None:
        fill(api, "/articles", 5)
        first, second = (api.get("/articles", **query).ok() for query in ({}, {"limit": 2, "offset": 4}))
        assert (first["limit"], first["offset"], first["articlesCount"]) == (3, 0, 5)
        assert (second["limit"], second["offset"], second["articlesCount"]) == (2, 4, 5)
        assert len(second["articles"]) == 1

    def test_what_has_no_meaning_is_made_up_and_stays_the_same(self, api: Api) -> None:
        page = api.get("/articles").ok()
        assert page["kind"] == "list"
        assert page["links"]["self"]
        assert "note" not in page
        assert api.get("/articles").ok() == page

    def test_counts_one_level_down(self, api: Api) -> None:
        fill(api, "/reports", 5)
        meta = api.get("/reports", page=2).ok()["meta"]
        trace = meta.pop("trace")
        assert meta == {"page": 2, "perPage": 2, "total": 5, "totalPages": 3}
        assert api.get("/reports", per_page=5).ok()["meta"] == {
            "page": 1,
            "perPage": 5,
            "total": 5,
            "totalPages": 1,
            "trace": trace,
        }


def by_member(name: str) -> Callable[[dict[str, Any], list[str]], str | None]:
    """The cursor as the answer tells it."""
    return lambda page, ids: page.get(name) or None


def by_last_id(page: dict[str, Any], ids: list[str]) -> str | None:
    """The cursor of an API that has no other: the last record's id."""
    return ids[-1] if page["has_more"] else None


CURSORS = [
    pytest.param("/events", "events", "cursor", by_member("next_cursor"), id="nullable"),
    pytest.param("/tokens", "tokens", "pageToken", by_member("nextPageToken"), id="optional"),
    pytest.param("/charges", "data", "starting_after", by_last_id, id="the last id"),
]


@pytest.mark.parametrize(("path", "member", "parameter", "following"), CURSORS)
class TestCursors:
    def test_pages_follow_each_other(
        self, api: Api, path: str, member: str, parameter: str, following: Any
    ) -> None:
        wanted = fill(api, path, 7)
        assert self.read(api, path, member, parameter, following) == [wanted[:3], wanted[3:6], wanted[6:]]

    def test_a_full_last_page_is_the_last(
        self, api: Api, path: str, member: str, parameter: str, following: Any
    ) -> None:
        wanted = fill(api, path, 6)
        assert self.read(api, path, member, parameter, following) == [wanted[:3], wanted[3:]]

    def test_records_made_in_between_change_nothing(
        self, api: Api, path: str, member: str, parameter: str, following: Any
    ) -> None:
        wanted = fill(api, path, 7)
        found = self.read(api, path, member, parameter, following, between=lambda: fill(api, path, 2))
        assert [id for page in found for id in page] == wanted

    def test_an_unknown_cursor_is_malformed(
        self, api: Api, path: str, member: str, parameter: str, following: Any
    ) -> None:
        fill(api, path, 4)
        for cursor in ("x", "é", UNKNOWN, "WzEsMl0", "bnVsbA"):
            api.get(path, **{parameter: cursor}).refused(400, "malformed", f"query/{parameter}")
        assert len(api.get(path, **{parameter: ""}).ok()[member]) == 3

    def read(
        self, api: Api, path: str, member: str, parameter: str, following: Any, between: Any = None
    ) -> list[list[str]]:
        found: list[list[str]] = []
        query: dict[str, str] = {}
        while True:
            page = api.get(path, **query).ok()
            found.append([record["id"] for record in page[member]])
            cursor = following(page, found[-1])
            if cursor is None:
                return found
            query = {parameter: cursor}
            if between is not None:
                between()


class TestOrders:
    def test_the_last_page_says_so_as_its_schema_lets_it(self, api: Api) -> None:
        assert api.get("/events").ok() == {"events": [], "next_cursor": None, "has_more": False}
        assert api.get("/tokens").ok() == {"tokens": []}

    def test_a_cursor_outlives_its_record(self, api: Api) -> None:
        wanted = fill(api, "/events", 5)
        cursor = api.get("/events").ok()["next_cursor"]
        api.delete(f"/events/{wanted[2]}")
        assert [event["id"] for event in api.get("/events", cursor=cursor).ok()["events"]] == wanted[3:]

    @pytest.mark.parametrize("sort", ["name", "-name"])
    def test_a_cursor_keeps_to_its_order(self, api: Api, sort: str) -> None:
        for name in "bacabca":
            api.create("/events", {"name": name})
        whole = api.get("/events", sort=sort, limit=10).ok()["events"]
        first = api.get("/events", sort=sort).ok()
        second = api.get("/events", sort=sort, cursor=first["next_cursor"]).ok()
        third = api.get("/events", sort=sort, cursor=second["next_cursor"]).ok()
        assert [*first["events"], *second["events"], *third["events"]] == whole
        assert (third["next_cursor"], third["has_more"]) == (None, False)
        api.get("/events", cursor=first["next_cursor"]).refused(400, "malformed", "query/cursor")
