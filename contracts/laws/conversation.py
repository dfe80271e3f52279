"""What a chat does: it answers, it obeys its settings, and it is recorded. Names words of the agents API."""

from __future__ import annotations

import json
from typing import Any

from contracts.compare import same
from contracts.document import JSON
from contracts.laws.demands import demand_refused, must_read, within
from contracts.laws.law import Basis, law
from contracts.operations import Operation
from contracts.resources import Behaviour, Resource, ResourceModel
from contracts.world import Step, Thing, World

_TOLD = ("id", "role", "content", "created_at")


def _chat(model: ResourceModel, resource: Resource) -> Behaviour | None:
    actions = {action.operation.id for action in resource.actions}
    return next((b for id, b in model.behaviours.items() if id in actions and b.name == "chat"), None)


def _chats(model: ResourceModel, resource: Resource) -> bool:
    return _chat(model, resource) is not None


class Conversation:
    """A session of its own, with what a law needs to talk in it."""

    def __init__(
        self, world: World, resource: Resource, session: JSON | None = None, agent: JSON | None = None
    ) -> None:
        behaviour = _chat(world.model, resource)
        if behaviour is None:
            world.unreachable("it has no chat")
        self._world = world
        self.operation: Operation = behaviour.operation
        self.links = behaviour.links
        references = {reference.property: reference.target for reference in resource.references}
        agents = world.model.resources[references["agent_id"]]
        self.agent = world.make(agents, body={"default_settings": {}, "tools": [], **(agent or {})})
        self.thing: Thing = world.make(resource, body={"agent_id": self.agent.id, **(session or {})})

    def step(self, text: str, **settings: Any) -> Step:
        """A chat with one message of the user's."""
        body = {"messages": [{"role": "user", "content": text}], **settings}
        return Step(self.operation, path=self.thing.path, body=body)

    def say(self, text: str, **settings: Any) -> JSON:
        """The answer to one message."""
        answer = self._world.accepted(self.step(text, **settings))
        return answer if isinstance(answer, dict) else {}

    def history(self) -> list[JSON]:
        """All messages, oldest first."""
        if "history" not in self.links:
            self._world.unreachable("no history is linked to the chat")
        return self._world.everything(self._world.model.resources[self.links["history"]], self.thing.path)


def message_of(answer: JSON) -> JSON:
    """The first message of a chat answer; empty when there is none."""
    lists = answer.get("response") or [[]]
    return lists[0][0] if lists[0] else {}


def _told(message: JSON) -> JSON:
    return {name: message.get(name) for name in _TOLD}


@law(
    "chat-is-recorded",
    "A chat adds the request's messages in order, then the answer, to the end of the history.",
    Basis.SPEC,
    applies=_chats,
)
def chat_is_recorded(world: World, resource: Resource) -> None:
    """Two turns; the history is what was said, and the answers as they were given."""
    talk = Conversation(world, resource)
    first, second = talk.say("Where do I begin?"), talk.say("And then?")
    wanted = [
        ("user", "Where do I begin?"),
        ("assistant", message_of(first).get("content")),
        ("user", "And then?"),
        ("assistant", message_of(second).get("content")),
    ]
    found = [(message.get("role"), message.get("content")) for message in talk.history()]
    message = "The history is not what was said."
    world.expect(found == wanted, message, operation=talk.operation, expected=wanted, observed=found)


@law(
    "answer-is-the-one-in-history",
    "The message of an answer has the same id and time in the history.",
    Basis.SPEC,
    applies=_chats,
)
def answer_is_the_one_in_history(world: World, resource: Resource) -> None:
    """A client that shows the answer and later loads the history must not show it twice."""
    talk = Conversation(world, resource)
    wanted = _told(message_of(talk.say("Say something.")))
    found = [_told(message) for message in talk.history()]
    good = any(same(wanted, each) for each in found)
    message = "An answer's message is another one in the history."
    world.expect(good, message, operation=talk.operation, expected=wanted, observed=found[-1:])


@law(
    "record-false-records-nothing",
    "A chat with `record: false` is not in the history.",
    Basis.SPEC,
    applies=_chats,
)
def record_false_records_nothing(world: World, resource: Resource) -> None:
    """After a turn that is recorded, one that is not."""
    talk = Conversation(world, resource)
    talk.say("Remember this turn.")
    before = talk.history()
    talk.say("Forget this turn.", record=False)
    after = talk.history()
    good, message = same(before, after), "A chat with `record: false` changes the history."
    world.expect(good, message, operation=talk.operation, expected=len(before), observed=len(after))


@law(
    "history-is-a-sessions-own",
    "A chat is recorded in its own session and no other.",
    Basis.SPEC,
    applies=_chats,
)
def history_is_a_sessions_own(world: World, resource: Resource) -> None:
    """Two sessions, a turn in one."""
    talk, other = Conversation(world, resource), Conversation(world, resource)
    talk.say("Only here.")
    found = other.history()
    world.expect(
        not found, "A chat is recorded in another session.", operation=talk.operation, observed=found[:1]
    )


@law("usage-adds-up", "The tokens of prompt and completion add up to the total.", Basis.SPEC, applies=_chats)
def usage_adds_up(world: World, resource: Resource) -> None:
    """And none is negative."""
    talk = Conversation(world, resource)
    usage = talk.say("How much is this?").get("usage", {})
    parts = [usage.get("prompt_tokens"), usage.get("completion_tokens"), usage.get("total_tokens")]
    good = all(isinstance(part, int) and part >= 0 for part in parts) and parts[0] + parts[1] == parts[2]
    world.expect(good, "The tokens do not add up.", operation=talk.operation, observed=usage)


@law(
    "max-tokens-limits",
    "No answer has more tokens than `max_tokens`, and one that reaches it ends with `length`.",
    Basis.SPEC,
    applies=_chats,
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
    applies=_chats,
    varied=True,
)
def stop_ends_the_text(world: World, resource: Resource) -> None:
    """A letter that nearly every text holds, alone and in a list."""
    talk = Conversation(world, resource)
    stop: Any = world.choose(["e", ["e", "a"], " "], "stop")
    content = str(message_of(talk.say("Describe a bicycle.", stop=stop)).get("content"))
    found = [each for each in ([stop] if isinstance(stop, str) else stop) if each in content]
    world.expect(
        not found, "A text goes on past a stop sequence.", operation=talk.operation, observed=content[:200]
    )


@law(
    "stream-is-the-answer",
    "A stream ends with a finish reason and `[DONE]`, and its pieces are the message in the history.",
    Basis.SPEC,
    applies=_chats,
)
def stream_is_the_answer(world: World, resource: Resource) -> None:
    """Chunks as OpenAI's clients read them."""
    talk = Conversation(world, resource)
    _, events = world.stream(talk.step("Tell me a story.", stream=True))
    ends = bool(events) and events[-1].strip() == "[DONE]"
    world.expect(ends, "A stream does not end with `[DONE]`.", operation=talk.operation, observed=events[-1:])
    choices = [choice for event in events[:-1] for choice in _choices(event)]
    text = "".join((choice.get("delta") or {}).get("content") or "" for choice in choices)
    reason = choices[-1].get("finish_reason") if choices else None
    world.expect(reason is not None, "A stream's last chunk has no finish reason.", operation=talk.operation)
    told = [message.get("content") for message in talk.history() if message.get("role") == "assistant"]
    message = "A stream's pieces are not the message in the history."
    world.expect(told == [text], message, operation=talk.operation, expected=told, observed=text)


@law(
    "json-object-is-json",
    "With `response_format` json_object the content is a JSON object that fits the given schema.",
    Basis.CONVENTION,
    applies=_chats,
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
        good, "The content is not the JSON that was asked for.", operation=talk.operation, observed=content
    )


@law(
    "forced-function-is-called",
    "A forced function is called, with arguments that fit its parameters.",
    Basis.CONVENTION,
    applies=_chats,
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
    applies=_chats,
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


@law(
    "remember-false-forms-nothing",
    "A chat with `remember: false` forms no memory.",
    Basis.CONVENTION,
    applies=_chats,
)
def remember_false_forms_nothing(world: World, resource: Resource) -> None:
    """The memories of an agent of its own."""
    talk = Conversation(world, resource)
    if "memories" not in talk.links:
        world.unreachable("no memories are linked to the chat")
    talk.say("I love hills and rivers.", remember=False)
    memories = world.model.resources[talk.links["memories"]]
    query = dict.fromkeys(memories.listing.search if memories.listing else {}, "hills")
    found = world.listed(memories, talk.agent.path, query)
    world.expect(not found, "A memory is formed all the same.", operation=talk.operation, observed=found[:1])


@law(
    "chat-moves-the-session",
    "A chat moves the time of the session's last update.",
    Basis.CONVENTION,
    applies=_chats,
)
def chat_moves_the_session(world: World, resource: Resource) -> None:
    """Read, chat, read."""
    talk = Conversation(world, resource)
    before = must_read(world, talk.thing, "What was created cannot be read.").get("updated_at")
    talk.say("Go on.")
    after = must_read(world, talk.thing, "A chat removes its session.", talk.operation).get("updated_at")
    message = "A chat does not move the session's time."
    world.expect(before != after, message, operation=talk.operation, observed=after)


@law(
    "jobs-are-known",
    "A job that an answer names is known, and only moves forward.",
    Basis.SPEC,
    applies=_chats,
)
def jobs_are_known(world: World, resource: Resource) -> None:
    """Each is read twice; its state and progress never go back."""
    talk = Conversation(world, resource)
    named = talk.say("I was born by the sea.").get("jobs") or []
    if "jobs" not in talk.links:
        world.unreachable("no jobs are linked to the chat")
    jobs = world.model.resources[talk.links["jobs"]]
    get = next(operation for operation in jobs.verbs.values())
    for id in named:
        step = Step(get, path={jobs.id_parameter or "": id})
        known = world.send(step)
        message = "A job that an answer names is not known."
        world.expect(known.ok, message, operation=talk.operation, expected="2xx", observed=known.status)
        readings = [world.accepted(step) or {} for _ in range(2)]
        ranks = [_RANKS.get(str(reading.get("state")), 0) for reading in readings]
        world.expect(ranks == sorted(ranks), "A job's state goes back.", operation=get, observed=readings)
        done = [reading.get("progress", 0) for reading in readings]
        world.expect(done == sorted(done), "A job's progress falls.", operation=get, observed=readings)


@law(
    "empty-chat-is-refused",
    "A chat without messages, or with settings out of bounds, is refused.",
    Basis.SPEC,
    applies=_chats,
    varied=True,
)
def empty_chat_is_refused(world: World, resource: Resource) -> None:
    """And it is not recorded."""
    talk = Conversation(world, resource)
    body, why = world.invalid(talk.operation)
    answer = world.send(Step(talk.operation, path=talk.thing.path, body=body))
    demand_refused(world, answer, "A chat that breaks the schema is accepted.", talk.operation, why)
    found = talk.history()
    world.expect(not found, "A refused chat is recorded.", operation=talk.operation, observed=found[:1])


_RANKS = {
    name: rank
    for rank, names in enumerate(
        (("pending",), ("in_progress", "retrying"), ("succeeded", "failed", "aborted"))
    )
    for name in names
}


def _choices(event: str) -> list[JSON]:
    try:
        data = json.loads(event)
    except ValueError:
        return []
    return list(data.get("choices") or []) if isinstance(data, dict) else []


LAWS = (
    chat_is_recorded,
    answer_is_the_one_in_history,
    record_false_records_nothing,
    history_is_a_sessions_own,
    usage_adds_up,
    max_tokens_limits,
    stop_ends_the_text,
    stream_is_the_answer,
    jobs_are_known,
    empty_chat_is_refused,
    chat_moves_the_session,
    json_object_is_json,
    forced_function_is_called,
    same_seed_same_answer,
    remember_false_forms_nothing,
)
