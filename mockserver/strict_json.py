"""JSON as the mock accepts it: RFC 8259, within the numbers of I-JSON (RFC 7493) that can be kept exactly."""

from __future__ import annotations

import json
from typing import Any

import orjson

#: orjson reads deeper than it writes (254 levels); whatever is accepted must fit into an answer around it.
MAX_DEPTH = 200

_WIDEST_INTEGER = 2**64
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
        NotJSON: no JSON, no UTF-8, a lone surrogate, NaN, Infinity, too deep, or a number that could not be
            given back as it came: an integer of more than 64 bits, or one too small for a double.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotJSON(f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    shape = raw.translate(_NUMBER_SHAPE)
    if _MANY_DIGITS in shape or _TINY_EXPONENT in shape:
        json.loads(raw, parse_int=_check_integer, parse_float=_check_float)
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise NotJSON(f"nests deeper than {MAX_DEPTH} levels")
    return value


def _check_integer(text: str) -> None:
    if len(text) > 20 or not -(_WIDEST_INTEGER // 2) <= int(text) < _WIDEST_INTEGER:
        raise NotJSON(f"holds {_short(text)}, an integer of more than 64 bits; send it as a string")


def _check_float(text: str) -> None:
    if float(text) == 0 and text.lower().partition("e")[0].strip("-0."):
        raise NotJSON(f"holds {_short(text)}, too small for a double; send it as a string")


def _short(number: str) -> str:
    return number if len(number) <= 40 else f"{number[:40]}…"


def _depth(value: Any) -> int:
    """How deep a value nests, counted level by level, so that depth costs no stack."""
    depth = 0
    level = [value]
    while level:
        containers = [item for item in level if isinstance(item, dict | list)]
        depth += bool(containers)
        level = [
            inner
            for container in containers
            for inner in (container.values() if isinstance(container, dict) else container)
        ]
    return depth
