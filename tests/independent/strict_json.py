"""JSON as RFC 7493 (I-JSON) narrows it: what is accepted can be given back exactly."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from .refusals import unreadable, unusable

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 400
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(text: str, place: str) -> Any:
    """The value that a JSON text stands for.

    Raises:
        Refused: if it is not JSON, repeats a name, nests too deeply, or holds a number or a string that
            cannot be kept exactly.
    """
    try:
        value = json.loads(text, **_readers(place))
    except ValueError as error:
        unreadable(place, f"This is not JSON: {error}.")
    except RecursionError:
        unusable(place, f"The value nests more than {DEEPEST} levels deep.")
    _examine(value, place)
    return value


def write(value: Any, *, ascii_only: bool = False) -> str:
    """The value as JSON on one line."""
    return json.dumps(value, ensure_ascii=ascii_only, allow_nan=False, separators=(",", ":"))


def same(left: Any, right: Any) -> bool:
    """Whether two JSON values are equal: `1` equals `1.0`, but not `true`."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(
            same(one, other) for one, other in zip(left, right, strict=True)
        )
    return bool(left == right)


def check_text(text: str, place: str) -> None:
    """Accept a text that can be stored and sent as UTF-8.

    Raises:
        Refused: if it holds NUL or a lone surrogate.
    """
    if "\0" in text:
        unusable(place, "NUL is not accepted in a text.")
    if _SURROGATE.search(text):
        unreadable(place, "A surrogate stands alone.")


def _readers(place: str) -> dict[str, Any]:
    """What Python's parser is to do with the parts that it would take too lightly."""

    def integer(literal: str) -> int:
        if len(literal) > 17 or abs(int(literal)) > LARGEST_INTEGER:
            unusable(place, "An integer lies outside the range in which every one is exact.")
        return int(literal)

    def decimal(literal: str) -> float:
        value = float(literal)
        mantissa = literal.lower().partition("e")[0]
        if math.isinf(value) or (value == 0 and mantissa.strip("-0.")):
            unusable(place, "A number lies outside the range of double precision.")
        return value

    def constant(literal: str) -> float:
        unreadable(place, f"{literal} is not JSON.")

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            unreadable(place, "A name stands twice in one object.")
        return value

    return {
        "parse_int": integer,
        "parse_float": decimal,
        "parse_constant": constant,
        "object_pairs_hook": members,
    }


def _examine(value: Any, place: str) -> None:
    """Look at every text and at the depth, without recursion: the depth is what is being checked."""
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                check_text(item, place)
            elif isinstance(item, dict):
                below.extend(item)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return
        level = below
    unusable(place, f"The value nests more than {DEEPEST} levels deep.")
