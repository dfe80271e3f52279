"""Chat and what it leaves behind: history, suggestions, streams."""

import json

import openai
from julep.api.types import InputChatMlMessage
from openai.types.chat import ChatCompletionChunk
from world import UNKNOWN, World, equal, holds, ids, refused, reply, say, step

OPENAI_KINDS = {
    "sync": (openai.OpenAI, openai.Stream[ChatCompletionChunk]),
    "async": (openai.AsyncOpenAI, openai.AsyncStream[ChatCompletionChunk]),
}


@step
async def chat_answers_and_is_recorded(world: World) -> None:
    session = await world.session()
    other = await world.session()
    before = await world.sessions.get(session.id)
    asked = [say("The pilot is aboard.", "system"), say("Where is berth four?", name="Traveller")]
    answer = await world.sessions.chat(session_id=session.id, messages=asked)

    message = reply(answer)
    equal((message.role, message.name, answer.finish_reason), ("assistant", "Harbour guide", "stop"))
    holds(message.content.strip(), "an empty answer")
    usage = answer.usage
    holds(usage.prompt_tokens > 0 and usage.completion_tokens > 0, f"no tokens counted: {usage!r}")
    equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)

    history = await world.sessions.history(session_id=session.id)
    recorded = [(kept.role, kept.content, kept.name) for kept in history[:2]]
    equal(recorded, [("system", asked[0]["content"], None), ("user", asked[1]["content"], "Traveller")])
    equal(history[2:], [message])
    holds(len(set(ids(history))) == 3, "messages share an id")
    equal(sorted(kept.created_at for kept in history), [kept.created_at for kept in history])
    equal(await world.sessions.history(session_id=other.id), [])
    holds(
        (await world.sessions.get(session.id)).updated_at > before.updated_at, "chat did not move updated_at"
    )

    again = await world.sessions.chat(
        session_id=session.id, messages=[InputChatMlMessage(role="user", content="And berth five?")]
    )
    longer = await world.sessions.history(session_id=session.id)
    equal(longer[:3], history)
    equal([(kept.role, kept.content) for kept in longer[3:4]], [("user", "And berth five?")])
    equal(longer[4:], [reply(again)])


@step
async def chat_is_refused_when_invalid(world: World) -> None:
    session = await world.session()
    for messages in ([], [{"content": "no role"}], [say("whose?", "pirate")]):
        with refused(422):
            await world.sessions.chat(session_id=session.id, messages=messages)
    with refused(422):
        await world.sessions.chat(session_id=session.id, messages=[say("Hot!")], temperature=3.5)
    with refused(422):
        await world.sessions.chat(session_id=session.id, messages=[say("Long?")], max_tokens=0)
    equal(await world.sessions.history(session_id=session.id), [])


@step
async def history_is_kept_on_request_only(world: World) -> None:
    session = await world.session()
    answer = await world.low.chat(session.id, messages=[say("Off the record?")], record=False)
    equal(reply(answer).role, "assistant")
    equal(await world.sessions.history(session_id=session.id), [])
    await world.low.chat(session.id, messages=[say("On the record.")], record=True)
    equal(len(await world.sessions.history(session_id=session.id)), 2)


@step
async def history_can_be_deleted(world: World) -> None:
    session = await world.session()
    other = await world.session()
    for id_ in (session.id, other.id):
        await world.sessions.chat(session_id=id_, messages=[say("Where is berth four?")])
    suggested = await world.sessions.suggestions(session_id=session.id)
    equal(await world.sessions.delete_history(session.id), None)
    equal(await world.sessions.history(session_id=session.id), [])
    equal((await world.sessions.get(session.id)).id, session.id)
    equal(await world.sessions.suggestions(session_id=session.id), suggested)
    equal(len(await world.sessions.history(session_id=other.id)), 2)
    answer = await world.sessions.chat(session_id=session.id, messages=[say("Start over?")])
    history = await world.sessions.history(session_id=session.id)
    equal(([kept.content for kept in history[:1]], history[1:]), (["Start over?"], [reply(answer)]))


@step
async def roles_come_from_the_conversation(world: World) -> None:
    session = await world.session()
    await world.sessions.chat(session_id=session.id, messages=[say("Where is berth four?", "auto")])
    history = await world.sessions.history(session_id=session.id)
    equal([kept.role for kept in history], ["user", "assistant"])


@step
async def last_message_can_be_continued(world: World) -> None:
    session = await world.session()
    begun = say("The berth you want lies", "assistant", **{"continue": True})
    answer = await world.sessions.chat(session_id=session.id, messages=[say("Where is berth four?"), begun])
    history = await world.sessions.history(session_id=session.id)
    equal([(kept.role, kept.content) for kept in history[1:2]], [("assistant", begun["content"])])
    equal(history[2:], [reply(answer)])
    rest = reply(answer).content
    holds(rest.strip() and begun["content"] not in rest, f"begun again instead of continued: {rest!r}")


@step
async def suggestions_name_their_message(world: World) -> None:
    session = await world.session()
    equal(await world.sessions.suggestions(session_id=session.id), [])
    for content in ("Where is berth four?", "And berth five?"):
        await world.sessions.chat(session_id=session.id, messages=[say(content)])
    suggestions = await world.sessions.suggestions(session_id=session.id)
    holds(suggestions, "a conversation that led to no suggestion")
    known = ids(await world.sessions.history(session_id=session.id))
    for suggestion in suggestions:
        equal(suggestion.session_id, session.id)
        holds(suggestion.message_id in known, f"an unknown message: {suggestion!r}")
        holds(suggestion.target in ("user", "agent") and suggestion.content, f"empty: {suggestion!r}")
    times = [suggestion.created_at for suggestion in suggestions]
    equal(times, sorted(times, reverse=True))


@step
async def stream_reads_like_openai(world: World) -> None:
    session = await world.session()
    kind, stream_kind = OPENAI_KINDS[world.kind]
    reader = kind(api_key=world.key, base_url=world.url, max_retries=0)
    body = {"messages": [say("Where is berth four?")], "stream": True}
    path = f"/sessions/{session.id}/chat"
    stream = reader.post(path, body=body, cast_to=ChatCompletionChunk, stream=True, stream_cls=stream_kind)
    chunks = list(stream) if world.kind == "sync" else [chunk async for chunk in await stream]

    equal({chunk.object for chunk in chunks}, {"chat.completion.chunk"})
    equal(len({chunk.id for chunk in chunks}), 1)
    finished = [choice.finish_reason for chunk in chunks for choice in chunk.choices]
    equal((finished[-1], set(finished[:-1])), ("stop", {None}))
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    history = await world.sessions.history(session_id=session.id)
    equal(
        [(kept.role, kept.content) for kept in history],
        [("user", "Where is berth four?"), ("assistant", text)],
    )


@step
async def stream_through_the_client_is_recorded(world: World) -> None:
    # The client has no reader for streams and takes the answer for JSON. The chat took place all the same.
    session = await world.session()
    try:
        await world.sessions.chat(session_id=session.id, messages=[say("Where is berth four?")], stream=True)
    except json.JSONDecodeError as error:
        equal(error.doc.split("\n\n")[-2], "data: [DONE]")
    else:
        raise AssertionError("the answer was no stream")
    equal(len(await world.sessions.history(session_id=session.id)), 2)


@step
async def openai_routes_are_not_part_of_the_api(world: World) -> None:
    for call in (
        world.chat_completions.create(messages=[say("Hello?")]),
        world.completions.create(prompt="Hello?"),
    ):
        try:
            await call
        except openai.NotFoundError as error:
            equal(error.body.get("status"), 404)
        else:
            raise AssertionError("OpenAI's own routes are outside the API's prefix")


@step
async def unknown_job_is_not_found(world: World) -> None:
    with refused(404):
        await world.low.get_job_status(UNKNOWN)


@step
async def templates_are_rendered_when_the_session_says_so(world: World) -> None:
    agent = await world.agent()
    user = await world.users.create(name="Traveller", about="Arrives by sea")
    greeting = say("Welcome, {{ user.name }}; {{ agent.name }} at your service.", "assistant")
    texts = {}
    for rendered in (True, False):
        session = await world.low.create_session(
            agent_id=agent.id, user_id=user.id, render_templates=rendered
        )
        await world.sessions.chat(session_id=session.id, messages=[greeting, say("Hello, {{ user.name }}!")])
        texts[rendered] = [kept.content for kept in await world.sessions.history(session_id=session.id)][:2]
    said = "Hello, {{ user.name }}!"
    equal(texts[True], ["Welcome, Traveller; Harbour guide at your service.", said])
    equal(texts[False], [greeting["content"], said])
