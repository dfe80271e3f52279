"""Our contract says what the published one says, except where that one could not be meant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import ANY

import pytest
import yaml

from contracts.document import load
from tests.spec.fact_table import fact_table

ROOT = Path(__file__).parents[2]
PUBLISHED = json.loads((Path(__file__).parent / "published_facts.json").read_text(encoding="utf-8"))
GONE = "(not there)"


class Mended(NamedTuple):
    """A place where the two may differ, what stands in each, and why."""

    reason: str
    place: str
    published: Any
    ours: Any


CHOICES = ["ToolChoiceOption", "NamedToolChoice"]
MEMORY_REQUIRED = ["agent_id", "content", "created_at", "entities", "id", "user_id"]
MENDED = [
    Mended("a parameter has a name", "/path_parameters/*/name", None, ANY),
    Mended("a path parameter is always required", "/path_parameters/*/required", False, True),
    Mended("an apiKey has no scheme", "/security_schemes/api-key/scheme", "basic", GONE),
    Mended("a GET without a body declares none", "/operations/GET *s/body/required", False, GONE),
    Mended("a write needs its body", "/operations/P* */body/required", False, True),
    Mended("Accept is no parameter", "/operations/POST */chat/parameters/header Accept/*", ANY, GONE),
    Mended("but names media types", "/operations/POST */chat/responses/200/text/event-stream", GONE, {}),
    Mended("an object is no string", "/schemas/ToolChoiceOption/type", "string", GONE),
    Mended("a named tool fits both", "/schemas/ChatInputData/properties/tool_choice/oneOf", CHOICES, GONE),
    Mended(
        "so any may fit, and null too",
        "/schemas/ChatInputData/properties/tool_choice/anyOf",
        GONE,
        [*CHOICES, {"enum": [None], "nullable": True, "type": "string"}],
    ),
    Mended("nullable needs a type", "/schemas/ChatInputData/properties/tool_choice/nullable", True, GONE),
    Mended("null is no default", "/schemas/ChatSettings/properties/logit_bias/default", None, GONE),
    Mended("null is no default", "/schemas/ChatSettings/properties/stop/default", None, GONE),
    Mended(
        "there is no such property",
        "/schemas/Memory/required",
        sorted([*MEMORY_REQUIRED, "type"]),
        MEMORY_REQUIRED,
    ),
    Mended(
        "an array has no properties",
        "/schemas/ChatResponse/properties/response/items/properties/items",
        "ChatMLMessage",
        GONE,
    ),
]


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    return fact_table(read("spec/agents-openapi.yaml"))


def leaves(node: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict) and node:
        for key, part in node.items():
            yield from leaves(part, f"{place}/{key}")
    else:
        yield place, node


def differences(ours: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    theirs, mine = dict(leaves(PUBLISHED)), dict(leaves(ours))
    pairs = {place: (theirs.get(place, GONE), mine.get(place, GONE)) for place in theirs | mine}
    return {place: pair for place, pair in pairs.items() if pair[0] != pair[1]}


def test_the_published_contract_has_36_operations_and_39_schemas() -> None:
    assert len(PUBLISHED["operations"]) == 36
    assert len(PUBLISHED["schemas"]) == 39


def test_each_difference_is_a_known_mend(ours: dict[str, Any]) -> None:
    unknown = {
        place: pair
        for place, pair in differences(ours).items()
        if not any(fnmatchcase(place, mend.place) and pair == (mend.published, mend.ours) for mend in MENDED)
    }
    assert unknown == {}


@pytest.mark.parametrize("mend", MENDED, ids=lambda mend: f"{mend.reason}: {mend.place}")
def test_each_mend_is_made(ours: dict[str, Any], mend: Mended) -> None:
    assert any(fnmatchcase(place, mend.place) for place in differences(ours))


def test_each_path_parameter_is_named_as_its_key(ours: dict[str, Any]) -> None:
    assert {key: node["name"] for key, node in ours["path_parameters"].items()} == {
        key: key for key in PUBLISHED["path_parameters"]
    }


def test_the_warty_copy_states_the_published_facts() -> None:
    assert fact_table(read("tests/data/published-warts.yaml")) == PUBLISHED


def test_the_repairs_make_the_warty_copy_say_what_ours_says(ours: dict[str, Any]) -> None:
    mended = load(ROOT / "tests/data/published-warts.yaml", shipped_overlays=False)
    assert fact_table(mended.base) == ours
