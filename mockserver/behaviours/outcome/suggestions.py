"""Hints that a turn leads to: what the user might say next, what the agent might do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.document import JSON
from mockserver.behaviours.reply import wording
from mockserver.behaviours.reply.assistant import Prompt
from mockserver.behaviours.reply.words import excerpt, topic

if TYPE_CHECKING:
    from random import Random

_NAME = 8


def suggestions(prompt: Prompt, message_id: str, rng: Random) -> list[JSON]:
    """One suggestion for the agent and one for the user.

    Args:
        message_id: the message that led to them.
    """
    about = topic(prompt.subject) or "this"
    user = excerpt(prompt.user, _NAME) or "the user"
    phrases = (("agent", wording.FOR_AGENT), ("user", wording.FOR_USER))
    return [
        {
            "target": target,
            "content": rng.choice(choices).format(topic=about, user=user),
            "message_id": message_id,
        }
        for target, choices in phrases
    ]


def summary(prompt: Prompt) -> str | None:
    """What the conversation is about, in the words of the user; None while they have said nothing."""
    said = [m.content for m in (*prompt.earlier, *prompt.new) if m.role == "user"]
    topics = list(dict.fromkeys(found for text in said if (found := topic(text))))[-3:]
    if not topics:
        return None
    listed = topics[0] if len(topics) == 1 else f"{', '.join(topics[:-1])} and {topics[-1]}"
    return f"The conversation is about {listed}."
