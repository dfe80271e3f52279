"""CORS: any origin may read any answer of the API, refusals too; nothing outside it."""

from __future__ import annotations

import pytest
from starlette.types import Receive, Scope, Send

from mockserver.edge.cors import Cors
from tests.mockserver.edge.harness import KEY, Edge, Reply, ask
from tests.mockserver.edge.things import things

ORIGIN = ("origin", "http://localhost:5173")


def covered(edge: Edge | None = None) -> Cors:
    edge = edge or Edge(things())
    return Cors(edge.stack, prefix="/api", paths=("/openapi.json", "/openapi.yaml"))


@pytest.mark.parametrize(
    ("method", "target", "fields", "status"),
    [
        ("GET", "/api/things/newest", KEY, 200),
        ("GET", "/api/things/newest", (), 401),
        ("GET", "/api/nothing", KEY, 404),
        ("PUT", "/api/things", KEY, 405),
        ("GET", "/api/things?limit=x", KEY, 400),
        ("GET", "/api/things?limit=0", KEY, 422),
        ("POST", "/api/things", (*KEY, ("content-type", "text/plain")), 400),
        ("HEAD", "/api/things", KEY, 200),
        ("OPTIONS", "/api/things", (), 204),
    ],
)
def test_every_answer_is_readable(
    method: str, target: str, fields: tuple[tuple[str, str], ...], status: int
) -> None:
    reply = ask(covered(), method, target, [*fields, ORIGIN])
    assert reply.status == status
    assert reply.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert reply.headers["vary"] == "Origin"
    for no_origin in ((), (("origin", ""),)):
        without = ask(covered(), method, target, [*fields, *no_origin])
        assert without.status == status
        assert without.headers["access-control-allow-origin"] == "*"


def test_a_failure_is_readable_too() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    reply = ask(covered(Edge(things(), app=broken)), "GET", "/api/things", [*KEY, ORIGIN])
    assert reply.refused(500, "internal-error").headers["access-control-allow-origin"] == ORIGIN[1]


def test_headers_of_an_answer_are_exposed() -> None:
    refused = ask(covered(), "PUT", "/api/things", [*KEY, ORIGIN])
    assert refused.headers["access-control-expose-headers"] == "allow"
    unauthorized = ask(covered(), "GET", "/api/things", [ORIGIN])
    assert unauthorized.headers["access-control-expose-headers"] == "www-authenticate"
    plain = ask(covered(), "GET", "/api/things", [*KEY, ORIGIN])
    assert "access-control-expose-headers" not in plain.headers


def preflight(target: str, *more: tuple[str, str], method: str = "POST") -> Reply:
    return ask(covered(), "OPTIONS", target, [ORIGIN, ("access-control-request-method", method), *more])


@pytest.mark.parametrize("target", ["/api/things", "/api/nothing", "/api", "/openapi.json", "/openapi.yaml"])
def test_a_preflight_needs_no_key(target: str) -> None:
    reply = preflight(target, ("access-control-request-headers", "authorization,content-type"))
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == ORIGIN[1]
    assert "POST" in reply.headers["access-control-allow-methods"].split(", ")
    assert reply.headers["access-control-allow-headers"] == "authorization,content-type"
    assert int(reply.headers["access-control-max-age"]) > 0


def test_a_preflight_for_a_rare_method() -> None:
    reply = preflight("/api/things", method="REPORT")
    assert "REPORT" in reply.headers["access-control-allow-methods"].split(", ")
    assert "access-control-allow-headers" not in reply.headers


def test_a_public_page_may_reach_a_private_address() -> None:
    reply = preflight("/api/things", ("access-control-request-private-network", "true"))
    assert reply.headers["access-control-allow-private-network"] == "true"


@pytest.mark.parametrize("path", ["/_mock", "/_mock/state", "/docs", "/apix", "/"])
def test_nothing_outside_the_api_is_opened(path: str) -> None:
    reply = ask(covered(), "GET", path, [*KEY, ORIGIN])
    assert not any(name.startswith("access-control") for name in reply.headers)
    refused = preflight(path)
    assert refused.status == 404
    assert not any(name.startswith("access-control") for name in refused.headers)


def test_an_api_at_the_root_leaves_the_admin_api_closed() -> None:
    edge = Edge(things(), base_path="")
    app = Cors(edge.stack, prefix="")
    assert "access-control-allow-origin" in ask(app, "GET", "/things/newest", [*KEY, ORIGIN]).headers
    assert "access-control-allow-origin" in ask(app, "GET", "/_mocks", [*KEY, ORIGIN]).headers
    for path in ("/_mock", "/_mock/reset"):
        assert "access-control-allow-origin" not in ask(app, "GET", path, [*KEY, ORIGIN]).headers


def test_an_answer_is_not_marked_in_place() -> None:
    start = {"type": "http.response.start", "status": 204, "headers": []}

    async def reuses_its_messages(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send({"type": "http.response.body"})

    app = Cors(reuses_its_messages, prefix="/api")
    for fields in ((), (ORIGIN,)):
        ask(app, "GET", "/api/x", fields)
    assert start["headers"] == []
