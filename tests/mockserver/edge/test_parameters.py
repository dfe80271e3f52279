"""Styles and places of parameters (OpenAPI 3.0.3, Parameter Object), their defaults and their types."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import DocumentError
from mockserver.call import SCOPE_KEY
from tests.mockserver.edge.harness import Edge, document, in_path, operation, query, with_fields

INTEGERS = {"type": "array", "items": {"type": "integer"}, "maxItems": 3}
POINT = {
    "type": "object",
    "required": ["x"],
    "properties": {
        "x": {"type": "integer"},
        "y": {"type": "number"},
        "on": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}


def listing(*parameters: dict[str, Any]) -> Edge:
    return Edge(document({"/a": {"get": operation("A", parameters=list(parameters))}}))


@pytest.mark.parametrize(
    ("style", "sent", "found"),
    [
        ({}, "p=1&p=2", [1, 2]),
        ({}, "p=7", [7]),
        ({}, "p=", []),
        ({"explode": False}, "p=1,2,3", [1, 2, 3]),
        ({"explode": False}, "p=1%2C2", [1, 2]),
        ({"explode": False}, "p=", []),
        ({"style": "spaceDelimited", "explode": False}, "p=1%202+3", [1, 2, 3]),
        ({"style": "pipeDelimited", "explode": False}, "p=1|2%7C3", [1, 2, 3]),
        ({"style": "pipeDelimited", "explode": True}, "p=1&p=2", [1, 2]),
    ],
)
def test_arrays(style: dict[str, Any], sent: str, found: list[int]) -> None:
    assert listing(query("p", INTEGERS, **style)).ask("GET", f"/api/a?{sent}").json["query"] == {"p": found}


@pytest.mark.parametrize(
    ("style", "sent", "status", "place"),
    [
        ({}, "p=1&p=x", 400, "query/p/1"),
        ({}, "p=1,2", 400, "query/p/0"),
        ({}, "p=1&p=2&p=3&p=4", 422, "query/p"),
        ({"explode": False}, "p=1&p=2", 400, "query/p"),
        ({"explode": False}, "p=1,,2", 400, "query/p/1"),
    ],
)
def test_wrong_arrays(style: dict[str, Any], sent: str, status: int, place: str) -> None:
    reply = listing(query("p", INTEGERS, **style)).ask("GET", f"/api/a?{sent}")
    assert (reply.status, reply.places) == (status, [place])


@pytest.mark.parametrize(
    ("style", "sent"),
    [
        ({}, "x=1&y=2.5&on=true&tags=a&tags=b"),
        ({"explode": False}, "p=x,1,y,2.5,on,true,tags,a"),
        ({"style": "deepObject"}, "p[x]=1&p[y]=2.5&p[on]=true&p[tags]=a&p[tags]=b"),
        ({"style": "deepObject"}, "p%5Bx%5D=1&p%5By%5D=2.5&p%5bon%5d=true&p[tags]=a&p[tags]=b"),
    ],
)
def test_objects(style: dict[str, Any], sent: str) -> None:
    tags = ["a"] if style.get("explode") is False else ["a", "b"]
    found = listing(query("p", POINT, **style)).ask("GET", f"/api/a?{sent}").json["query"]
    assert found == {"p": {"x": 1, "y": 2.5, "on": True, "tags": tags}}


@pytest.mark.parametrize(
    ("style", "sent", "status", "place"),
    [
        ({"style": "deepObject"}, "p[x]=one", 400, "query/p/x"),
        ({"style": "deepObject"}, "p[x]=1&p[x]=2", 400, "query/p/x"),
        ({"style": "deepObject"}, "p=1", 400, "query/p"),
        ({"style": "deepObject"}, "p[y]=1", 422, "query/p/x"),
        ({"style": "deepObject", "required": True}, "q[x]=1&p[x=1", 422, "query/p"),
        ({"style": "deepObject"}, "p[x]=%FF", 400, "query/p"),
        ({"explode": False}, "p=x,1,y", 400, "query/p"),
        ({"explode": False}, "p=x,1&p=y,1", 400, "query/p"),
        ({}, "x=1&x=2", 400, "query/p/x"),
        ({}, "y=1", 422, "query/p/x"),
    ],
)
def test_wrong_objects(style: dict[str, Any], sent: str, status: int, place: str) -> None:
    reply = listing(query("p", POINT, **style)).ask("GET", f"/api/a?{sent}")
    assert (reply.status, reply.places) == (status, [place])


def test_members_within_members() -> None:
    line = {"type": "object", "properties": {"from": POINT, "name": {"type": "string"}}}
    edge = listing(query("p", line, style="deepObject"))
    found = edge.ask("GET", "/api/a?p[from][x]=1&p[from][tags]=a&p[other][x]=1").json["query"]
    assert found == {"p": {"from": {"x": 1, "tags": ["a"]}, "other": {"x": "1"}}}
    for wrong, place in (
        ("p[from][x]=a", "from/x"),
        ("p[name][x]=a", "name"),
        ("p[from]=1&p[from][x]=1", "from"),
    ):
        reply = edge.ask("GET", f"/api/a?{wrong}").refused(400, "malformed")
        assert reply.places == [f"query/p/{place}"]


@pytest.mark.parametrize("depth", [8, 10_000])
def test_members_can_be_too_deep(depth: int) -> None:
    edge = listing(query("p", {"type": "object"}, style="deepObject"))
    edge.ask("GET", f"/api/a?p{'[a]' * depth}=1").refused(400, "malformed")


def test_json_in_a_parameter() -> None:
    parameter = {
        "name": "filter",
        "in": "query",
        "content": {"application/json": {"schema": {"type": "object", "maxProperties": 1}}},
    }
    edge = listing(parameter)
    assert edge.ask("GET", "/api/a?filter=%7B%22a%22%3A+null%7D").json["query"] == {"filter": {"a": None}}
    for sent in ("", "{", "nul", "%7B%22a%22:NaN%7D", "[" * 300 + "]" * 300, "9" * 2000):
        assert edge.ask("GET", f"/api/a?filter={sent}").refused(400, "malformed").places == ["query/filter"]
    for sent in ("[]", "7", "null", '%7B"a":1,"b":2%7D'):
        assert edge.ask("GET", f"/api/a?filter={sent}").refused(422, "invalid").places == ["query/filter"]
    edge.ask("GET", "/api/a?filter={}&filter={}").refused(400, "malformed")


def test_text_in_a_parameter_with_content() -> None:
    edge = listing({"name": "note", "in": "query", "content": {"text/plain": {"schema": {"type": "string"}}}})
    assert edge.ask("GET", "/api/a?note=%7B").json["query"] == {"note": "{"}


def test_headers() -> None:
    edge = listing(
        {"name": "X-Count", "in": "header", "schema": {"type": "integer", "default": 3}},
        {"name": "X-List", "in": "header", "schema": {"type": "array", "items": {"type": "integer"}}},
        {"name": "Accept", "in": "header", "schema": {"enum": ["text/x"]}},
    )
    assert edge.ask("GET", "/api/a").json["headers"] == {"X-Count": 3}
    fields = with_fields(("x-count", "5"), ("x-list", "1, 2"), ("x-list", "3"), ("accept", "*/*"))
    assert edge.ask("GET", "/api/a", fields).json["headers"] == {"X-Count": 5, "X-List": [1, 2, 3]}
    for wrong in ([("x-count", "five")], [("x-count", "5"), ("x-count", "5")], [("x-count", "")]):
        reply = edge.ask("GET", "/api/a", with_fields(*wrong)).refused(400, "malformed")
        assert reply.places == ["header/X-Count"]
    reply = edge.ask("GET", "/api/a", with_fields(("x-list", "1,two"))).refused(400, "malformed")
    assert reply.places == ["header/X-List/1"]


def test_a_required_header() -> None:
    edge = listing({"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}})
    assert edge.ask("GET", "/api/a").refused(422, "invalid").places == ["header/X-Trace"]


def test_cookies() -> None:
    edge = listing({"name": "page", "in": "cookie", "required": True, "schema": {"type": "integer"}})
    assert edge.ask("GET", "/api/a", with_fields(("cookie", 'a=b; page="4"'))).json["headers"] == {"page": 4}
    assert edge.ask("GET", "/api/a").refused(422, "invalid").places == ["cookie/page"]
    for cookie in ("page=x", "page=1; page=2"):
        reply = edge.ask("GET", "/api/a", with_fields(("cookie", cookie))).refused(400, "malformed")
        assert reply.places == ["cookie/page"]


def test_required_and_empty() -> None:
    edge = listing(query("q", {"type": "string"}, required=True))
    assert edge.ask("GET", "/api/a").refused(422, "invalid").places == ["query/q"]
    assert edge.ask("GET", "/api/a?q=").json["query"] == {"q": ""}
    assert edge.ask("GET", "/api/a?q").json["query"] == {"q": ""}


def test_defaults_are_never_shared_between_requests() -> None:
    async def spoil(scope: Any, receive: Any, send: Any) -> None:
        scope["extensions"][SCOPE_KEY].query["p"].append(4)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    edge = listing(query("p", {**INTEGERS, "default": [1]}))
    echo, edge.app = edge.app, spoil
    edge.ask("GET", "/api/a")
    edge.app = echo
    assert edge.ask("GET", "/api/a").json["query"] == {"p": [1]}


@pytest.mark.parametrize(
    ("schema", "sent", "found"),
    [
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "5", 5),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "five", "five"),
        ({"oneOf": [{"type": "integer", "maximum": 3}, {"type": "string"}]}, "5", "5"),
        ({"allOf": [{"type": "integer"}, {"minimum": 1}]}, "5", 5),
        ({"enum": [1, "one", True]}, "1", 1),
        ({"enum": [1, "one", True]}, "true", True),
        ({"enum": [1, "one", True]}, "one", "one"),
        ({"type": "integer", "nullable": True}, "null", None),
        ({"type": "string", "nullable": True}, "null", "null"),
        ({"type": "string", "enum": ["1", "2"]}, "1", "1"),
        ({"type": "number"}, "1e2", 100.0),
        ({"$ref": "#/components/schemas/Size"}, "2", 2),
    ],
)
def test_text_takes_the_type_its_schema_allows(schema: dict[str, Any], sent: str, found: object) -> None:
    data = document(
        {"/a": {"get": operation("A", parameters=[query("p", schema)])}},
        schemas={"Size": {"type": "integer", "enum": [1, 2]}},
    )
    reply = Edge(data).ask("GET", f"/api/a?p={sent}")
    assert reply.json["query"] == {"p": found}
    assert type(reply.json["query"]["p"]) is type(found)


@pytest.mark.parametrize(
    ("schema", "sent", "status"),
    [
        ({"oneOf": [{"type": "integer", "maximum": 3}, {"type": "boolean"}]}, "5", 422),
        ({"oneOf": [{"type": "integer", "maximum": 3}, {"type": "boolean"}]}, "x", 400),
        ({"type": "integer", "nullable": True}, "none", 400),
    ],
)
def test_text_that_no_type_takes(schema: dict[str, Any], sent: str, status: int) -> None:
    assert listing(query("p", schema)).ask("GET", f"/api/a?p={sent}").status == status


def test_path_parameters_have_types_and_styles() -> None:
    edge = Edge(
        document(
            {
                "/n/{n}": {
                    "parameters": [in_path("n", {"type": "integer", "minimum": 1})],
                    "get": operation("N"),
                },
                "/l/{l}": {"parameters": [in_path("l", INTEGERS)], "get": operation("L")},
                "/u/{untold}": {"get": operation("U")},
            }
        )
    )
    assert edge.ask("GET", "/api/n/7").json["path"] == {"n": 7}
    assert edge.ask("GET", "/api/l/1,2").json["path"] == {"l": [1, 2]}
    assert edge.ask("GET", "/api/u/x").json["path"] == {"untold": "x"}
    for path in ("n/0", "n/1.0", "n/x", "l/1,x", "l/1,2,3,4"):
        edge.ask("GET", f"/api/{path}").refused(400, "malformed")


def test_a_schema_that_is_none_is_the_documents_fault() -> None:
    data = document(
        {"/a": {"get": operation("A", parameters=[query("p", {"type": "string", "pattern": "("})])}}
    )
    with pytest.raises(
        DocumentError, match=r"things.yaml:7 at /paths/~1a/get: A schema of GET /a is not valid"
    ):
        Edge(data)


def test_two_operations_of_one_id_are_the_documents_fault() -> None:
    data = document({"/a": {"get": operation("A")}, "/b": {"put": operation("A")}})
    with pytest.raises(DocumentError, match=r"PUT /b has the operationId 'A' of GET /a. Give each"):
        Edge(data)


def test_operations_need_no_id() -> None:
    path = {"get": operation("A"), "put": operation("B")}
    for method in path.values():
        del method["operationId"]
    edge = Edge(document({"/a": path}))
    assert edge.ask("PUT", "/api/a").json["operation"] == "put /a"


def test_a_document_that_connexion_refuses_is_the_documents_fault() -> None:
    data = document({"/a": {"get": {"operationId": "A", "responses": {"200": {}}}}})
    with pytest.raises(DocumentError, match=r"at /paths/~1a/get/responses/200: Connexion cannot use"):
        Edge(data)
