"""What a chat leaves behind: the history, jobs, memories, and nothing where nothing is to be."""

from __future__ import annotations

from contracts.compare import same
from contracts.document import JSON
from contracts.laws.conversation.talk import LISTINGS, Conversation, chats, message_of
from contracts.laws.demands import demand_refused, must_read
from contracts.laws.law import Basis, law
from contracts.resources import Resource, Verb
from contracts.world import Identity, Step, World

_TOLD = ("id", "role", "content", "created_at")

_RANKS = {
    name: rank
    for rank, names in enumerate(
        (("pending",), ("in_progress", "retrying"), ("succeeded", "failed", "aborted"))
    )
    for name in names
}


@law(
    "chat-is-recorded",
    "A chat adds the request's messages in order, then the answer, to the end of the history.",
    Basis.SPEC,
    applies=chats,
    follows=LISTINGS,
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
    applies=chats,
    follows=(*LISTINGS, "chat-is-recorded"),
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
    applies=chats,
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
    applies=chats,
    follows=("child-is-listed-under-its-parent-alone",),
)
def history_is_a_sessions_own(world: World, resource: Resource) -> None:
    """Two sessions, a turn in one."""
    talk, other = Conversation(world, resource), Conversation(world, resource)
    talk.say("Only here.")
    found = other.history()
    world.expect(
        not found,
        "A chat is recorded in another session.",
        operation=talk.operation,
        observed=found[:1],
        expected="no message",
    )


@law(
    "history-pages-partition",
    "Pages of a history, joined, are the history.",
    Basis.SPEC,
    applies=chats,
    follows=(*LISTINGS, "chat-is-recorded", "default-limit-holds", "pages-partition"),
)
def history_pages_partition(world: World, resource: Resource) -> None:
    """Pages of three, of which the last is not full: an offset that counts pages skips some."""
    talk = Conversation(world, resource)
    listing = talk.messages.listing
    if listing is None or not (listing.limit and listing.offset):
        world.unreachable("its history has no pages")
    talk.say("Where do I begin?")
    talk.say("And then?")
    whole, size = talk.history(), 3
    pages = [
        world.listed(talk.messages, talk.thing.path, {listing.limit: size, listing.offset: start})
        for start in range(0, len(whole), size)
    ]
    joined = [_told(message) for page in pages for message in page]
    world.expect(
        joined == [_told(message) for message in whole],
        "The pages of a history are not the history.",
        operation=talk.messages.verbs[Verb.LIST],
        expected=len(whole),
        observed=[len(page) for page in pages],
    )


@law(
    "emptied-history-is-empty",
    "After its history is deleted, a session holds none of the messages.",
    Basis.SPEC,
    applies=chats,
)
def emptied_history_is_empty(world: World, resource: Resource) -> None:
    """A turn must be there first: a history that was never filled is empty whatever the server does."""
    talk = Conversation(world, resource)
    clear = talk.messages.verbs.get(Verb.CLEAR)
    if clear is None:
        world.unreachable("no operation deletes its history")
    talk.say("Keep this for now.")
    if not talk.history():
        world.unreachable("its history holds nothing to delete")
    world.accepted(Step(clear, path=talk.thing.path))
    left = talk.history()
    message = "A deleted history keeps its messages."
    world.expect(not left, message, operation=clear, observed=left[:1], expected="no message")


@law(
    "jobs-are-known",
    "A job that an answer names is known, and only moves forward.",
    Basis.SPEC,
    applies=chats,
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
        world.expect(
            ranks == sorted(ranks),
            "A job's state goes back.",
            operation=get,
            observed=readings,
            expected="a state that moves forward",
        )
        done = [reading.get("progress", 0) for reading in readings]
        world.expect(
            done == sorted(done),
            "A job's progress falls.",
            operation=get,
            observed=readings,
            expected="progress that grows",
        )


@law(
    "foreign-jobs-are-not-read",
    "A job of one key is not read with another.",
    Basis.CONVENTION,
    applies=chats,
    follows=("foreign-is-not-read", "foreign-takes-no-action"),
)
def foreign_jobs_are_not_read(world: World, resource: Resource) -> None:
    """Jobs have no list and no owner in their path: their id alone must not open them."""
    talk = Conversation(world, resource)
    named = talk.say("I was born by the sea.").get("jobs") or []
    if "jobs" not in talk.links or not named:
        world.unreachable("a chat sets off no jobs")
    jobs = world.model.resources[talk.links["jobs"]]
    get = next(operation for operation in jobs.verbs.values())
    answer = world.send(Step(get, path={jobs.id_parameter or "": named[0]}, identity=Identity.SECOND))
    message = "A job is read with another key."
    world.expect(not answer.ok, message, operation=get, expected="a refusal", observed=answer.status)


@law(
    "empty-chat-is-refused",
    "A chat without messages, or with settings out of bounds, is refused.",
    Basis.SPEC,
    applies=chats,
    varied=True,
    follows=("invalid-body-is-refused",),
)
def empty_chat_is_refused(world: World, resource: Resource) -> None:
    """And it is not recorded."""
    talk = Conversation(world, resource)
    body, why = world.invalid(talk.operation)
    answer = world.send(Step(talk.operation, path=talk.thing.path, body=body))
    demand_refused(world, answer, "A chat that breaks the schema is accepted.", talk.operation, why)
    found = talk.history()
    world.expect(
        not found,
        "A refused chat is recorded.",
        operation=talk.operation,
        observed=found[:1],
        expected="no message",
    )


@law(
    "chat-moves-the-session",
    "A chat moves the time of the session's last update.",
    Basis.CONVENTION,
    applies=chats,
)
def chat_moves_the_session(world: World, resource: Resource) -> None:
    """Read, chat, read; where whole seconds are kept, a chat may be faster than the time."""
    talk = Conversation(world, resource)
    before = must_read(world, talk.thing, "What was created cannot be read.").get("updated_at")
    talk.say("Go on.")
    after = must_read(world, talk.thing, "A chat removes its session.", talk.operation).get("updated_at")
    good = before != after or (isinstance(after, str) and "." not in after)
    message = "A chat does not move the session's time."
    world.expect(good, message, operation=talk.operation, observed=after, expected=f"later than {before}")


@law(
    "remember-false-forms-nothing",
    "A chat with `remember: false` forms no memory.",
    Basis.CONVENTION,
    applies=chats,
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
    world.expect(
        not found,
        "A memory is formed all the same.",
        operation=talk.operation,
        observed=found[:1],
        expected="no memory",
    )


def _told(message: JSON) -> JSON:
    return {name: message.get(name) for name in _TOLD}


LAWS = (
    chat_is_recorded,
    answer_is_the_one_in_history,
    record_false_records_nothing,
    history_is_a_sessions_own,
    history_pages_partition,
    emptied_history_is_empty,
    jobs_are_known,
    foreign_jobs_are_not_read,
    empty_chat_is_refused,
    chat_moves_the_session,
    remember_false_forms_nothing,
)
