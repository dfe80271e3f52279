"""Work that goes on after an answer. How far it is follows from its age; nothing runs in the background."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .identity import stamp


@dataclass(frozen=True)
class _Stage:
    after: timedelta
    state: str
    progress: int


_STAGES = (
    _Stage(timedelta(0), "pending", 0),
    _Stage(timedelta(milliseconds=10), "in_progress", 10),
    _Stage(timedelta(milliseconds=25), "in_progress", 65),
    _Stage(timedelta(milliseconds=60), "succeeded", 100),
)


@dataclass(frozen=True)
class Job:
    """A piece of such work."""

    id: str
    created_at: datetime
    name: str
    has_progress: bool

    def answer(self, now: datetime) -> dict[str, Any]:
        """How the job stands at a time."""
        stage = next(stage for stage in reversed(_STAGES) if self.created_at + stage.after <= now)
        return {
            "id": self.id,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.created_at + stage.after),
            "name": self.name,
            "reason": "",
            "state": stage.state,
            "has_progress": self.has_progress,
            "progress": stage.progress if self.has_progress else 0,
        }
