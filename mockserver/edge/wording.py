"""Short forms for messages."""

from __future__ import annotations

from typing import Any

import orjson

_LONGEST = 80


def shorten(text: str, longest: int = 200) -> str:
    """`text`, cut where it would fill the screen."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def shown(value: Any) -> str:
    """A value as JSON, cut short; containers only by their kind, as they may be huge."""
    if isinstance(value, dict | list):
        return kind_of(value)
    return shorten(orjson.dumps(value, default=str).decode() if not _is_big(value) else str(value), _LONGEST)


def kind_of(value: Any) -> str:
    """The JSON type of a value, with its article."""
    for python_type, name in _KINDS:
        if isinstance(value, python_type):
            return name
    return "a value"


def _is_big(value: Any) -> bool:
    return isinstance(value, int) and not -(2**63) <= value < 2**64


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (str, "a string"),
    (list, "an array"),
    (dict, "an object"),
    (type(None), "null"),
)
