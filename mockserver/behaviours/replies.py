"""Which kind of answer a turn gets, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.behaviours.assistant import Assistant, Prompt
from mockserver.behaviours.limits import end
from mockserver.behaviours.settings import Settings


@dataclass(frozen=True, slots=True)
class Reply:
    """The agent's part of a turn."""

    role: str
    content: str
    finish_reason: str


class Replies:
    """Finds replies; nothing is written meanwhile."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def reply(self, prompt: Prompt, settings: Settings) -> Reply:
        """The reply to a turn."""
        ending = end(self._assistant.text(prompt, settings), settings)
        return Reply("assistant", ending.text, ending.reason)
