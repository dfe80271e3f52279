"""`response_format`: JSON by a schema, text by a regular expression, and nothing that costs too much."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.behaviours.reply.formats import matching_texts
from mockserver.behaviours.reply.schema_cost import too_costly
from mockserver.ids import Ids
from mockserver.problems import Invalid
from tests.mockserver.behaviours.world import Spoken, World, told

UNKEPT: dict[str, Any] = {"record": False, "remember": False}

ORDER = {
    "type": "object",
    "properties": {
        "parts": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 3},
        "price": {"type": "integer", "minimum": 3, "exclusiveMaximum": 5},
        "kind": {"enum": ["road", "gravel"]},
        "due": {"$ref": "#/$defs/due"},
        "note": {"type": "string", "maxLength": 10},
    },
    "required": ["parts", "price", "kind", "due"],
    "additionalProperties": False,
    "$defs": {
        "due": {
            "type": "object",
            "properties": {"day": {"type": "string", "format": "date"}, "again": {"$ref": "#/$defs/due"}},
            "required": ["day"],
        }
    },
}


async def answered(world: World, wanted: dict[str, Any], **settings: Any) -> Spoken:
    session = await world.session()
    return await world.chat(session.id, "Which tyres suit gravel?", response_format=wanted, **settings)


async def refused(world: World, wanted: dict[str, Any], pointer: str) -> str:
    session = await world.session()
    with pytest.raises(Invalid) as refusal:
        await world.chat(session.id, "Which tyres suit gravel?", response_format=wanted)
    (offence,) = refusal.value.errors
    assert offence.pointer.startswith(pointer)
    assert await world.history(session.id) == []
    assert await world.memories(session.id) == []
    return offence.detail


@told
async def test_a_json_object_without_a_schema_holds_the_answer(world: World) -> None:
    spoken = await answered(world, {"type": "json_object"})
    value = json.loads(spoken.content)
    assert "gravel" in value["answer"]
    assert (await answered(world, {"type": "json_object", "schema": {}})).content == spoken.content


@pytest.mark.parametrize(
    "schema",
    [
        ORDER,
        {"properties": {"n": {"type": "number", "multipleOf": 0.5}}, "required": ["n"]},
        {"type": "array", "items": {"type": "integer"}},
        {"anyOf": [{"type": "object", "required": ["a"]}, {"const": 3}]},
        {"type": "object", "properties": {"p": {"type": "string", "pattern": "(a+)+$"}}, "required": ["p"]},
        {"title": "Anything"},
    ],
)
@told
async def test_a_json_object_is_valid_against_its_schema(world: World, schema: dict[str, Any]) -> None:
    spoken = await answered(world, {"type": "json_object", "schema": schema})
    assert jsonschema_rs.is_valid(schema, json.loads(spoken.content))
    assert spoken.answer["finish_reason"] == "stop"


@told
async def test_json_is_drawn_to_fit_where_it_can(world: World) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "string"}, "c": {"type": "string"}},
        "required": ["a"],
    }
    spoken = await answered(world, {"type": "json_object", "schema": schema}, max_tokens=10)
    assert spoken.answer["finish_reason"] == "stop"
    assert list(json.loads(spoken.content)) == ["a"]
    plain = await answered(world, {"type": "json_object"}, stop=["topic"])
    assert plain.answer["finish_reason"] == "stop"
    assert "answer" in json.loads(plain.content)


@told
async def test_limits_hold_for_every_format_where_nothing_fits(world: World) -> None:
    cut = await answered(world, {"type": "json_object", "schema": ORDER}, max_tokens=4)
    assert cut.answer["finish_reason"] == "length"
    assert cut.answer["usage"]["completion_tokens"] == 4
    stopped = await answered(world, {"type": "json_object", "schema": ORDER}, stop='"')
    assert (stopped.content, stopped.answer["finish_reason"]) == ("{", "stop")
    short = await answered(world, {"type": "regex", "pattern": "a{300}"}, max_tokens=2)
    assert (short.content, short.answer["finish_reason"]) == ("a" * 8, "length")


@pytest.mark.parametrize(
    ("pattern", "stop"),
    [
        ("^[a-c5]{8}$", ["a"]),
        ("[ab]{60}", ["ab"]),
        ("(a|b|c|d)(a|b)(a|b)", ["a", "d"]),
        ("[^x]{40}.", "e"),
        ("x|y", "x"),
    ],
)
@told
async def test_a_match_without_a_stop_sequence_is_found(world: World, pattern: str, stop: list[str]) -> None:
    for seed in range(5):
        asked = {"type": "regex", "pattern": pattern}
        spoken = await answered(world, asked, stop=stop, seed=seed)
        assert re.fullmatch(pattern, spoken.content), spoken.content
        assert not any(word in spoken.content for word in stop)


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]+ to [0-9]+ days",
        "(a+)+$",
        "^yes|no$",
        "(?i)yes",
        r"(?<year>\d{4})-\d\d",
        r"(((a*)*)*)*",
        "(a{1,100}){1,100}",
        r"[^\s]{3}",
        r"\bfoo\b",
        "[\\x00-\\U0010ffff]{5}",
        "",
        "äö?ü+",
    ],
)
@told
async def test_text_matches_the_pattern_as_a_whole(world: World, pattern: str) -> None:
    spoken = await answered(world, {"type": "regex", "pattern": pattern})
    assert re.fullmatch(pattern.replace("?<year>", ""), spoken.content)
    assert spoken.answer["finish_reason"] == "stop"


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "a{1000000}",
        "a{4001}",
        "(?:(?:(?:a{1,30}){1,30}){1,30}){1,30}",
        "((((a{65535}){65535}){65535}){65535})",
        r"(\d+)-\1",
        "(?=x)x",
        "a^b",
        r"\ud800",
        "x" * 3000,
        "(" * 900 + ")" * 900,
        "a{99999999999999999999}",
        "a)(b",
    ],
)
@told
async def test_a_pattern_that_is_none_or_costs_too_much_is_refused(world: World, pattern: str) -> None:
    assert await refused(world, {"type": "regex", "pattern": pattern}, "/response_format/pattern")


@told
async def test_a_regex_without_a_pattern_asks_for_nothing(world: World) -> None:
    assert (await answered(world, {"type": "regex"})).content == (await answered(world, {})).content


@given(st.from_regex(r"[ab(|)*+?.{}1,2\[\]^$\\d-]{0,12}", fullmatch=True))
def test_any_pattern_gives_matching_texts_or_is_refused(pattern: str) -> None:
    try:
        texts = list(matching_texts(pattern, Ids(1).random(pattern)))
    except Invalid:
        return
    assert texts
    assert all(len(text) <= 4_000 and matches(pattern, text) for text in texts)


def matches(pattern: str, text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of the test's own reading, not the mock's
        return re.fullmatch(pattern, text) is not None


def ladder(rungs: int) -> dict[str, Any]:
    """A schema that says the same thing twice on every rung: checkers climb it in 2^rungs ways."""
    steps = {f"r{n}": {"allOf": [{"$ref": f"#/$defs/r{n + 1}"}] * 2} for n in range(rungs)}
    return {"$ref": "#/$defs/r0", "$defs": steps | {f"r{rungs}": {"type": "object"}}}


TWICE_ITSELF = {"properties": {"c": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}}


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"type": 5}, "/response_format/schema/type"),
        ({"properties": {"a/b": {"minimum": "x"}}}, "/response_format/schema/properties/a~1b/minimum"),
        ({"$ref": "#/nowhere"}, "/response_format/schema"),
        ({"$ref": "https://example.com/schema"}, "/response_format/schema"),
        ({"$ref": "file:///etc/hostname"}, "/response_format/schema"),
        ({"$dynamicRef": "https://example.com/schema"}, "/response_format/schema"),
        ({"$ref": "#"}, "/response_format/schema"),
        ({"not": {}}, "/response_format/schema"),
        (
            {"properties": {"a": {"type": "string", "minLength": 10**9}}, "required": ["a"]},
            "/response_format",
        ),
        ({"properties": {"a": {"type": "array", "minItems": 10**9}}, "required": ["a"]}, "/response_format"),
        (ladder(40), "/response_format/schema"),
        ({"properties": {"c": {"allOf": [{"$ref": "#"}] * 1500}}, "required": ["c"]}, "/response_format"),
        ({"properties": {"p": {"pattern": "a{1000000}"}}, "required": ["p"]}, "/response_format/schema"),
        ({"description": "x" * 200_000}, "/response_format/schema"),
    ],
)
@told
async def test_a_schema_that_is_none_or_costs_too_much_is_refused(
    world: World, schema: dict[str, Any], pointer: str
) -> None:
    assert await refused(world, {"type": "json_object", "schema": schema}, pointer)


def test_the_cost_of_a_check_is_known_without_checking() -> None:
    deep: dict[str, Any] = {}
    for _ in range(30):
        deep = {"c": deep}
    assert too_costly(TWICE_ITSELF, deep)
    assert not too_costly(TWICE_ITSELF, {"c": {"c": {}}})
    assert not too_costly({"$ref": "#"}, {})
    assert too_costly(ladder(30), {})
    tree = {"properties": {"kids": {"items": {"$ref": "#"}}}}
    assert not too_costly(tree, {"kids": [{"kids": [{"kids": []}] * 20}] * 20})
