"""Whatever is sent to the whole mock, it is answered: never a 5xx, and refusals have one form.

Every answer is checked against the document on its way out, so that a pass also says that no answer broke it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.document import load
from contracts.operations import Operation, operations
from mockserver.app import Settings, build
from mockserver.problems import MEDIA_TYPE
from tests.mockserver.edge.harness import ID, KEY, ask

DOCUMENT = load()
OPERATIONS = operations(DOCUMENT)


@pytest.fixture(scope="module")
def mock() -> Any:
    return build(DOCUMENT, Settings(prefix="/api", seed=1, check_answers=True)).app


segments = st.sampled_from([ID, ID.upper(), "", ".", "..", "%2e%2e", "%00", "%FF", "%", "x", "0", "a%2Fb"])
raw_texts = (
    st.text(max_size=8).map(lambda text: quote(text.encode("utf-8", "replace")))
    | st.sampled_from(["1", "0", "-1", "1001", "1_0", "nan", "%D9%A1", "%", "%zz", "%FF", "{}", "{", "[]"])
    | st.sampled_from(["asc", "desc", "created_at", "%7B%22a%22%3A1%7D", "null", "1e400", ID])
)
names = st.sampled_from(
    ["limit", "offset", "metadata_filter", "sort_by", "order", "query", "user_id", "x", "%"]
)
queries = st.lists(st.tuples(names, raw_texts), max_size=5).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
properties = st.sampled_from(
    [
        "name",
        "about",
        "metadata",
        "agent_id",
        "user_id",
        "situation",
        "messages",
        "role",
        "content",
        "type",
        "function",
        "tools",
        "docs",
        "title",
        "default_settings",
        "temperature",
        "stop",
        "stream",
        "tool_choice",
        "response_format",
        "pattern",
        "instructions",
        "max_tokens",
        "logit_bias",
        "parameters",
        "\x00",
        "",
    ]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70).filter(lambda number: -(2**63) <= number < 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from([ID, "user", "function", "auto", "(", "regex", "json_object"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(properties, inner, max_size=5),
    max_leaves=15,
)
bodies = st.binary(max_size=20) | st.dictionaries(properties, values, max_size=6).map(orjson.dumps)
fields = st.lists(
    st.tuples(
        st.sampled_from(["content-type", "accept", "authorization", "origin", "cookie", "expect", "range"]),
        st.sampled_from(
            ["application/json", "text/event-stream", "*/*;q=0", "Bearer", "", "\xff", ",;=", "a, b"]
        ),
    ),
    max_size=3,
)


@st.composite
def targets(draw: st.DrawFn) -> tuple[str, str]:
    operation: Operation = draw(st.sampled_from(OPERATIONS))
    method = draw(st.sampled_from([operation.method] * 6 + ["HEAD", "OPTIONS", "PUT", "TRACE", "BREW"]))
    parts = [draw(segments) if part.startswith("{") else part for part in operation.path.split("/")]
    return method, f"/api{'/'.join(parts)}?{draw(queries)}"


@settings(max_examples=300)
@given(target=targets(), fields=fields, body=bodies, keyed=st.booleans())
def test_any_request_is_answered(
    mock: Any, target: tuple[str, str], fields: list[tuple[str, str]], body: bytes, keyed: bool
) -> None:
    method, path = target
    reply = ask(mock, method, path, [*(KEY if keyed else ()), *fields], body)
    assert reply.status < 500, (reply.body, method, path, body)
    assert reply.headers["access-control-allow-origin"]
    if reply.status >= 400:
        assert reply.headers["content-type"] == MEDIA_TYPE
        assert len(reply.body) < 10_000
        if method != "HEAD":
            assert set(reply.json) == {"type", "title", "status", "detail", "errors"}
