"""What Schemathesis is given to read."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from conformance.schemathesis_bridge.loading import by_method_and_path, loaded
from conformance.schemathesis_bridge.slots import Slots, slots
from conformance.schemathesis_bridge.translation import translated
from contracts.document import Document
from contracts.operations import operations
from contracts.resources import ResourceModel

JSON = dict[str, Any]


@pytest.fixture
def calls(document: Document, model: ResourceModel) -> tuple[Slots, ...]:
    return slots(model, operations(document), document.data)


@pytest.fixture
def data(document: Document, model: ResourceModel, calls: tuple[Slots, ...]) -> JSON:
    return translated(document, model, calls)


def links_of(data: JSON, path: str) -> dict[str, JSON]:
    links: dict[str, JSON] = data["paths"][path]["post"]["responses"]["201"]["links"]
    return {link["operationId"]: link for link in links.values()}


def test_the_document_itself_stays_as_it_is(
    document: Document, model: ResourceModel, calls: tuple[Slots, ...]
) -> None:
    before = copy.deepcopy(document.data)
    translated(document, model, calls)
    assert document.data == before


def test_keys_are_the_targets_business(data: JSON) -> None:
    assert "security" not in data
    assert "securitySchemes" not in data["components"]


def test_an_id_goes_to_each_call_that_takes_it(data: JSON) -> None:
    links = links_of(data, "/agents")
    assert links["GetAgent"]["parameters"] == {"path.agent_id": "$response.body#/id"}
    assert links["CreateAgentDoc"]["parameters"] == {"path.agent_id": "$response.body#/id"}
    assert links["CreateSession"]["requestBody"] == {"agent_id": "$response.body#/id"}
    assert "DeleteAgentDoc" not in links


def test_an_id_below_an_owner_goes_with_the_owners(data: JSON) -> None:
    assert links_of(data, "/agents/{agent_id}/tools")["PatchAgentTool"]["parameters"] == {
        "path.agent_id": "$request.path.agent_id",
        "path.tool_id": "$response.body#/id",
    }


def test_a_reference_may_stand_in_a_query(data: JSON) -> None:
    assert links_of(data, "/users")["GetAgentMemories"]["parameters"] == {
        "query.user_id": "$response.body#/id"
    }


def test_calls_that_are_left_out_are_not_there(
    document: Document, model: ResourceModel, calls: tuple[Slots, ...]
) -> None:
    kept = tuple(call for call in calls if call.operation.id not in {"CreateUser", "GetAgent"})
    data = translated(document, model, kept)
    assert "post" not in data["paths"]["/users"]
    assert "get" not in data["paths"]["/agents/{agent_id}"]
    assert "GetAgent" not in links_of(data, "/agents")


def test_a_filter_in_a_string_is_said_to_hold_an_object(
    document: Document, model: ResourceModel, calls: tuple[Slots, ...]
) -> None:
    written = copy.deepcopy(document.data)
    parameter = written["components"]["parameters"]["metadata_filter"]
    del parameter["content"]
    parameter["schema"] = {"type": "string", "default": "{}"}
    data = translated(replace(document, data=written), model, calls)
    said = data["components"]["parameters"]["metadata_filter"]
    assert "schema" not in said
    assert said["content"] == {"application/json": {"schema": {"type": "object"}}}


def test_events_are_not_held_against_a_schema_of_text(data: JSON) -> None:
    content = data["paths"]["/sessions/{session_id}/chat"]["post"]["responses"]["200"]["content"]
    assert "schema" not in content["text/event-stream"]
    assert "schema" in content["application/json"]


def test_schemathesis_reads_all_of_it(data: JSON, calls: tuple[Slots, ...]) -> None:
    known = by_method_and_path(loaded(data))
    assert known.keys() == {(call.operation.method, call.operation.path) for call in calls}
