"""Values of any schema: valid, plausible, equal for equal draws, and never at any cost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.schemas import compile_schema
from mockserver.ids import Ids
from mockserver.synth import Synth, Unsatisfiable
from tests.mockserver.synth.schemas import anything, names, satisfiable

ROOT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Part": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
            "Tree": {
                "type": "object",
                "required": ["value", "children"],
                "properties": {
                    "value": {"type": "integer"},
                    "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                },
            },
            "Formula": {
                "oneOf": [
                    {"type": "number"},
                    {
                        "type": "object",
                        "required": ["left", "right"],
                        "properties": {
                            "left": {"$ref": "#/components/schemas/Formula"},
                            "right": {"$ref": "#/components/schemas/Formula"},
                        },
                    },
                ]
            },
            "Endless": {
                "type": "object",
                "required": ["next"],
                "properties": {"next": {"$ref": "#/components/schemas/Endless"}},
            },
            "Circle": {"$ref": "#/components/schemas/Circle"},
            "Linked": {
                "type": "object",
                "required": ["next"],
                "properties": {
                    "next": {"anyOf": [{"$ref": "#/components/schemas/Linked"}, {"type": "null"}]}
                },
            },
        }
    }
}
SYNTH = Synth(ROOT, Ids(7))


def component(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def is_valid(schema: dict[str, Any], value: Any, root: dict[str, Any] = ROOT) -> bool:
    return compile_schema(root, schema, "response").is_valid(value)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(schema=satisfiable, name=names, draw=st.text(max_size=3))
def test_a_schema_that_can_be_kept_is_kept(schema: dict[str, Any], name: str, draw: str) -> None:
    assert is_valid(schema, SYNTH.value(name, schema, draw))


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(schema=anything)
def test_anything_gives_a_valid_value_or_the_one_refusal(schema: dict[str, Any]) -> None:
    try:
        value = SYNTH.value("name", schema, "", root=ROOT)
    except Unsatisfiable:
        return
    assert is_valid(schema, value)


@settings(max_examples=50)
@given(schema=satisfiable, name=names)
def test_equal_draws_are_equal(schema: dict[str, Any], name: str) -> None:
    assert Synth(ROOT, Ids(7)).value(name, schema, "1") == SYNTH.value(name, schema, "1")


def test_seed_name_and_draw_each_matter() -> None:
    schema = {"type": "string", "format": "uuid"}
    values = {
        Synth(ROOT, Ids(seed)).value(name, schema, draw)
        for seed in (1, 2)
        for name in ("note", "other")
        for draw in "ab"
    }
    assert len(values) == 8


def test_order_of_calls_does_not_matter() -> None:
    forth, back = Synth(ROOT, Ids(3)), Synth(ROOT, Ids(3))
    wanted = [("city", "1"), ("email", "2"), ("title", "3"), ("tags", "4")]
    one = {name: forth.value(name, {"type": "string"}, draw) for name, draw in wanted}
    two = {name: back.value(name, {"type": "string"}, draw) for name, draw in reversed(wanted)}
    assert one == two


def test_processes_agree() -> None:
    code = (
        "from mockserver.ids import Ids; from mockserver.synth import Synth; s = Synth({}, Ids(5));"
        "mixed = {'type': 'string', 'pattern': '^[^ab]{9}\\\\W\\\\S[\\\\dz]$'};"
        "print([s.value('x', mixed, str(n)) for n in range(9)], s.value('email', {'type': 'string'}, ''))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_faker_is_imported_only_when_words_are_needed() -> None:
    code = (
        "import sys; from mockserver.ids import Ids; from mockserver.synth import Synth;"
        "Synth({}, Ids(5)).value('n', {'type': 'integer'}, ''); assert 'faker' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_other_users_of_faker_are_not_disturbed() -> None:
    from faker import Faker

    Faker.seed(11)
    undisturbed = [Faker().name() for _ in range(3)]
    Faker.seed(11)
    SYNTH.value("full_name", {"type": "string"}, "z")
    Synth(ROOT, Ids(99)).value("full_name", {"type": "string"}, "z")
    assert [Faker().name() for _ in range(3)] == undisturbed


@pytest.mark.parametrize("name", ["Part", "Tree", "Formula", "Linked"])
def test_recursion_ends(name: str) -> None:
    values = [SYNTH.value("thing", component(name), str(draw)) for draw in range(20)]
    assert all(is_valid(component(name), value) for value in values)


def test_alternatives_are_all_drawn() -> None:
    kinds = {type(SYNTH.value("thing", component("Formula"), str(draw))) for draw in range(20)}
    assert dict in kinds
    assert kinds & {int, float}


@pytest.mark.parametrize(
    "schema",
    [
        component("Endless"),
        component("Circle"),
        component("Missing"),
        {"$ref": "https://example.com/schema.json"},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"type": "string", "pattern": "^a$", "minLength": 2},
        {"type": "string", "pattern": "("},
        {"type": "string", "minLength": 10**9},
        {"type": "string", "pattern": "((a{100}){100}){100}"},
        {"type": "string", "pattern": "a{1000000000}"},
        {"type": "array", "items": {"type": "string"}, "minItems": 10**9},
        {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True},
        {"type": "object", "properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": False},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"enum": []},
        {"not": {}},
        {"type": "unknown"},
        {"type": 5},
        {"properties": []},
        {"multipleOf": 0, "type": "number"},
    ],
)
def test_what_cannot_be_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(Unsatisfiable):
        SYNTH.value("x", schema, "")


def test_schemas_that_explode_are_refused() -> None:
    doubling = {
        f"S{n}": {"allOf": [{"$ref": f"#/$defs/S{n + 1}"}, {"$ref": f"#/$defs/S{n + 1}"}]} for n in range(40)
    }
    root = {"$defs": doubling | {"S40": {"type": "integer"}}, "$ref": "#/$defs/S0"}
    with pytest.raises(Unsatisfiable, match="too many"):
        SYNTH.value("x", root, "", root=root)
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"items": deep}
    with pytest.raises(Unsatisfiable, match="too deeply"):
        SYNTH.value("x", deep, "", root=deep)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_patterns_that_are_slow_elsewhere_are_drawn(pattern: str) -> None:
    schema = {"type": "string", "pattern": pattern}
    assert is_valid(schema, SYNTH.value("x", schema, ""))


def test_a_schema_may_bring_its_own_root() -> None:
    schema = {
        "type": "object",
        "required": ["place", "unit"],
        "properties": {"place": {"$ref": "#/$defs/Place"}, "unit": {"enum": ["metric", "imperial"]}},
        "$defs": {
            "Place": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
        },
    }
    value = SYNTH.value("arguments", schema, "", root=schema)
    assert is_valid(schema, value, schema)
    assert set(value["place"]) == {"city"}


def test_demands_on_members_that_depend_on_each_other() -> None:
    schema = {
        "type": "object",
        "properties": {"card": {"type": "string"}, "address": {"type": "string"}, "note": {"type": "string"}},
        "dependentRequired": {"card": ["address"]},
        "minProperties": 2,
        "maxProperties": 2,
    }
    for draw in range(20):
        value = SYNTH.value("payment", schema, str(draw))
        assert is_valid(schema, value)
        assert len(value) == 2


def test_write_only_members_are_left_out() -> None:
    secret = {"type": "string", "writeOnly": True}
    schema = {"type": "object", "properties": {"password": secret, "pin": secret}, "required": ["password"]}
    assert SYNTH.value("account", schema, "") == {}


def test_null_is_the_last_resort() -> None:
    schema = {"type": "string", "nullable": True}
    assert all(SYNTH.value("title", schema, str(draw)) is not None for draw in range(20))
    assert SYNTH.value("title", {"type": "integer", "nullable": True, "minimum": 1, "maximum": 0}, "") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("email", r"[a-z.]+@example\.com"),
        ("contactEmail", r"[a-z.]+@example\.com"),
        ("avatar_url", r"https://[a-z]+\.example\.com/[a-z-]+"),
        ("full_name", r"\w[\w.]* .+"),
        ("countryCode", r"[A-Z]{2}"),
        ("question", r".+\?"),
        ("description", r".+\."),
        ("version", r"\d+\.\d+\.\d+"),
    ],
)
def test_the_name_tells_what_the_text_looks_like(name: str, expected: str) -> None:
    for draw in range(10):
        assert re.fullmatch(expected, SYNTH.value(name, {"type": "string"}, str(draw)))


def test_text_is_cut_between_words() -> None:
    value = SYNTH.value("description", {"type": "string", "maxLength": 25}, "1")
    assert 8 < len(value) <= 25
    assert value == value.strip()


def test_defaults_and_examples_serve_where_they_are_valid() -> None:
    assert SYNTH.value("model", {"type": "string", "default": "m-1"}, "") == "m-1"
    assert SYNTH.value("model", {"type": "string", "default": "m-1", "maxLength": 2}, "") != "m-1"
    assert SYNTH.value("shade", {"type": "string", "example": "teal"}, "") == "teal"
    odd = {"type": "string", "pattern": "^(?:\\p{Lu}x){2}$", "example": "ÄxÖx"}
    assert SYNTH.value("mark", odd, "") == "ÄxÖx"
    ids = {SYNTH.value("id", {"type": "string", "format": "uuid", "example": "e"}, str(n)) for n in range(5)}
    assert len(ids) == 5


def test_hosts_are_reserved_ones() -> None:
    for format in ("uri", "email", "hostname"):
        for draw in range(10):
            assert "example.com" in SYNTH.value("x", {"type": "string", "format": format}, str(draw))
