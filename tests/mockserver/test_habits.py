"""What other APIs are used to, and the mock of their documents does."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.document import load
from tests.mockserver.api import Api, build_mock

HABITS = load(Path(__file__).parents[1] / "data" / "habits.yaml")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def api() -> Api:
    return Api(build_mock(HABITS, "one"), "one")


def test_a_filter_with_a_default_hides_what_has_another_value_alone(api: Api) -> None:
    plain, kept, gone = (
        api.post("/tasks", {"title": "T", **more}).ok(201)
        for more in ({}, {"archived": False}, {"archived": True})
    )
    assert api.get("/tasks").json == [kept, plain]
    assert api.get("/tasks", archived="false").json == [kept, plain]
    assert api.get("/tasks", archived="true").json == [gone]


def test_a_filter_may_take_several_values(api: Api) -> None:
    red, blue, _ = (
        api.post("/tasks", {"title": "T", "colour": name}).ok(201) for name in ("red", "blue", "green")
    )
    assert api.get("/tasks?colour=red&colour=blue").json == [blue, red]


def test_a_form_may_be_empty(api: Api) -> None:
    made = api.call("POST", "/pings", raw=b"", headers={"Content-Type": FORM}).ok(201)
    assert api.get(f"/pings/{made['number']}").ok() == made


def test_any_slice_that_the_document_allows_is_answered(api: Api) -> None:
    made = api.post("/seats", {"number": 7}).ok(201)
    assert api.get("/seats/7").ok() == made
    assert api.get("/tasks", offset=500).json == []
