"""What a chat does: it answers, it obeys its settings, and it is recorded. Names words of the agents API."""

from __future__ import annotations

from contracts.laws.conversation import answering, recording

__all__ = ["LAWS"]

LAWS = (*recording.LAWS, *answering.LAWS)
