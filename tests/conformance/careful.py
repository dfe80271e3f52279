"""A library that keeps its contract to the letter, and ways to break it in one place."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.library import BOOK, DATA, LOAN, SHELF, Library

Answer = tuple[int, dict[str, str], bytes]

_BODIES = {"shelves": SHELF, "books": BOOK, "loans": LOAN}
_PATH = re.compile(r"(?:/shelves/(?P<shelf>[^/]+))?/(?P<kind>shelves|books|loans)(?:/(?P<id>[^/]+))?")
_KINDS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "object": lambda value: isinstance(value, dict),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}


def spec(folder: Path) -> Path:
    """The document as a file."""
    file = folder / "library.json"
    file.write_text(json.dumps(DATA, indent=1), encoding="utf-8")
    return file


class CarefulLibrary(Library):
    """Refuses what it must, lists the newest first, merges deeply."""

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Status, headers and body."""
        status, extra, content = self.reply(method, target, headers, body)
        if status < 400 or content:
            return status, extra, content
        problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        extra = extra | {"Content-Type": "application/problem+json"}
        return status, extra, json.dumps(problem).encode()

    def reply(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """The same, whose refusals have no body yet."""
        parts = urlsplit(target)
        match = _PATH.fullmatch(parts.path.removeprefix("/api"))
        if match is None:
            return 404, {}, b""
        allowed = self._methods(match)
        if method not in allowed:
            return 405, {"Allow": ", ".join(allowed)}, b""
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.keys:
            return 401, {"WWW-Authenticate": 'Bearer realm="library"'}, b""
        if not all(_is_id(identifier) for identifier in (match["shelf"], match["id"]) if identifier):
            return 400, {}, b""
        if method in {"POST", "PATCH"} and not self.fits(match["kind"], body, whole=method == "POST"):
            return 422, {}, b""
        if method == "GET" and not self.in_bounds(parse_qs(parts.query, keep_blank_values=True)):
            return 400, {}, b""
        return super().answer(method, target, headers, body)

    def in_bounds(self, query: dict[str, list[str]]) -> bool:
        """Whether a query is a page."""
        limit, offset = query.get("limit", ["1"])[-1], query.get("offset", ["0"])[-1]
        digits = re.fullmatch(r"\d+ \d+", f"{limit} {offset}", re.ASCII)
        return digits is not None and 1 <= int(limit) <= 3

    def fits(self, kind: str, body: bytes, *, whole: bool) -> bool:
        """Whether a body fits its schema."""
        try:
            sent = json.loads(body)
        except ValueError:
            return False
        if not isinstance(sent, dict) or (whole and not set(_BODIES[kind]["required"]) <= sent.keys()):
            return False
        return all(
            name not in sent or _fits(sent[name], schema)
            for name, schema in _BODIES[kind]["properties"].items()
        )

    def merge(self, record: dict[str, Any], sent: dict[str, Any]) -> None:
        """Merges at every depth."""
        for name, value in sent.items():
            if isinstance(value, dict) and isinstance(record.get(name), dict):
                self.merge(record[name], value)
            elif not (name == "id" and "id" in record):
                record[name] = value

    def _methods(self, match: re.Match[str]) -> tuple[str, ...]:
        if match["id"] is None:
            return ("GET", "POST")
        return ("DELETE",) if match["kind"] == "books" else ("GET", "PATCH", "DELETE")

    def _act(
        self, method: str, key: str, path: str, identifier: str | None, sent: Any, query: dict[str, list[str]]
    ) -> Answer:
        if identifier is None and method == "GET":
            inside = [r for (owner, at), r in self.records.items() if owner == key and _folder(at) == path]
            start, size = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["3"])[0])
            return _json(200, {"items": self.page(inside, start, size)})
        if method == "PATCH" and (key, path) in self.records:
            if self._names_nothing(key, sent):
                return 404, {}, b""
            self.merge(self.records[key, path], sent)
            return _json(200, self.records[key, path])
        return super()._act(method, key, path, identifier, sent, query)

    def page(self, inside: list[dict[str, Any]], start: int, size: int) -> list[dict[str, Any]]:
        """A page of records that come in the order of their making."""
        return inside[::-1][start : start + size]

    def _create(self, key: str, path: str, sent: dict[str, Any]) -> Answer:
        return super()._create(key, path, {name: value for name, value in sent.items() if name != "id"})

    def _names_nothing(self, key: str, sent: dict[str, Any]) -> bool:
        return "shelf_id" in sent and (key, f"/shelves/{sent['shelf_id']}") not in self.records


class Forgetful(CarefulLibrary):
    """Forgets the pages of a book."""

    def _create(self, key: str, path: str, sent: dict[str, Any]) -> Answer:
        return super()._create(key, path, {name: value for name, value in sent.items() if name != "pages"})


class Failing(CarefulLibrary):
    """Fails at long labels and titles."""

    def fits(self, kind: str, body: bytes, *, whole: bool) -> bool:
        """Whether a body fits its schema."""
        if len(body) > 50_000:
            raise OverflowError
        return super().fits(kind, body, whole=whole)

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Status, headers and body."""
        try:
            return super().answer(method, target, headers, body)
        except OverflowError:
            return 500, {}, b""


class Repeating(CarefulLibrary):
    """Lets the pages of a list overlap."""

    def page(self, inside: list[dict[str, Any]], start: int, size: int) -> list[dict[str, Any]]:
        """A page of records that come in the order of their making."""
        return super().page(inside, max(0, start - 1), size)


class Shallow(CarefulLibrary):
    """Replaces inner objects where a merge is asked for: a convention, no promise."""

    def merge(self, record: dict[str, Any], sent: dict[str, Any]) -> None:
        """Merges at the top alone."""
        record |= {name: value for name, value in sent.items() if name != "id"}


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    good = _KINDS[schema["type"]](value) and (schema.get("minimum") is None or value >= schema["minimum"])
    return good and (schema.get("format") != "uuid" or _is_id(value))


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _json(status: int, data: Any) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(data).encode()
