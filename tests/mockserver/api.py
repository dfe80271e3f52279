"""A whole mock in this process, spoken to in HTTP without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

from starlette.types import ASGIApp, Message

from contracts.document import Document
from contracts.resources import Resource, Verb
from mockserver.accounts import IssuedKeys
from mockserver.app import Mock, Settings, build
from mockserver.clock import FrozenClock, from_text
from mockserver.ids import workspace_of
from mockserver.problems import MEDIA_TYPE, TYPE_PREFIX
from mockserver.store.base import Query, Record

JSON = dict[str, Any]
NOON = from_text("2024-05-01T12:00:00Z")
UNKNOWN = "3f1d5f0e-5b0a-4c1e-9d39-2f6f6c1f9a77"

_NOTHING = object()


@dataclass(frozen=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def items(self) -> list[JSON]:
        """The records of a list."""
        assert self.status == 200, self.body
        items: list[JSON] = self.json["items"]
        return items

    @property
    def ids(self) -> list[str]:
        return [item["id"] for item in self.items]

    def ok(self, status: int = 200) -> JSON:
        """The body of a success."""
        assert self.status == status, self.body
        body: JSON = self.json
        return body

    def refused(self, status: int, slug: str, *places: str) -> JSON:
        """The problem, having asserted its kind and, where some are named, all of its places."""
        assert self.status == status, self.body
        assert self.headers["content-type"] == MEDIA_TYPE
        problem: JSON = self.json
        assert (problem["type"], problem["status"]) == (TYPE_PREFIX + slug, status)
        if places:
            assert sorted(error["pointer"] for error in problem["errors"]) == sorted(places)
        return problem


def ask(app: ASGIApp, method: str, target: str, fields: Iterable[tuple[str, str]], body: bytes) -> Reply:
    """One request, exactly as written."""
    return asyncio.run(_exchange(app, method, target, fields, body))


async def _exchange(
    app: ASGIApp, method: str, target: str, fields: Iterable[tuple[str, str]], body: bytes
) -> Reply:
    raw_path, _, query = target.encode().partition(b"?")
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [*headers, (b"content-length", b"%d" % len(body))] if body else headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *parts = sent
    assert not parts[-1].get("more_body", False)
    received = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Reply(start["status"], received, b"".join(part.get("body", b"") for part in parts))


class Api:
    """One tenant of a mock. Paths are those of the document, without the prefix."""

    def __init__(self, mock: Mock, key: str) -> None:
        self.mock = mock
        self.key = key
        self.workspace = workspace_of(key)

    def resource(self, path: str) -> Resource:
        return self.mock.model.resources[path]

    def call(
        self,
        method: str,
        path: str,
        sent: Any = _NOTHING,
        *,
        raw: bytes = b"",
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> Reply:
        """One request with this tenant's key: `sent` as JSON, or `raw` as it is."""
        fields = {"authorization": f"Bearer {self.key}"}
        if sent is not _NOTHING:
            raw = json.dumps(sent, ensure_ascii=False).encode()
        if raw:
            fields["content-type"] = "application/json"
        target = self.mock.prefix + path + (f"?{urlencode(query)}" if query else "")
        return ask(self.mock.app, method, target, (fields | dict(headers or {})).items(), raw)

    def get(self, path: str, **query: Any) -> Reply:
        return self.call("GET", path, **query)

    def post(self, path: str, sent: Any = _NOTHING) -> Reply:
        return self.call("POST", path, sent)

    def put(self, path: str, sent: Any) -> Reply:
        return self.call("PUT", path, sent)

    def patch(self, path: str, sent: Any) -> Reply:
        return self.call("PATCH", path, sent)

    def delete(self, path: str) -> Reply:
        return self.call("DELETE", path)

    def create(self, path: str, sent: JSON) -> JSON:
        """Creates a record by HTTP; the receipt."""
        return self.post(path, sent).ok(201)

    def read(self, path: str, id: str) -> JSON:
        """A record of a collection, from its list where it cannot be read alone."""
        template = next(t for t in self.mock.model.resources.values() if _matches(t.path, path))
        if Verb.GET in template.verbs:
            return self.get(f"{path}/{id}").ok()
        (found,) = [item for item in self.get(path, limit=1000).items if item["id"] == id]
        return found

    def plant(self, template: str, owner: str, sent: JSON) -> Record:
        """A record that only a behaviour makes, made without it."""
        resource = self.resource(template)
        return asyncio.run(self.mock.records.create(self.workspace, resource, owner, sent))

    def dump(self) -> dict[tuple[str, str], list[Record]]:
        """Everything this tenant has, hidden parts too, by collection and owner."""
        return asyncio.run(self._dump())

    async def _dump(self) -> dict[tuple[str, str], list[Record]]:
        store = self.mock.records.store
        return {
            (path, owner): await store.find(self.workspace, path, owner, Query())
            for path in self.mock.model.resources
            for owner in sorted(await store.owners(self.workspace, path))
        }


def build_mock(document: Document, *keys: str, seed: int = 7, prefix: str | None = None) -> Mock:
    """A mock whose clock stands at noon and which checks its own answers."""
    settings = Settings(
        prefix=prefix, seed=seed, check_answers=True, accounts=IssuedKeys(keys), clock=FrozenClock(NOON)
    )
    return build(document, settings)


def _matches(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        w == g or (w.startswith("{") and bool(g)) for w, g in zip(wanted, given, strict=True)
    )
