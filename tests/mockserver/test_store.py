"""What every store must do; each implementation runs through all of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.compare import same
from mockserver.store.base import Query, Record, Store
from mockserver.store.matching import matches, sort_key
from mockserver.store.memory import MemoryStore

STORES = {"memory": MemoryStore}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    return STORES[request.param]()


def run(story: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(story)


def record(id: str, number: int, owner: str = "", **body: Any) -> Record:
    return Record(id, owner, number, number, number, json.dumps({"id": id, **body}).encode())


def ids(records: list[Record]) -> list[str]:
    return [r.id for r in records]


async def filled(store: Store, *records: Record) -> None:
    for each in records:
        assert await store.insert("w", "/things", each)


def test_time_and_number_rise_even_when_the_clock_stands_or_goes_back(store: Store) -> None:
    async def story() -> None:
        ticks = [await store.tick("w", now) for now in (100, 100, 50, 200)]
        assert [t.number for t in ticks] == [1, 2, 3, 4]
        assert [t.time for t in ticks] == [100, 101, 102, 200]
        assert (await store.tick("other", 7)) == (1, 7)

    run(story())


def test_what_was_inserted_is_found_under_its_owner_alone(store: Store) -> None:
    async def story() -> None:
        await filled(store, record("a", 1, owner="x"))
        assert (await store.get("w", "/things", "x", "a")) == record("a", 1, owner="x")
        assert await store.get("w", "/things", "y", "a") is None
        assert await store.get("w", "/others", "x", "a") is None
        assert await store.get("elsewhere", "/things", "x", "a") is None
        assert await store.owners("w", "/things") == ["x"]

    run(story())


def test_a_taken_id_is_refused_and_changes_nothing(store: Store) -> None:
    async def story() -> None:
        await filled(store, record("a", 1))
        assert not await store.insert("w", "/things", record("a", 2, name="new"))
        assert (await store.get("w", "/things", "", "a")) == record("a", 1)

    run(story())


def test_pages_come_in_order_of_creation_and_of_the_last_update(store: Store) -> None:
    async def story() -> None:
        await filled(store, record("a", 1), record("b", 2), record("c", 3))
        await store.update("w", "/things", "", "a", lambda old: record("a", 4))
        assert ids(await store.find("w", "/things", "", Query())) == ["a", "b", "c"]
        assert ids(await store.find("w", "/things", "", Query(descending=True, limit=2))) == ["c", "b"]
        assert ids(await store.find("w", "/things", "", Query(sort="updated"))) == ["b", "c", "a"]
        assert ids(
            await store.find("w", "/things", "", Query(sort="updated", descending=True, offset=1))
        ) == ["c", "b"]
        assert await store.find("w", "/things", "", Query(offset=9)) == []

    run(story())


def test_any_property_sorts(store: Store) -> None:
    async def story() -> None:
        await filled(store, record("a", 1, n=10), record("b", 2, n=9), record("c", 3), record("d", 4, n="x"))
        assert ids(await store.find("w", "/things", "", Query(sort="n"))) == ["c", "b", "a", "d"]
        assert ids(await store.find("w", "/things", "", Query(sort="n", descending=True))) == [
            "d",
            "a",
            "b",
            "c",
        ]

    run(story())


def test_selection_counts_and_slices_what_it_selects(store: Store) -> None:
    async def story() -> None:
        await filled(store, *(record(str(n), n, metadata={"even": n % 2 == 0}) for n in range(6)))
        query = Query(equal=((("metadata", "even"), True),), offset=1, limit=1)
        assert ids(await store.find("w", "/things", "", query)) == ["2"]
        assert await store.count("w", "/things", "", query) == 3
        assert await store.count("w", "/things", "", Query(limit=1)) == 6
        assert await store.count("w", "/things", "nobody", Query()) == 0

    run(story())


def test_an_update_that_raises_leaves_all_as_it_was(store: Store) -> None:
    def broken(old: Record) -> Record:
        raise ZeroDivisionError

    async def story() -> None:
        await filled(store, record("a", 1))
        with pytest.raises(ZeroDivisionError):
            await store.update("w", "/things", "", "a", broken)
        assert (await store.get("w", "/things", "", "a")) == record("a", 1)
        assert await store.update("w", "/things", "", "b", broken) is None

    run(story())


def test_deleting_and_clearing_take_what_they_name_and_no_more(store: Store) -> None:
    async def story() -> None:
        await filled(
            store, record("a", 1), record("b", 2), record("a", 3, owner="x"), record("b", 4, owner="x")
        )
        assert await store.delete("w", "/things", "", "a")
        assert not await store.delete("w", "/things", "", "a")
        assert await store.clear("w", "/things", "x") == 2
        assert await store.clear("w", "/things", "x") == 0
        assert ids(await store.find("w", "/things", "", Query())) == ["b"]
        assert ids(await store.find("w", "/things", "", Query(sort="updated"))) == ["b"]

    run(story())


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, True, False),
        (0, False, False),
        (1, 1.0, True),
        ("1", 1, False),
        (None, None, True),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1}, {"a": True}, False),
        ([1, 2], [2, 1], False),
    ],
)
def test_equality_is_by_type_and_value(left: object, right: object, expected: bool) -> None:
    assert same(left, right) is expected
    assert same(right, left) is expected


def test_an_absent_key_matches_nothing_not_even_null() -> None:
    assert not matches({"metadata": {}}, Query(equal=((("metadata", "a"), None),)))
    assert not matches({}, Query(equal=((("metadata", "a"), None),)))
    assert matches({"metadata": {"a": None}}, Query(equal=((("metadata", "a"), None),)))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Bicycle", True),
        ("a BICYCLE wheel", True),
        ("cycle", False),
        ("", True),
        ("!?", True),
        ("tyre", False),
    ],
)
def test_a_search_finds_whole_words_in_any_case(words: str, found: bool) -> None:
    assert matches({"content": "Rides a bicycle."}, Query(contains=(("content",), words))) is found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_every_value_equals_itself_and_sorts(value: Any) -> None:
    assert same(value, json.loads(json.dumps(value)))
    assert sort_key("v")({"v": value}) <= sort_key("v")({"v": value})
