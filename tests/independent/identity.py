"""The server's time and its ids."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_STEP = timedelta(milliseconds=1)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Time in whole milliseconds that every write moves forward."""

    def __init__(self, source: Callable[[], datetime] = _wall_clock) -> None:
        self._source = source
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The present: never before a time that was given out."""
        present = self._source()
        return max(self._last, present.replace(microsecond=present.microsecond // 1000 * 1000))

    def tick(self) -> datetime:
        """The time of a write: later than that of every write before it, if need be by a millisecond."""
        self._last = max(self.now(), self._last + _STEP)
        return self._last


def stamp(moment: datetime) -> str:
    """The time as RFC 3339 writes it, with a numeric offset (section 5.6 allows it beside `Z`)."""
    return moment.isoformat(timespec="milliseconds")


def present() -> str:
    """The time of a reading, which nothing declares: another one at each."""
    return _wall_clock().isoformat(timespec="microseconds")


def new_id(moment: datetime) -> str:
    """A UUID of version 7 (RFC 9562, section 5.7): the milliseconds of the time, then random bits."""
    milliseconds = int(moment.timestamp() * 1000)
    random_bits = uuid.uuid4().int & ((1 << 80) - 1)
    value = (milliseconds << 80) | random_bits
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def is_uuid(text: str) -> bool:
    """Whether the text has the form of a UUID, of any version and in either case."""
    return _UUID.fullmatch(text) is not None
