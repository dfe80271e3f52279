"""JSON within the limits of what can be given back as it came (RFC 8259, RFC 7493)."""

from __future__ import annotations

import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.strict_json import MAX_DEPTH, NotJSON, dump, load, parse

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(values)
def test_what_is_kept_is_kept_exactly(value: Any) -> None:
    assert orjson.dumps(parse(orjson.dumps(value))) == orjson.dumps(value)


@given(st.integers(-(10**300), 10**300), st.sampled_from(["%d", "[%d]", '{"a": [0, %d]}', "[%d, %d]"]))
def test_an_integer_of_any_width_is_kept(number: int, form: str) -> None:
    raw = (form % ((number,) * form.count("%d"))).encode()
    assert dump(parse(raw)).replace(b" ", b"") == raw.replace(b" ", b"")
    assert load(dump(parse(raw))) == parse(raw)


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True))
def test_a_number_is_the_nearest_double_or_refused(text: str) -> None:
    expected = float(text)
    try:
        value = parse(text.encode())
    except NotJSON:
        nothing = expected == 0 and any(digit in text.lower().partition("e")[0] for digit in "123456789")
        assert math.isinf(expected) or nothing
    else:
        assert value == (int(text) if text.lstrip("-").isdigit() else expected)


@given(st.binary())
def test_any_bytes_are_json_or_refused(raw: bytes) -> None:
    try:
        value = parse(raw)
    except NotJSON:
        return
    assert value == orjson.loads(raw)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth(opening: bytes, closing: bytes) -> None:
    def nested(depth: int) -> bytes:
        return opening * depth + b"1" + closing * depth

    # What is taken must fit into a list answer around it, and be written again.
    orjson.dumps({"items": [{"metadata": parse(nested(MAX_DEPTH))}]})
    for depth in (MAX_DEPTH + 1, 500, 1000, 100_000):
        with pytest.raises(NotJSON):
            parse(nested(depth))


def test_width_is_not_depth() -> None:
    assert len(parse(b"[" + b"[]," * 5000 + b"{}]")) == 5001


@pytest.mark.parametrize("digits", [310, 5000])
def test_integers_that_are_too_wide(digits: int) -> None:
    with pytest.raises(NotJSON):
        parse(b"1" * digits)


def test_messages_name_the_place_and_stay_short() -> None:
    with pytest.raises(NotJSON, match=r"line 2, column 8"):
        parse(b'{\n  "a": }')
    with pytest.raises(NotJSON) as caught:
        parse(b"1" * 100_000)
    assert len(str(caught.value)) < 200
