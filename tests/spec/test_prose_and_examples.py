"""What Swagger UI shows: valid, explained everywhere, and with examples that hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from openapi_spec_validator import OpenAPIV30SpecValidator

FILE = Path(__file__).parents[2] / "spec" / "agents-openapi.yaml"
TEXT = FILE.read_text(encoding="utf-8")
DOCUMENT = yaml.safe_load(TEXT)
METHODS = ("get", "put", "post", "delete", "patch")
OPERATIONS = [
    operation
    for item in DOCUMENT["paths"].values()
    for method, operation in item.items()
    if method in METHODS
]


class Part(NamedTuple):
    """A schema, parameter or media type, and where it stands."""

    place: str
    node: dict[str, Any]


def schemas(place: str, schema: dict[str, Any]) -> Iterator[Part]:
    """A schema and those in it; references are not followed."""
    if "$ref" in schema:
        return
    yield Part(place, schema)
    for name, part in schema.get("properties", {}).items():
        yield from schemas(f"{place}.{name}", part)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from schemas(f"{place}.{keyword}", schema[keyword])
    for keyword in ("oneOf", "anyOf", "allOf"):
        for index, part in enumerate(schema.get(keyword, ())):
            yield from schemas(f"{place}.{keyword}[{index}]", part)


def media_types() -> Iterator[Part]:
    for operation in OPERATIONS:
        name = operation["operationId"]
        for place, node in (("body", operation.get("requestBody", {})), *operation["responses"].items()):
            for media_type, entry in node.get("content", {}).items():
                yield Part(f"{name} {place} {media_type}", entry)


def parameters() -> Iterator[Part]:
    for name, node in DOCUMENT["components"]["parameters"].items():
        yield Part(name, node)
    for operation in OPERATIONS:
        for node in operation.get("parameters", ()):
            if "$ref" not in node:
                yield Part(f"{operation['operationId']} {node['name']}", node)


def examples(node: dict[str, Any]) -> list[Any]:
    return (
        [node["example"]]
        if "example" in node
        else [each["value"] for each in node.get("examples", {}).values()]
    )


MEDIA_TYPES = list(media_types())
PARAMETERS = list(parameters())
COMPONENTS = [
    part for name, schema in DOCUMENT["components"]["schemas"].items() for part in schemas(name, schema)
]
INLINE = [part for place, entry in MEDIA_TYPES for part in schemas(place, entry["schema"])]


def is_shown(place: str) -> bool:
    """Whether a schema is a component or a property of one, rather than a branch or an item."""
    return not any(place.endswith(end) for end in (".items", ".additionalProperties", "]"))


def validate(value: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}  # references begin at the root
    OAS30Validator(whole, format_checker=oas30_format_checker).validate(value)


def test_the_contract_is_valid_openapi() -> None:
    assert [error.message for error in OpenAPIV30SpecValidator(DOCUMENT).iter_errors()] == []


def test_connexion_would_not_render_it() -> None:
    # Connexion runs a file given by name through Jinja.
    assert "{{" not in TEXT
    assert "{%" not in TEXT


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["operationId"])
def test_each_operation_is_explained(operation: dict[str, Any]) -> None:
    assert not operation["summary"].endswith(".")
    assert operation["description"].endswith(".")
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert all(response["description"].endswith(".") for response in operation["responses"].values())


@pytest.mark.parametrize("part", [*PARAMETERS, *COMPONENTS], ids=lambda part: part.place)
def test_each_parameter_and_schema_is_described(part: Part) -> None:
    if part.place.endswith(".items") and part.node.get("type") == "string":
        return  # an array of strings is described as a whole
    assert part.node["description"].endswith(".")


@pytest.mark.parametrize("part", MEDIA_TYPES, ids=lambda part: part.place)
def test_each_request_and_response_has_valid_examples(part: Part) -> None:
    assert examples(part.node)
    for example in examples(part.node):
        validate(example, part.node["schema"])


@pytest.mark.parametrize("part", PARAMETERS, ids=lambda part: part.place)
def test_each_parameter_has_valid_examples(part: Part) -> None:
    assert examples(part.node)
    for example in examples(part.node):
        validate(example, part.node["schema"])


def test_swagger_ui_begins_with_the_defaults() -> None:
    """It fills each form with the first example, which must not filter or cut anything by itself."""
    for part in PARAMETERS:
        if "default" in part.node["schema"]:
            assert examples(part.node)[0] == part.node["schema"]["default"], part.place


@pytest.mark.parametrize(
    "part", [part for part in COMPONENTS if is_shown(part.place)], ids=lambda part: part.place
)
def test_each_schema_and_property_has_a_valid_example(part: Part) -> None:
    """An object with properties is shown by the examples of these."""
    assert "example" in part.node or part.node.get("properties")
    for example in examples(part.node):
        validate(example, part.node)


def test_each_default_is_valid() -> None:
    for part in [*COMPONENTS, *INLINE, *((place, node["schema"]) for place, node in PARAMETERS)]:
        if "default" in part[1]:
            validate(part[1]["default"], part[1])


def test_the_examples_speak_of_the_same_few_records() -> None:
    """An id stands for one kind of record, wherever it appears."""
    kinds: dict[str, set[str]] = {}
    for place, node in PARAMETERS:
        if place.endswith("_id"):
            kinds.setdefault(node["example"], set()).add(node["name"].removesuffix("_id"))
    for part in MEDIA_TYPES:
        for example in examples(part.node):
            for name, value in named_ids(example):
                kinds.setdefault(value, set()).add(name)
    assert {value: names for value, names in kinds.items() if len(names) > 1} == {}


def named_ids(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for part in node:
            yield from named_ids(part)
    elif isinstance(node, dict):
        for key, part in node.items():
            if key.endswith("_id") and isinstance(part, str):
                yield key.removesuffix("_id"), part
            yield from named_ids(part)


def test_the_example_stream_is_made_of_events() -> None:
    content = DOCUMENT["paths"]["/sessions/{session_id}/chat"]["post"]["responses"]["200"]["content"]
    *events, end = content["text/event-stream"]["example"].removesuffix("\n\n").split("\n\n")
    chunks = [json.loads(event.removeprefix("data: ")) for event in events]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert end == "data: [DONE]"
