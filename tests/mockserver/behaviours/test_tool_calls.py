"""Which tool is called, by whose word, and with which arguments."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from mockserver.behaviours.reply.tool_calls import at_hand, chosen
from mockserver.behaviours.scene.conversation import Message
from mockserver.problems import Invalid, NotFound
from tests.mockserver.behaviours.world import World, told

PARAMETERS = {
    "type": "object",
    "properties": {"day": {"type": "string", "format": "date"}, "wheels": {"enum": [1, 2]}},
    "required": ["day", "wheels"],
    "additionalProperties": False,
}


def tool(name: str, parameters: dict[str, Any] | None = None, type: str = "function") -> dict[str, Any]:
    return {"type": type, "function": {"name": name, "parameters": parameters or {}}}


def sent(name: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    return tool(name, parameters) | {"id": "26f5d8a3-c94e-4b07-9a61-0d7b3e1f8c42"}


def forced(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


@pytest.mark.parametrize("type", ["function", "webhook"])
@told
async def test_a_forced_tool_is_called_with_arguments_that_fit(world: World, type: str) -> None:
    session = await world.session(agent={"name": "G", "tools": [tool("book_repair", PARAMETERS, type)]})
    spoken = await world.chat(session.id, "Hello", tool_choice=forced("book_repair"))
    assert spoken.answer["finish_reason"] == "tool_calls"
    assert (spoken.message["role"], spoken.message["name"]) == ("function_call", "G")
    called = json.loads(spoken.content)
    assert list(called) == ["name", "arguments"]
    assert called["name"] == "book_repair"
    assert jsonschema_rs.is_valid(PARAMETERS, called["arguments"])
    assert (await world.history(session.id))[-1] == spoken.message


@told
async def test_parameters_that_demand_nothing_are_called_with_an_object(world: World) -> None:
    session = await world.session(agent={"name": "G", "tools": [tool("ping")]})
    spoken = await world.chat(session.id, "Hello", tool_choice=forced("ping"))
    assert isinstance(json.loads(spoken.content)["arguments"], dict)


@told
async def test_the_tool_of_the_request_wins_by_name(world: World) -> None:
    session = await world.session(
        agent={"name": "G", "tools": [tool("book_repair", {"required": ["agents"]})]}
    )
    own = sent("book_repair", PARAMETERS)
    spoken = await world.chat(session.id, "Hello", tools=[own], tool_choice=forced("book_repair"))
    assert jsonschema_rs.is_valid(PARAMETERS, json.loads(spoken.content)["arguments"])


@pytest.mark.parametrize("choice", ["auto", None])
@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("Please book_repair for me", True),
        ("(book_repair)!", True),
        ("Please book a repair", False),
        ("Please rebook_repairs", False),
        ("", False),
    ],
)
@told
async def test_left_to_itself_the_assistant_calls_what_the_user_names(
    world: World, choice: str | None, text: str, calls: bool
) -> None:
    session = await world.session(agent={"name": "G", "tools": [tool("book_repair")]})
    given = {} if choice is None else {"tool_choice": choice}
    spoken = await world.chat(session.id, text, **given)
    assert (spoken.answer["finish_reason"] == "tool_calls") == calls
    assert (spoken.message["role"] == "function_call") == calls


@told
async def test_no_tool_is_called_when_none_may_be(world: World) -> None:
    session = await world.session(agent={"name": "G", "tools": [tool("book_repair")]})
    spoken = await world.chat(session.id, "Please book_repair for me", tool_choice="none")
    assert spoken.message["role"] == "assistant"


@told
async def test_the_result_of_a_call_calls_nothing_again(world: World) -> None:
    session = await world.session(agent={"name": "G", "tools": [tool("book_repair")]})
    await world.chat(session.id, "Please book_repair for me")
    spoken = await world.chat(session.id, [{"role": "auto", "content": '{"book_repair": "done"}'}])
    assert [m["role"] for m in await world.history(session.id)][-2:] == ["function", "assistant"]
    assert "done" in spoken.content


def test_what_is_named_first_is_called_and_the_longer_name_of_two() -> None:
    tools = at_hand([tool("ring"), tool("ring-bell"), tool("stop"), tool(""), {"function": 3}], [])
    for text, name in (("stop, then ring", "stop"), ("ring-bell now", "ring-bell"), ("ring it", "ring")):
        found = chosen("auto", tools, Message("user", text))
        assert found is not None
        assert found.name == name


@told
async def test_a_forced_tool_that_there_is_not_is_refused_with_the_nearest_name(world: World) -> None:
    session = await world.session(agent={"name": "G", "tools": [tool("book_repair")]})
    with pytest.raises(NotFound) as refusal:
        await world.chat(session.id, "Hello", tool_choice=forced("book_repar"))
    (offence,) = refusal.value.errors
    assert offence.pointer == "/tool_choice/function/name"
    assert "book_repair" in offence.detail
    assert await world.history(session.id) == []


def test_names_as_long_as_a_body_are_compared_in_no_time() -> None:
    tools = at_hand([tool("a" * 1_000_000), tool("b" * 90)], [])
    with pytest.raises(NotFound) as refusal:
        chosen(forced("a" * 999_999), tools, Message("user", ""))
    assert len(str(refusal.value)) < 200
    assert len(refusal.value.errors[0].detail) < 200


@told
async def test_parameters_that_are_no_schema_are_refused_where_they_stand(world: World) -> None:
    session = await world.session(agent={"name": "G", "tools": [tool("mine", {"type": 5})]})
    for name, pointer in (("mine", "/tool_choice"), ("yours", "/tools/1/function/parameters/type")):
        with pytest.raises(Invalid) as refusal:
            await world.chat(
                session.id, "x", tools=[sent("fine"), sent("yours", {"type": 5})], tool_choice=forced(name)
            )
        assert refusal.value.errors[0].pointer.startswith(pointer)
    untouched = await world.chat(session.id, "x", tools=[sent("yours", {"type": 5})])
    assert untouched.message["role"] == "assistant"


@told
async def test_a_call_is_no_text_to_stop_but_can_be_too_long(world: World) -> None:
    session = await world.session(agent={"name": "G", "tools": [tool("book_repair", PARAMETERS)]})
    whole = await world.chat(session.id, "Hello", tool_choice=forced("book_repair"), stop='"')
    assert json.loads(whole.content)["name"] == "book_repair"
    cut = await world.chat(session.id, "Hello", tool_choice=forced("book_repair"), max_tokens=5)
    assert cut.answer["finish_reason"] == "length"
    assert cut.answer["usage"]["completion_tokens"] == 5
