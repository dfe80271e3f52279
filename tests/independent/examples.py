"""A value for a JSON Schema that a request carries: for a function's arguments, or for an answer in JSON.

Covers what such schemas commonly use. Where a schema contradicts itself or goes beyond that, the value is
as near as the parts that were understood bring it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from .patterns import NotUnderstood, shortest_match

_DEEPEST = 12
_MOST = 1000
_FORMATS = {
    "uuid": "00000000-0000-8000-8000-000000000000",
    "date-time": "2001-02-03T04:05:06Z",
    "date": "2001-02-03",
    "time": "04:05:06Z",
    "email": "someone@example.org",
    "uri": "https://example.org/",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
_HINTS = {
    "object": ("properties", "required", "minProperties"),
    "array": ("items", "minItems"),
    "string": ("pattern", "minLength", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}

Schema = Mapping[str, Any]


def example(schema: Schema) -> Any:
    """A value that the schema describes; an object unless it says otherwise."""
    return _Maker(schema).value(schema, 0, "object")


class _Maker:
    """Makes one example within a budget: schemas can refer to themselves many times over."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.left = 20_000

    def spend(self, size: int) -> None:
        self.left -= 1 + size // 8

    def value(self, schema: Any, depth: int, default: str) -> Any:
        plain = self.flattened(schema, depth)
        for choices in ([plain["const"]] if "const" in plain else [], plain.get("enum")):
            if isinstance(choices, list) and choices:
                self.spend(len(str(choices[0])))
                return choices[0]
        makers: dict[str, Callable[[], Any]] = {
            "object": lambda: self.object(plain, depth),
            "array": lambda: self.array(plain, depth),
            "string": lambda: self.string(plain),
            "number": lambda: _number(plain, whole=False),
            "integer": lambda: _number(plain, whole=True),
            "boolean": lambda: True,
            "null": lambda: None,
        }
        return makers[_type(plain, default)]()

    def flattened(self, schema: Any, depth: int) -> dict[str, Any]:
        """The schema with its references followed, all of `allOf` and the first of each choice taken in."""
        if not isinstance(schema, Mapping) or depth > _DEEPEST or self.left <= 0:
            return {}
        self.spend(len(schema))
        plain = dict(schema)
        parts = [_referenced(plain.pop("$ref", None), self.root)]
        for keyword in ("allOf", "anyOf", "oneOf"):
            choices = plain.pop(keyword, None)
            if isinstance(choices, list):
                parts += choices if keyword == "allOf" else choices[:1]
        for part in parts:
            for name, value in self.flattened(part, depth + 1).items():
                plain[name] = _united(name, plain[name], value) if name in plain else value
        return plain

    def object(self, plain: Schema, depth: int) -> dict[str, Any]:
        properties = plain.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        required = plain.get("required")
        made: dict[str, Any] = {}
        for name in required if isinstance(required, list) else []:
            if isinstance(name, str) and depth <= _DEEPEST and self.left > 0:
                self.spend(len(name))
                made[name] = self.value(properties.get(name), depth + 1, "string")
        return made

    def array(self, plain: Schema, depth: int) -> list[Any]:
        items: list[Any] = []
        while len(items) < _count(plain, "minItems") and depth <= _DEEPEST and self.left > 0:
            item = self.value(plain.get("items"), depth + 1, "string")
            self.spend(0)
            apart = plain.get("uniqueItems") is True and isinstance(item, str)
            items.append(f"{item}{len(items)}" if apart else item)
        return items

    def string(self, plain: Schema) -> str:
        text = _string(plain)
        self.spend(len(text))
        return text


def _united(name: str, one: Any, other: Any) -> Any:
    if name == "properties" and isinstance(one, Mapping) and isinstance(other, Mapping):
        return {**other, **one}
    if name == "required" and isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return one


def _referenced(reference: Any, root: Schema) -> Any:
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    target: Any = root
    for part in reference.split("/")[1:]:
        target = (
            target.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        )
    return target


def _type(plain: Schema, default: str) -> str:
    declared = plain.get("type")
    for name in declared if isinstance(declared, list) else [declared]:
        if name in ("object", "array", "string", "number", "integer", "boolean", "null"):
            return str(name)
    for name, keywords in _HINTS.items():
        if any(keyword in plain for keyword in keywords):
            return name
    return default


def _string(plain: Schema) -> str:
    pattern = plain.get("pattern")
    if isinstance(pattern, str):
        try:
            return shortest_match(pattern)
        except NotUnderstood:
            return ""
    text = _FORMATS.get(str(plain.get("format")), "some text")
    longest = plain.get("maxLength")
    if isinstance(longest, int) and longest >= 0:
        text = text[:longest]
    return text.ljust(_count(plain, "minLength"), "x")


def _number(plain: Schema, *, whole: bool) -> int | float:
    lowest, above = _bound(plain, "minimum", "exclusiveMinimum")
    highest, below = _bound(plain, "maximum", "exclusiveMaximum")
    given = plain.get("multipleOf")
    step = given if _is_number(given) and given > 0 else 1 if whole else None
    try:
        if lowest is not None:
            value = _from(lowest, step, above=above, highest=highest)
        else:
            value = 0 if highest is None else _up_to(highest, step, below=below)
    except OverflowError:
        return 0
    return value if math.isfinite(value) else 0


def _from(
    lowest: int | float, step: int | float | None, *, above: bool, highest: int | float | None
) -> int | float:
    if step is not None:
        value = math.ceil(lowest / step) * step
        return value + step if above and value == lowest else value
    if not above:
        return lowest
    return lowest + 1 if highest is None else (lowest + highest) / 2


def _up_to(highest: int | float, step: int | float | None, *, below: bool) -> int | float:
    if highest > 0 or (highest == 0 and not below):
        return 0
    if step is not None:
        value = math.floor(highest / step) * step
        return value - step if below and value == highest else value
    return highest - 1 if below else highest


def _bound(plain: Schema, inclusive: str, exclusive: str) -> tuple[int | float | None, bool]:
    """A bound and whether it is shut out itself: said by a flag in draft 4, by its own number later."""
    own, flag = plain.get(inclusive), plain.get(exclusive)
    if _is_number(flag):
        return flag, True
    return (own if _is_number(own) else None), flag is True


def _count(plain: Schema, name: str) -> int:
    value = plain.get(name)
    return max(0, min(value, _MOST)) if isinstance(value, int) else 0


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
