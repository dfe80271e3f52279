"""Text of a parameter as a value of its schema's type, read as strictly as JSON is."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from contracts.document import JSON
from contracts.schemas import resolve

#: Reads text as one type; raises ValueError with what it must be.
Scalar = Callable[[str], Any]

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,999})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,999})(?:\.[0-9]{1,999})?(?:[eE][+-]?[0-9]{1,4})?")
_BRANCHES = ("allOf", "anyOf", "oneOf")


def integer(text: str) -> int:
    """An integer in the digits of JSON: no `1_0`, no leading zero, no other script's digits."""
    if not _INTEGER.fullmatch(text):
        raise ValueError("must be an integer")
    return int(text)


def number(text: str) -> float:
    """A number as JSON writes it: no `nan`, no `inf`."""
    if not _NUMBER.fullmatch(text) or not math.isfinite(value := float(text)):
        raise ValueError("must be a number")
    return int(text) if _INTEGER.fullmatch(text) else value


def boolean(text: str) -> bool:
    """`true` or `false`."""
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def null(text: str) -> None:
    """`null`."""
    if text != "null":
        raise ValueError("must be null")


def string(text: str) -> str:
    """The text itself."""
    return text


_READERS: dict[str, Scalar] = {
    "integer": integer,
    "number": number,
    "boolean": boolean,
    "null": null,
    "string": string,
}


def readers(root: JSON, schema: JSON) -> tuple[Scalar, ...]:
    """How text can be read as a value of `schema`, the narrowest first; without a type, as a string."""
    types = _types(root, schema, frozenset())
    if "string" in types:
        types.discard("null")  # where text is allowed, "null" is text
    return tuple(reader for name, reader in _READERS.items() if name in types) or (string,)


def _types(root: JSON, schema: JSON, seen: frozenset[int]) -> set[str]:
    node = resolve(root, schema)
    if id(node) in seen:
        return set()
    found = set()
    if isinstance(node.get("type"), str):
        found.add(node["type"])
        if node.get("nullable"):
            found.add("null")
        return found
    for value in node.get("enum", ()):
        found.add(_type_of(value))
    for keyword in _BRANCHES:
        for part in node.get(keyword, ()):
            found |= _types(root, part, seen | {id(node)})
    return found


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "string"
