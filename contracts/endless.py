"""Schemas that cannot be followed to an end: they join themselves, need themselves, or join too many others.

A schema that refers to itself is sound as long as some value ends: where the property may be left out, is
nullable, or is an array that may be empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contracts.schemas import resolve
from contracts.structure import JSON, walk

MOST_JOINED = 100  # levels of `allOf`, `anyOf` and `oneOf` within each other, or references in a row

_CHOICES = ("anyOf", "oneOf")
_OPTIONAL = "Let one of them be left out, be nullable, or be an array that may be empty."


class Endless(NamedTuple):
    """Where a schema does not end, and how."""

    pointer: str
    message: str
    cure: str


class _Found(Exception):
    def __init__(self, endless: Endless) -> None:
        super().__init__(endless.message)
        self.endless = endless


def endless_schemas(root: JSON) -> Iterator[Endless]:
    """The schemas of a document that have no end, the first of each kind.

    Args:
        root: a document that is valid otherwise.
    """
    pointers = {
        id(site.node): site.pointer
        for site in walk(root)
        if site.kind == "schema" and isinstance(site.node, dict)
    }
    nodes = {
        id(node): node
        for site in walk(root)
        if site.kind == "schema" and isinstance(site.node, dict) and (node := resolve(root, site.node))
    }
    try:
        for keywords in (("allOf",), ("allOf", *_CHOICES)):
            joins = _Joins(root, pointers, keywords)
            for node in nodes.values():
                joins.check(node, {})
        _Needs(root, pointers, nodes).check()
    except _Found as found:
        yield found.endless


class _Joins:
    """How deep schemas are joined. Recursion is bounded, as nothing deeper than is allowed is entered."""

    def __init__(self, root: JSON, pointers: dict[int, str], keywords: Sequence[str]) -> None:
        self._root = root
        self._pointers = pointers
        self._keywords = keywords
        self._heights: dict[int, int] = {}

    def check(self, node: JSON, above: dict[int, JSON]) -> int:
        """How many levels are joined below `node`.

        Raises:
            _Found: too many, or, of `allOf` alone, itself. A choice may lead back: another branch ends it.
        """
        if id(node) in above:
            if self._keywords == ("allOf",):
                raise _Found(self._circle(node))
            return 0
        if id(node) not in self._heights:
            if len(above) > MOST_JOINED:
                raise _Found(self._too_deep(next(iter(above.values()))))
            path = {**above, id(node): node}
            parts = [part for keyword in self._keywords for part in node.get(keyword, ())]
            below = [self.check(resolve(self._root, part), path) for part in parts if isinstance(part, dict)]
            self._heights[id(node)] = 1 + max(below, default=0)
        if len(above) + self._heights[id(node)] > MOST_JOINED + 1:
            raise _Found(self._too_deep(next(iter(above.values()), node)))
        return self._heights[id(node)]

    def _circle(self, node: JSON) -> Endless:
        pointer = self._pointers.get(id(node), "")
        return Endless(pointer, "The schema joins itself (allOf).", "Take it out of what it joins.")

    def _too_deep(self, node: JSON) -> Endless:
        pointer = self._pointers.get(id(node), "")
        message = f"More than {MOST_JOINED} levels of schemas are joined here (allOf, anyOf, oneOf)."
        return Endless(pointer, message, "Write some of them out.")


class _Need(NamedTuple):
    """What a schema cannot do without: one of these others.

    Attributes:
        pointer: where it says so.
        others: schemas, by the identity of their nodes, references resolved.
        choice: the others are branches of the schema itself, and may lead back to it as a discriminator's do.
    """

    pointer: str
    others: tuple[int, ...]
    choice: bool = False


class _Needs:
    """Which schemas have a finite value: those that need nothing, or only what has one."""

    def __init__(self, root: JSON, pointers: dict[int, str], nodes: dict[int, JSON]) -> None:
        self._root = root
        self._pointers = pointers
        self._left = {key: needs for key, node in nodes.items() if (needs := list(self._needs(node)))}

    def check(self) -> None:
        """See that every schema has a finite value.

        Raises:
            _Found: one has none.
        """
        while ended := self._ended():
            for key in ended:
                del self._left[key]
        if self._left:
            raise _Found(self._circle())

    def _ended(self) -> set[int]:
        """Those left that need only what is no longer left; a choice may lead to others of them."""
        ended = set(self._left)
        while lacking := {key for key in ended if any(self._lacks(need, ended) for need in self._left[key])}:
            ended -= lacking
        return ended

    def _lacks(self, need: _Need, ended: set[int]) -> bool:
        return all(other in self._left and not (need.choice and other in ended) for other in need.others)

    def _circle(self) -> Endless:
        """The first schemas that need each other."""
        key = next(iter(self._left))
        seen: dict[int, str] = {}
        while key not in seen:
            need = next(need for need in self._left[key] if self._lacks(need, set()))
            seen[key] = need.pointer
            key = need.others[0]
        first, *rest = list(seen.values())[list(seen).index(key) :]
        way = f", by way of {' and '.join(rest)}" if rest else ""
        return Endless(first, f"What is required here needs itself without end{way}.", _OPTIONAL)

    def _needs(self, node: JSON) -> Iterator[_Need]:
        parts = list(self._joined(node))
        typed = [part for part in parts if "type" in part]
        if any("enum" in part for part in parts) or (typed and all(part.get("nullable") for part in typed)):
            return
        types = {part["type"] for part in typed}
        if "object" in types:
            for name in dict.fromkeys(name for part in parts for name in part.get("required", ())):
                declared = [part["properties"][name] for part in parts if name in part.get("properties", {})]
                yield from map(self._need, declared or _under(parts, "additionalProperties"))
        if "array" in types and any(part.get("minItems", 0) > 0 for part in parts):
            yield from map(self._need, _under(parts, "items"))
        for branches in (part[keyword] for part in parts for keyword in _CHOICES if part.get(keyword)):
            others = tuple(id(resolve(self._root, branch)) for branch in branches)
            yield _Need(self._pointers.get(id(branches[0]), ""), others, choice=True)

    def _need(self, schema: JSON) -> _Need:
        return _Need(self._pointers.get(id(schema), ""), (id(resolve(self._root, schema)),))

    def _joined(self, node: JSON) -> Iterator[JSON]:
        yield node
        for part in node.get("allOf", ()):
            yield from self._joined(resolve(self._root, part))


def _under(parts: list[JSON], keyword: str) -> list[JSON]:
    return [part[keyword] for part in parts if isinstance(part.get(keyword), dict)]
