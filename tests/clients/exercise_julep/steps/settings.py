"""Settings of a chat: length, stops, seeds, formats and tool calls."""

import json
import re

from julep.api.types import AgentDefaultSettings, ChatSettingsPreset, NamedToolChoice, Tool
from world import UNKNOWN, World, equal, holds, reply, say, step

QUESTION = [say("Tell me all about the harbour, please.")]
BOOK = {
    "name": "book_pilot",
    "description": "Books a pilot",
    "parameters": {
        "type": "object",
        "properties": {"draught": {"type": "number", "minimum": 1}, "tug": {"type": "boolean"}},
        "required": ["draught", "tug"],
    },
}


@step
async def same_seed_gives_same_answer(world: World) -> None:
    session = await world.session()
    texts = [
        reply(await world.low.chat(session.id, messages=QUESTION, seed=seed, record=False)).content
        for seed in (7, 7, 8, 7)
    ]
    equal(texts[1:2] + texts[3:], texts[:1] * 2)


@step
async def max_tokens_end_the_answer(world: World) -> None:
    session = await world.session()
    answer = await world.sessions.chat(session_id=session.id, messages=QUESTION, max_tokens=1)
    equal((answer.finish_reason, answer.usage.completion_tokens), ("length", 1))
    equal((await world.sessions.history(session_id=session.id))[-1].content, reply(answer).content)


@step
async def stop_ends_the_text_before_it(world: World) -> None:
    session = await world.session()

    async def ask(**settings):
        return await world.low.chat(session.id, messages=QUESTION, seed=7, record=False, **settings)

    whole = reply(await ask()).content
    word = whole.split()[2]
    for stop in (word, [word], ["never said", word]):
        answer = await ask(stop=stop)
        equal((reply(answer).content.rstrip(), answer.finish_reason), (whole.split(word)[0].rstrip(), "stop"))


@step
async def every_setting_is_taken(world: World) -> None:
    session = await world.session()
    answer = await world.low.chat(
        session.id,
        messages=QUESTION,
        frequency_penalty=0.5,
        length_penalty=1,
        logit_bias={"50256": -100},
        max_tokens=50,
        presence_penalty=-0.5,
        repetition_penalty=1.5,
        response_format={"type": "text"},
        seed=0,
        stream=False,
        temperature=0,
        top_p=0.5,
        min_p=0,
        preset=ChatSettingsPreset.FUN,
        recall=False,
        remember=False,
    )
    holds(reply(answer).content, "an empty answer")
    holds(answer.usage.completion_tokens <= 50, f"longer than asked: {answer.usage!r}")


@step
async def response_format_is_obeyed(world: World) -> None:
    session = await world.session()

    async def ask(**response_format):
        answer = await world.sessions.chat(
            session_id=session.id, messages=QUESTION, response_format=response_format
        )
        return reply(answer).content

    holds(isinstance(json.loads(await ask(type="json_object")), dict), "no JSON object")
    schema = {
        "type": "object",
        "properties": {"berth": {"type": "integer", "minimum": 3, "maximum": 5}, "free": {"type": "boolean"}},
        "required": ["berth", "free"],
        "additionalProperties": False,
    }
    told = json.loads(await ask(type="json_object", schema=schema))
    equal(set(told), {"berth", "free"})
    holds(told["berth"] in (3, 4, 5) and told["free"] in (True, False), f"outside its schema: {told!r}")
    pattern = r"[A-F]{3}-\d{2}"
    text = await ask(type="regex", pattern=pattern)
    holds(re.fullmatch(pattern, text), f"no match: {text!r}")


def called(answer):
    message = reply(answer)
    equal((message.role, answer.finish_reason), ("function_call", "tool_calls"))
    return json.loads(message.content)


def check_booking(call):
    equal((set(call), call["name"]), ({"name", "arguments"}, "book_pilot"))
    arguments = call["arguments"]
    holds(
        arguments["draught"] >= 1 and arguments["tug"] in (True, False), f"invalid arguments: {arguments!r}"
    )


@step
async def tools_are_called_when_named(world: World) -> None:
    agent = await world.agents.create(name="Harbour guide", functions=[BOOK])
    session = await world.sessions.create(agent_id=agent.id)
    named = [say("Please use book_pilot for tonight.")]
    check_booking(called(await world.sessions.chat(session_id=session.id, messages=named)))
    check_booking(
        called(await world.sessions.chat(session_id=session.id, messages=named, tool_choice="auto"))
    )
    for messages, choice in ((named, "none"), (QUESTION, "auto"), (QUESTION, None)):
        answer = await world.sessions.chat(session_id=session.id, messages=messages, tool_choice=choice)
        equal((reply(answer).role, answer.finish_reason), ("assistant", "stop"))


@step
async def tools_can_be_forced(world: World) -> None:
    session = await world.session()
    tool = Tool(type="function", function=BOOK, id=UNKNOWN)
    choice = NamedToolChoice(type="function", function={"name": "book_pilot"})
    answer = await world.low.chat(session.id, messages=QUESTION, tools=[tool], tool_choice=choice)
    check_booking(called(answer))
    equal((await world.sessions.history(session_id=session.id))[-1], reply(answer))


@step
async def tools_of_the_request_win(world: World) -> None:
    agent = await world.agents.create(name="Harbour guide", functions=[BOOK])
    session = await world.sessions.create(agent_id=agent.id)
    narrow = BOOK | {
        "parameters": {"type": "object", "properties": {"pier": {"const": 7}}, "required": ["pier"]}
    }
    tools = [{"type": "function", "function": narrow, "id": UNKNOWN}]
    named = [say("Please use book_pilot for tonight.")]
    call = called(await world.sessions.chat(session_id=session.id, messages=named, tools=tools))
    equal(call["arguments"]["pier"], 7)


@step
async def defaults_come_from_the_agent(world: World) -> None:
    async def text(settings, **asked):
        agent = await world.low.create_agent(name="Harbour guide", default_settings=settings)
        session = await world.sessions.create(agent_id=agent.id)
        return reply(await world.low.chat(session.id, messages=QUESTION, seed=7, **asked)).content

    # What the agent's own default says is what the request would have said, whatever the text made of it is.
    lively = AgentDefaultSettings(preset="fun", temperature=1.5)
    plain = AgentDefaultSettings()
    equal(await text(lively), await text(plain, preset=ChatSettingsPreset.FUN, temperature=1.5))
    equal(
        await text(lively, preset=ChatSettingsPreset.PROSE, temperature=0),
        await text(plain, preset=ChatSettingsPreset.PROSE, temperature=0),
    )
