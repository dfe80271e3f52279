"""What is written is what is read: any text, any number, any nesting, by every way a record can be read."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.app import Mock
from mockserver.strict_json import MAX_DEPTH
from tests.mockserver.api import Api
from tests.mockserver.samples import CREATABLE, agent

TENANTS = count()
LARGEST_DOUBLE = 1.7976931348623157e308

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
ODD_TEXTS = [
    "",
    " ",
    '"',
    "\\",
    "'; DROP TABLE users; --",
    "line\r\nbreak\ttab",
    "\x00",
    "\x7f\x80\x9f",
    "\u2028\u2029\ufeff\ufffe\uffff",
    "e\u0301 is not é",
    "🚲👩‍👩‍👧‍👦𝒜\U0010ffff",
    "שלום عليكم",
    "<script>alert(1)</script>{{ 7 * 7 }}%s%d${x}",
    "null",
]


@settings(max_examples=80)
@given(name=TEXT, about=TEXT, metadata=st.dictionaries(TEXT, VALUES, max_size=5))
@example(name="\x00", about="\U0010ffff", metadata={"": {"": [[]]}})
def test_create_then_read(mock: Mock, name: str, about: str, metadata: dict[str, Any]) -> None:
    api = Api(mock, f"round trip {next(TENANTS)}")
    id = api.create("/users", {"name": name, "about": about, "metadata": metadata})["id"]
    record = api.get(f"/users/{id}").ok()
    assert (record["name"], record["about"]) == (name, about)
    assert exact(record["metadata"]) == exact(metadata)
    assert api.get("/users").items == [record]


@settings(max_examples=40)
@given(first=st.dictionaries(TEXT, VALUES, max_size=3), second=st.dictionaries(TEXT, VALUES, max_size=3))
def test_replace_then_read(mock: Mock, first: dict[str, Any], second: dict[str, Any]) -> None:
    api = Api(mock, f"round trip {next(TENANTS)}")
    id = api.create("/users", {"metadata": first})["id"]
    api.put(f"/users/{id}", {"name": "n", "about": "a", "metadata": second}).ok()
    assert exact(api.get(f"/users/{id}").ok()["metadata"]) == exact(second)


@pytest.mark.parametrize("template", CREATABLE)
@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
def test_odd_texts_in_every_text_of_every_resource(api: Api, template: str, text: str) -> None:
    sample = CREATABLE[template]
    place = sample.place(api)
    texts = {name: text for name, value in sample.whole.items() if isinstance(value, str) and name != "type"}
    receipt = api.create(place, sample.create(api) | texts)
    record = api.read(place, receipt["id"])
    assert {name: record[name] for name in texts} == texts


def test_a_name_of_100_kilobytes(api: Api) -> None:
    name = '🚲é\n"x' * 14_000
    assert len(name.encode()) > 100_000
    id = agent(api, name=name, metadata={name: name})
    record = api.get(f"/agents/{id}").ok()
    assert (record["name"], record["metadata"]) == (name, {name: name})


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "-0.0",
        "0.1",
        "1e-300",
        "5e-324",
        "-1.5e300",
        repr(LARGEST_DOUBLE),
        "9007199254740991",
        "-9007199254740993",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "1" * 309,
        "1.0",
        "1E2",
        "123456789012345680000.5",
    ],
    ids=lambda text: text[:24],
)
def test_numbers(api: Api, number: str) -> None:
    """I-JSON numbers (RFC 7493 §2.2), and integers beyond them, come back as they went."""
    raw = f'{{"metadata": {{"number": {number}, "list": [{number}]}}}}'.encode()
    id = api.call("POST", "/users", raw=raw).ok(201)["id"]
    api.patch(f"/users/{id}", {"about": "read and written once more"}).ok()
    kept = api.get(f"/users/{id}").ok()["metadata"]
    assert exact(kept) == exact({"number": json.loads(number), "list": [json.loads(number)]})
    assert api.get("/users", metadata_filter=f'{{"number": {number}}}').ids == [id]


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "1e-400",
        "1" * 310,
        "1" * 100_000,
        "01",
        "1.",
        ".5",
        "+1",
        "0x1",
        "1_0",
        r'"\ud800"',
        r'"\udc00\ud800"',
        r'"\u12"',
        r'"\x41"',
        '"\n"',
        "'a'",
        "undefined",
        "[1,]",
        "",
    ],
    ids=lambda text: text[:12],
)
def test_what_json_does_not_have_is_refused(api: Api, value: str) -> None:
    raw = f'{{"metadata": {{"value": {value}}}}}'.encode()
    before = api.dump()
    api.call("POST", "/users", raw=raw).refused(400, "malformed")
    assert api.dump() == before


@pytest.mark.parametrize("raw", [b"\xff", b'{"name": "\xff"}', b'{"name": "\xed\xa0\x80"}', b"\xfe\xff\x00{"])
def test_what_is_not_utf_8_is_refused(api: Api, raw: bytes) -> None:
    api.call("POST", "/users", raw=raw).refused(400, "malformed")
    assert api.dump() == {}


def test_nesting_is_kept_as_deep_as_it_is_taken(api: Api) -> None:
    def nested(depth: int) -> bytes:
        return b'{"metadata": {"a": ' + b"[" * depth + b"]" * depth + b"}}"

    deepest = MAX_DEPTH - 2
    id = api.call("POST", "/users", raw=nested(deepest)).ok(201)["id"]
    assert api.get(f"/users/{id}").body.count(b"[") == deepest
    assert len(api.get("/users").items) == 1
    for depth in (deepest + 1, 1000, 1023, 1024, 100_000):
        api.call("POST", "/users", raw=nested(depth)).refused(400, "malformed")
    deep_and_long = nested(1020).replace(b"[]", b"[" + b"1" * 20 + b"]")
    api.call("POST", "/users", raw=deep_and_long).refused(400, "malformed")


def test_of_a_repeated_member_the_last_one_counts(api: Api) -> None:
    id = api.call("POST", "/users", raw=b'{"name": "first", "name": "last"}').ok(201)["id"]
    assert api.get(f"/users/{id}").ok()["name"] == "last"


def exact(value: Any) -> str:
    """A text that is equal for equal JSON alone: 1 and 1.0 are one number, 1 and true are not."""
    return json.dumps(_canonical(value), sort_keys=True)


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _canonical(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
