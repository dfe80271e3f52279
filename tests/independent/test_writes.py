"""Create, replace, merge, delete: what is written is what is read, and nothing else changes."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest

from .records import DEFAULT_MODEL
from .visitor import UNKNOWN, Body, Visitor

FUNCTION = {"name": "look_up", "description": "Looks up.", "parameters": {"type": "object", "properties": {}}}
DOC = {"title": "A title", "content": "A content", "metadata": {"page": 1}}
FULL_AGENT: Body = {
    "name": "Guide",
    "about": "Knows sheep",
    "instructions": ["Be brief", "Be kind"],
    "model": "some/model",
    "default_settings": {"temperature": 3, "top_p": 0, "min_p": 0, "frequency_penalty": -2, "preset": "fun"},
    "metadata": {"a": {"b": 1}, "c": None},
}
FULL_USER: Body = {"name": "Guest", "about": "Keeps sheep", "metadata": {"a": {"b": 1}, "c": None}}
FULL_SESSION: Body = {"situation": "A meadow", "metadata": {"a": {"b": 1}, "c": None}}


def _without_time(record: Body) -> Body:
    return {name: value for name, value in record.items() if name != "updated_at"}


def _everything(api: Visitor) -> dict[str, list[Body]]:
    return {kind: api.items(f"/{kind}", limit=1000) for kind in ("users", "agents", "sessions")}


def _create_full(api: Visitor, kind: str) -> str:
    if kind == "sessions":
        return api.session(user_id=api.new("/users"), render_templates=True, **FULL_SESSION)
    return api.new(f"/{kind}", **(FULL_AGENT if kind == "agents" else FULL_USER))


def test_what_is_written_is_what_is_read(api: Visitor) -> None:
    agent, user = api.new("/agents", **FULL_AGENT), api.new("/users", **FULL_USER)
    session_body = {**FULL_SESSION, "agent_id": agent, "user_id": user, "render_templates": True}
    session = api.new("/sessions", **session_body)
    for path, body in [
        (f"/agents/{agent}", FULL_AGENT),
        (f"/users/{user}", FULL_USER),
        (f"/sessions/{session}", session_body),
    ]:
        read = api.read(path)
        assert {name: read[name] for name in body} == body


def test_what_is_left_out_reads_as_its_default_or_empty(api: Visitor) -> None:
    user, agent, session = (
        api.read(f"/users/{api.new('/users')}"),
        api.read(f"/agents/{api.agent()}"),
        api.read(f"/sessions/{api.session()}"),
    )
    assert (user["name"], user["about"], user["metadata"]) == ("User", "", {})
    assert (agent["model"], agent["about"], agent["instructions"]) == (DEFAULT_MODEL, "", [])
    assert (agent["default_settings"], agent["metadata"]) == ({}, {})
    assert (session["situation"], session["summary"], session["metadata"]) == ("", "", {})
    assert session["render_templates"] is False


def test_null_is_kept_where_it_is_allowed(api: Visitor) -> None:
    agent = api.agent(default_settings={"temperature": None})
    assert api.read(f"/agents/{agent}")["default_settings"] == {"temperature": None}


def test_every_record_is_created_anew(api: Visitor) -> None:
    assert len({api.agent() for _ in range(5)} | {api.new("/users") for _ in range(5)}) == 10


@pytest.mark.parametrize("property_name", ["agent_id", "user_id"])
def test_a_session_of_somebody_unknown_is_refused(
    api: Visitor, neighbour: Visitor, property_name: str
) -> None:
    gone = {"agent_id": api.agent(), "user_id": api.new("/users")}[property_name]
    api.ask("DELETE", f"/{property_name.removesuffix('_id')}s/{gone}", 202)
    foreign = {"agent_id": neighbour.agent(), "user_id": neighbour.new("/users")}[property_name]
    before = api.items("/sessions", limit=1000)
    for identifier in (UNKNOWN, gone, foreign):
        body = {"agent_id": api.agent(), property_name: identifier}
        answer = api.http.post("/sessions", json=body)
        assert answer.status_code == 400
        assert answer.json()["error"]["places"][0]["place"] == f"/{property_name}"
    assert api.items("/sessions", limit=1000) == before


def test_put_replaces_an_agent(api: Visitor) -> None:
    agent = _create_full(api, "agents")
    api.ask("PUT", f"/agents/{agent}", 200, json={"name": "Other", "about": ""})
    read = api.read(f"/agents/{agent}")
    assert (read["name"], read["about"], read["instructions"], read["model"]) == (
        "Other",
        "",
        [],
        DEFAULT_MODEL,
    )
    assert (read["default_settings"], read["metadata"]) == ({}, {})
    api.ask("PUT", f"/agents/{agent}", 200, json=FULL_AGENT)
    read = api.read(f"/agents/{agent}")
    assert {name: read[name] for name in FULL_AGENT} == FULL_AGENT


def test_put_replaces_a_user_and_a_session(api: Visitor) -> None:
    user, session = _create_full(api, "users"), _create_full(api, "sessions")
    before = api.read(f"/sessions/{session}")
    api.ask("PUT", f"/users/{user}", 200, json={"name": "Other", "about": "b"})
    read = api.read(f"/users/{user}")
    assert (read["name"], read["about"], read["metadata"]) == ("Other", "b", {})
    api.ask("PUT", f"/sessions/{session}", 200, json={"situation": "A hill", "agent_id": UNKNOWN})
    expected = {**before, "situation": "A hill", "metadata": {}}
    assert _without_time(api.read(f"/sessions/{session}")) == _without_time(expected)


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        (kind, patch)
        for kind, full in [("users", FULL_USER), ("agents", FULL_AGENT), ("sessions", FULL_SESSION)]
        for patch in [
            {},
            *({name: value} for name, value in full.items() if name not in ("metadata", "default_settings")),
        ]
    ],
)
def test_patch_leaves_what_it_does_not_name(api: Visitor, kind: str, patch: Body) -> None:
    path = f"/{kind}/{_create_full(api, kind)}"
    changed = {name: value[::-1] for name, value in patch.items()}
    before = api.read(path)
    api.ask("PATCH", path, 200, json=changed)
    assert _without_time(api.read(path)) == _without_time({**before, **changed})


@pytest.mark.parametrize("kind", ["users", "agents", "sessions"])
def test_patch_merges_metadata(api: Visitor, kind: str) -> None:
    path = f"/{kind}/{_create_full(api, kind)}"
    api.ask("PATCH", path, 200, json={"metadata": {"new": [1], "c": 2}})
    assert api.read(path)["metadata"] == {"a": {"b": 1}, "c": 2, "new": [1]}
    api.ask("PATCH", path, 200, json={"metadata": {"a": {"other": None}, "c": None}})
    assert api.read(path)["metadata"] == {"a": {"other": None}, "c": None, "new": [1]}
    api.ask("PATCH", path, 200, json={"metadata": {}})
    assert api.read(path)["metadata"] == {"a": {"other": None}, "c": None, "new": [1]}


def test_patch_merges_default_settings(api: Visitor) -> None:
    agent = _create_full(api, "agents")
    api.ask("PATCH", f"/agents/{agent}", 200, json={"default_settings": {"temperature": 1}})
    assert api.read(f"/agents/{agent}")["default_settings"] == {
        **FULL_AGENT["default_settings"],
        "temperature": 1,
    }


def test_a_write_touches_no_other_record(api: Visitor) -> None:
    agent, user = _create_full(api, "agents"), _create_full(api, "users")
    session = api.session(agent_id=agent, user_id=user)
    tool = api.new(f"/agents/{agent}/tools", type="function", function=FUNCTION)
    writes: list[tuple[str, str, Body | None, str | None]] = [
        ("PATCH", f"/agents/{agent}", {"name": "A"}, agent),
        ("PUT", f"/users/{user}", {"name": "B", "about": ""}, user),
        ("PATCH", f"/sessions/{session}", {"situation": "C"}, session),
        ("POST", f"/agents/{agent}/docs", DOC, None),
        ("PATCH", f"/agents/{agent}/tools/{tool}", {"function": {"name": "g"}}, None),
        (
            "POST",
            f"/sessions/{session}/chat",
            {"messages": [{"role": "user", "content": "one two three four"}]},
            session,
        ),
        ("DELETE", f"/sessions/{session}/history", None, None),
        ("DELETE", f"/agents/{agent}/tools/{tool}", None, None),
    ]
    for method, path, body, touched in writes:
        before = _everything(api)
        assert api.http.request(method, path, json=body).is_success
        after = _everything(api)
        for kind, records in before.items():
            others = [record for record in records if record["id"] != touched]
            assert [record for record in after[kind] if record["id"] != touched] == others, (method, path)


@pytest.mark.parametrize("kind", ["users", "agents", "sessions"])
def test_put_on_an_unknown_id_creates_nothing(api: Visitor, kind: str) -> None:
    before = _everything(api)
    body = {"name": "n", "about": "a", "situation": "s"}
    assert api.refused("PUT", f"/{kind}/{UNKNOWN}", json=body) == 404
    assert api.refused("GET", f"/{kind}/{UNKNOWN}") == 404
    assert _everything(api) == before


@pytest.mark.parametrize("kind", ["users", "agents", "sessions"])
def test_what_is_deleted_is_gone_and_a_second_deletion_changes_nothing(api: Visitor, kind: str) -> None:
    identifier = _create_full(api, kind)
    path = f"/{kind}/{identifier}"
    receipt = api.ask("DELETE", path, 202)
    assert receipt["id"] == identifier
    datetime.fromisoformat(receipt["deleted_at"])
    assert identifier not in api.named(f"/{kind}", limit=1000)
    below = {
        "users": ["docs"],
        "agents": ["docs", "tools", "memories?query="],
        "sessions": ["history", "suggestions"],
    }
    for rest in ["", *(f"/{part}" for part in below[kind])]:
        assert api.refused("GET", path + rest) == 404
    assert api.refused("PATCH", path, json={}) == 404
    assert api.refused("PUT", path, json={"name": "n", "about": "a", "situation": "s"}) == 404
    assert api.ask("DELETE", path, 202) == receipt
    if kind == "sessions":
        assert (
            api.refused("POST", f"{path}/chat", json={"messages": [{"role": "user", "content": ""}]}) == 404
        )
        assert api.refused("DELETE", f"{path}/history") == 404
    else:
        assert api.refused("POST", f"{path}/docs", json=DOC) == 404


@pytest.mark.parametrize("kind", ["users", "agents"])
def test_who_still_has_sessions_is_not_deleted(api: Visitor, kind: str) -> None:
    agent, user = api.agent(docs=[DOC]), api.new("/users", docs=[DOC])
    session = api.session(agent_id=agent, user_id=user)
    path = f"/{kind}/{agent if kind == 'agents' else user}"
    before = (api.read(path), api.read(f"/sessions/{session}"), api.items(f"{path}/docs"))
    assert api.refused("DELETE", path) == 409
    assert (api.read(path), api.read(f"/sessions/{session}"), api.items(f"{path}/docs")) == before
    api.ask("DELETE", f"/sessions/{session}", 202)
    api.ask("DELETE", path, 202)


def test_docs_and_tools_come_with_their_owner(api: Visitor) -> None:
    tools = [
        {"type": "webhook", "function": FUNCTION},
        {"type": "function", "function": {"name": "g", "parameters": {}}},
    ]
    agent = api.agent(docs=[DOC, {"title": "", "content": ""}], tools=tools)
    user = api.new("/users", docs=[DOC])
    second, first = api.items(f"/agents/{agent}/docs")
    assert {name: first[name] for name in DOC} == DOC
    assert (second["title"], second["content"], second["metadata"]) == ("", "", {})
    assert [doc["title"] for doc in api.items(f"/users/{user}/docs")] == ["A title"]
    last, kept = api.items(f"/agents/{agent}/tools")
    assert (kept["type"], kept["function"]) == ("webhook", FUNCTION)
    assert (last["type"], last["function"]) == (
        "function",
        {"name": "g", "parameters": {}, "description": ""},
    )


@pytest.mark.parametrize(
    ("owners", "part", "body"),
    [
        ("agents", "docs", DOC),
        ("users", "docs", DOC),
        ("agents", "tools", {"type": "function", "function": FUNCTION}),
    ],
)
def test_a_child_is_reached_through_its_own_parent_only(
    api: Visitor, owners: str, part: str, body: Body
) -> None:
    own, other = api.new(f"/{owners}", name="own"), api.new(f"/{owners}", name="other")
    receipt = api.ask("POST", f"/{owners}/{own}/{part}", 201, json=body)
    child = receipt["id"]
    assert api.named(f"/{owners}/{own}/{part}") == [child]
    assert api.named(f"/{owners}/{other}/{part}") == []
    strange = "users" if owners == "agents" else "agents"
    stranger = api.new(f"/{strange}", name="stranger")
    wrong = [f"/{owners}/{other}/{part}/{child}", f"/{owners}/{UNKNOWN}/{part}/{child}"]
    if part == "docs":
        wrong.append(f"/{strange}/{stranger}/docs/{child}")
    for path in wrong:
        assert api.refused("DELETE", path) == 404
    assert api.named(f"/{owners}/{own}/{part}") == [child]
    gone = api.ask("DELETE", f"/{owners}/{own}/{part}/{child}", 202)
    assert gone["id"] == child
    assert api.named(f"/{owners}/{own}/{part}") == []
    assert api.ask("DELETE", f"/{owners}/{own}/{part}/{child}", 202) == gone
    assert [api.refused("DELETE", path) for path in wrong] == [404] * len(wrong)
    api.ask("DELETE", f"/{owners}/{own}", 202)
    assert api.refused("DELETE", f"/{owners}/{own}/{part}/{child}") == 404


def test_a_tool_is_replaced_and_merged(api: Visitor) -> None:
    agent = api.agent()
    path = f"/agents/{agent}/tools"
    tool = api.new(path, type="webhook", function=FUNCTION)

    def function() -> Any:
        (read,) = api.items(path)
        assert (read["id"], read["type"]) == (tool, "webhook")
        return read["function"]

    receipt = api.ask(
        "PATCH", f"{path}/{tool}", 200, json={"function": {"name": "other"}, "type": "function"}
    )
    assert receipt["id"] == tool
    assert function() == {**FUNCTION, "name": "other"}
    api.ask("PATCH", f"{path}/{tool}", 200, json={"function": {"parameters": {"a": None}}})
    assert function() == {**FUNCTION, "name": "other", "parameters": {"a": None}}
    api.ask("PUT", f"{path}/{tool}", 200, json={"function": {"name": "third", "parameters": {}}})
    assert function() == {"name": "third", "parameters": {}, "description": ""}
    assert api.refused("PATCH", f"{path}/{tool}", json={}) == 400
    assert api.refused("PUT", f"{path}/{tool}", json={"function": {"name": "x"}}) == 400
    assert function() == {"name": "third", "parameters": {}, "description": ""}


@pytest.mark.parametrize("owners", ["agents", "users"])
def test_a_job_is_known_and_moves_forward_only(api: Visitor, owners: str) -> None:
    owner = api.new(f"/{owners}", name="n")
    (job,) = api.ask("POST", f"/{owners}/{owner}/docs", 201, json=DOC)["jobs"]
    states = ["pending", "in_progress", "succeeded"]
    seen = [api.read(f"/jobs/{job}")]
    limit = time.monotonic() + 20
    while seen[-1]["state"] != "succeeded" and time.monotonic() < limit:
        seen.append(api.read(f"/jobs/{job}"))
    assert [states.index(status["state"]) for status in seen] == sorted(
        states.index(status["state"]) for status in seen
    )
    assert [status["progress"] for status in seen] == sorted(status["progress"] for status in seen)
    assert (seen[-1]["state"], seen[-1]["has_progress"], seen[-1]["progress"]) == ("succeeded", True, 100)
    assert {(status["id"], status["created_at"]) for status in seen} == {(job, seen[0]["created_at"])}
    assert all(status["updated_at"] >= status["created_at"] for status in seen)
