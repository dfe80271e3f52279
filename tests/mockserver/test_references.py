"""References: a write that names a record which is not there is refused, and names the property."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mockserver.api import UNKNOWN, Api
from tests.mockserver.samples import agent, session, user

NIL = "00000000-0000-0000-0000-000000000000"


def test_an_unknown_agent_and_an_unknown_user_are_both_named(api: Api) -> None:
    before = api.dump()
    problem = api.post("/sessions", {"agent_id": UNKNOWN, "user_id": UNKNOWN}).refused(
        404, "not-found", "/agent_id", "/user_id"
    )
    assert all(UNKNOWN in error["detail"] for error in problem["errors"])
    assert api.dump() == before == {}


def test_one_good_reference_does_not_save_a_bad_one(api: Api) -> None:
    good = agent(api)
    before = api.dump()
    api.post("/sessions", {"agent_id": good, "user_id": UNKNOWN}).refused(404, "not-found", "/user_id")
    assert api.dump() == before


def test_an_id_of_another_kind_is_unknown(api: Api) -> None:
    api.post("/sessions", {"agent_id": user(api)}).refused(404, "not-found", "/agent_id")
    api.post("/sessions", {"agent_id": session(api)}).refused(404, "not-found", "/agent_id")


@pytest.mark.parametrize("wrong", ["", "nonsense", 7, True, [], {}, f"{UNKNOWN} ", f"urn:uuid:{UNKNOWN}"])
def test_what_is_no_uuid_breaks_the_schema(api: Api, wrong: Any) -> None:
    api.post("/sessions", {"agent_id": wrong}).refused(422, "invalid", "/agent_id")


def test_a_reference_is_read_back_in_lower_case(api: Api) -> None:
    agent_id, user_id = agent(api), user(api)
    made = session(api, agent_id=agent_id.upper(), user_id=user_id.upper())
    record = api.get(f"/sessions/{made}").ok()
    assert (record["agent_id"], record["user_id"]) == (agent_id, user_id)


@pytest.mark.parametrize("sent", [{}, {"user_id": None}])
def test_without_a_user_the_nil_uuid_is_read(api: Api, sent: dict[str, Any]) -> None:
    made = session(api, **sent)
    assert api.get(f"/sessions/{made}").ok()["user_id"] == NIL


def test_a_reference_to_a_deleted_record_is_unknown(api: Api) -> None:
    gone = agent(api)
    api.delete(f"/agents/{gone}").ok(202)
    api.post("/sessions", {"agent_id": gone}).refused(404, "not-found", "/agent_id")


def test_a_child_is_reached_only_through_its_own_parent(api: Api) -> None:
    """Docs live under agents and under users; the one never shows under the other, nor under a sibling."""
    first, second, someone = agent(api), agent(api), user(api)
    places = [f"/agents/{first}/docs", f"/agents/{second}/docs", f"/users/{someone}/docs"]
    docs = {place: api.create(place, {"title": "t", "content": "c"})["id"] for place in places}
    for place, own in docs.items():
        assert api.get(place).ids == [own]
        before = api.dump()
        for foreign in set(docs.values()) - {own}:
            api.delete(f"{place}/{foreign}").refused(404, "not-found", "path/doc_id")
        assert api.dump() == before


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        ("/agents/{}/docs", {"title": "t", "content": "c"}),
        ("/users/{}/docs", {"title": "t", "content": "c"}),
        ("/agents/{}/tools", {"type": "function", "function": {"name": "f", "parameters": {}}}),
    ],
)
def test_nothing_is_created_or_listed_under_an_unknown_owner(api: Api, place: str, sent: Any) -> None:
    api.post(place.format(UNKNOWN), sent).refused(404, "not-found")
    api.get(place.format(UNKNOWN)).refused(404, "not-found")
    assert api.dump() == {}


def test_embedded_docs_and_tools_appear_under_their_owner_in_the_order_sent(api: Api) -> None:
    docs = [{"title": str(n), "content": "c", "metadata": {"n": n, "none": None}} for n in range(3)]
    tools = [{"type": "function", "function": {"name": f"f{n}", "parameters": {}}} for n in range(2)]
    made = agent(api, docs=docs, tools=tools)
    assert [doc["title"] for doc in api.get(f"/agents/{made}/docs", order="asc").items] == ["0", "1", "2"]
    assert api.get(f"/agents/{made}/docs").items[0]["metadata"] == {"n": 2, "none": None}
    assert [tool["function"]["name"] for tool in api.get(f"/agents/{made}/tools").items] == ["f1", "f0"]
    assert {"docs", "tools"}.isdisjoint(api.get(f"/agents/{made}").ok())
    someone = user(api, docs=docs[:1])
    (doc,) = api.get(f"/users/{someone}/docs").items
    assert {name: doc[name] for name in docs[0]} == docs[0]


def test_one_bad_embedded_record_refuses_the_whole_write(api: Api) -> None:
    before = api.dump()
    api.post("/agents", {"name": "a", "docs": [{"title": "t", "content": "c"}, {"title": "t"}]}).refused(
        422, "invalid"
    )
    assert api.dump() == before


@pytest.mark.parametrize("verb", ["PUT", "PATCH"])
def test_a_reference_the_request_does_not_have_is_ignored_as_any_unknown_property(
    api: Api, verb: str
) -> None:
    made = session(api)
    before = api.get(f"/sessions/{made}").ok()
    api.call(verb, f"/sessions/{made}", {"situation": "New.", "agent_id": UNKNOWN, "agent": 1}).ok()
    after = api.get(f"/sessions/{made}").ok()
    assert after["agent_id"] == before["agent_id"]
    assert after["situation"] == "New."


def test_what_a_create_request_does_not_have_is_ignored_though_the_record_has_it(api: Api) -> None:
    made = session(api, summary="Not for the client to say.")
    assert "summary" not in api.get(f"/sessions/{made}").ok()
