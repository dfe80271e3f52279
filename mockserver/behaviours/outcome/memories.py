"""What an agent keeps of a turn."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.document import JSON
from mockserver.behaviours.scene.conversation import Message

JOB = "Form memories"
_LONGEST = 4_000


def memory(new: Sequence[Message], said_at: str) -> JSON | None:
    """The memory that a turn leaves: what the user said in it; None when they said nothing.

    Args:
        said_at: when, as a timestamp.
    """
    said = [m.content.strip() for m in new if m.role == "user" and m.content.strip()]
    if not said:
        return None
    return {"content": "\n".join(said)[:_LONGEST], "timestamp": said_at, "entities": []}
