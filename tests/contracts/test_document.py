"""Whole documents: the shipped spec, the published file with its warts, the layers, the way back to lines."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from connexion import AsyncApp
from connexion.json_schema import Draft4RequestValidator, resolve_refs
from connexion.resolver import Resolver
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from prance import BaseParser

from contracts.document import Document, load
from contracts.errors import UsageError
from contracts.pointers import lookup
from contracts.schemas import compile_schema
from contracts.structure import JSON, clone, is_reference

DATA = Path(__file__).parent.parent / "data"
WARTS = DATA / "published-warts.yaml"
MODERN = DATA / "modern.yaml"

REPAIRS_OF_THE_PUBLISHED_FILE = {
    "accept-parameter": 1,
    "contradicting-type": 1,
    "empty-request-body": 3,
    "null-default": 2,
    "nullable-without-type": 1,
    "optional-path-parameter": 8,
    "overlapping-one-of": 1,
    "reference-siblings": 11,
    "request-body-required": 15,
    "required-without-property": 1,
    "response-description": 26,
    "schema-dialect": 25,
    "security-scheme-field": 1,
    "stray-properties": 1,
    "unnamed-parameter": 8,
}

PROSE = {"description", "summary", "title", "example", "examples", "externalDocs", "tags"}


@pytest.fixture(scope="module", params=[None, WARTS, MODERN], ids=["shipped", "published", "modern"])
def document(request: pytest.FixtureRequest) -> Document:
    return load(request.param)


def test_the_shipped_spec_needs_no_repair() -> None:
    assert load().repairs == ()


def test_the_shipped_overlays_match_the_shipped_spec() -> None:
    assert [report.unmatched for report in load().overlays] == [(), ()]


def test_each_repair_of_the_published_file_has_its_line_and_its_reason() -> None:
    document = load(WARTS)
    assert Counter(repair.rule for repair in document.repairs) == REPAIRS_OF_THE_PUBLISHED_FILE
    assert all(repair.place.line and repair.what and repair.why for repair in document.repairs)
    changing = {repair.rule for repair in document.repairs if repair.changes_contract}
    assert changing == {"request-body-required", "required-without-property"}
    accept = next(repair for repair in document.repairs if repair.rule == "accept-parameter")
    written = WARTS.read_text().splitlines()
    assert "in: header" in written[(accept.place.line or 0) - 1]


def test_the_published_file_once_mended_states_the_facts_of_the_shipped_spec() -> None:
    shipped, published = _facts(load().base), _facts(load(WARTS).base)
    for section in shipped["components"]:
        for name, part in shipped["components"][section].items():
            if section != "parameters" or name in published["components"][section]:
                assert published["components"][section][name] == part, name
    assert published["components"]["schemas"].keys() == shipped["components"]["schemas"].keys()
    assert published["paths"] == shipped["paths"]


def _facts(root: JSON) -> JSON:
    """What a document states, without prose and without what says nothing."""
    everywhere = root.get("security", [{"api-key": []}])

    def strip(value: Any, names: bool = False) -> Any:
        if isinstance(value, list):
            return [strip(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        if is_reference(value) and "/parameters/" in value["$ref"]:
            return strip(lookup(root, value["$ref"]))
        return {
            key: strip(entry, names=key == "properties")
            for key, entry in value.items()
            if names or not (key in PROSE or _says_nothing(key, entry))
        }

    def _says_nothing(key: str, entry: Any) -> bool:
        empty = key in {"properties", "parameters", "headers"} and not entry
        return empty or (key, entry) in (("required", False), ("security", everywhere))

    return {"paths": strip(root["paths"]), "components": strip(root["components"])}


def test_a_kept_wart_is_kept() -> None:
    document = load(WARTS, keep=["required-without-property", "request-body-required"])
    assert "type" in document.base["components"]["schemas"]["Memory"]["required"]
    assert "required" not in document.base["paths"]["/users"]["post"]["requestBody"]
    assert not {"required-without-property", "request-body-required"} & {r.rule for r in document.repairs}


def test_a_wart_that_is_none_cannot_be_kept() -> None:
    with pytest.raises(UsageError, match="no repair 'colour'"):
        load(WARTS, keep=["colour"])


def test_every_layer_is_valid(document: Document) -> None:
    for layer in (document.base, document.hinted, document.data):
        assert list(OpenAPIV30SpecValidator(layer).iter_errors()) == []


def test_prance_accepts_every_layer(document: Document) -> None:
    for layer in (document.base, document.data):
        assert BaseParser(spec_string=yaml.safe_dump(layer), backend="openapi-spec-validator").valid


def test_connexion_accepts_the_document_in_force(document: Document) -> None:
    async def answer(**_: Any) -> None: ...

    app = AsyncApp(__name__)
    app.add_api(clone(document.data), resolver=Resolver(lambda _: answer))
    app.middleware._build_middleware_stack()


def test_schemathesis_reads_every_operation(document: Document) -> None:
    found = list(schemathesis.openapi.from_dict(clone(document.data)).get_all_operations())
    declared = sum(
        len(item.keys() & {"get", "post", "put", "patch", "delete"})
        for item in document.data["paths"].values()
    )
    assert [type(operation).__name__ for operation in found] == ["Ok"] * declared


def _overlay(folder: Path, update: str) -> Path:
    path = folder / "own.yaml"
    action = f"{{target: $.info, update: {{{update}}}}}"
    path.write_text(f"{{overlay: 1.0.0, info: {{title: Mine, version: '1'}}, actions: [{action}]}}")
    return path


def test_without_shipped_overlays_all_layers_are_the_base(tmp_path: Path) -> None:
    document = load(WARTS, shipped_overlays=False)
    assert document.hinted == document.base == document.data
    assert document.overlays == ()
    own = _overlay(tmp_path, "x-mine: 1")
    overlaid = load(WARTS, shipped_overlays=False, overlays=[own])
    assert overlaid.base == document.base
    assert overlaid.data == overlaid.hinted
    assert overlaid.data["info"] == {**document.base["info"], "x-mine": 1}


def test_overlays_apply_in_order_each_on_a_copy(tmp_path: Path) -> None:
    own = _overlay(tmp_path, "title: New")
    document = load(overlays=[own])
    assert document.data["info"]["title"] == document.hinted["info"]["title"] == "New"
    assert document.base["info"]["title"] != "New"
    assert "x-kit-filter" not in str(document.base)
    assert "x-kit-filter" in str(document.hinted)
    assert [report.path.name for report in document.overlays] == [
        "hints.overlay.yaml",
        "conventions.overlay.yaml",
        "own.yaml",
    ]


def test_what_an_overlay_adds_stands_in_its_file(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "overlay: 1.0.0\n"
        "info: {title: Mine, version: '1'}\n"
        "actions:\n"
        "  - target: $.paths['/agents']\n"
        "    update:\n"
        "      get:\n"
        "        summary: Another one.\n"
        "        parameters:\n"
        "          - {name: colour, in: query, schema: {type: string}}\n"
        "      put: {operationId: PutAgents, responses: {'204': {description: Done.}}}\n"
    )
    document = load(overlays=[own])
    number = len(load().data["paths"]["/agents"]["get"]["parameters"])
    for pointer, line in (("get/summary", 7), (f"get/parameters/{number}/schema", 9), ("put/responses", 10)):
        place = document.place(f"/paths/~1agents/{pointer}")
        assert (place.file, place.line) == (own, line)
    assert document.place("/paths/~1agents/get").file == document.path
    parameters = document.data["paths"]["/agents/{agent_id}/docs"]["get"]["parameters"]
    limit = next(number for number, each in enumerate(parameters) if each["name"] == "limit")
    bound = f"/paths/~1agents~1{{agent_id}}~1docs/get/parameters/{limit}/schema/maximum"
    assert document.place(bound).file.name == "conventions.overlay.yaml"


def test_an_overlay_that_builds_on_conventions_is_one(tmp_path: Path) -> None:
    problem = {"$ref": "#/components/schemas/RFC9457Problem"}
    answer = {"4XX": {"description": "No.", "content": {"application/problem+json": {"schema": problem}}}}
    own = tmp_path / "own.json"
    action = {"target": "$.paths", "update": {"/a": {"get": {"operationId": "A", "responses": answer}}}}
    own.write_text(
        json.dumps({"overlay": "1.0.0", "info": {"title": "M", "version": "1"}, "actions": [action]})
    )
    document = load(overlays=[own])
    assert "/a" in document.data["paths"]
    assert document.hinted == load().hinted


def test_conventions_hold_for_what_an_overlay_adds(tmp_path: Path) -> None:
    said = {"200": {"description": "All."}}
    listed = {"/folders": {"get": {"operationId": "ListFolders", "responses": said}}}
    own = tmp_path / "own.yaml"
    own.write_text(
        json.dumps(
            {
                "overlay": "1.0.0",
                "info": {"title": "Mine", "version": "1"},
                "actions": [
                    {"target": "$.paths", "update": listed},
                    {"target": "$.paths['/agents'].get.responses['5XX']", "remove": True},
                ],
            }
        )
    )
    paths = load(overlays=[own]).data["paths"]
    assert paths["/folders"]["get"]["responses"].keys() == {"200", "4XX", "5XX"}
    assert paths["/agents"]["get"]["responses"].keys() == {"200", "4XX"}
    bare = load(overlays=[own], shipped_overlays=False).data["paths"]
    assert bare["/folders"]["get"]["responses"] == said


def test_a_place_is_the_line_of_the_pointer_or_of_what_holds_it() -> None:
    document = load(WARTS)
    lines = WARTS.read_text().splitlines()
    here = document.place("/components/schemas/Memory/required")
    assert here.line is not None
    assert lines[here.line - 1].strip() == "required:"
    added = document.place("/components/schemas/Memory/x-nowhere/deeper")
    assert lines[(added.line or 0) - 1].strip() == "Memory:"


NAMED = {"type": "function", "function": {"name": "f"}}


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("tool_choice", None, True),
        ("tool_choice", "auto", True),
        ("tool_choice", NAMED, True),
        ("tool_choice", "other", False),
        ("tool_choice", {"type": "function"}, False),
        ("stop", None, True),
        ("stop", ["a"], True),
        ("stop", [], False),
        ("top_p", 0, False),
        ("top_p", None, True),
    ],
)
def test_validators_read_the_mended_file_alike(name: str, value: Any, accepted: bool) -> None:
    root = load(WARTS, shipped_overlays=False).base
    reference = {"$ref": "#/components/schemas/ChatInput"}
    body = {"messages": [{"role": "user", "content": "Hi"}], name: value}
    connexion_schema = resolve_refs({**root, "x-body": reference})["x-body"]
    assert Draft4RequestValidator(connexion_schema).is_valid(body) is accepted
    assert compile_schema(root, reference).is_valid(body) is accepted
    assert OAS30Validator({**root, **reference}).is_valid(body) is accepted
