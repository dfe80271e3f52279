"""`metadata_filter` in every list that has one: a JSON object whose members a record's metadata must hold."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.app import Mock
from tests.mockserver.api import Api
from tests.mockserver.samples import CREATABLE, FILTERED, make

TENANTS = count()
MEMBERS: list[tuple[Any, Any, bool]] = [
    ("gold", "gold", True),
    ("gold", "Gold", False),
    ("gold", "gol", False),
    ("1", 1, False),
    (1, 1, True),
    (1, 1.0, True),
    (1, True, False),
    (0, False, False),
    (True, True, True),
    (None, None, True),
    (None, False, False),
    ("", None, False),
    ([1, 2], [1, 2], True),
    ([1, 2], [2, 1], False),
    ([1, 2], 1, False),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
    ({"a": 1, "b": 2}, {"a": 1}, False),
    ({"a": [True]}, {"a": [1]}, False),
    ({}, {}, True),
    ([], {}, False),
    (2**53 + 1, 2**53, False),
    (10**30, 10**30, True),
    (10**30 + 1, 10**30, False),
    ("🚲", "\U0001f6b2", True),
]


@pytest.mark.parametrize("template", FILTERED)
def test_equality_is_by_type_and_value_nested_objects_whole(api: Api, template: str) -> None:
    for kept, wanted, equal in MEMBERS:
        place, receipt = make(api, template, metadata={"member": kept, "more": 1})
        found = api.get(place, metadata_filter=json.dumps({"member": wanted}), limit=1000).ids
        assert (receipt["id"] in found) == equal, (kept, wanted)


@pytest.mark.parametrize("template", FILTERED)
def test_all_members_must_hold_and_an_absent_one_never_does(api: Api, template: str) -> None:
    place, receipt = make(api, template, metadata={"a": 1, "b": None})

    def finds(wanted: Any) -> bool:
        return receipt["id"] in api.get(place, metadata_filter=json.dumps(wanted)).ids

    assert finds({})
    assert finds({"a": 1})
    assert finds({"a": 1, "b": None})
    assert not finds({"a": 1, "b": 2})
    assert not finds({"c": None})
    assert not finds({"": 1})


@pytest.mark.parametrize("template", FILTERED)
def test_records_without_metadata_match_the_empty_filter_alone(api: Api, template: str) -> None:
    place, receipt = make(api, template)
    assert api.get(place, metadata_filter="{}").ids[0] == receipt["id"]
    assert api.get(place, metadata_filter=' {"a":null} ').items == []


@pytest.mark.parametrize("template", FILTERED)
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 400),
        ("{", 400),
        ("{'a': 1}", 400),
        ("a=1", 400),
        ('{"a": NaN}', 400),
        ('{"a": "\\ud800"}', 400),
        ("[" * 100_000, 400),
        ("null", 422),
        ("[]", 422),
        ('"{}"', 422),
        ("7", 422),
        ("true", 422),
    ],
)
def test_what_is_no_json_object_is_refused(api: Api, template: str, text: str, status: int) -> None:
    place, _ = make(api, template)
    slug = {400: "malformed", 422: "invalid"}[status]
    api.get(place, metadata_filter=text).refused(status, slug, "query/metadata_filter")


@pytest.mark.parametrize("template", FILTERED)
def test_pages_are_cut_from_what_the_filter_lets_through(api: Api, template: str) -> None:
    place = CREATABLE[template].place(api)
    body = CREATABLE[template].create(api)
    made = [api.create(place, body | {"metadata": {"odd": bool(n % 2)}})["id"] for n in range(8)]
    odd = api.get(place, metadata_filter='{"odd": true}', order="asc").ids
    assert odd == made[1::2]
    assert api.get(place, metadata_filter='{"odd": true}', order="asc", limit=2, offset=1).ids == odd[1:3]


VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.5, "", "0", "é", 2**53]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "c d", "ü"]), VALUES, max_size=3)


@settings(max_examples=60)
@given(kept=st.lists(OBJECTS, max_size=5), wanted=OBJECTS)
@example(kept=[{"a": {}}, {"a": None}], wanted={"a": {}})
def test_it_selects_exactly_those_that_hold_every_member(
    mock: Mock, kept: list[dict[str, Any]], wanted: dict[str, Any]
) -> None:
    api = Api(mock, f"filter {next(TENANTS)}")
    for metadata in kept:
        api.create("/users", {"metadata": metadata})
    found = api.get("/users", metadata_filter=json.dumps(wanted), order="asc").items
    assert [_text(user["metadata"]) for user in found] == [
        _text(metadata)
        for metadata in kept
        if all(key in metadata and _text(metadata[key]) == _text(value) for key, value in wanted.items())
    ]


def _text(value: Any) -> str:
    """Equal for equal JSON alone; no drawn number is written in two ways."""
    return json.dumps(value, sort_keys=True)
