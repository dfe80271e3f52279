"""One place of a path has one name, whatever the paths that speak of it call it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.document import Document, load
from contracts.errors import DocumentError
from contracts.inference import infer
from contracts.operations import operations
from contracts.resources import Verb

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
NONE = {"204": {"description": "Done."}}


def named(name: str) -> dict[str, Any]:
    return {**ID, "name": name}


def answering(schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "Found.", "content": {"application/json": {"schema": schema}}}}


def document(path: Path, paths: dict[str, Any], *overlays: Path, **components: Any) -> Document:
    whole = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}
    path.write_text(yaml.safe_dump({**whole, "components": components}, sort_keys=False))
    return load(path, overlays=overlays)


USER = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
POST = {"type": "object", "properties": {"id": {"type": "string"}, "userId": {"type": "string"}}}
BLOG: dict[str, Any] = {
    "/users": {
        "get": {"operationId": "list", "responses": answering({"type": "array", "items": USER})},
        "post": {
            "operationId": "create",
            "responses": {
                "201": {
                    "description": "Made.",
                    "links": {
                        "it": {"operationId": "get", "parameters": {"id": "$response.body#/id"}},
                        "gone": {"operationId": "delete", "parameters": {"path.uid": "$response.body#/id"}},
                    },
                }
            },
        },
    },
    "/users/{id}": {
        "parameters": [{"$ref": "#/components/parameters/Id"}],
        "get": {"operationId": "get", "responses": answering(USER)},
    },
    "/users/{uid}": {
        "parameters": [named("uid"), {"name": "force", "in": "query", "schema": {"type": "boolean"}}],
        "delete": {"operationId": "delete", "responses": NONE, "x-kit-cascade": ["/users/{id}/notes"]},
    },
    "/users/{userId}/posts": {
        "get": {
            "operationId": "posts",
            "parameters": [named("userId")],
            "responses": answering({"type": "array", "items": POST}),
        }
    },
    "/users/{userId}/posts/{id}": {
        "parameters": [named("userId"), {"$ref": "#/components/parameters/Id"}],
        "get": {"operationId": "post", "responses": answering(POST)},
    },
    "/users/{id}/notes": {
        "parameters": [ID],
        "get": {"operationId": "notes", "responses": answering({"type": "array", "items": POST})},
    },
    "/users/{userId}/twin": {
        "parameters": [named("userId")],
        "get": {
            "operationId": "twin",
            "responses": {"200": {"$ref": "#/paths/~1users~1%7Bid%7D/get/responses/200"}},
        },
    },
}


@pytest.fixture(name="blog")
def fixture_blog(tmp_path: Path) -> Document:
    return document(tmp_path / "api.yaml", BLOG, parameters={"Id": ID})


def test_paths_are_one_resource_with_its_own_below(blog: Document) -> None:
    model = infer(blog)
    assert list(model.resources) == [
        "/users",
        *(f"/users/{{userId}}/{name}" for name in ("posts", "notes", "twin")),
    ]
    users, posts, *_ = model.resources.values()
    assert users.cascades == ("/users/{userId}/notes",)
    assert set(users.verbs) == {Verb.LIST, Verb.CREATE, Verb.GET, Verb.DELETE}
    assert (users.id_parameter, users.id_property) == ("userId", "id")
    assert (posts.parent, posts.owner_properties, posts.references) == ("/users", {"userId": "userId"}, ())


def test_each_operation_keeps_its_own_parameters(blog: Document) -> None:
    found = {each.id: [(p.location, p.name) for p in each.parameters] for each in operations(blog)}
    assert found["get"] == [("path", "userId")]
    assert sorted(found["delete"]) == [("path", "userId"), ("query", "force")]
    assert found["post"] == [("path", "userId"), ("path", "id")]


def test_links_and_references_follow(blog: Document) -> None:
    links = blog.data["paths"]["/users"]["post"]["responses"]["201"]["links"]
    assert [list(link["parameters"]) for link in links.values()] == [["userId"], ["path.userId"]]
    twin = next(each for each in operations(blog) if each.id == "twin")
    assert twin.success.json_schema == USER


def test_each_is_told_and_still_found_in_the_file(blog: Document) -> None:
    assert [(repair.rule, repair.pointer) for repair in blog.repairs] == [
        ("path-parameter-name", "/paths/~1users~1{id}"),
        ("path-parameter-name", "/paths/~1users~1{uid}"),
        ("path-parameter-name", "/paths/~1users~1{id}~1notes"),
    ]
    lines = blog.path.read_text().splitlines()
    for method, name in (("get", "id"), ("delete", "uid")):
        line = blog.place(f"/paths/~1users~1{{userId}}/{method}").line
        assert line is not None
        assert lines[line - 1].strip() == f"{method}:"
        assert any(f"/users/{{{name}}}:" in above for above in lines[line - 16 : line])


def test_what_an_overlay_adds_is_called_alike(tmp_path: Path) -> None:
    overlay = tmp_path / "more.yaml"
    item = {"get": {"operationId": "pets", "parameters": [named("owner")], "responses": answering(USER)}}
    action = {"target": "$.paths", "update": {"/users/{owner}/pet": item}}
    overlay.write_text(
        yaml.safe_dump({"overlay": "1.0.0", "info": {"title": "M", "version": "1"}, "actions": [action]})
    )
    blog = document(tmp_path / "api.yaml", BLOG, overlay, parameters={"Id": ID})
    assert "/users/{userId}/pet" in blog.data["paths"]
    assert "/users/{userId}/pet" in blog.hinted["paths"]
    assert "/users/{userId}/pet" not in blog.base["paths"]


def test_two_places_never_get_one_name(tmp_path: Path) -> None:
    paths = {
        "/a/{id}/b": {"get": {"parameters": [ID], "responses": NONE}},
        "/a/{x}/c/{id}": {"get": {"parameters": [named("x"), ID], "responses": NONE}},
    }
    assert list(document(tmp_path / "api.yaml", paths).data["paths"]) == list(paths)


def test_one_path_with_one_method_twice_is_refused(tmp_path: Path) -> None:
    paths = {
        "/a/{x}": {"get": {"parameters": [named("x")], "responses": NONE}},
        "/a/{y}": {"put": {"parameters": [named("y")], "responses": NONE}},
        "/a/{z}": {"put": {"parameters": [named("z")], "responses": NONE}},
    }
    with pytest.raises(
        DocumentError, match=r"/a/\{z\} is /a/\{y\} by another name, .* what PUT does"
    ) as error:
        document(tmp_path / "api.yaml", paths)
    assert error.value.place is not None
    assert error.value.place.line == 25


def test_a_document_whose_names_agree_is_left_as_it_is() -> None:
    shipped = load()
    assert not [repair for repair in shipped.repairs if repair.rule == "path-parameter-name"]
