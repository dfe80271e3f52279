"""Every refusal has one form, on every path and by every method.

- The body is a problem details object (RFC 9457) of the media type `application/problem+json`.
- `type` is one of a fixed list and never changes; it is what a client compares. `title` belongs to the type.
- `status` repeats the status of the answer.
- `detail` says in a sentence what is wrong with this very request, and how to mend it.
- `errors` names each offending place: a pointer into the body, `query/NAME`, `path/NAME`, `header/NAME`.
  `header/NAME`.
- Headers that the status demands are there: `WWW-Authenticate` with 401 (RFC 9110 §11.6.1), `Allow` with 405
  (§15.5.6). Any script may read the answer, whatever its origin.
- No text of an error shows a traceback, a file of ours, or the key that was sent.
- The request had no effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from contracts.document import Document
from contracts.operations import operations
from mockserver import problems
from mockserver.accounts import AnyKey
from mockserver.app import Settings, build
from mockserver.edge.bodies import Limits
from mockserver.edge.stack import connexion_stack
from mockserver.ids import Ids
from mockserver.problems import MEDIA_TYPE, TYPE_PREFIX, Problem
from mockserver.store.memory import MemoryStore
from mockserver.synth import Synth
from tests.mockserver.api import UNKNOWN, Api, Reply, ask
from tests.mockserver.samples import agent
from tests.mockserver.shipped import DOCUMENT

KEY = ("authorization", "Bearer a-secret-key")
JSON_TYPE = ("content-type", "application/json")


@dataclass(frozen=True)
class Case:
    """How to be refused in one way.

    Attributes:
        places: the `pointer` of each error.
    """

    slug: str
    status: int
    provoke: Callable[[Api], Reply]
    places: tuple[str, ...] = ()


def _conflict(_: Api) -> Reply:
    named = {"type": "object", "required": ["slug"], "properties": {"slug": {"type": "string"}}}
    answer = {"description": "It", "content": {"application/json": {"schema": named}}}
    item = {
        "parameters": [{"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {"operationId": "get", "responses": {"200": answer}},
    }
    body = {"required": True, "content": {"application/json": {"schema": named}}}
    create = {"operationId": "create", "requestBody": body, "responses": {"201": answer}}
    data = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/pages": {"post": create}, "/pages/{slug}": item},
    }
    mock = build(Document(Path("t.yaml"), data, data, data, {}), Settings(prefix="/api"))
    replies = [ask(mock.app, "POST", "/api/pages", [KEY, JSON_TYPE], b'{"slug": "a"}') for _ in range(2)]
    assert replies[0].status == 201
    return replies[1]


def _timeout(_: Api) -> Reply:
    async def never(*_: Any) -> None:
        raise AssertionError("it came through")

    async def silence() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("it spoke")

    async def exchange() -> list[Message]:
        stack = connexion_stack(
            DOCUMENT,
            operations(DOCUMENT),
            never,
            base_path="",
            accounts=AnyKey(),
            value=Synth(DOCUMENT.data, Ids(1)).value,
            limits=Limits(1, 0.0),
        )
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": "/users",
            "raw_path": b"/users",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in (KEY, JSON_TYPE)],
        }
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        await stack(scope, silence, send)
        return sent

    start, body = asyncio.run(exchange())
    # This stack stands alone; what lets scripts read its answers stands around the whole app.
    headers = {"access-control-allow-origin": "*"}
    headers |= {name.decode(): value.decode() for name, value in start["headers"]}
    return Reply(start["status"], headers, body["body"])


def _defect(_: Api) -> Reply:
    class Broken(MemoryStore):
        async def find(self, *_: Any) -> Any:
            raise RuntimeError("a secret of the store")

    mock = build(DOCUMENT, Settings(store=Broken()))
    return ask(mock.app, "GET", "/api/agents", [KEY], b"")


def _large(api: Api) -> Reply:
    return api.call("POST", "/users", raw=b'{"name": "' + b"x" * (Limits().body_bytes) + b'"}')


def _typed(media_type: str) -> Callable[[Api], Reply]:
    return lambda api: api.call("POST", "/users", raw=b"{}", headers={"content-type": media_type})


CASES = [
    Case("malformed", 400, lambda api: api.call("POST", "/users", raw=b'{"name": '), ("",)),
    Case("malformed", 400, lambda api: api.call("POST", "/users"), ("",)),
    Case("malformed", 400, lambda api: api.get("/users", limit="many"), ("query/limit",)),
    Case("malformed", 400, lambda api: api.get("/users", metadata_filter="{"), ("query/metadata_filter",)),
    Case("malformed", 400, lambda api: api.get("/users/42"), ("path/user_id",)),
    Case("malformed", 400, lambda api: api.get("/users/%00"), ("path",)),
    Case("unauthorized", 401, lambda api: ask(api.mock.app, "GET", "/api/users", [], b"")),
    Case("not-found", 404, lambda api: api.get(f"/users/{UNKNOWN}"), ("path/user_id",)),
    Case("not-found", 404, lambda api: api.get(f"/users/{UNKNOWN}/docs"), ("path/user_id",)),
    Case("not-found", 404, lambda api: api.post("/sessions", {"agent_id": UNKNOWN}), ("/agent_id",)),
    Case("no-such-path", 404, lambda api: api.get("/nothing")),
    Case("no-such-path", 404, lambda api: ask(api.mock.app, "POST", "/v1/chat/completions", [KEY], b"")),
    Case("method-not-allowed", 405, lambda api: api.call("PUT", "/users")),
    Case("request-timeout", 408, _timeout),
    Case("conflict", 409, _conflict),
    Case("body-too-large", 413, _large),
    Case("unsupported-media-type", 415, _typed("text/plain"), ("header/content-type",)),
    Case(
        "unsupported-media-type", 415, _typed("application/json; charset=latin-1"), ("header/content-type",)
    ),
    Case("invalid", 422, lambda api: api.post("/users", {"name": 7}), ("/name",)),
    Case("invalid", 422, lambda api: api.post("/users", []), ("",)),
    Case(
        "invalid",
        422,
        lambda api: api.post("/agents", {"default_settings": {"top_p": 2}, "docs": [{"title": 1}]}),
        ("/name", "/default_settings/top_p", "/docs/0/content", "/docs/0/title"),
    ),
    Case("invalid", 422, lambda api: api.get("/users", limit=0, order="up"), ("query/limit", "query/order")),
    Case("internal-error", 500, _defect),
]


def test_the_types_are_a_fixed_list_and_each_is_walked() -> None:
    kinds = {
        p.slug: p.status for p in vars(problems).values() if isinstance(p, type) and issubclass(p, Problem)
    }
    assert kinds == {
        "malformed": 400,
        "unauthorized": 401,
        "not-found": 404,
        "no-such-path": 404,
        "method-not-allowed": 405,
        "request-timeout": 408,
        "conflict": 409,
        "body-too-large": 413,
        "unsupported-media-type": 415,
        "invalid": 422,
        "internal-error": 500,
    }
    assert {case.slug for case in CASES} == set(kinds)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.slug}-{n}" for n, case in enumerate(CASES)])
def test_each_refusal_has_the_form(api: Api, case: Case) -> None:
    agent(api)
    before = api.dump()
    reply = case.provoke(api)
    assert reply.status == case.status
    assert reply.headers["content-type"] == MEDIA_TYPE
    assert reply.headers["access-control-allow-origin"] == "*"
    problem = reply.json
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["type"] == TYPE_PREFIX + case.slug
    assert problem["status"] == case.status
    assert problem["title"]
    assert problem["detail"].endswith(".")
    if case.places:
        assert sorted(error["pointer"] for error in problem["errors"]) == sorted(case.places)
    assert all(error["detail"] for error in problem["errors"])
    text = reply.body.decode()
    assert not any(word in text for word in ("Traceback", ".py", "secret", api.key))
    assert api.dump() == before


def test_401_names_how_to_authenticate(api: Api) -> None:
    reply = ask(api.mock.app, "GET", "/api/users", [], b"")
    assert reply.headers["www-authenticate"].startswith('Bearer realm="')


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/users", "PUT", "GET, HEAD, OPTIONS, POST"),
        ("/users", "PATCH", "GET, HEAD, OPTIONS, POST"),
        (f"/users/{UNKNOWN}", "POST", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        (f"/sessions/{UNKNOWN}/chat", "GET", "OPTIONS, POST"),
        (f"/sessions/{UNKNOWN}/history", "POST", "DELETE, GET, HEAD, OPTIONS"),
        ("/users", "TRACE", "GET, HEAD, OPTIONS, POST"),
        ("/users", "QUERY", "GET, HEAD, OPTIONS, POST"),
        ("/users", "get", "GET, HEAD, OPTIONS, POST"),
    ],
)
def test_405_names_the_methods_there_are(api: Api, path: str, method: str, allowed: str) -> None:
    reply = api.call(method, path)
    reply.refused(405, "method-not-allowed")
    assert reply.headers["allow"] == allowed


def test_options_names_the_methods_too(api: Api) -> None:
    reply = api.call("OPTIONS", "/users")
    assert (reply.status, reply.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")


def test_head_answers_as_get_does_without_a_body(api: Api) -> None:
    agent(api)
    for path in ("/agents", f"/agents/{UNKNOWN}", "/nothing"):
        get, head = api.get(path), api.call("HEAD", path)
        assert (head.status, head.body) == (get.status, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


def test_a_preflight_needs_no_key(api: Api) -> None:
    fields = [
        ("origin", "https://shop.example"),
        ("access-control-request-method", "PATCH"),
        ("access-control-request-headers", "authorization, content-type"),
    ]
    reply = ask(api.mock.app, "OPTIONS", "/api/users", fields, b"")
    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == "https://shop.example"
    assert "PATCH" in reply.headers["access-control-allow-methods"]
    assert reply.headers["access-control-allow-headers"] == "authorization, content-type"
