"""The chat: what it answers, records, remembers and suggests."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from .visitor import UNKNOWN, Visitor

PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "minLength": 3}, "days": {"type": "integer", "minimum": 2}},
    "required": ["city", "days"],
}
FUNCTION = {"name": "forecast", "parameters": PARAMETERS}


def _history(api: Visitor, session: str) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in api.items(f"/sessions/{session}/history")]


def test_an_answer_has_all_its_parts(api: Visitor) -> None:
    session = api.session(agent_id=api.agent(name="Guide"))
    outcome = api.say(session, "Hello there")
    ((message,),) = outcome["response"]
    usage = outcome["usage"]
    assert (message["role"], message["name"], message["content"]) == (
        "assistant",
        "Guide",
        "I heard this: Hello there",
    )
    assert outcome["finish_reason"] == "stop"
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] == 2 + 5
    assert api.items(f"/sessions/{session}/history")[-1] == message


def test_the_messages_and_then_the_answer_are_recorded(api: Visitor) -> None:
    session, other = api.session(), api.session()
    messages = [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "Hi", "name": "Guest"},
        {"role": "assistant", "content": "Hi!"},
        {"role": "function_call", "content": "{}"},
        {"role": "user", "content": "So?"},
    ]
    before = api.read(f"/sessions/{session}")
    outcome = api.ask("POST", f"/sessions/{session}/chat", 200, json={"messages": messages})
    recorded = api.items(f"/sessions/{session}/history")
    assert _history(api, session)[:-1] == [(message["role"], message["content"]) for message in messages]
    assert [message["name"] for message in recorded[:-1]] == ["", "Guest", "", "", ""]
    assert recorded[-1] == outcome["response"][0][0]
    assert len({message["id"] for message in recorded}) == 6
    assert _history(api, other) == []
    after = api.read(f"/sessions/{session}")
    assert after["updated_at"] > before["updated_at"]
    assert {**after, "updated_at": ""} == {**before, "updated_at": ""}
    api.say(session, "More")
    assert api.items(f"/sessions/{session}/history")[:6] == recorded


@pytest.mark.parametrize("stream", [False, True])
def test_an_unrecorded_chat_leaves_no_history(api: Visitor, stream: bool) -> None:
    session = api.session()
    body = {"messages": [{"role": "user", "content": "Why is that?"}], "record": False, "stream": stream}
    assert api.http.post(f"/sessions/{session}/chat", json=body).status_code == 200
    assert _history(api, session) == []
    assert api.items(f"/sessions/{session}/suggestions") == []


def test_a_refused_chat_has_no_effect(api: Visitor) -> None:
    session = api.session()
    before = api.read(f"/sessions/{session}")
    faults: list[dict[str, Any]] = [
        {"temperature": 3},
        {"response_format": {"type": "regex", "pattern": "("}},
        {"messages": []},
    ]
    for wrong in faults:
        body = {"messages": [{"role": "user", "content": "I keep twelve sheep?"}], **wrong}
        assert api.refused("POST", f"/sessions/{session}/chat", json=body) == 400
    assert api.read(f"/sessions/{session}") == before
    assert _history(api, session) == []
    assert api.items(f"/sessions/{session}/suggestions") == []
    assert api.items(f"/agents/{before['agent_id']}/memories", query="") == []


@pytest.mark.parametrize("most", [1, 2, 4, 5, 6, None])
def test_max_tokens_ends_the_answer(api: Visitor, most: int | None) -> None:
    session = api.session()
    outcome = api.say(session, "Hello there", max_tokens=most)
    whole = "I heard this: Hello there"
    content = outcome["response"][0][0]["content"]
    assert whole.startswith(content)
    assert outcome["usage"]["completion_tokens"] == min(most or 5, 5) == len(content.split())
    assert outcome["finish_reason"] == ("length" if most is not None and most <= 5 else "stop")
    assert api.items(f"/sessions/{session}/history")[-1]["content"] == content


def test_without_max_tokens_the_default_holds(api: Visitor) -> None:
    outcome = api.say(api.session(), "word " * 500)
    assert (outcome["usage"]["completion_tokens"], outcome["finish_reason"]) == (200, "length")


@pytest.mark.parametrize(
    ("stop", "content"),
    [
        ("there", "I heard this: Hello "),
        (["there", "this"], "I heard "),
        (["Hello there", "there"], "I heard this: "),
        ("I", ""),
        ("", "I heard this: Hello there"),
        (["absent", ""], "I heard this: Hello there"),
        (None, "I heard this: Hello there"),
    ],
)
def test_a_stop_sequence_ends_the_text_before_it(api: Visitor, stop: Any, content: str) -> None:
    outcome = api.say(api.session(), "Hello there", stop=stop)
    assert (outcome["response"][0][0]["content"], outcome["finish_reason"]) == (content, "stop")


def test_an_answer_in_json_is_json(api: Visitor) -> None:
    session = api.session()
    assert json.loads(api.hear(session, 'a "b"', response_format={"type": "json_object"})) == {
        "heard": 'a "b"'
    }
    given = api.hear(session, "x", response_format={"type": "json_object", "schema": PARAMETERS})
    assert json.loads(given) == {"city": "some text", "days": 2}


@pytest.mark.parametrize(
    "pattern", ["[A-Z]{3}-[0-9]+", "^(yes|no)$", "", "\\d{4}-\\d\\d", "a|^b$", "[^a-z]x?", "(?:ab){2,}"]
)
def test_an_answer_by_pattern_matches_it(api: Visitor, pattern: str) -> None:
    assert re.search(
        pattern, api.hear(api.session(), "x", response_format={"type": "regex", "pattern": pattern})
    )


def test_the_same_seed_and_input_give_the_same_answer(api: Visitor) -> None:
    agent = api.agent()
    answers = {api.hear(api.session(agent_id=agent), "Tell me more", seed=7) for _ in range(3)}
    assert len(answers) == 1


@pytest.mark.parametrize("source", ["agent", "request"])
def test_a_forced_function_is_called(api: Visitor, source: str) -> None:
    tools = [{"type": "function", "function": FUNCTION}]
    session = api.session(agent_id=api.agent(tools=tools if source == "agent" else []))
    sent = [{"id": UNKNOWN, **tools[0]}] if source == "request" else None
    choice = {"type": "function", "function": {"name": "forecast"}}
    outcome = api.say(session, "hi", tool_choice=choice, tools=sent)
    ((message,),) = outcome["response"]
    assert (message["role"], outcome["finish_reason"]) == ("function_call", "tool_calls")
    assert json.loads(message["content"]) == {
        "name": "forecast",
        "arguments": {"city": "some text", "days": 2},
    }
    assert api.items(f"/sessions/{session}/history")[-1] == message


def test_a_function_of_the_request_wins_by_name(api: Visitor) -> None:
    session = api.session(agent_id=api.agent(tools=[{"type": "function", "function": FUNCTION}]))
    own = {
        "name": "forecast",
        "parameters": {"type": "object", "required": ["x"], "properties": {"x": {"const": 1}}},
    }
    said = api.hear(
        session,
        "hi",
        tools=[{"id": UNKNOWN, "type": "function", "function": own}],
        tool_choice={"type": "function", "function": {"name": "forecast"}},
    )
    assert json.loads(said)["arguments"] == {"x": 1}


@pytest.mark.parametrize("choice", ["none", "auto", None])
def test_no_function_is_called_unless_it_is_forced(api: Visitor, choice: str | None) -> None:
    session = api.session(agent_id=api.agent(tools=[{"type": "function", "function": FUNCTION}]))
    outcome = api.say(session, "call forecast", tool_choice=choice)
    assert (outcome["finish_reason"], outcome["response"][0][0]["role"]) == ("stop", "assistant")


@pytest.mark.parametrize("asked", [{"stream": True}, {"headers": {"Accept": "text/event-stream"}}])
def test_a_stream_tells_the_same_as_the_history(api: Visitor, asked: dict[str, Any]) -> None:
    session = api.session()
    text = "\u2028 Hello\n\nthere, how are you today? \x85"
    chunks = api.stream(session, text, **asked)
    assert all(chunk["object"] == "chat.completion.chunk" for chunk in chunks)
    assert all(isinstance(chunk["created"], int) and chunk["model"] for chunk in chunks)
    assert len({chunk["id"] for chunk in chunks}) == 1
    choices = [chunk["choices"][0] for chunk in chunks]
    assert choices[0]["delta"]["role"] == "assistant"
    assert [choice["finish_reason"] for choice in choices] == [None] * (len(choices) - 1) + ["stop"]
    content = "".join(choice["delta"].get("content", "") for choice in choices)
    assert _history(api, session) == [("user", text), ("assistant", content)]
    assert content == api.hear(api.session(), text)


def test_a_stream_ends_where_the_limits_say(api: Visitor) -> None:
    chunks = api.stream(api.session(), "Hello there", stream=True, max_tokens=2)
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "I heard"
    assert chunks[-1]["choices"][0]["finish_reason"] == "length"


def test_a_stream_tells_of_a_call(api: Visitor) -> None:
    choice = {"type": "function", "function": {"name": "forecast"}}
    tools = [{"id": UNKNOWN, "type": "function", "function": FUNCTION}]
    chunks = api.stream(api.session(), "hi", stream=True, tool_choice=choice, tools=tools)
    (call,) = (call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", []))
    assert json.loads(call["function"]["arguments"]) == {"city": "some text", "days": 2}
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", "", "text/html", "text/event-stream;q=0", "nonsense;;q=x"]
)
def test_other_accepts_are_answered_in_json(api: Visitor, accept: str) -> None:
    body = {"messages": [{"role": "user", "content": "Hi"}], "stream": None}
    answer = api.http.post(f"/sessions/{api.session()}/chat", json=body, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_auto_takes_turns(api: Visitor) -> None:
    session = api.session()
    messages = [{"role": "auto", "content": str(number)} for number in range(3)]
    api.ask("POST", f"/sessions/{session}/chat", 200, json={"messages": messages})
    assert [role for role, _ in _history(api, session)] == ["user", "assistant", "user", "assistant"]


def test_a_message_of_the_assistant_is_continued(api: Visitor) -> None:
    session = api.session()
    message = {"role": "assistant", "content": "Once upon", "continue": True}
    outcome = api.ask("POST", f"/sessions/{session}/chat", 200, json={"messages": [message]})
    assert outcome["response"][0][0]["content"] == " - and so on, after 'Once upon'"
    assert [role for role, _ in _history(api, session)] == ["assistant", "assistant"]


def test_templates_are_filled_where_the_session_says_so(api: Visitor) -> None:
    agent, user = api.agent(name="Guide"), api.new("/users", name="Guest")
    text = "{{ agent.name }} {{user.name}} {{session.render_templates}} {{ agent.nothing }} {{ 1 + 1 }}"
    plain = api.session(agent_id=agent, user_id=user)
    filled = api.session(agent_id=agent, user_id=user, render_templates=True)
    assert api.hear(plain, text) == f"I heard this: {text}"
    assert api.hear(filled, text) == "I heard this: Guide Guest true {{ agent.nothing }} {{ 1 + 1 }}"
    assert _history(api, filled)[0] == ("user", text)


def test_remembering_makes_memories_through_a_job(api: Visitor) -> None:
    user = api.new("/users")
    session = api.session(user_id=user)
    agent = api.read(f"/sessions/{session}")["agent_id"]
    path = f"/agents/{agent}/memories"
    assert "jobs" not in api.say(session, "I keep twelve sheep", remember=False)
    assert "jobs" not in api.say(session, "Sheep?", remember=True)
    assert api.items(path, query="") == []
    (job,) = api.say(session, "I keep twelve sheep", record=False)["jobs"]
    assert api.read(f"/jobs/{job}")["id"] == job
    (memory,) = api.items(path, query="sheep")
    assert (memory["agent_id"], memory["user_id"]) == (agent, user)
    assert (memory["content"], memory["sentiment"], memory["entities"]) == ("I keep twelve sheep", 0, [])
    other = api.agent()
    assert api.refused("DELETE", f"/agents/{other}/memories/{memory['id']}") == 404
    assert api.ask("DELETE", f"{path}/{memory['id']}", 202)["id"] == memory["id"]
    assert api.items(path, query="") == []


def test_a_memory_goes_with_its_user(api: Visitor) -> None:
    agent, user = api.agent(), api.new("/users")
    session = api.session(agent_id=agent, user_id=user)
    api.say(session, "I keep twelve sheep")
    api.ask("DELETE", f"/sessions/{session}", 202)
    assert len(api.items(f"/agents/{agent}/memories", query="")) == 1
    api.ask("DELETE", f"/users/{user}", 202)
    assert api.items(f"/agents/{agent}/memories", query="") == []


def test_suggestions_name_the_message_that_led_to_them(api: Visitor) -> None:
    session, other = api.session(), api.session()
    path = f"/sessions/{session}/suggestions"
    api.say(session, "No question")
    assert api.items(path) == []
    api.say(session, "A question?")
    asked = api.items(f"/sessions/{session}/history")[2]
    suggestions = api.items(path)
    assert {suggestion["target"] for suggestion in suggestions} == {"user", "agent"}
    assert {(item["message_id"], item["session_id"]) for item in suggestions} == {(asked["id"], session)}
    moments = [suggestion["created_at"] for suggestion in suggestions]
    assert moments == sorted(moments, reverse=True)
    assert api.items(path, limit=1) + api.items(path, offset=1) == suggestions
    assert api.items(f"/sessions/{other}/suggestions") == []


def test_deleting_the_history_leaves_the_rest(api: Visitor) -> None:
    session = api.session()
    api.say(session, "Where are my twelve sheep?")
    record = api.read(f"/sessions/{session}")
    suggestions = api.items(f"/sessions/{session}/suggestions")
    memories = api.items(f"/agents/{record['agent_id']}/memories", query="")
    assert suggestions
    assert memories
    assert api.ask("DELETE", f"/sessions/{session}/history", 202)["id"] == session
    assert _history(api, session) == []
    assert api.read(f"/sessions/{session}") == record
    assert api.items(f"/sessions/{session}/suggestions") == suggestions
    assert api.items(f"/agents/{record['agent_id']}/memories", query="") == memories
    api.say(session, "Anew")
    assert len(_history(api, session)) == 2
