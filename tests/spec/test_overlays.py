"""The shipped overlays: each action has its reason, meets its target, and leaves a valid document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonpath import JSONPathEnvironment
from openapi_spec_validator import OpenAPIV30SpecValidator

from contracts.document import load
from contracts.operations import operations
from contracts.schemas import compile_schema, reference_name, resolve

ROOT = Path(__file__).parents[2]
OVERLAYS = ("hints", "conventions")
JSONPATH = JSONPathEnvironment(strict=True)  # RFC 9535 and nothing beyond it


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


ACTIONS: list[dict[str, Any]] = [
    action for name in OVERLAYS for action in read(f"spec/{name}.overlay.yaml")["actions"]
]


def title(value: dict[str, Any]) -> str:
    return " ".join(value.get("update", ["nothing"])) + " on " + value["target"]


def found(target: str, document: Any) -> list[Any]:
    return [match.obj for match in JSONPATH.finditer(target, document)]


@pytest.fixture(scope="module")
def applied() -> Any:
    return load().data


@pytest.mark.parametrize("name", OVERLAYS)
def test_it_is_an_overlay_document(name: str) -> None:
    overlay = read(f"spec/{name}.overlay.yaml")
    assert overlay["overlay"] == "1.0.0"
    assert {"title", "version"} <= set(overlay["info"])
    assert set(overlay) == {"overlay", "info", "actions"}


@pytest.mark.parametrize("action", ACTIONS, ids=title)
def test_each_action_gives_its_reason(action: dict[str, Any]) -> None:
    assert set(action) in ({"target", "description", "update"}, {"target", "description", "remove"})
    assert action.get("remove", True) is True
    assert action["description"].endswith(".")


@pytest.mark.parametrize("document", ["spec/agents-openapi.yaml", "tests/data/published-warts.yaml"])
@pytest.mark.parametrize("action", ACTIONS, ids=title)
def test_each_target_is_found(action: dict[str, Any], document: str) -> None:
    nodes = found(action["target"], read(document))
    assert nodes
    assert all(isinstance(node, dict) for node in nodes)


def test_the_outcome_is_valid_openapi(applied: Any) -> None:
    assert [error.message for error in OpenAPIV30SpecValidator(applied).iter_errors()] == []


def test_every_operation_says_how_it_refuses(applied: dict[str, Any]) -> None:
    operations = [
        part for item in applied["paths"].values() for part in item.values() if isinstance(part, dict)
    ]
    problem = {"$ref": "#/components/responses/RFC9457Problem"}
    assert len(operations) == 36
    assert all(each["responses"]["4XX"] == each["responses"]["5XX"] == problem for each in operations)


def test_an_operation_that_describes_its_errors_is_left_alone() -> None:
    own = {"responses": {"200": {"description": ""}, "4XX": {}, "5XX": {}}}
    whole = {"responses": {"200": {"description": ""}, "default": {}}}
    document = {"paths": {"/own": {"get": own, "put": whole}}}
    targets = [action["target"] for action in ACTIONS if ".responses" in action["target"]]
    assert len(targets) == 2
    assert not [node for target in targets for node in found(target, document)]


def test_every_list_bounds_its_page(applied: dict[str, Any]) -> None:
    shared = applied["components"]["parameters"]
    bounds = {
        node["name"]: {key: value for key, value in node["schema"].items() if key != "type"}
        for item in applied["paths"].values()
        for written in item.get("get", {}).get("parameters", ())
        if (node := shared[written["$ref"].rpartition("/")[2]] if "$ref" in written else written)["name"]
        in ("limit", "offset")
    }
    assert bounds == {
        "limit": {"minimum": 1, "maximum": 1000, "default": 100},
        "offset": {"minimum": 0, "default": 0},
    }


def test_links_and_cascades_name_paths_of_the_contract(applied: dict[str, Any]) -> None:
    collections = {path for path in applied["paths"] if not path.endswith("}")} | {"/jobs"}
    links = applied["paths"]["/sessions/{session_id}/chat"]["post"]["x-kit-behaviour"]["links"]
    named = [link for link in links.values() if isinstance(link, str) and link.startswith("/")]
    cascades = [
        path for item in applied["paths"].values() for path in item.get("delete", {}).get("x-kit-cascade", ())
    ]
    assert {*named, *links["docs"], *cascades} <= collections
    assert links["settings"] in applied["components"]["schemas"]["Agent"]["properties"]


def test_the_readme_explains_every_word_of_the_vocabulary() -> None:
    words = {
        word
        for name in OVERLAYS
        for word in re.findall(r"x-kit-[a-z-]+", (ROOT / f"spec/{name}.overlay.yaml").read_text())
    }
    readme = (ROOT / "spec" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(x-kit-[a-z-]+)`", readme, re.MULTILINE)) == words


def test_every_property_that_need_not_be_sent_may_be_null() -> None:
    document = load()
    assert document.data["x-kit-null-means"] == "absent"
    bodies = [op.body.json_schema for op in operations(document) if op.body and op.body.json_schema]
    refused = set(_not_nullable(document.data, bodies))
    assert refused == set()


def _not_nullable(root: dict[str, Any], schemas: list[dict[str, Any]]) -> Iterator[str]:
    """The optional properties of request bodies, at any depth, whose schemas say nothing of null."""
    seen: set[int] = set()
    while schemas:
        written = schemas.pop()
        node = resolve(root, written)
        if id(node) in seen:
            continue
        seen.add(id(node))
        for keyword in ("allOf", "anyOf", "oneOf"):
            schemas += node.get(keyword, ())
        schemas += [node["items"]] if "items" in node else []
        for name, part in node.get("properties", {}).items():
            schemas.append(part)
            if name not in node.get("required", ()) and not compile_schema(root, part).is_valid(None):
                yield f"{name} of {reference_name(written) or 'an object within'}"
