"""Paths: cut first, decoded after; literals before parameters; methods, HEAD and OPTIONS."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from contracts.operations import operations
from mockserver.call import SCOPE_KEY
from mockserver.edge.routing import Routes
from tests.mockserver.edge.harness import ID, KEY, Edge, ask, document, in_path, operation
from tests.mockserver.edge.things import things


@pytest.fixture(scope="module")
def edge() -> Edge:
    return Edge(things())


def test_a_literal_wins_over_a_parameter(edge: Edge) -> None:
    assert edge.ask("GET", "/api/things/newest").json["operation"] == "NewestThing"
    assert edge.ask("GET", f"/api/things/{ID}").json["operation"] == "GetThing"


def test_percent_encoding_is_undone_after_cutting(edge: Edge) -> None:
    assert edge.ask("GET", "/api/names/a%2Fb%2e").json["path"] == {"name": "a/b."}
    assert edge.ask("GET", "/api/names/a%20%2B+b").json["path"] == {"name": "a ++b"}
    assert edge.ask("GET", "/api/n%61mes/%F0%9F%98%80").json["path"] == {"name": "😀"}
    assert edge.ask("GET", "/api/names/a;b=1,c:d@e").json["path"] == {"name": "a;b=1,c:d@e"}


@given(st.text(min_size=1))
def test_any_text_can_be_a_path_parameter(name: str) -> None:
    assume(name not in (".", "..") and "\0" not in name)
    try:
        raw = quote(name, safe="").encode()
    except UnicodeEncodeError:
        assume(False)
    found = _ROUTES.find(b"/api/names/" + raw)
    assert found is not None
    assert found[1] == [name]


_ROUTES = Routes(operations(things()), "/api")


@pytest.mark.parametrize(
    "path",
    [
        "/api/things/",
        "/api//things",
        "//api/things",
        "/api/things//",
        "/api/./things",
        "/api/things/.",
        "/api/things/..",
        "/api/names/%2e%2e",
        "/api/names/..",
        "/api/names/",
        "/api/../api/things",
        "/API/things",
        "/api/Things",
        "/apithings",
        "/api",
        "/api/",
        "/things",
        f"/api/things/{ID}/",
        f"/api/things/{ID}/parts",
    ],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "BREW"])
def test_what_is_no_path_is_404(edge: Edge, method: str, path: str) -> None:
    edge.ask(method, path).refused(404, "no-such-path")


def test_a_404_guesses_at_slashes(edge: Edge) -> None:
    assert "base URL" in edge.ask("GET", "/api//things").json["detail"]
    assert "ends in a slash" in edge.ask("GET", "/api/things/").json["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "BREW", "get"])
def test_other_methods_are_405_and_told_which_there_are(edge: Edge, method: str) -> None:
    reply = edge.ask(method, "/api/things").refused(405, "method-not-allowed")
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_405_comes_before_the_key(edge: Edge) -> None:
    edge.ask("PUT", "/api/things", ()).refused(405, "method-not-allowed")
    edge.ask("GET", "/api/nothing", ()).refused(404, "no-such-path")


def test_options_names_the_methods_without_a_key(edge: Edge) -> None:
    reply = edge.ask("OPTIONS", f"/api/things/{ID}", ())
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"


def test_head_is_get_without_its_body(edge: Edge) -> None:
    get = edge.ask("GET", "/api/things?limit=3")
    head = edge.ask("HEAD", "/api/things?limit=3")
    assert (head.status, head.fields, head.body) == (200, get.fields, b"")
    for target in ("/api/things?limit=x", "/api/nothing"):
        refused = edge.ask("HEAD", target)
        assert refused.body == b""
        assert refused.fields == edge.ask("GET", target).fields
    assert edge.ask("HEAD", "/api/things", ()).status == 401


def test_methods_the_document_declares_itself_are_kept() -> None:
    edge = Edge(
        document(
            {"/a": {"get": operation("Get"), "head": operation("Head"), "options": operation("Options")}}
        )
    )
    seen: list[str] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["extensions"][SCOPE_KEY].operation.id)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    edge.app = note
    for method in ("GET", "HEAD", "OPTIONS"):
        assert edge.ask(method, "/api/a").status == 204
    assert seen == ["Get", "Head", "Options"]


def test_paths_that_end_in_a_slash_by_declaration() -> None:
    edge = Edge(
        document(
            {
                "/": {"get": operation("Root")},
                "/a/": {"get": operation("A")},
                "/a/{id}/": {"parameters": [in_path("id", {"type": "string"})], "get": operation("Id")},
            }
        )
    )
    assert edge.ask("GET", "/api/").json["operation"] == "Root"
    assert edge.ask("GET", "/api/a/").json["operation"] == "A"
    assert edge.ask("GET", "/api/a/b/").json["path"] == {"id": "b"}
    edge.ask("GET", "/api/a").refused(404, "no-such-path")
    edge.ask("GET", "/api/a/b").refused(404, "no-such-path")


def test_parameters_of_one_place_may_differ_in_name() -> None:
    def of(name: str, id: str) -> dict[str, object]:
        return {"parameters": [in_path(name, {"type": "string"})], "get": operation(id)}

    edge = Edge(document({"/a/{x}/b": of("x", "AB"), "/a/{y}/c": of("y", "AC"), "/a/{z}": of("z", "A")}))
    assert edge.ask("GET", "/api/a/1/b").json["path"] == {"x": "1"}
    assert edge.ask("GET", "/api/a/1/c").json["path"] == {"y": "1"}
    assert edge.ask("GET", "/api/a/1").json["path"] == {"z": "1"}


@pytest.mark.parametrize("base_path", ["", "/", "/api", "/api/", "/deep/er/v1"])
def test_any_base_path(base_path: str) -> None:
    edge = Edge(things(), base_path=base_path)
    prefix = base_path.rstrip("/")
    assert edge.ask("GET", f"{prefix}/things/newest").status == 200
    edge.ask("GET", f"{prefix}x/things/newest").refused(404, "no-such-path")


def test_a_server_that_gives_no_raw_path() -> None:
    edge = Edge(things())

    async def without_raw_path(scope: Scope, receive: Receive, send: Send) -> None:
        await edge.stack({name: value for name, value in scope.items() if name != "raw_path"}, receive, send)

    assert ask(without_raw_path, "GET", "/api/names/x%C3%BC", KEY).json["path"] == {"name": "xü"}


_LITERALS = st.sampled_from(["a", "b", "c"])
_SEGMENTS = st.lists(_LITERALS | st.sampled_from(["{p}", "{q}"]), min_size=1, max_size=4)


@given(st.lists(_SEGMENTS, min_size=1, max_size=8), st.lists(st.sampled_from("abcd"), min_size=1, max_size=4))
def test_the_table_finds_what_trying_every_path_finds(paths: list[list[str]], asked: list[str]) -> None:
    templates = {}
    for segments in paths:
        numbered = [f"{{{name[1]}{i}}}" if name[0] == "{" else name for i, name in enumerate(segments)]
        key = tuple("{" if name[0] == "{" else name for name in segments)
        templates.setdefault(key, numbered)
    spec = {f"/{'/'.join(t)}": {"get": operation("/".join(t))} for t in templates.values()}
    routes = Routes(operations(document(spec)), "/api")

    found = routes.find(f"/api/{'/'.join(asked)}".encode())

    fitting = [
        key
        for key in templates
        if len(key) == len(asked) and all(part in ("{", sent) for part, sent in zip(key, asked, strict=True))
    ]
    if not fitting:
        assert found is None
        return
    best = min(fitting, key=lambda key: [part == "{" for part in key])
    assert found is not None
    targets, values = found
    assert targets["GET"].operation.id == "/".join(templates[best])
    assert values == [sent for part, sent in zip(best, asked, strict=True) if part == "{"]
