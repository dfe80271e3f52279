"""A refused request has no effect: nothing is created, changed or deleted, and no time moves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.app import Mock
from tests.mockserver.api import UNKNOWN, Api
from tests.mockserver.samples import CREATABLE, WRITABLE, make

#: For each resource: a change of its good body, and the place that must be named.
SPOILT: dict[str, list[tuple[dict[str, Any], str]]] = {
    "/agents": [
        ({"name": None}, "/name"),
        ({"name": 7}, "/name"),
        ({"about": ["x"]}, "/about"),
        ({"instructions": "One."}, "/instructions"),
        ({"instructions": ["One.", None]}, "/instructions/1"),
        ({"model": False}, "/model"),
        ({"metadata": []}, "/metadata"),
        ({"metadata": "{}"}, "/metadata"),
        ({"default_settings": {"frequency_penalty": 2.01}}, "/default_settings/frequency_penalty"),
        ({"default_settings": {"frequency_penalty": -2.01}}, "/default_settings/frequency_penalty"),
        ({"default_settings": {"temperature": 3.1}}, "/default_settings/temperature"),
        ({"default_settings": {"min_p": 1}}, "/default_settings/min_p"),
        ({"default_settings": {"preset": "none"}}, "/default_settings/preset"),
        ({"default_settings": {"top_p": "1"}}, "/default_settings/top_p"),
    ],
    "/users": [
        ({"name": ["Ann"]}, "/name"),
        ({"about": 0}, "/about"),
        ({"metadata": "none"}, "/metadata"),
    ],
    "/sessions": [
        ({"situation": {}}, "/situation"),
        ({"metadata": 1}, "/metadata"),
    ],
    "/agents/{agent_id}/docs": [
        ({"title": None}, "/title"),
        ({"content": ["text"]}, "/content"),
        ({"metadata": []}, "/metadata"),
    ],
    "/users/{user_id}/docs": [
        ({"title": 1}, "/title"),
        ({"content": None}, "/content"),
        ({"metadata": True}, "/metadata"),
    ],
    "/agents/{agent_id}/tools": [
        ({"function": None}, "/function"),
        ({"function": []}, "/function"),
        ({"function": {"name": 1, "parameters": {}}}, "/function/name"),
        ({"function": {"name": "f", "parameters": []}}, "/function/parameters"),
    ],
}
NOT_OBJECTS: list[Any] = [None, [], "text", 7, True, [{}]]


@pytest.mark.parametrize("template", CREATABLE)
def test_a_body_that_breaks_its_schema_creates_nothing(api: Api, template: str) -> None:
    sample = CREATABLE[template]
    place, body = sample.place(api), sample.create(api)
    before = api.dump()
    for change, pointer in SPOILT[template]:
        problem = api.post(place, body | change).refused(422, "invalid")
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
    for name in body:
        least = {key: value for key, value in body.items() if key != name}
        assert api.post(place, least).refused(422, "invalid")["errors"][0]["pointer"] == f"/{name}"
    for value in NOT_OBJECTS:
        api.post(place, value).refused(422, "invalid", "")
    assert api.dump() == before


@pytest.mark.parametrize("template", WRITABLE)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_body_that_breaks_its_schema_changes_nothing(api: Api, template: str, method: str) -> None:
    sample = CREATABLE[template]
    place, made = make(api, template, **sample.whole)
    address = f"{place}/{made['id']}"
    before = api.dump()
    for change, pointer in SPOILT[template]:
        if method == "PATCH" and None in change.values():
            continue
        problem = api.call(method, address, sample.replace | change).refused(422, "invalid")
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
    if method == "PUT":
        for name in sample.replace:
            least = {key: value for key, value in sample.replace.items() if key != name}
            api.put(address, least).refused(422, "invalid", f"/{name}")
            api.put(address, sample.replace | {name: None}).refused(422, "invalid", f"/{name}")
    for value in NOT_OBJECTS:
        api.call(method, address, value).refused(422, "invalid", "")
    api.call(method, address).refused(400, "malformed", "")
    assert api.dump() == before


@pytest.mark.parametrize("template", CREATABLE)
@pytest.mark.parametrize(
    "id", ["1", "x", UNKNOWN[:-1], f"{UNKNOWN}0", f"{{{UNKNOWN}}}", UNKNOWN.replace("-", ""), "%20"]
)
def test_a_malformed_id_is_refused_by_every_method(api: Api, template: str, id: str) -> None:
    sample = CREATABLE[template]
    place, _ = make(api, template)
    before = api.dump()
    methods: list[tuple[str, Any]] = [("DELETE", None)]
    if template in WRITABLE:
        methods += [("PUT", sample.replace), ("PATCH", sample.merge)]
    for method, body in methods:
        reply = api.call(method, f"{place}/{id}", **({} if body is None else {"sent": body}))
        assert reply.refused(400, "malformed")["errors"][0]["pointer"].startswith("path/")
    assert api.dump() == before


@pytest.mark.parametrize(
    "id", ["00000000-0000-0000-0000-000000000000", "f" * 8 + "-ffff-ffff-ffff-" + "f" * 12]
)
def test_a_uuid_of_any_version_is_an_id_though_an_unknown_one(api: Api, id: str) -> None:
    for template in CREATABLE:
        place, _ = make(api, template)
        api.delete(f"{place}/{id}").refused(404, "not-found")
        api.delete(f"{place}/{id.upper()}").refused(404, "not-found")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = sorted({name for sample in CREATABLE.values() for name in sample.whole})


@settings(max_examples=150)
@given(
    template=st.sampled_from(WRITABLE),
    method=st.sampled_from(["POST", "PUT", "PATCH"]),
    body=st.dictionaries(st.sampled_from(NAMES), JSON_VALUES, max_size=4) | JSON_VALUES,
)
def test_any_body_is_taken_as_a_whole_or_not_at_all(
    mock: Mock, template: str, method: str, body: Any
) -> None:
    api = Api(mock, f"refused {template} {method}")
    sample = CREATABLE[template]
    place, made = make(api, template, **sample.whole)
    address = place if method == "POST" else f"{place}/{made['id']}"
    before = api.dump()
    reply = api.call(method, address, body)
    assert reply.status in (200, 201, 400, 404, 422), reply.body
    if reply.status >= 400:
        assert api.dump() == before
