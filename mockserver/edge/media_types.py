"""Media types: reading them, matching them, and choosing one by `Accept` (RFC 9110 §8.3.1 and §12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_PARAMETER = re.compile(r';\s*([^\s;=,"]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))')


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or range; all in lower case but the values of its parameters."""

    type: str
    subtype: str
    parameters: Mapping[str, str]

    @property
    def essence(self) -> str:
        """Type and subtype without parameters."""
        return f"{self.type}/{self.subtype}"


def read(text: str) -> MediaType | None:
    """A media type as written in a header; None when it is none."""
    head, semicolon, tail = text.partition(";")
    type_, slash, subtype = head.strip().lower().partition("/")
    if not slash or not type_ or not subtype or any(char in head.strip() for char in " \t,"):
        return None
    parameters = {
        name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(semicolon + tail)
    }
    return MediaType(type_, subtype, parameters)


def match(essence: str, declared: Mapping[str, T]) -> tuple[str, T] | None:
    """The declared media type, or the most specific declared range, that covers `essence`."""
    type_ = essence.partition("/")[0]
    for wanted in (essence, f"{type_}/*", "*/*"):
        for written, value in declared.items():
            media = read(written)
            if media is not None and media.essence == wanted:
                return written, value
    return None


def negotiate(accept: str, offered: Sequence[str]) -> str:
    """The offered media type that `Accept` prefers, the earlier one of equals.

    None being acceptable, the first is sent all the same: RFC 9110 §12.5.1 allows it, and clients that send
    an `Accept` nobody meant outnumber those that would rather have an error.
    """
    ranges = [found for part in accept.split(",") if (found := _range(part))]
    if not ranges:
        return offered[0]
    return max(offered, key=lambda media_type: _quality(media_type, ranges))


def _quality(media_type: str, ranges: Iterable[tuple[MediaType, float]]) -> float:
    """The weight of the most specific range that covers `media_type`; zero when none does."""
    media = read(media_type)
    best = (-1, 0.0)
    for wanted, weight in ranges:
        if media is not None and (specificity := _covers(wanted, media)) > best[0]:
            best = (specificity, weight)
    return best[1]


def _covers(wanted: MediaType, media: MediaType) -> int:
    if wanted.essence == "*/*":
        return 0
    if wanted.type != media.type:
        return -1
    if wanted.subtype == "*":
        return 1
    if wanted.subtype != media.subtype:
        return -1
    return 2 if wanted.parameters.items() <= media.parameters.items() else -1


def _range(text: str) -> tuple[MediaType, float] | None:
    media = read(text)
    if media is None:
        return None
    parameters = dict(media.parameters)
    try:
        weight = float(parameters.pop("q", "1"))
    except ValueError:
        weight = 1.0
    parameters.pop("charset", None)  # JSON and event streams are UTF-8 whatever is asked for
    return MediaType(media.type, media.subtype, parameters), weight
