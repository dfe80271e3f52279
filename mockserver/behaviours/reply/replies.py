"""Which kind of answer a turn gets, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.document import JSON
from mockserver.behaviours.reply.assistant import Assistant, Prompt
from mockserver.behaviours.reply.formats import json_texts, matching_texts
from mockserver.behaviours.reply.limits import Ending, end
from mockserver.behaviours.reply.tool_calls import at_hand, call_texts, chosen
from mockserver.behaviours.reply.user_schemas import UserSchemas
from mockserver.behaviours.scene.conversation import objects
from mockserver.behaviours.scene.settings import Settings
from mockserver.synth import Synth

TOOL_CALLS = "tool_calls"


@dataclass(frozen=True, slots=True)
class Reply:
    """The agent's part of a turn."""

    role: str
    content: str
    finish_reason: str


class Replies:
    """Finds replies; nothing is written meanwhile."""

    def __init__(self, assistant: Assistant, synth: Synth) -> None:
        self._assistant = assistant
        self._schemas = UserSchemas(synth)

    def reply(self, prompt: Prompt, settings: Settings, tools: Sequence[JSON], body: JSON) -> Reply:
        """The reply to a turn.

        Args:
            tools: the agent's.
            body: the request, which may bring tools and choose one.

        Raises:
            Invalid: a tool, a schema or a pattern that the request asks for cannot be used.
        """
        tool = chosen(body.get("tool_choice"), at_hand(tools, objects(body.get("tools"))), prompt.new[-1])
        if tool is None:
            ending = _whole_if_possible(self._texts(prompt, settings), settings)
            return Reply("assistant", ending.text, ending.reason)
        draw = self._draw(prompt, settings, "call")
        # A call is no text, so it holds no stop sequence; but it can become too long.
        ending = _whole_if_possible(call_texts(tool, draw, self._schemas), replace(settings, stop=()))
        return Reply("function_call", ending.text, TOOL_CALLS if ending.reason == "stop" else ending.reason)

    def _texts(self, prompt: Prompt, settings: Settings) -> Iterator[str]:
        """Answers in the form that is asked for, the preferred one first."""
        plain = self._assistant.text(prompt, settings)
        wanted = settings.response_format
        pattern, schema = wanted.get("pattern"), wanted.get("schema")
        if wanted.get("type") == "json_object":
            draw = self._draw(prompt, settings, "json")
            return json_texts(schema if isinstance(schema, dict) else {}, plain, draw, self._schemas)
        if wanted.get("type") == "regex" and isinstance(pattern, str):
            return matching_texts(pattern, self._assistant.random(prompt, settings, "regex"), settings.stop)
        return iter((plain,))

    def _draw(self, prompt: Prompt, settings: Settings, purpose: str) -> str:
        return f"{self._assistant.random(prompt, settings, purpose).getrandbits(64):x}"


def _whole_if_possible(texts: Iterator[str], settings: Settings) -> Ending:
    """The first text that needs no cutting; else the first, cut.

    `stop` and `max_tokens` hold for every form of answer. A text in the right form that stays within them is
    looked for among those that are drawn; where none of these does, they win, as they do in a real service.
    """
    first: Ending | None = None
    for text in texts:
        ending = end(text, settings)
        if ending.whole and ending.reason == "stop":
            return ending
        first = first or ending
    return first or end("", settings)
