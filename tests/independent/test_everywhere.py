"""What holds for every operation: keys, ids, methods, texts, times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from .records import NO_USER
from .visitor import UNKNOWN, Body, Visitor

FUNCTION = {"name": "look_up", "parameters": {"type": "object"}}
MESSAGES = [{"role": "user", "content": "Hello"}]

BY_PATH: list[tuple[str, str, Body | None]] = [
    ("GET", "/users/{}", None),
    ("PUT", "/users/{}", {"name": "n", "about": "a"}),
    ("PATCH", "/users/{}", {}),
    ("DELETE", "/users/{}", None),
    ("GET", "/users/{}/docs", None),
    ("POST", "/users/{}/docs", {"title": "t", "content": "c"}),
    ("DELETE", "/users/{}/docs/{}", None),
    ("GET", "/agents/{}", None),
    ("PUT", "/agents/{}", {"name": "n", "about": "a"}),
    ("PATCH", "/agents/{}", {}),
    ("DELETE", "/agents/{}", None),
    ("GET", "/agents/{}/docs", None),
    ("POST", "/agents/{}/docs", {"title": "t", "content": "c"}),
    ("DELETE", "/agents/{}/docs/{}", None),
    ("GET", "/agents/{}/tools", None),
    ("POST", "/agents/{}/tools", {"type": "function", "function": FUNCTION}),
    ("PUT", "/agents/{}/tools/{}", {"function": FUNCTION}),
    ("PATCH", "/agents/{}/tools/{}", {"function": {}}),
    ("DELETE", "/agents/{}/tools/{}", None),
    ("GET", "/agents/{}/memories?query=", None),
    ("DELETE", "/agents/{}/memories/{}", None),
    ("GET", "/sessions/{}", None),
    ("PUT", "/sessions/{}", {"situation": "s"}),
    ("PATCH", "/sessions/{}", {}),
    ("DELETE", "/sessions/{}", None),
    ("GET", "/sessions/{}/history", None),
    ("DELETE", "/sessions/{}/history", None),
    ("GET", "/sessions/{}/suggestions", None),
    ("POST", "/sessions/{}/chat", {"messages": MESSAGES}),
    ("GET", "/jobs/{}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), BY_PATH)
@pytest.mark.parametrize(
    "identifier", [UNKNOWN, "7", "not-a-uuid", f"{{{UNKNOWN}}}", UNKNOWN.replace("-", "")]
)
def test_an_unknown_or_malformed_id_is_404(
    api: Visitor, method: str, path: str, body: Body | None, identifier: str
) -> None:
    assert api.refused(method, path.replace("{}", identifier), json=body) == 404


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer third", "third", "Basic first"])
def test_without_an_issued_key_nothing_is_told_or_done(api: Visitor, authorization: str | None) -> None:
    user = api.new("/users", name="unharmed")
    headers = {} if authorization is None else {"Authorization": authorization}
    users = api.items("/users", limit=1000)
    with httpx.Client(base_url=api.url, headers=headers) as stranger:
        attempts: list[tuple[str, str, Any]] = [
            ("GET", f"/users/{user}", None),
            ("GET", "/users", None),
            ("POST", "/users", {}),
            ("PATCH", f"/users/{user}", {"name": "harmed"}),
            ("DELETE", f"/users/{user}", None),
            ("POST", "/users", {"name": 1}),
        ]
        for method, path, body in attempts:
            assert stranger.request(method, path, json=body).status_code == 403
    assert api.items("/users", limit=1000) == users


@pytest.mark.parametrize("authorization", ["first", "Bearer first", "bearer  first"])
def test_a_key_means_the_same_alone_and_after_bearer(api: Visitor, authorization: str) -> None:
    user = api.new("/users", name="U")
    answer = httpx.get(f"{api.url}/users/{user}", headers={"Authorization": authorization})
    assert answer.json() | {"fetched_at": ""} == api.read(f"/users/{user}") | {"fetched_at": ""}


@pytest.mark.parametrize(("method", "path", "body"), BY_PATH)
def test_a_foreign_id_is_answered_as_an_unknown_one(
    api: Visitor, neighbour: Visitor, method: str, path: str, body: Body | None
) -> None:
    kind = path.split("/")[1]
    agent = neighbour.agent(docs=[{"title": "t", "content": "c"}])
    own = {
        "agents": agent,
        "users": neighbour.new("/users", name="U"),
        "sessions": neighbour.session(agent_id=agent),
        "jobs": neighbour.ask("POST", f"/agents/{agent}/docs", 201, json={"title": "", "content": ""})[
            "jobs"
        ][0],
    }[kind]
    foreign = path.replace("{}", own, 1).replace("{}", UNKNOWN)
    before = neighbour.read(f"/{kind}/{own}") if kind != "jobs" else None
    assert api.refused(method, foreign, json=body) == 404
    if before:
        assert neighbour.read(f"/{kind}/{own}") == before
        if kind != "jobs":
            assert own not in api.named(f"/{kind}", limit=1000)


def test_what_was_deleted_under_one_key_is_unknown_under_another(api: Visitor, neighbour: Visitor) -> None:
    user = api.new("/users", name="U")
    api.ask("DELETE", f"/users/{user}", 202)
    assert neighbour.refused("DELETE", f"/users/{user}") == 404


def test_an_id_is_the_same_in_upper_case(api: Visitor) -> None:
    user, agent = api.new("/users", name="U"), api.agent()
    assert api.read(f"/users/{user.upper()}") == api.read(f"/users/{user}")
    session = api.session(agent_id=agent.upper(), user_id=user.upper())
    assert api.read(f"/sessions/{session}")["agent_id"] == agent


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/users", {"GET", "POST"}),
        ("/users/{}", {"GET", "PUT", "PATCH", "DELETE"}),
        ("/sessions/{}/chat", {"POST"}),
        ("/sessions/{}/history", {"GET", "DELETE"}),
        ("/agents/{}/tools/{}", {"PUT", "PATCH", "DELETE"}),
        ("/jobs/{}", {"GET"}),
    ],
)
def test_another_method_is_405_and_told_which_are_allowed(api: Visitor, path: str, allowed: set[str]) -> None:
    known = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY"}
    for method in known - allowed:
        answer = api.http.request(method, path.replace("{}", UNKNOWN))
        assert answer.status_code == 405, method
        assert set(answer.headers["allow"].split(", ")) == allowed


def test_unknown_properties_are_ignored(api: Visitor) -> None:
    agent = api.agent(colour="red", default_settings={"top_p": 0.5, "colour": "red"})
    assert api.read(f"/agents/{agent}")["default_settings"] == {"top_p": 0.5}
    api.ask("PATCH", f"/agents/{agent}", 200, json={"id": UNKNOWN, "created_at": "never", "name": "Other"})
    read = api.read(f"/agents/{agent}")
    assert (read["id"], read["name"]) == (agent, "Other")
    assert "colour" not in read


def test_null_for_what_is_not_nullable_is_refused(api: Visitor) -> None:
    assert api.refused("POST", "/sessions", json={"agent_id": api.agent(), "user_id": None}) == 400
    assert api.refused("PATCH", f"/users/{api.new('/users')}", json={"metadata": None}) == 400


def test_no_answer_holds_null(api: Visitor) -> None:
    session = api.session()
    outcome = api.say(session, "What do you know about sheep?")
    agent = api.read(f"/sessions/{session}")["agent_id"]
    answers = [
        outcome,
        api.read(f"/sessions/{session}"),
        api.read(f"/agents/{agent}"),
        api.read(f"/users/{api.new('/users')}"),
        api.read(f"/sessions/{session}/history"),
        api.read(f"/sessions/{session}/suggestions"),
        api.read(f"/agents/{agent}/memories?query=sheep"),
        api.read(f"/jobs/{outcome['jobs'][0]}"),
    ]
    assert all(list(_scalars(answer)) for answer in answers)
    assert not any(scalar is None for answer in answers for scalar in _scalars(answer))


def _scalars(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        below = value.values() if isinstance(value, dict) else value
        return [scalar for item in below for scalar in _scalars(item)]
    return [value]


TEXTS = [
    "",
    " ",
    '"quoted"\\',
    "two\nlines\r\n\ttabbed",
    "äöü ñ 漢字 עברית",
    "😀🧑‍🚀",
    "\u2028\x85\x7f\ufeff",
    "x" * 100_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_texts_come_back_exactly(api: Visitor, text: str) -> None:
    agent = api.agent(name=text, about=text, instructions=[text], metadata={text: text})
    read = api.read(f"/agents/{agent}")
    assert (read["name"], read["about"], read["instructions"], read["metadata"]) == (
        text,
        text,
        [text],
        {text: text},
    )
    session = api.session(agent_id=agent, situation=text)
    assert api.read(f"/sessions/{session}")["situation"] == text
    message = api.say(session, text)["response"][0][0]
    said, answered = api.items(f"/sessions/{session}/history")
    assert (said["content"], answered) == (text, message)


def test_metadata_come_back_exactly(api: Visitor) -> None:
    deep: Any = 0
    for _ in range(150):
        deep = {"a": [deep]}
    metadata = {
        "numbers": [0, -1, 1.5, 1e300, 5e-324, 2**53 - 1, -(2**53) + 1, 0.1],
        "null": None,
        "flags": [True, False],
        "empty": [{}, [], ""],
        "deep": deep,
    }
    user = api.new("/users", metadata=metadata)
    assert api.read(f"/users/{user}")["metadata"] == metadata


@pytest.mark.parametrize("kind", ["users", "agents", "sessions"])
def test_times_are_in_order_and_an_update_moves_them_forward(api: Visitor, kind: str) -> None:
    made: Body = {
        "users": {},
        "agents": {"name": "Guide"},
        "sessions": {"agent_id": api.agent()} if kind == "sessions" else {},
    }[kind]
    full = {"name": "n", "about": "a"} if kind != "sessions" else {"situation": "s"}
    receipt = api.ask("POST", f"/{kind}", 201, json=made)
    path = f"/{kind}/{receipt['id']}"
    before = api.read(path)
    assert before["created_at"] == receipt["created_at"] <= before["updated_at"]
    for method, body in [("PATCH", {}), ("PUT", full), ("PATCH", full), ("PUT", full), ("PATCH", {})] * 3:
        receipt = api.ask(method, path, 200, json=body)
        after = api.read(path)
        assert (after["id"], after["created_at"]) == (before["id"], before["created_at"])
        moment = datetime.fromisoformat(after["updated_at"])
        assert moment > datetime.fromisoformat(before["updated_at"])
        assert moment.utcoffset() == timedelta(0)
        assert receipt == {"id": before["id"], "updated_at": after["updated_at"]}
        before = after


def test_a_session_without_a_user_names_a_constant(api: Visitor) -> None:
    first, second = api.session(), api.session()
    assert api.read(f"/sessions/{first}")["user_id"] == api.read(f"/sessions/{second}")["user_id"] == NO_USER
