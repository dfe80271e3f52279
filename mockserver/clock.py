"""The only source of time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

MICROSECONDS = 1_000_000


class Clock(Protocol):
    """Tells the time in microseconds since 1970-01-01T00:00:00Z."""

    def now(self) -> int:
        """The present time in microseconds."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """The present time in microseconds."""
        return time.time_ns() // 1000


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: int) -> None:
        self._now = start

    def now(self) -> int:
        """The time it was set to, in microseconds."""
        return self._now

    def advance(self, microseconds: int) -> None:
        """Moves the time on."""
        self._now += microseconds


def to_text(microseconds: int) -> str:
    """An RFC 3339 timestamp in UTC with microseconds: `2024-05-01T12:00:00.000000Z`."""
    seconds, fraction = divmod(microseconds, MICROSECONDS)
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{fraction:06d}Z"


def from_text(text: str) -> int:
    """Microseconds of an RFC 3339 timestamp.

    Raises:
        ValueError: it is none, or it names no offset from UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no offset from UTC")
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * MICROSECONDS + moment.microsecond
