"""Keys: where they are read from, which form they have, and which workspace they open."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.accounts import AnyKey, IssuedKeys, NoKeyNeeded
from mockserver.ids import workspace_of
from tests.mockserver.edge.harness import Edge, document, operation
from tests.mockserver.edge.things import things

SECRET = workspace_of("secret")
NOBODY = workspace_of("")


def guarded(scheme: dict[str, Any], security: list[dict[str, list[str]]] | None = None, **more: Any) -> Edge:
    parts = {} if security is None else {"security": security}
    schemes = {"key": scheme, **more}
    data = document({"/a": {"get": operation("A", **parts)}}, schemes=schemes)
    data.data["security"] = [{"key": []}]
    return Edge(data)


@pytest.mark.parametrize(
    "value",
    [
        "secret",
        "Bearer secret",
        "bearer secret",
        "BEARER secret",
        "Bearer   secret  ",
        "Bearer\tsecret",
        "  secret ",
        " Bearer secret",
    ],
)
def test_a_key_alone_or_after_bearer_is_the_same_key(value: str) -> None:
    edge = Edge(things())
    assert edge.ask("GET", "/api/things/newest", [("authorization", value)]).json["workspace"] == SECRET


@pytest.mark.parametrize("value", [None, "", " ", "Bearer", "bearer ", "BEARER\t "])
def test_without_a_key_401(value: str | None) -> None:
    edge = Edge(things())
    fields = [] if value is None else [("authorization", value)]
    reply = edge.ask("GET", "/api/things/newest", fields).refused(401, "unauthorized")
    assert reply.headers["www-authenticate"] == 'Bearer realm="Things"'
    assert "Authorization: Bearer KEY" in reply.json["detail"]
    assert edge.reached == 0


def test_a_key_that_only_looks_like_bearer_is_a_key() -> None:
    edge = Edge(things())
    for key in ("Bearers", "bearer-1", "Basic abc"):
        reply = edge.ask("GET", "/api/things/newest", [("authorization", key)])
        assert reply.json["workspace"] == workspace_of(key)


def test_issued_keys_and_no_others() -> None:
    edge = Edge(things(), accounts=IssuedKeys(["one", "two"]))
    assert edge.ask("GET", "/api/things/newest", [("authorization", "Bearer one")]).status == 200
    reply = edge.ask("GET", "/api/things/newest", [("authorization", "three")]).refused(401, "unauthorized")
    assert "not accepted" in reply.json["detail"]
    assert edge.reached == 1


def test_a_refused_request_is_refused_before_its_body_and_query_are_looked_at() -> None:
    edge = Edge(things(), accounts=IssuedKeys(["one"]))
    edge.ask("POST", "/api/things?limit=x", [("content-type", "text/plain")], b"{").refused(
        401, "unauthorized"
    )
    edge.ask("GET", "/api/things/no-id", ()).refused(401, "unauthorized")


def test_no_key_needed() -> None:
    edge = Edge(things(), accounts=NoKeyNeeded())
    assert edge.ask("GET", "/api/things/newest", ()).json["workspace"] == NOBODY
    assert edge.ask("GET", "/api/things/newest", [("authorization", "secret")]).json["workspace"] == SECRET


def test_two_different_keys_in_one_request_are_malformed() -> None:
    edge = Edge(things())
    fields = [("authorization", "one"), ("authorization", "two")]
    assert edge.ask("GET", "/api/things/newest", fields).refused(400, "malformed").places == [
        "header/authorization"
    ]
    same = [("authorization", "secret"), ("authorization", "secret")]
    assert edge.ask("GET", "/api/things/newest", same).json["workspace"] == SECRET


def test_another_header() -> None:
    edge = guarded({"type": "apiKey", "in": "header", "name": "X-Api-Key"})
    assert edge.ask("GET", "/api/a", [("x-api-key", "secret")]).json["workspace"] == SECRET
    # Only Authorization has schemes (RFC 9110 §11.4).
    reply = edge.ask("GET", "/api/a", [("x-api-key", "Bearer secret")])
    assert reply.json["workspace"] == workspace_of("Bearer secret")
    refused = edge.ask("GET", "/api/a", [("authorization", "secret")]).refused(401, "unauthorized")
    assert "the header X-Api-Key" in refused.json["detail"]


def test_query() -> None:
    edge = guarded({"type": "apiKey", "in": "query", "name": "api_key"})
    assert edge.ask("GET", "/api/a?x=%FF&api_key=sec%72et", ()).json["workspace"] == SECRET
    for query in ("", "api_key=", "api_key=%FF", "api-key=secret"):
        reply = edge.ask("GET", f"/api/a?{query}", ()).refused(401, "unauthorized")
        assert "the query parameter api_key" in reply.json["detail"]


def test_cookie() -> None:
    edge = guarded({"type": "apiKey", "in": "cookie", "name": "sid"})
    assert edge.ask("GET", "/api/a", [("cookie", 'x=1; sid=secret; y="2"')]).json["workspace"] == SECRET
    assert edge.ask("GET", "/api/a", [("cookie", "x=1"), ("cookie", 'sid="secret"')]).status == 200
    for cookie in ("\\" * 60_000, "x=1", "sid=", "sid", "\xff=;;;=", "si d=secret"):
        edge.ask("GET", "/api/a", [("cookie", cookie)]).refused(401, "unauthorized")


def test_bearer_wants_its_scheme() -> None:
    edge = guarded({"type": "http", "scheme": "bearer"})
    assert edge.ask("GET", "/api/a", [("authorization", "bEARER secret")]).json["workspace"] == SECRET
    for value in ("secret", "Basic secret", "Bearer"):
        edge.ask("GET", "/api/a", [("authorization", value)]).refused(401, "unauthorized")


KEY_HEADER = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
OTHER = {"type": "apiKey", "in": "header", "name": "X-Other"}


def test_either_of_two() -> None:
    edge = guarded(KEY_HEADER, [{"key": []}, {"other": []}], other=OTHER)
    assert edge.ask("GET", "/api/a", [("x-api-key", "secret")]).json["workspace"] == SECRET
    assert edge.ask("GET", "/api/a", [("x-other", "secret")]).json["workspace"] == SECRET
    edge.ask("GET", "/api/a", ()).refused(401, "unauthorized")


def test_both_of_two() -> None:
    edge = guarded(KEY_HEADER, [{"key": [], "other": []}], other=OTHER)
    both = [("x-api-key", "secret"), ("x-other", "b")]
    assert edge.ask("GET", "/api/a", both).json["workspace"] == SECRET
    for one in both:
        edge.ask("GET", "/api/a", [one]).refused(401, "unauthorized")


@pytest.mark.parametrize("security", [[], [{}], [{}, {"key": []}], [{"key": []}, {}]])
def test_where_no_key_is_needed_one_that_is_sent_still_counts(security: list[dict[str, list[str]]]) -> None:
    edge = guarded(KEY_HEADER, security)
    assert edge.ask("GET", "/api/a", ()).json["workspace"] == NOBODY
    assert edge.ask("GET", "/api/a", [("x-api-key", "secret")]).json["workspace"] == SECRET


def test_a_document_without_any_scheme() -> None:
    edge = Edge(document({"/a": {"get": operation("A")}}, schemes={}))
    assert edge.ask("GET", "/api/a", ()).json["workspace"] == NOBODY


def test_the_realm_is_harmless() -> None:
    data = things()
    data.data["info"]["title"] = 'A "quoted"\r\nX-Evil: 1 \\ tïtle'
    reply = Edge(data).ask("GET", "/api/things/newest", ())
    assert reply.headers["www-authenticate"] == 'Bearer realm="A quotedX-Evil: 1  ttle"'


def test_accounts_tell_keys_apart() -> None:
    for accounts in (AnyKey(), NoKeyNeeded()):
        assert accounts.workspace("a") != accounts.workspace("b")
        assert accounts.workspace("a") == workspace_of("a")
