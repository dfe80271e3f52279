"""Chats through the whole mock, every answer checked against the document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from contracts.document import Document
from mockserver.app import Settings, build

#: What the official Python client sends for every setting it was not given.
UNSET = (
    *("tools", "tool_choice", "frequency_penalty", "length_penalty", "logit_bias", "max_tokens"),
    *("presence_penalty", "repetition_penalty", "response_format", "seed", "stop", "stream"),
    *("temperature", "top_p", "recall", "remember"),
)


@pytest.fixture(scope="module")
def client(document: Document) -> Iterator[TestClient]:
    mock = build(document, Settings(seed=1, check_answers=True))
    base = f"http://testserver{mock.prefix}/"
    with TestClient(mock.app, base_url=base, headers={"Authorization": "Bearer key"}) as client:
        yield client


def session(client: TestClient, **agent: Any) -> str:
    agent_id = client.post("agents", json={"name": "Guide"} | agent).json()["id"]
    return str(client.post("sessions", json={"agent_id": agent_id}).json()["id"])


def say(text: str, **settings: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]} | settings


def test_a_chat_is_answered_recorded_remembered_and_told_by_its_job(client: TestClient) -> None:
    id = session(client)
    answer = client.post(f"sessions/{id}/chat", json=say("My dog is Barnaby.", **dict.fromkeys(UNSET)))
    assert answer.status_code == 200
    (message,) = answer.json()["response"][0]
    history = client.get(f"sessions/{id}/history").json()["items"]
    assert [m["role"] for m in history] == ["user", "assistant"]
    assert history[1] == message
    (job,) = answer.json()["jobs"]
    assert client.get(f"jobs/{job}").json()["id"] == job
    agent = client.get(f"sessions/{id}").json()["agent_id"]
    (memory,) = client.get(f"agents/{agent}/memories", params={"query": "barnaby"}).json()["items"]
    assert memory["content"] == "My dog is Barnaby."
    suggestions = client.get(f"sessions/{id}/suggestions").json()["items"]
    assert {suggestion["message_id"] for suggestion in suggestions} == {message["id"]}


@pytest.mark.parametrize("asked", [{"json": {"stream": True}}, {"headers": {"Accept": "text/event-stream"}}])
def test_a_stream_comes_as_events(client: TestClient, asked: dict[str, Any]) -> None:
    id = session(client)
    body = say("Which tyres?") | asked.get("json", {})
    answer = client.post(f"sessions/{id}/chat", json=body, headers=asked.get("headers"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-cache"
    *chunks, done = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    assert done == "[DONE]"
    text = "".join(json.loads(chunk)["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text == client.get(f"sessions/{id}/history").json()["items"][1]["content"]


@pytest.mark.parametrize(
    ("settings", "status", "pointer"),
    [
        ({"response_format": {"type": "regex", "pattern": "("}}, 422, "/response_format/pattern"),
        (
            {"response_format": {"type": "json_object", "schema": {"type": 5}}},
            422,
            "/response_format/schema/type",
        ),
        ({"tool_choice": {"type": "function", "function": {"name": "x"}}}, 404, "/tool_choice/function/name"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_place(
    client: TestClient, settings: dict[str, Any], status: int, pointer: str
) -> None:
    id = session(client)
    answer = client.post(f"sessions/{id}/chat", json=say("Hello", **settings))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert client.get(f"sessions/{id}/history").json()["items"] == []


def test_numbers_of_any_width_do_no_harm(client: TestClient) -> None:
    id = session(client, metadata={"wide": 10**30})
    schema = {"properties": {"n": {"type": "integer", "minimum": 10**30}}, "required": ["n"]}
    settings = {"logit_bias": {"7": 10**30}, "response_format": {"type": "json_object", "schema": schema}}
    answer = client.post(f"sessions/{id}/chat", json=say("Hello", **settings))
    assert json.loads(answer.json()["response"][0][0]["content"])["n"] >= 10**30


def test_another_key_finds_no_such_session(client: TestClient) -> None:
    id = session(client)
    answer = client.post(f"sessions/{id}/chat", json=say("Hello"), headers={"Authorization": "Bearer other"})
    assert answer.status_code == 404
    assert client.get(f"sessions/{id}/history").json()["items"] == []
