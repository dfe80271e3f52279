"""Exchanges as entries of an HTTP archive."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from contracts.exchange import REDACTED, Exchange, Request, Response
from contracts.har import as_har_entry

NOON = datetime(2024, 5, 14, 12, tzinfo=UTC)


def test_an_entry_says_what_was_sent_and_what_came_and_no_key() -> None:
    request = Request(
        "POST",
        "/pets?limit=1&q=",
        (("Authorization", "secret"), ("Content-Type", "application/json")),
        b'{"a": 1}',
    )
    response = Response(201, (("Content-Type", "application/json; charset=utf-8"),), b'{"id": 1}', 0.25)
    entry = as_har_entry(Exchange(request, response), "http://localhost/api", NOON)
    assert "secret" not in json.dumps(entry)
    assert entry["startedDateTime"] == "2024-05-14T12:00:00+00:00"
    assert entry["time"] == 250
    assert entry["request"]["url"] == "http://localhost/api/pets?limit=1&q="
    assert entry["request"]["headers"][0] == {"name": "Authorization", "value": REDACTED}
    assert entry["request"]["queryString"] == [{"name": "limit", "value": "1"}, {"name": "q", "value": ""}]
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": '{"a": 1}'}
    assert entry["response"]["status"] == 201
    assert entry["response"]["content"] == {"size": 9, "mimeType": "application/json", "text": '{"id": 1}'}


def test_an_answer_that_never_came_has_status_0_and_a_comment() -> None:
    entry = as_har_entry(Exchange(Request("GET", "/"), failure="cut off"), "http://localhost", NOON)
    assert entry["response"]["status"] == 0
    assert entry["comment"] == "cut off"
    assert "postData" not in entry["request"]


def test_a_body_that_is_no_text_is_in_base64() -> None:
    exchange = Exchange(Request("GET", "/"), Response(200, (), b"\xff\x00"))
    content = as_har_entry(exchange, "http://localhost", NOON)["response"]["content"]
    assert (content["encoding"], content["text"]) == ("base64", "/wA=")
