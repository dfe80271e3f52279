"""Lists: order, pages, filters."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from .visitor import UNKNOWN, Visitor

SORTED = ["/users", "/agents", "/sessions", "/agents/{}/docs", "/users/{}/docs"]
UNBOUNDED = ["/agents/{}/docs", "/users/{}/docs", "/agents/{}/tools"]


def _new(api: Visitor, path: str, **more: Any) -> str:
    body: dict[str, Any] = {"name": "n"}
    if path.endswith("/docs"):
        body = {"title": "t", "content": "c"}
    elif path.endswith("/tools"):
        body = {"type": "function", "function": {"name": "f", "parameters": {}}}
    elif path == "/sessions":
        body = {"agent_id": api.agent()}
    return api.new(path, **body, **more)


def _place(api: Visitor, path: str) -> str:
    """The path of a list; of a new owner, where lists have one."""
    owner = api.new("/users") if path.startswith("/users/{}") else api.agent()
    return path.replace("{}", owner)


def _filter(wanted: Any) -> str:
    return json.dumps(wanted)


@pytest.mark.parametrize("path", [*SORTED, "/agents/{}/tools"])
def test_the_newest_come_first(api: Visitor, path: str) -> None:
    place = _place(api, path)
    made = [_new(api, place) for _ in range(4)]
    assert api.named(place, limit=4) == made[::-1]


@pytest.mark.parametrize("path", SORTED)
def test_a_list_is_sorted_as_asked(api: Visitor, path: str) -> None:
    place = _place(api, path)
    mark = {"mark": path}
    made = [_new(api, place, metadata=mark) for _ in range(3)]
    if path.count("/") == 1:
        api.ask("PATCH", f"{place}/{made[0]}", 200, json={})
        updated = [made[1], made[2], made[0]]
    else:
        updated = made
    wanted = _filter(mark)
    for order, by, expected in [
        ("asc", "created_at", made),
        ("desc", "created_at", made[::-1]),
        ("asc", "updated_at", updated),
        ("desc", "updated_at", updated[::-1]),
    ]:
        found = api.named(place, metadata_filter=wanted, order=order, sort_by=by)
        assert [identifier for identifier in found if identifier in made] == expected


@pytest.mark.parametrize("path", [*SORTED, "/agents/{}/tools"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_neither_overlap_nor_skip(api: Visitor, path: str, size: int) -> None:
    place = _place(api, path)
    for _ in range(5):
        _new(api, place)
    whole = api.named(place, limit=1000)
    pages = [
        api.named(place, limit=size, offset=size * number)
        for number in range(math.ceil(len(whole) / size) + 1)
    ]
    assert [identifier for page in pages for identifier in page] == whole
    assert pages[-1] == []


def test_history_is_oldest_first_and_paged(api: Visitor) -> None:
    session = api.session()
    for text in ("one", "two", "three"):
        api.say(session, text)
    path = f"/sessions/{session}/history"
    whole = api.items(path)
    assert [message["content"] for message in whole[::2]] == ["one", "two", "three"]
    assert [message["created_at"] for message in whole] == sorted(message["created_at"] for message in whole)
    assert api.items(path, limit=4) + api.items(path, limit=4, offset=4) == whole


@pytest.mark.parametrize(
    "path", ["/users", "/agents", "/sessions", "/sessions/{}/history", "/sessions/{}/suggestions"]
)
@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": -1},
        {"offset": -1},
        {"limit": "ten"},
        {"limit": ""},
        {"limit": "1.0"},
        {"limit": "1_0"},
        {"limit": " 1"},
        {"limit": "+1"},
        {"limit": "\u0661"},
        {"offset": "0x1"},
        {"offset": "1e1"},
    ],
)
def test_a_page_out_of_bounds_is_refused(api: Visitor, path: str, query: dict[str, Any]) -> None:
    assert api.refused("GET", path.replace("{}", api.session()), params=query) in (400, 422)


@pytest.mark.parametrize("path", UNBOUNDED)
def test_where_nothing_bounds_a_page_any_integer_is_taken(api: Visitor, path: str) -> None:
    place = _place(api, path)
    made = [_new(api, place) for _ in range(2)]
    assert api.named(place, limit=5000, offset=-3) == made[::-1]
    assert api.named(place, limit=0) == api.named(place, limit=-1) == []
    assert api.refused("GET", place, params={"limit": "x"}) == 422


@pytest.mark.parametrize("path", ["/users", "/agents", "/sessions", "/agents/{}/docs", "/agents/{}/tools"])
@pytest.mark.parametrize("offset", ["1000000", "9" * 30, "9" * 5000])
def test_past_the_end_is_an_empty_list(api: Visitor, path: str, offset: str) -> None:
    assert api.items(_place(api, path), offset=offset, limit=1) == []


def test_the_bounds_themselves_are_taken(api: Visitor) -> None:
    user = api.new("/users")
    assert api.named("/users", limit=1, offset=0) == [user]
    assert user in api.named("/users", limit=1000)


@pytest.mark.parametrize("query", [{"sort_by": "name"}, {"sort_by": ""}, {"order": "ASC"}, {"order": "up"}])
@pytest.mark.parametrize("path", SORTED)
def test_an_unknown_order_is_refused(api: Visitor, path: str, query: dict[str, str]) -> None:
    assert api.refused("GET", _place(api, path), params=query) == 400


@pytest.mark.parametrize("path", SORTED)
def test_a_filter_filters(api: Visitor, path: str) -> None:
    place = _place(api, path)
    red = _new(
        api, place, metadata={"place": place, "colour": "red", "size": 1, "nested": {"a": [1, {"b": None}]}}
    )
    blue = _new(api, place, metadata={"place": place, "colour": "blue", "size": True})
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [blue, red]),
        ({"colour": "red"}, [red]),
        ({"colour": "red", "size": 1}, [red]),
        ({"size": 1.0}, [red]),
        ({"size": True}, [blue]),
        ({"size": "1"}, []),
        ({"colour": "red", "size": True}, []),
        ({"colour": None}, []),
        ({"absent": None}, []),
        ({"nested": {"a": [1, {"b": None}]}}, [red]),
        ({"nested": {"a": [1]}}, []),
        ({"nested": {}}, []),
    ]
    for wanted, found in expected:
        assert api.named(place, metadata_filter=_filter({"place": place, **wanted})) == found, wanted
    assert api.named(place, metadata_filter="{}", limit=2) == [blue, red]


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("{", 422), ("{'a': 1}", 422), ("[]", 400), ("1", 400), ("null", 400)]
)
def test_a_filter_that_is_no_object_is_refused(api: Visitor, text: str, status: int) -> None:
    assert api.refused("GET", "/agents", params={"metadata_filter": text}) == status


def test_a_plus_in_a_filter_is_a_space(api: Visitor) -> None:
    user = api.new("/users", metadata={"a b": "c d"})
    answer = api.http.get("/users?metadata_filter=%7B%22a+b%22%3A+%22c+d%22%7D")
    assert [item["id"] for item in answer.json()["items"]] == [user]


def test_unknown_query_parameters_are_ignored(api: Visitor) -> None:
    user = api.new("/users")
    assert api.named("/users", limit=1, colour="red") == [user]


def test_memories_are_searched_by_text_and_user(api: Visitor) -> None:
    agent, user = api.agent(), api.new("/users")
    for owner, text in [(user, "I own twelve brown sheep"), (None, "I own three white goats")]:
        session = api.session(agent_id=agent, **({"user_id": owner} if owner else {}))
        api.say(session, text)
    path = f"/agents/{agent}/memories"

    def found(**query: Any) -> list[str]:
        return [memory["content"].split()[-1] for memory in api.items(path, **query)]

    assert found(query="") == found(query="own") == ["goats", "sheep"]
    assert found(query="Brown") == found(query="", user_id=user) == ["sheep"]
    assert found(query="", limit=1) == ["goats"]
    assert found(query="zebra") == found(query="", user_id=UNKNOWN) == []
    assert api.refused("GET", path) == 400
    assert api.refused("GET", path, params={"query": "", "user_id": "nobody"}) == 400
