"""The chat: what it records, remembers and suggests, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import bodies, strict_json
from .identity import new_id
from .records import Agent, Memory, Message, Session, Suggestion
from .wire import EVENT_STREAM, Answer, Call, answer
from .wording import Reply, compose, count_tokens, fill_placeholders, split_tokens
from .workspace import Workspace

_WORTH_REMEMBERING = 4
_TOKENS_IN_A_CHUNK = 3


@dataclass(frozen=True)
class _Outcome:
    """A chat that was carried out."""

    id: str
    reply: Reply
    message: Message
    model: str
    prompt_tokens: int
    job: str | None


def chat(workspace: Workspace, call: Call) -> Answer:
    session = workspace.session(*call.ids)
    body = call.body(bodies.CHAT)
    outcome = _carry_out(workspace, session, body)
    return _stream(outcome) if body.get("stream") or call.wants_events() else _whole(outcome)


def _carry_out(workspace: Workspace, session: Session, body: Mapping[str, Any]) -> _Outcome:
    agent = workspace.agents[session.agent_id]
    # Composed first: it may refuse, and a refused chat leaves no trace.
    reply = compose(body, _functions(workspace, agent, body), lambda text: _render(workspace, session, text))
    asked = workspace.clock.tick()
    spoken = _spoken(workspace.histories[session.id], body["messages"], asked)
    answered = workspace.clock.tick()
    message = Message(new_id(answered), answered, reply.role, reply.content, agent.name)
    if body.get("record", True):
        workspace.histories[session.id] += [*spoken, message]
        _suggest(workspace, session, spoken[-1])
    job = _remember(workspace, session, spoken, answered) if body.get("remember", True) else None
    session.updated_at = workspace.clock.tick()
    prompt_tokens = sum(count_tokens(turn.content) for turn in spoken)
    return _Outcome(new_id(answered), reply, message, agent.model, prompt_tokens, job)


def _functions(workspace: Workspace, agent: Agent, body: Mapping[str, Any]) -> dict[str, Any]:
    """The functions at hand by name: the agent's, then the request's, which win."""
    own = [tool.function for tool in workspace.tools.values() if tool.owner == agent.id]
    sent = [tool["function"] for tool in body.get("tools") or []]
    return {function["name"]: function for function in [*own, *sent]}


def _render(workspace: Workspace, session: Session, text: str) -> str:
    if not session.render_templates:
        return text
    user = workspace.users[session.user_id].answer() if session.user_id else {}
    agent = workspace.agents[session.agent_id].answer()
    return fill_placeholders(text, {"session": session.answer(), "agent": agent, "user": user})


def _spoken(history: list[Message], messages: list[dict[str, Any]], moment: datetime) -> list[Message]:
    """The messages of the request as they are recorded; `auto` takes turns with whoever spoke before."""
    before = history[-1].role if history else None
    spoken = []
    for message in messages:
        role = message["role"]
        if role == "auto":
            role = "assistant" if before == "user" else "user"
        spoken.append(Message(new_id(moment), moment, role, message["content"], message.get("name", "")))
        before = role
    return spoken


def _remember(workspace: Workspace, session: Session, spoken: list[Message], moment: datetime) -> str | None:
    """Keep what the user said at some length.

    Returns:
        The id of the job that is said to do it, if there is something to keep.
    """
    worth = [
        turn for turn in spoken if turn.role == "user" and len(turn.content.split()) >= _WORTH_REMEMBERING
    ]
    for turn in worth:
        memory = Memory(new_id(moment), moment, session.agent_id, session.user_id, turn.content)
        workspace.memories[memory.id] = memory
    return workspace.add_job("keep-memories", moment, has_progress=False) if worth else None


def _suggest(workspace: Workspace, session: Session, last: Message) -> None:
    """Suggest something after a question; most chats lead to nothing."""
    if not last.content.rstrip().endswith("?"):
        return
    for target, content in (("user", "Ask for an example."), ("agent", "Give an example.")):
        suggestion = Suggestion(workspace.clock.tick(), session.id, last.id, target, content)
        workspace.suggestions[session.id].append(suggestion)


def _whole(outcome: _Outcome) -> Answer:
    reply = outcome.reply
    value = {
        "id": outcome.id,
        "finish_reason": reply.finish_reason,
        "response": [[outcome.message.answer()]],
        "usage": {
            "prompt_tokens": outcome.prompt_tokens,
            "completion_tokens": reply.tokens,
            "total_tokens": outcome.prompt_tokens + reply.tokens,
        },
    }
    return answer(200, value if outcome.job is None else {**value, "jobs": [outcome.job]})


def _stream(outcome: _Outcome) -> Answer:
    tokens = split_tokens(outcome.reply.content)
    pieces = [
        "".join(tokens[start : start + _TOKENS_IN_A_CHUNK])
        for start in range(0, len(tokens), _TOKENS_IN_A_CHUNK)
    ]
    deltas: list[dict[str, Any]] = [{"role": "assistant"}, *({"content": piece} for piece in pieces)]
    if outcome.reply.call is not None:
        deltas.append({"tool_calls": [_tool_call(outcome.message.id, outcome.reply.call)]})
    chunks = [_chunk(outcome, delta, None) for delta in deltas]
    chunks.append(_chunk(outcome, {}, outcome.reply.finish_reason))
    return Answer(200, (*chunks, b"data: [DONE]\n\n"), EVENT_STREAM, (("cache-control", "no-store"),))


def _tool_call(identifier: str, call: Mapping[str, Any]) -> dict[str, Any]:
    """A call as clients of OpenAI read it: the arguments are JSON within a string."""
    function = {"name": call["name"], "arguments": strict_json.write(call["arguments"])}
    return {"index": 0, "id": identifier, "type": "function", "function": function}


def _chunk(outcome: _Outcome, delta: Mapping[str, Any], finish_reason: str | None) -> bytes:
    chunk = {
        "id": outcome.id,
        "object": "chat.completion.chunk",
        "created": int(outcome.message.created_at.timestamp()),
        "model": outcome.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }
    # ASCII alone: some clients take other separators of Unicode for ends of lines, which only CR and LF are.
    return f"data: {strict_json.write(chunk, ascii_only=True)}\n\n".encode()
