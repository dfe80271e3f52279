"""`auto` and `continue`: who speaks, and whether a message is answered or gone on from."""

from __future__ import annotations

import pytest

from mockserver.behaviours.scene.conversation import Message, resolved
from tests.mockserver.behaviours.world import World, told

USER, ASSISTANT = Message("user", "x"), Message("assistant", "x")


@pytest.mark.parametrize(
    ("earlier", "role"),
    [
        ((), "user"),
        ((USER,), "assistant"),
        ((USER, ASSISTANT), "user"),
        ((Message("system", "x"),), "user"),
        ((Message("function_call", "x"),), "function"),
        ((Message("function", "x"),), "assistant"),
    ],
)
def test_auto_takes_the_turn_that_comes_next(earlier: tuple[Message, ...], role: str) -> None:
    (message,) = resolved([{"role": "auto", "content": "y"}], earlier, agent="A", user="U")
    assert message.role == role


@pytest.mark.parametrize(("name", "role"), [("A", "assistant"), ("U", "user"), ("Zoe", "assistant")])
def test_auto_goes_by_a_name_before_turns(name: str, role: str) -> None:
    earlier = (Message("assistant", "x", "Zoe"), USER, ASSISTANT, USER)
    (message,) = resolved([{"role": "auto", "content": "", "name": name}], earlier, agent="A", user="U")
    assert message.role == role


def test_several_auto_messages_take_turns() -> None:
    said = resolved([{"role": "auto", "content": str(n)} for n in range(3)], (), agent=None, user=None)
    assert [m.role for m in said] == ["user", "assistant", "user"]


@told
async def test_history_holds_the_role_that_auto_got(world: World) -> None:
    session = await world.session()
    await world.chat(session.id, [{"role": "auto", "content": "Hello"}])
    await world.chat(session.id, [{"role": "auto", "content": "Still me"}])
    roles = [m["role"] for m in await world.history(session.id)]
    assert roles == ["user", "assistant", "user", "assistant"]


@pytest.mark.parametrize("begun", ["The three steps are:", "The chain wears", "It is worn. ", "It is worn."])
@told
async def test_continue_goes_on_from_the_last_message_of_the_assistant(world: World, begun: str) -> None:
    session = await world.session()
    question = {"role": "user", "content": "Why does my chain skip?"}
    spoken = await world.chat(
        session.id, [question, {"role": "assistant", "content": begun, "continue": True}]
    )
    history = await world.history(session.id)
    assert [m["content"] for m in history] == [question["content"], begun, spoken.content]
    whole = begun + spoken.content
    assert "  " not in whole
    assert f"{begun.rstrip()} " in whole
    assert begun not in spoken.content


@told
async def test_continue_means_nothing_on_any_other_message(world: World) -> None:
    session = await world.session()
    plain = [{"role": "assistant", "content": "Well"}, {"role": "user", "content": "And?"}]
    marked = [message | {"continue": True} for message in plain]
    once = await world.chat(session.id, plain, record=False, remember=False)
    again = await world.chat(session.id, marked, record=False, remember=False)
    assert once.content == again.content
