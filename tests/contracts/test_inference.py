"""The resource model: the golden table of the shipped spec, and what is concluded from other APIs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.document import Document, load
from contracts.explain import explanation, table
from contracts.inference import infer
from contracts.resources import ResourceModel, Verb

GOLDEN = Path(__file__).parent / "golden" / "resource_model.txt"


def document(paths: dict[str, Any], schemas: dict[str, Any] | None = None) -> Document:
    data = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths}
    data["components"] = {"schemas": schemas or {}}
    return Document(Path("spec.yaml"), data, data, data, {})


def model(paths: dict[str, Any], schemas: dict[str, Any] | None = None) -> ResourceModel:
    return infer(document(paths, schemas))


def answers(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
    content = {"application/json": {"schema": schema}} if schema else {}
    return {"responses": {status: {"description": "ok", "content": content}}}


def takes(schema: dict[str, Any], **answer: Any) -> dict[str, Any]:
    return {
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        **answers(None, "201"),
        **answer,
    }


PET = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}


def test_the_model_of_the_shipped_spec_is_the_reviewed_one() -> None:
    assert table(infer(load())) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_without_overlays_paths_and_schemas_alone_give_the_same_resources_and_verbs() -> None:
    bare, full = infer(load(shipped_overlays=False)), infer(load())
    assert {p: dict(r.verbs).keys() for p, r in bare.resources.items()} == {
        p: dict(r.verbs).keys() for p, r in full.resources.items()
    }
    assert not bare.behaviours
    assert [behaviour.name for behaviour in full.behaviours.values()].count("chat") == 1


def test_every_operation_of_the_shipped_spec_is_placed_once() -> None:
    found = infer(load())
    placed = [o.id for r in found.resources.values() for o in r.verbs.values()]
    placed += [a.operation.id for r in found.resources.values() for a in r.actions]
    assert len(placed) == len(set(placed)) == 36
    assert not found.unplaced


def test_the_explanation_gives_a_reason_for_each_conclusion() -> None:
    text = explanation(load(), infer(load()))
    assert "POST /sessions/{session_id}/chat, behaves as chat (hint)" in text
    assert "agent_id → /agents  — `agent_id` is the parameter of /agents/{agent_id}" in text
    assert "docs → /users/{user_id}/docs" in text
    concluded = [line for line in text.splitlines() if line.startswith("  ")]
    assert [line for line in concluded if "  — " not in line] == []


def test_the_explanation_says_what_the_overlays_did_not_match(tmp_path: Path) -> None:
    spec = tmp_path / "small.yaml"
    spec.write_text(
        "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n"
        "paths:\n  /pets:\n    get:\n      operationId: list\n"
        "      responses: {'200': {description: ok, content: {application/json: {schema: {type: array, "
        "items: {type: object}}}}}}\n"
    )
    loaded = load(spec)
    assert "nothing matches $.paths['/sessions/{session_id}/chat'].post" in explanation(loaded, infer(loaded))


def test_a_bare_array_is_a_page_and_its_items_are_records() -> None:
    pets = model({"/pets": {"get": answers({"type": "array", "items": PET})}}).resources["/pets"]
    assert pets.listing is not None
    assert pets.listing.envelope is None
    assert (pets.label, pets.id_property, set(pets.verbs)) == ("pet", "id", {Verb.LIST})


def test_an_envelope_with_a_total_is_a_page() -> None:
    page = {
        "type": "object",
        "properties": {"data": {"type": "array", "items": PET}, "total": {"type": "integer"}},
    }
    pets = model({"/pets": {"get": answers(page)}}).resources["/pets"]
    assert pets.listing is not None
    assert (pets.listing.envelope, pets.listing.total) == ("data", "total")


def test_a_record_that_holds_one_list_of_objects_is_no_page() -> None:
    basket = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "lines": {"type": "array", "items": PET},
            "n": {"type": "string"},
        },
    }
    found = model({"/basket": {"get": answers(basket)}}).resources["/basket"]
    assert found.singleton
    assert set(found.verbs) == {Verb.GET}


def test_a_wrapped_record_is_unwrapped() -> None:
    wrapped = {"type": "object", "properties": {"pet": PET}}
    pets = model({"/pets/{slug}": {"get": answers(wrapped)}}).resources["/pets"]
    assert (pets.wrapper, pets.record) == ("pet", PET)


@pytest.mark.parametrize(
    ("parameter", "fields", "expected"),
    [
        ("pet_id", ["id", "name"], "id"),
        ("petId", ["petId", "id"], "petId"),
        ("pet_id", ["petId"], "petId"),
        ("username", ["id", "username"], "username"),
        ("pet", ["name", "pet_uuid"], "pet_uuid"),
    ],
)
def test_the_id_is_what_the_path_names(parameter: str, fields: list[str], expected: str) -> None:
    record = {"type": "object", "properties": {name: {"type": "string"} for name in fields}}
    found = model({f"/pets/{{{parameter}}}": {"get": answers(record)}}).resources["/pets"]
    assert found.id_property == expected


def test_an_id_in_the_create_request_is_the_clients() -> None:
    paths = {"/pets": {"post": takes(PET)}, "/pets/{id}": {"get": answers(PET)}}
    assert model(paths).resources["/pets"].client_id
    read_only = {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}}
    paths = {"/pets": {"post": takes(read_only)}, "/pets/{id}": {"get": answers(read_only)}}
    assert not model(paths).resources["/pets"].client_id


def test_nested_collections_know_their_parents_and_embedded_records() -> None:
    toy = {"$ref": "#/components/schemas/Toy"}
    owner = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "toys": {"type": "array", "items": toy}},
    }
    paths = {
        "/pets": {"post": takes(owner)},
        "/pets/{pet_id}": {"get": answers(PET)},
        "/pets/{pet_id}/toys": {"post": takes(toy)},
        "/pets/{pet_id}/toys/{toy_id}": {"get": answers(PET)},
        "/pets/{pet_id}/toys/{toy_id}/parts": {"get": answers({"type": "array", "items": PET})},
    }
    found = model(paths, {"Toy": {"type": "object", "properties": {"name": {"type": "string"}}}})
    assert found.resources["/pets/{pet_id}/toys"].parent == "/pets"
    assert found.resources["/pets/{pet_id}/toys/{toy_id}/parts"].parent == "/pets/{pet_id}/toys"
    assert [e.target for e in found.resources["/pets"].embeddings] == ["/pets/{pet_id}/toys"]


def test_what_is_below_a_record_and_lists_nothing_is_an_action() -> None:
    paths = {
        "/pets/{pet_id}": {"get": answers(PET)},
        "/pets/{pet_id}/feed": {"post": answers(None, "204")},
        "/pets/random-name": {"get": answers({"type": "string"})},
    }
    pets = model(paths).resources["/pets"]
    assert [action.operation.path for action in pets.actions] == ["/pets/{pet_id}/feed", "/pets/random-name"]


def test_an_operation_no_resource_claims_is_unplaced() -> None:
    found = model({"/login": {"post": answers(None, "204")}})
    assert [operation.path for operation in found.unplaced] == ["/login"]
    assert "unplaced   POST /login" in explanation(
        document({"/login": {"post": answers(None, "204")}}), found
    )
