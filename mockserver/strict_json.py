"""JSON as the mock reads and writes it: RFC 8259, every integer exact, however wide."""

from __future__ import annotations

import json
from typing import Any

import orjson

#: orjson reads deeper than it writes; whatever is accepted must fit into an answer around it.
MAX_DEPTH = 200
_WRITABLE_DEPTH = 254

_MANY_DIGITS = b"0" * 19
_TINY_EXPONENT = b"e-000"

# Every digit becomes 0 and every E an e, so that two searches find the numbers worth a closer look.
_NUMBER_SHAPE = bytes(
    ord("0") if 48 <= byte <= 57 else ord("e") if byte in b"eE" else ord("-") if byte == 45 else 32
    for byte in range(256)
)


class NotJSON(ValueError):
    """Says why a text is refused, as the end of a sentence."""


def parse(raw: bytes) -> Any:
    """The value of a JSON text. Of a repeated member name the last one counts, as nearly everywhere.

    Raises:
        NotJSON: no JSON, no UTF-8, a lone surrogate, NaN, Infinity, too deep, or a number beyond the range of
            a double, at either end.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotJSON(f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_too_deep(value):
        raise NotJSON(f"nests deeper than {MAX_DEPTH} levels")
    if _has_rare_numbers(raw):
        return json.loads(raw, parse_float=_float)
    return value


def load(raw: bytes) -> Any:
    """The value of a JSON text that `dump` wrote."""
    return json.loads(raw) if _has_rare_numbers(raw) else orjson.loads(raw)


def dump(value: Any) -> bytes:
    """The JSON text of a value."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:  # an integer of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _has_rare_numbers(raw: bytes) -> bool:
    """Whether there may be numbers that orjson does not read exactly."""
    shape = raw.translate(_NUMBER_SHAPE)
    return _MANY_DIGITS in shape or _TINY_EXPONENT in shape


def _float(text: str) -> float:
    value = float(text)
    if value == 0 and text.lower().partition("e")[0].strip("-0."):
        raise NotJSON(f"holds {_short(text)}, too small for a double; send it as a string")
    return value


def _short(number: str) -> str:
    return number if len(number) <= 40 else f"{number[:40]}…"


def _is_too_deep(value: Any) -> bool:
    """Whether a value could not be written once an answer stands around it; asked of the writer itself."""
    for _ in range(_WRITABLE_DEPTH - MAX_DEPTH):
        value = [value]
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return True
    return False
