"""What is not compiled goes through Connexion's own stages, and reaches the application all the same."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from mockserver.accounts import IssuedKeys
from mockserver.ids import workspace_of
from tests.mockserver.edge.harness import (
    Edge,
    document,
    in_path,
    json_body,
    operation,
    query,
    with_fields,
)

TEXT = {"type": "string"}
SECRET = workspace_of("secret")


@pytest.fixture(scope="module")
def files() -> Edge:
    """Paths with segments that are neither a literal nor one parameter."""
    name = [in_path("name", TEXT), in_path("ext", TEXT)]
    return Edge(
        document(
            {
                "/files/{name}.{ext}": {
                    "parameters": name,
                    "get": operation("GetFile"),
                    "post": operation("PostFile", requestBody=json_body({"type": "object"})),
                },
                "/files/{plain}": {
                    "parameters": [in_path("plain", TEXT)],
                    "delete": operation("DeletePlain"),
                },
                "/all/v{version}": {
                    "parameters": [in_path("version", {"type": "integer"})],
                    "get": operation("GetVersion"),
                },
            }
        )
    )


def test_routing(files: Edge) -> None:
    assert files.routed_by_stock == {"GetFile", "PostFile", "GetVersion"}
    reply = files.ask("GET", "/api/all/v12").json
    assert (reply["operation"], reply["path"]) == ("GetVersion", {"version": 12})
    files.ask("GET", "/api/all/vx").refused(404, "no-such-path")
    files.ask("GET", "/api/all/v1/").refused(404, "no-such-path")
    files.ask("GET", "/api/all/..").refused(404, "no-such-path")


def test_routing_keeps_security_and_bodies(files: Edge) -> None:
    files.ask("GET", "/api/all/v12", ()).refused(401, "unauthorized")
    # A path the table holds hides the same path of the stock routers, as a literal would: it is asked first.
    assert files.ask("DELETE", "/api/files/a.txt").json["path"] == {"plain": "a.txt"}


def test_methods_of_stock_paths() -> None:
    name = [in_path("name", TEXT), in_path("ext", TEXT)]
    edge = Edge(
        document(
            {
                "/files/{name}.{ext}": {
                    "parameters": name,
                    "get": operation("GetFile"),
                    "post": operation("PostFile", requestBody=json_body({"type": "object"})),
                }
            }
        )
    )
    reply = edge.ask("PUT", "/api/files/a.txt").refused(405, "method-not-allowed")
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert edge.ask("OPTIONS", "/api/files/a.txt").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert edge.ask("GET", "/api/files/a.txt").json["path"] == {"name": "a", "ext": "txt"}
    assert edge.ask("HEAD", "/api/files/a.txt").status == 200
    assert edge.post("/api/files/a.txt", {"x": 1}).json["body"] == {"x": 1}
    edge.post("/api/files/a.txt", [1]).refused(422, "invalid")
    edge.ask("GET", "/api/files/a").refused(404, "no-such-path")


def guarded(scheme: dict[str, Any], **options: Any) -> Edge:
    return Edge(document({"/a": {"get": operation("A")}}, schemes={"key": scheme}), **options)


def test_basic() -> None:
    edge = guarded({"type": "http", "scheme": "basic"})
    reply = edge.ask("GET", "/api/a", [("authorization", "Basic dXNlcjpwYXNz")])
    assert reply.json["workspace"] == workspace_of("user:pass")
    for value in (None, "Basic", "Basic !", "Basic \xff"):
        fields = [] if value is None else [("authorization", value)]
        refused = edge.ask("GET", "/api/a", fields).refused(401, "unauthorized")
        assert refused.headers["www-authenticate"] == 'Basic realm="Things"'
    assert edge.reached == 1


@pytest.mark.parametrize(
    "scheme",
    [
        {
            "type": "oauth2",
            "flows": {"implicit": {"authorizationUrl": "https://example.org/a", "scopes": {"read": "Reads"}}},
        },
        {"type": "openIdConnect", "openIdConnectUrl": "https://example.org/.well-known/openid-configuration"},
        {"type": "http", "scheme": "digest"},
    ],
    ids=lambda scheme: scheme.get("scheme", scheme["type"]),
)
def test_other_schemes_ask_the_same_accounts(scheme: dict[str, Any]) -> None:
    edge = guarded(scheme, accounts=IssuedKeys(["secret"]))
    assert edge.ask("GET", "/api/a", [("authorization", "Bearer secret")]).json["workspace"] == SECRET
    edge.ask("GET", "/api/a", [("authorization", "Bearer other")]).refused(401, "unauthorized")
    edge.ask("GET", "/api/a", ()).refused(401, "unauthorized")


def test_a_stock_scheme_beside_a_compiled_one() -> None:
    schemes = {
        "basic": {"type": "http", "scheme": "basic"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    }
    either = operation("Either", security=[{"basic": []}, {"key": []}])
    both = operation("Both", security=[{"basic": [], "key": []}])
    free = operation("Free", security=[{"basic": []}, {}])
    data = document({"/e": {"get": either}, "/b": {"get": both}, "/f": {"get": free}}, schemes=schemes)
    edge = Edge(data)
    key, basic = ("x-api-key", "secret"), ("authorization", "Basic dXNlcjpwYXNz")
    assert edge.ask("GET", "/api/e", [key]).json["workspace"] == SECRET
    assert edge.ask("GET", "/api/e", [basic]).json["workspace"] == workspace_of("user:pass")
    edge.ask("GET", "/api/e", ()).refused(401, "unauthorized")
    assert edge.ask("GET", "/api/b", [key, basic]).status == 200
    edge.ask("GET", "/api/b", [key]).refused(401, "unauthorized")
    assert edge.ask("GET", "/api/f", ()).json["workspace"] == workspace_of("")


def test_rare_parameter_styles() -> None:
    parameters = [
        {"name": "id", "in": "path", "required": True, "style": "label", "schema": TEXT},
        query("limit", {"type": "integer", "maximum": 10, "default": 3}),
        {"name": "X-A", "in": "header", "schema": TEXT},
    ]
    odd = query("p", {"type": "object", "properties": {"q": {"type": "object"}}}, style="deepObject")
    edge = Edge(
        document(
            {
                "/l/{id}": {
                    "put": operation(
                        "Label", parameters=parameters, requestBody=json_body({"type": "object"})
                    )
                },
                "/m/{id}": {
                    "get": operation("Matrix", parameters=[{**parameters[0], "style": "matrix"}, odd])
                },
            }
        )
    )
    assert edge.validated_by_stock == {"Label", "Matrix"}
    fields = with_fields(("content-type", "application/json"), ("x-a", "b"))
    reply = edge.ask("PUT", "/api/l/.x?limit=5&other=1", fields, b'{"a": 1}').json
    assert (reply["path"], reply["query"], reply["headers"]) == ({"id": ".x"}, {"limit": 5}, {"X-A": "b"})
    assert reply["body"] == {"a": 1}
    assert edge.ask("PUT", "/api/l/.x", fields, [b"{", b"}"]).json["query"] == {"limit": 3}
    edge.ask("PUT", "/api/l/.x?limit=11", fields, b"{}").refused(400, "malformed")
    edge.ask("PUT", "/api/l/.x", fields, b"[").refused(400, "malformed")
    edge.ask("PUT", "/api/l/.x", ()).refused(401, "unauthorized")
    assert edge.ask("GET", "/api/m/;id=x").json["path"] == {"id": ";id=x"}


def test_stock_validators_that_fail_are_no_failure_of_the_mock(caplog: pytest.LogCaptureFixture) -> None:
    label = {"name": "id", "in": "path", "required": True, "style": "label", "schema": TEXT}
    untyped = query("p", {"minLength": 2})
    edge = Edge(document({"/l/{id}": {"get": operation("Label", parameters=[label, untyped])}}))
    edge.ask("GET", "/api/l/.x?p=1").refused(400, "malformed")
    assert "KeyError" in caplog.text

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyError("in the application")

    edge.app = broken
    edge.ask("GET", "/api/l/.x").refused(500, "internal-error")
