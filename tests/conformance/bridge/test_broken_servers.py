"""Each check bites: servers that are broken in one way are found out, and told of in full."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from conformance.schemathesis_bridge.catalogue import CHECKS
from conformance.schemathesis_bridge.failures import CheckFailure
from contracts.laws import Basis
from tests.conformance.bridge.servers import Answer, Bench

JSON = dict[str, Any]


def only(failures: list[CheckFailure]) -> CheckFailure:
    """The one failure there is."""
    assert len(failures) == 1, [(each.check, each.message, each.observed) for each in failures]
    assert failures[0].check in CHECKS
    return failures[0]


def said(failure: CheckFailure) -> tuple[str, Basis, str]:
    return failure.check, failure.basis, failure.message


def told(failure: CheckFailure) -> list[str | None]:
    """The calls of the story."""
    return [exchange.request.operation for exchange in failure.exchanges]


def body_of(request: httpx.Request) -> Any:
    try:
        return json.loads(request.content)
    except ValueError:
        return None


def succeeds(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def test_a_server_error_is_one_of_http(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        if request.method == "GET" and "order=asc" in request.url.query.decode():
            answer.says({}, 500)

    failure = only(mock.check("ListAgents", spoil))
    assert said(failure) == ("not_a_server_error", Basis.HTTP, "A request makes the server fail.")
    assert failure.exchanges[-1].request.target.startswith("/agents?")
    assert failure.cause == "not_a_server_error-a-request-makes-the-server-fail"


def test_a_request_that_is_not_answered_is_told(mock: Bench) -> None:
    def spoil(request: httpx.Request, _: Answer) -> None:
        if "sort_by=updated_at" in request.url.query.decode():
            raise httpx.ReadError("broken pipe")

    failure = only(mock.check("ListUsers", spoil))
    assert said(failure) == ("not_a_server_error", Basis.HTTP, "A request is not answered.")
    assert failure.exchanges[-1].failure == "broken pipe"


def test_a_story_begins_with_the_making_of_its_records(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        if request.method == "DELETE" and "/tools/" in request.url.path and succeeds(answer):
            answer.says({}, 500)

    failure = only(mock.check("DeleteAgentTool", spoil))
    assert told(failure) == ["CreateAgent", "CreateAgentTool", "DeleteAgentTool"]
    agent = failure.exchanges[0].response
    assert agent is not None
    assert agent.json()["id"] in failure.exchanges[1].request.target


def test_a_status_of_success_that_is_not_declared_breaks_the_spec(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        if request.method == "GET" and succeeds(answer):
            answer.status = 206

    failure = only(mock.check("GetAgent", spoil))
    assert said(failure) == ("status_code_conformance", Basis.SPEC, "The status 206 is not declared.")
    assert failure.pointer == "/paths/~1agents~1{agent_id}/get/responses"


def test_a_media_type_that_is_not_declared_breaks_the_spec(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        if request.method == "GET" and succeeds(answer):
            answer.headers["content-type"] = "text/html"

    failure = only(mock.check("GetUser", spoil))
    assert said(failure) == (
        "content_type_conformance",
        Basis.SPEC,
        "The media type of a 200 is text/html.",
    )


def test_an_answer_that_does_not_fit_its_schema_breaks_the_spec(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        if request.method == "GET" and succeeds(answer) and answer.data["items"]:
            items = [item | {"created_at": 5} for item in answer.data["items"]]
            answer.says({"items": items})

    failure = only(mock.check("GetUserDocs", spoil))
    assert said(failure) == (
        "response_schema_conformance",
        Basis.SPEC,
        "/items/*/created_at of a 200 breaks `type` of its schema.",
    )
    assert failure.observed == 5
    assert told(failure) == ["CreateUser", "CreateUserDoc", "GetUserDocs"]


def test_what_is_required_and_missing_is_named(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        if request.method == "GET" and succeeds(answer):
            answer.says({name: value for name, value in answer.data.items() if name != "agent_id"})

    failure = only(mock.check("GetSession", spoil))
    assert failure.message == "/agent_id of a 200 is missing."


def test_the_form_of_errors_is_a_convention(mock: Bench) -> None:
    def spoil(_: httpx.Request, answer: Answer) -> None:
        if answer.status >= 400:
            answer.says({"title": 7})
            answer.headers["content-type"] = "application/problem+json"

    failure = only(mock.check("GetAgent", spoil))
    assert failure.check == "response_schema_conformance"
    assert failure.basis is Basis.CONVENTION
    assert not failure.gates


def test_a_valid_request_that_is_refused_breaks_the_spec(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        body = body_of(request)
        if request.url.path.endswith("/users") and isinstance(body, dict) and body.get("metadata"):
            problem = {"type": "about:blank", "title": "No.", "status": 422}
            answer.says(problem, 422)
            answer.headers["content-type"] = "application/problem+json"

    failure = only(mock.check("CreateUser", spoil))
    assert failure.check == "positive_data_acceptance"
    assert failure.basis is Basis.SPEC


def test_null_that_only_a_convention_allows_may_be_refused(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        body = body_of(request)
        # Null in a property that the schema does not name is allowed by the file itself.
        nulls = {name for name, value in body.items() if value is None} if isinstance(body, dict) else set()
        if request.method == "PATCH" and nulls & {"situation", "metadata"}:
            problem = {"type": "about:blank", "title": "No null.", "status": 422}
            answer.says(problem, 422)
            answer.headers["content-type"] = "application/problem+json"

    failure = only(mock.check("PatchSession", spoil))
    assert failure.check == "positive_data_acceptance"
    assert failure.basis is Basis.CONVENTION


def test_an_invalid_body_that_is_accepted_breaks_the_spec(mock: Bench) -> None:
    def spoil(request: httpx.Request, answer: Answer) -> None:
        if request.method == "POST" and answer.status == 422:
            receipt = {"id": "7f0e2c3a-5b6d-4e8f-9a1b-2c3d4e5f6a7b", "created_at": "2026-01-01T00:00:00Z"}
            answer.says(receipt, 201)

    failure = only(mock.check("CreateAgent", spoil))
    assert failure.check == "negative_data_rejection"
    assert failure.basis is Basis.SPEC
    assert failure.pointer == "/paths/~1agents/post/requestBody"


def test_a_bound_that_only_a_convention_sets_may_be_ignored(mock: Bench) -> None:
    def spoil(_: httpx.Request, answer: Answer) -> None:
        if answer.status == 422:
            answer.says({"items": []}, 200)

    failures = mock.check("GetAgentTools", spoil)
    assert {failure.check for failure in failures} == {"negative_data_rejection"}
    assert {failure.basis for failure in failures} == {Basis.CONVENTION}


def test_a_call_without_a_key_that_is_answered_breaks_the_spec(mock: Bench) -> None:
    def with_a_key(request: httpx.Request) -> httpx.Request:
        request.headers.setdefault("Authorization", "A")
        return request

    failure = only(mock.check("Chat", lambda request, answer: None, before=with_a_key))
    assert said(failure) == ("ignored_auth", Basis.SPEC, "A call without a key is answered.")
    assert failure.exchanges[-1].request.identity == "nobody"


def test_a_405_without_allow_is_one_of_http(mock: Bench) -> None:
    def spoil(_: httpx.Request, answer: Answer) -> None:
        answer.headers.pop("allow", None)

    failure = only(mock.check("GetSuggestions", spoil))
    assert said(failure) == (
        "unsupported_method",
        Basis.HTTP,
        "A 405 does not name the methods that are allowed.",
    )


def test_which_refusal_a_method_meets_servers_differ_on(mock: Bench) -> None:
    def spoil(_: httpx.Request, answer: Answer) -> None:
        if answer.status == 405:
            answer.status = 404

    assert mock.check("GetSuggestions", spoil) == []


@pytest.fixture
def demanding(mock: Bench) -> Bench:
    """The mock, by a document that demands headers of which the mock knows nothing."""

    def demand(written: JSON) -> JSON:
        data = copy.deepcopy(written)
        operation = data["paths"]["/agents"]["get"]
        header = {"name": "X-Trace", "in": "header", "required": True, "schema": {"type": "string"}}
        operation["parameters"] = [*operation.get("parameters", []), header]
        operation["responses"]["200"]["headers"] = {
            "X-Total": {"required": True, "schema": {"type": "integer"}}
        }
        return data

    known = mock.document
    document = replace(known, hinted=demand(known.hinted), data=demand(known.data))
    return replace(mock, document=document)


def test_headers_are_demanded_of_requests_and_of_answers(demanding: Bench) -> None:
    failures = {failure.check: failure for failure in demanding.check("ListAgents", lambda _, __: None)}
    assert {"missing_required_header", "response_headers_conformance"} <= failures.keys()
    assert failures["response_headers_conformance"].message == "A 200 lacks the header X-Total."
    assert all(failure.basis is Basis.SPEC for failure in failures.values())


def test_what_was_deleted_and_can_be_read_is_found_by_a_story(mock: Bench) -> None:
    kept: dict[str, Any] = {}

    def remember(request: httpx.Request) -> httpx.Request:
        if request.method == "DELETE" and "/agents/" in request.url.path:
            headers = {"Authorization": "A"}
            kept[request.url.path] = httpx.get(str(request.url), headers=headers).json()
        return request

    def spoil(request: httpx.Request, answer: Answer) -> None:
        if request.method == "GET" and answer.status == 404 and request.url.path in kept:
            answer.says(kept[request.url.path], 200)

    failure = only(mock.stories(spoil, remember))
    assert said(failure) == ("use_after_free", Basis.SPEC, "What was deleted can still be used.")
    assert told(failure) == ["CreateAgent", "DeleteAgent", "GetAgent"]


def test_an_owner_that_is_lost_by_emptying_it_is_found_with_the_sibling_step(mock: Bench) -> None:
    emptied: set[str] = set()

    def spoil(request: httpx.Request, answer: Answer) -> None:
        path = request.url.path
        if request.method == "DELETE" and path.endswith("/history") and succeeds(answer):
            emptied.add(path.removesuffix("/history"))
        elif path in emptied and request.method == "GET":
            answer.says({"type": "about:blank", "title": "Gone.", "status": 404}, 404)
            answer.headers["content-type"] = "application/problem+json"

    failure = only(mock.stories(spoil))
    assert said(failure) == (
        "ensure_resource_availability",
        Basis.SPEC,
        "What was created, and not deleted, is not found.",
    )
    needed = [name for name in told(failure) if name != "CreateUser"]  # a session may have a user
    assert needed == ["CreateAgent", "CreateSession", "DeleteSessionHistory", "GetSession"]
