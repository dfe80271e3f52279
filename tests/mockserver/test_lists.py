"""Lists of every collection of the model: order, pages, bounds."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.resources import Verb
from mockserver.app import Mock
from tests.mockserver.api import Api
from tests.mockserver.samples import ARISING, CREATABLE, METADATA, WRITABLE, fill, identity, make
from tests.mockserver.shipped import MODEL, with_verb

LISTED = with_verb(Verb.LIST)
SORTED = [path for path in LISTED if (listing := MODEL.resources[path].listing) and listing.sort]
OLDEST_FIRST = "/sessions/{session_id}/history"
TENANTS = count()


def test_every_collection_is_looked_at() -> None:
    assert set(LISTED) == {*CREATABLE, *ARISING}
    assert set(SORTED) == {path for path in CREATABLE if not path.endswith("tools")}


@pytest.mark.parametrize("template", LISTED)
def test_newest_first_but_history_as_it_was_said(api: Api, template: str) -> None:
    place, made, query = fill(api, template, 3)
    listed = [identity(item) for item in api.get(place, **query).items]
    assert listed == (made if template == OLDEST_FIRST else made[::-1])


@pytest.mark.parametrize("template", LISTED)
def test_an_empty_collection_is_an_empty_list(api: Api, template: str) -> None:
    place, _, query = fill(api, template, 0)
    assert api.get(place, **query).ok() == {"items": []}


@pytest.mark.parametrize("template", LISTED)
def test_a_hundred_unless_a_limit_says_otherwise_and_at_most_a_thousand(api: Api, template: str) -> None:
    place, made, query = fill(api, template, 103)
    assert len(api.get(place, **query).items) == 100
    assert len(api.get(place, limit=1000, **query).items) == 103
    assert [identity(item) for item in api.get(place, limit=1, offset=102, **query).items] == [
        made[-1] if template == OLDEST_FIRST else made[0]
    ]


@pytest.mark.parametrize("template", LISTED)
def test_past_the_end_is_an_empty_list_however_far(api: Api, template: str) -> None:
    place, _, query = fill(api, template, 2)
    for offset in (2, 3, 1000, 2**31, 2**53, 2**63, 10**30):
        assert api.get(place, offset=offset, limit=1000, **query).items == []


@pytest.mark.parametrize("template", LISTED)
@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("limit", "0", 422),
        ("limit", "1001", 422),
        ("limit", "-1", 422),
        ("offset", "-1", 422),
        ("limit", "ten", 400),
        ("limit", "", 400),
        ("limit", "1.5", 400),
        ("offset", "1_0", 400),
        ("offset", "٣", 400),
    ],
)
def test_a_page_out_of_bounds_is_refused(api: Api, template: str, name: str, value: str, status: int) -> None:
    place, _, query = fill(api, template, 1)
    slug = "invalid" if status == 422 else "malformed"
    api.get(place, **{name: value}, **query).refused(status, slug, f"query/{name}")


@pytest.mark.parametrize("template", LISTED)
def test_a_parameter_nobody_declared_changes_nothing(api: Api, template: str) -> None:
    place, _, query = fill(api, template, 2)
    assert api.get(place, foo="bar", **query).items == api.get(place, **query).items


@settings(max_examples=25)
@given(
    template=st.sampled_from(LISTED),
    size=st.integers(0, 9),
    limit=st.integers(1, 10),
    offset=st.integers(0, 10),
)
def test_pages_neither_overlap_nor_skip(
    mock: Mock, template: str, size: int, limit: int, offset: int
) -> None:
    api = Api(mock, f"pages {next(TENANTS)}")
    place, _, query = fill(api, template, size)
    whole = api.get(place, limit=1000, **query).items
    assert len(whole) == size
    pages = [api.get(place, limit=limit, offset=at, **query).items for at in range(0, size + limit, limit)]
    assert [item for page in pages for item in page] == whole
    assert api.get(place, limit=limit, offset=offset, **query).items == whole[offset : offset + limit]


@pytest.mark.parametrize("template", SORTED)
def test_sorting_both_ways_by_both_times(api: Api, template: str) -> None:
    place, made, _ = fill(api, template, 4)
    by_update = made
    if template in WRITABLE:
        for id in (made[2], made[0]):
            api.patch(f"{place}/{id}", CREATABLE[template].merge).ok()
        by_update = [made[1], made[3], made[2], made[0]]
    for sort_by, ascending in (("created_at", made), ("updated_at", by_update)):
        assert api.get(place, sort_by=sort_by, order="asc").ids == ascending
        assert api.get(place, sort_by=sort_by, order="desc").ids == ascending[::-1]
        assert api.get(place, sort_by=sort_by).ids == ascending[::-1]
    assert api.get(place, order="asc").ids == made
    assert api.get(place, order="asc", limit=2, offset=1).ids == made[1:3]


@pytest.mark.parametrize("template", SORTED)
@pytest.mark.parametrize("query", [{"sort_by": "name"}, {"order": "up"}, {"order": "DESC"}, {"sort_by": ""}])
def test_an_order_nobody_declared_is_refused(api: Api, template: str, query: dict[str, str]) -> None:
    place, _, _ = fill(api, template, 0)
    api.get(place, **query).refused(422, "invalid", f"query/{next(iter(query))}")


@pytest.mark.parametrize("template", CREATABLE)
def test_a_list_shows_records_as_they_are_read_alone(api: Api, template: str) -> None:
    place, receipt = make(api, template, **CREATABLE[template].whole)
    (item,) = [item for item in api.get(place).items if item["id"] == receipt["id"]]
    if Verb.GET in MODEL.resources[template].verbs:
        assert item == api.get(f"{place}/{receipt['id']}").ok()
    assert item.get("metadata", METADATA) == METADATA


def test_memories_need_a_query_even_an_empty_one(api: Api) -> None:
    place, made, _ = fill(api, "/agents/{agent_id}/memories", 2)
    api.get(place).refused(422, "invalid", "query/query")
    assert api.get(place, query="").ids == made[::-1]
    assert api.get(place, query="another WORD").ids == made[::-1]
    assert api.get(place, query="other").items == []
