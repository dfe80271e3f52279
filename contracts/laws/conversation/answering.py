"""What a chat answers, and how it obeys its settings."""

from __future__ import annotations

import json
from typing import Any

from contracts.document import JSON
from contracts.laws.conversation.talk import LISTINGS, Conversation, chats, message_of
from contracts.laws.demands import within
from contracts.laws.law import Basis, law
from contracts.resources import Resource
from contracts.world import World


@law("usage-adds-up", "The tokens of prompt and completion add up to the total.", Basis.SPEC, applies=chats)
def usage_adds_up(world: World, resource: Resource) -> None:
    """And none is negative."""
    talk = Conversation(world, resource)
    usage = talk.say("How much is this?").get("usage", {})
    parts = [usage.get("prompt_tokens"), usage.get("completion_tokens"), usage.get("total_tokens")]
    good = all(isinstance(part, int) and part >= 0 for part in parts) and parts[0] + parts[1] == parts[2]
    world.expect(
        good,
        "The tokens do not add up.",
        operation=talk.operation,
        observed=usage,
        expected="prompt + completion = total",
    )


@law(
    "max-tokens-limits",
    "No answer has more tokens than `max_tokens`, and one that reaches it ends with `length`.",
    Basis.SPEC,
    applies=chats,
)
def max_tokens_limits(world: World, resource: Resource) -> None:
    """Few tokens for a question with a long answer."""
    talk, limit = Conversation(world, resource), world.integer(1, 4, "max_tokens")
    answer = talk.say("Tell me everything about your work, at length.", max_tokens=limit)
    spent = answer.get("usage", {}).get("completion_tokens")
    good = isinstance(spent, int) and spent <= limit
    message = "An answer has more tokens than `max_tokens`."
    world.expect(good, message, operation=talk.operation, expected=limit, observed=spent)
    if spent == limit:
        reason, message = answer.get("finish_reason"), "An answer that was cut does not say so."
        world.expect(
            reason == "length", message, operation=talk.operation, expected="length", observed=reason
        )


@law(
    "stop-ends-the-text",
    "A stop sequence ends the text before it and is not part of it.",
    Basis.SPEC,
    applies=chats,
    varied=True,
)
def stop_ends_the_text(world: World, resource: Resource) -> None:
    """A letter that nearly every text holds, alone and in a list behind one that none does."""
    talk = Conversation(world, resource)
    stop: Any = world.choose(["e", ["☃", "e"], " "], "stop")
    content = str(message_of(talk.say("Describe a bicycle.", stop=stop)).get("content"))
    found = [each for each in ([stop] if isinstance(stop, str) else stop) if each in content]
    world.expect(
        not found,
        "A text goes on past a stop sequence.",
        operation=talk.operation,
        observed=content[:200],
        expected=f"nothing of {stop!r}",
    )


@law(
    "stream-is-the-answer",
    "A stream ends with a finish reason and `[DONE]`, and its pieces are the message in the history.",
    Basis.SPEC,
    applies=chats,
    follows=(*LISTINGS, "chat-is-recorded"),
)
def stream_is_the_answer(world: World, resource: Resource) -> None:
    """Chunks as OpenAI's clients read them."""
    talk = Conversation(world, resource)
    events = world.stream(talk.step("Tell me a story.", stream=True))
    ends = bool(events) and events[-1].strip() == "[DONE]"
    world.expect(
        ends,
        "A stream does not end with `[DONE]`.",
        operation=talk.operation,
        observed=events[-1:],
        expected="[DONE]",
    )
    choices = [choice for event in events[:-1] for choice in _choices(event)]
    text = "".join((choice.get("delta") or {}).get("content") or "" for choice in choices)
    reason = choices[-1].get("finish_reason") if choices else None
    world.expect(
        reason is not None,
        "A stream's last chunk has no finish reason.",
        operation=talk.operation,
        expected="a finish reason",
        observed=events[-2:-1],
    )
    told = [message.get("content") for message in talk.history() if message.get("role") == "assistant"]
    message = "A stream's pieces are not the message in the history."
    world.expect(told == [text], message, operation=talk.operation, expected=told, observed=text)


@law(
    "json-object-is-json",
    "With `response_format` json_object the content is a JSON object that fits the given schema.",
    Basis.CONVENTION,
    applies=chats,
)
def json_object_is_json(world: World, resource: Resource) -> None:
    """A small schema with a bound."""
    talk = Conversation(world, resource)
    schema = {
        "type": "object",
        "required": ["score"],
        "properties": {"score": {"type": "integer", "minimum": 3}},
    }
    form = {"type": "json_object", "schema": schema}
    content = message_of(talk.say("Rate it.", response_format=form, max_tokens=4000)).get("content")
    try:
        score = json.loads(str(content))["score"]
    except (ValueError, KeyError, TypeError):
        score = None
    good = isinstance(score, int) and score >= 3
    world.expect(
        good,
        "The content is not the JSON that was asked for.",
        operation=talk.operation,
        observed=content,
        expected=schema,
    )


@law(
    "forced-function-is-called",
    "A forced function is called, with arguments that fit its parameters.",
    Basis.CONVENTION,
    applies=chats,
)
def forced_function_is_called(world: World, resource: Resource) -> None:
    """One function of the agent's."""
    parameters = {"type": "object", "required": ["place"], "properties": {"place": {"type": "string"}}}
    tool = {"type": "function", "function": {"name": "look_up", "parameters": parameters}}
    talk = Conversation(world, resource, agent={"tools": [tool]})
    choice = {"type": "function", "function": {"name": "look_up"}}
    answer = talk.say("Anything.", tool_choice=choice, max_tokens=4000)
    content = message_of(answer).get("content")
    try:
        called = json.loads(str(content))
    except ValueError:
        called = {}
    arguments = called.get("arguments", {}) if isinstance(called, dict) else {}
    good = within({"name": "look_up"}, called) and isinstance(arguments, dict) and "place" in arguments
    world.expect(
        good, "A forced function is not called.", operation=talk.operation, expected=choice, observed=content
    )
    reason = answer.get("finish_reason")
    message = "A function call does not end with `tool_calls`."
    world.expect(
        reason == "tool_calls", message, operation=talk.operation, expected="tool_calls", observed=reason
    )


@law(
    "same-seed-same-answer",
    "Equal input with an equal `seed` has an equal answer.",
    Basis.CONVENTION,
    applies=chats,
    follows=("record-false-records-nothing",),
)
def same_seed_same_answer(world: World, resource: Resource) -> None:
    """Twice, unrecorded, so that the history is the same."""
    talk, seed = Conversation(world, resource), world.integer(0, 9999, "seed")
    said = [
        message_of(talk.say("Choose a number.", seed=seed, record=False, remember=False)).get("content")
        for _ in range(2)
    ]
    message = "Equal seeds give different answers."
    world.expect(said[0] == said[1], message, operation=talk.operation, expected=said[0], observed=said[1])


def _choices(event: str) -> list[JSON]:
    try:
        data = json.loads(event)
    except ValueError:
        return []
    return list(data.get("choices") or []) if isinstance(data, dict) else []


LAWS = (
    usage_adds_up,
    max_tokens_limits,
    stop_ends_the_text,
    stream_is_the_answer,
    json_object_is_json,
    forced_function_is_called,
    same_seed_same_answer,
)
