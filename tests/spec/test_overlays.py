"""The shipped overlays: each action has its reason, meets its target, and leaves a valid document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonpath import JSONPathEnvironment
from openapi_spec_validator import OpenAPIV30SpecValidator

from contracts.document import load

ROOT = Path(__file__).parents[2]
OVERLAYS = ("hints", "conventions")
JSONPATH = JSONPathEnvironment(strict=True)  # RFC 9535 and nothing beyond it


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


ACTIONS: list[dict[str, Any]] = [
    action for name in OVERLAYS for action in read(f"spec/{name}.overlay.yaml")["actions"]
]


def title(value: Any) -> str | None:
    return " ".join(value["update"]) + " on " + value["target"] if isinstance(value, dict) else None


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
    assert set(action) == {"target", "description", "update"}
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
    problem = {"$ref": "#/components/responses/Problem"}
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
