"""Errors in the form that the document declares: a frontend's error handling meets what it will meet."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from contracts.document import load
from tests.mockserver.api import Api, build_mock

NOBODY = "57eb1fd4-b1e8-498b-9470-7a1f6804f31c"


@pytest.fixture
def api() -> Api:
    document = load(Path(__file__).parents[1] / "data" / "complaints.yaml")
    return Api(build_mock(document, "one"), "one")


def test_a_validation_error_as_fastapi_says_it(api: Api) -> None:
    reply = api.get("/tasks", limit=51)
    assert (reply.status, reply.headers["content-type"]) == (422, "application/json")
    assert reply.json == {
        "detail": [{"loc": ["query", "limit"], "msg": "must be at most 50", "type": "invalid"}]
    }


def test_an_error_within_an_envelope(api: Api) -> None:
    reply = api.post("/tasks", {"title": ""})
    assert (reply.status, reply.headers["content-type"]) == (422, "application/json")
    assert reply.json == {
        "success": False,
        "error": {"code": "invalid", "message": "/title must have at least 1 characters."},
    }


def test_an_error_in_plain_words(api: Api) -> None:
    reply = api.call("POST", "/tasks", raw=b"{")
    assert (reply.status, reply.headers["content-type"]) == (400, "text/plain")
    assert reply.body.decode().startswith("The body is not JSON: ")


def test_a_problem_with_more_to_say(api: Api) -> None:
    reply = api.get(f"/tasks/{NOBODY}")
    assert (reply.status, reply.headers["content-type"]) == (404, "application/problem+json")
    problem = reply.json
    assert UUID(problem.pop("traceId"))
    assert problem == {"title": "No such record", "status": 404, "detail": f"There is no task {NOBODY}."}


def test_what_the_schema_has_no_word_for_is_drawn(api: Api) -> None:
    reply = api.get("/tasks/none")
    assert (reply.status, reply.headers["content-type"]) == (400, "application/json")
    assert reply.json["code"] in {"NOPE", "NEVER"}
    assert reply.json["errors"] == ['must be a valid uuid, not "none"']


def test_what_is_declared_without_a_body_and_what_is_not_declared_is_a_problem(api: Api) -> None:
    api.delete(f"/tasks/{NOBODY}").refused(404, "not-found")
    api.get("/nothing").refused(404, "no-such-path")
