"""An edge around an application that tells what reached it, and a driver that sends it any bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.document import Document
from contracts.operations import operations
from mockserver.accounts import Accounts, AnyKey
from mockserver.call import SCOPE_KEY, Call
from mockserver.edge.bodies import Limits
from mockserver.edge.routing import Routes
from mockserver.edge.stack import connexion_stack
from mockserver.edge.validation import validations
from mockserver.ids import Ids
from mockserver.problems import MEDIA_TYPE
from mockserver.strict_json import dump
from mockserver.synth import Synth

JSON = dict[str, Any]
Fields = Sequence[tuple[str, str]]

ID = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
KEY = (("authorization", "Bearer secret"),)


def document(
    paths: JSON, *, schemas: JSON | None = None, schemes: JSON | None = None, **extra: Any
) -> Document:
    """A document of these paths, behind an API key unless `schemes` says otherwise."""
    declared = (
        {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}} if schemes is None else schemes
    )
    data = {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "components": {"schemas": schemas or {}, "securitySchemes": declared},
        "security": [{name: []} for name in declared],
        "paths": paths,
        **extra,
    }
    return Document(Path("things.yaml"), data, data, data, {"/paths": 7})


def operation(id: str, **parts: Any) -> JSON:
    """An operation that answers 200 with anything."""
    ok = {"description": "Fine", "content": {"application/json": {"schema": {}}}}
    return {"operationId": id, "responses": {"200": ok}, **parts}


def json_body(schema: JSON, *, required: bool = True) -> JSON:
    """A request body of JSON."""
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def query(name: str, schema: JSON, **parts: Any) -> JSON:
    """A query parameter."""
    return {"name": name, "in": "query", "schema": schema, **parts}


def in_path(name: str, schema: JSON) -> JSON:
    """A path parameter."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


@dataclass(frozen=True)
class Reply:
    """An answer as it came."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.fields)

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def places(self) -> list[str]:
        """The offending places of a problem."""
        return [error["pointer"] for error in self.json["errors"]]

    def refused(self, status: int, slug: str) -> Reply:
        """Asserts that this is a problem of that kind."""
        assert self.status == status, self.body
        assert self.headers["content-type"] == MEDIA_TYPE
        assert self.json["type"] == f"urn:sessions-kit:problem:{slug}"
        assert self.json["status"] == status
        return self


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers what reached it."""
    call: Call = scope["extensions"][SCOPE_KEY]
    body = dump(
        {
            "operation": call.operation.id,
            "path": call.path,
            "query": call.query,
            "headers": call.headers,
            "body": call.body.decode("latin-1") if isinstance(call.body, bytes) else call.body,
            "workspace": call.workspace,
            "media_type": call.media_type,
        }
    )
    fields = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": body})


@dataclass
class Edge:
    """The stack around `app`; `reached` counts the requests that came through."""

    document: Document
    app: ASGIApp = echo
    base_path: str = "/api"
    accounts: Accounts = field(default_factory=AnyKey)
    check_answers: bool = False
    limits: Limits = field(default_factory=Limits)
    reached: int = 0

    def __post_init__(self) -> None:
        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            self.reached += 1
            await self.app(scope, receive, send)

        self.stack = connexion_stack(
            self.document,
            operations(self.document),
            counted,
            base_path=self.base_path,
            accounts=self.accounts,
            value=Synth(self.document.data, Ids(1)).value,
            check_answers=self.check_answers,
            limits=self.limits,
        )

    @property
    def routed_by_stock(self) -> set[str]:
        """The operations whose path only Connexion's routers hold."""
        return set(Routes(operations(self.document), self.base_path).stock)

    @property
    def validated_by_stock(self) -> set[str]:
        """The operations whose requests only Connexion checks."""
        promised = operations(self.document)
        return {operation.id for operation in promised} - set(
            validations(self.document, promised, self.limits)
        )

    def ask(
        self,
        method: str,
        target: str | bytes,
        fields: Iterable[tuple[str, str]] = KEY,
        body: bytes | Sequence[bytes] = b"",
    ) -> Reply:
        """Sends one request; a list of pieces is a chunked body, which has no Content-Length."""
        return ask(self.stack, method, target, fields, body)

    def post(
        self, target: str, value: Any, fields: Fields = KEY, media_type: str = "application/json"
    ) -> Reply:
        """Sends a JSON body, or bytes as they are."""
        raw = value if isinstance(value, bytes) else orjson.dumps(value)
        return self.ask("POST", target, [*fields, ("content-type", media_type)], raw)


def ask(
    app: ASGIApp,
    method: str,
    target: str | bytes,
    fields: Iterable[tuple[str, str]] = (),
    body: bytes | Sequence[bytes] = b"",
) -> Reply:
    """Sends one request to an ASGI application, past everything that would tidy it up on the way."""
    raw = target.encode() if isinstance(target, str) else target
    raw_path, _, query_string = raw.partition(b"?")
    pieces = [body] if isinstance(body, bytes) else list(body)
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in fields]
    if isinstance(body, bytes) and body:
        headers.append((b"content-length", str(len(body)).encode()))
    scope = http_scope(method, raw_path, query_string, headers)
    return asyncio.run(_exchange(app, scope, pieces))


def http_scope(
    method: str, raw_path: bytes, query_string: bytes, headers: list[tuple[bytes, bytes]]
) -> Scope:
    """A scope as uvicorn makes it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path.decode("latin-1")),
        "raw_path": raw_path,
        "query_string": query_string,
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


async def _exchange(app: ASGIApp, scope: Scope, pieces: list[bytes]) -> Reply:
    left = list(pieces)
    sent: list[Message] = []

    async def receive() -> Message:
        if not left:
            return {"type": "http.disconnect"}
        piece = left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert [message["type"] for message in sent][:1] == ["http.response.start"], sent
    start, *parts = sent
    assert all(part["type"] == "http.response.body" for part in parts)
    assert parts, "an answer without its last body message never ends"
    assert not parts[-1].get("more_body", False)
    fields = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
    return Reply(start["status"], fields, b"".join(part.get("body", b"") for part in parts))


def with_fields(*more: tuple[str, str]) -> Fields:
    """The key, and further header fields."""
    return (*KEY, *more)
