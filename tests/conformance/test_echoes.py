"""One root cause is one finding: what follows from another finding stands under its `also`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

import conformance
from conformance.echoes import FOLLOWS, without_echoes
from conformance.findings import Finding, Kind, slug
from conformance.schemathesis_bridge.catalogue import CHECKS
from contracts.document import load
from contracts.inference import infer
from contracts.laws import LAWS
from contracts.laws.groundrules import GROUND_RULES
from contracts.resources import ResourceModel
from tests.conformance.examples import finding


@pytest.fixture(name="model", scope="module")
def fixture_model() -> ResourceModel:
    return infer(load())


def law(rule: str, operation: str, **changes: object) -> Finding:
    return finding(rule=rule, operation=operation, cause=f"{rule} is broken", **changes)


def told(findings: Sequence[Finding], model: ResourceModel) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(each.rule, each.operation, each.also) for each in without_echoes(findings, model)]


def test_the_table_names_what_there_is() -> None:
    rules = {each.name for each in LAWS} | set(GROUND_RULES) | set(CHECKS)
    laws = Path(conformance.__file__).parents[1] / "contracts" / "laws"
    messages = {
        slug(text)
        for path in laws.rglob("*.py")
        for text in re.findall(r'"([A-Z][^"]+[.])"', path.read_text(encoding="utf-8"))
    }
    for name, leaders in FOLLOWS.items():
        of_a_rule = re.sub(r"-(a-request.*|\d{3})$", "", name)
        assert {name, of_a_rule} & rules or name in messages, name
        assert leaders.keys() <= rules, name
    assert {name for name in messages if name.endswith("-cannot-be-read")}


def test_of_findings_that_lead_round_the_first_stands(model: ResourceModel) -> None:
    found = [
        law("put-creates-nothing", "UpdateAgent"),
        law("deleted-is-gone", "DeleteAgent"),
        law("unknown-is-404", "GetAgent"),
    ]
    assert told(found, model) == [("put-creates-nothing", "UpdateAgent", ("DeleteAgent", "GetAgent"))]
    assert [each[0] for each in told(found[1:], model)] == ["unknown-is-404"]


def test_a_record_that_is_lost_is_lost_for_every_law(model: ResourceModel) -> None:
    lost = "what-was-created-cannot-be-read"
    found = [
        finding(rule="created-is-listed", cause="a-created-record-is-not-listed", operation="ListAgents"),
        finding(rule="create-reads-back", cause=lost, operation="CreateAgentDoc"),
        finding(rule="invalid-body-is-refused", cause=lost, operation="GetAgentTools"),
        finding(
            rule="valid-requests-are-accepted", cause="valid-requests-are-accepted-404", operation="Chat"
        ),
        finding(
            rule="valid-requests-are-accepted", cause="valid-requests-are-accepted-422", operation="Chat"
        ),
    ]
    assert [(rule, operation) for rule, operation, _ in told(found, model)] == [
        ("created-is-listed", "ListAgents"),
        ("valid-requests-are-accepted", "Chat"),
    ]


def test_one_cause_that_gates_on_one_operation_alone_is_one_finding(model: ResourceModel) -> None:
    found = [law("put-replaces", "UpdateUser", gates=False), law("put-replaces", "UpdateAgent")]
    assert told(found, model) == [("put-replaces", "UpdateAgent", ("UpdateUser",))]


def test_what_a_check_says_of_a_server_error_a_law_has_said(model: ResourceModel) -> None:
    found = [
        law("not_a_server_error", "Chat", kind=Kind.CHECK),
        law("no-request-makes-the-server-fail", "CreateAgent"),
        law("response_schema_conformance", "Chat", kind=Kind.CHECK),
    ]
    assert told(found, model) == [
        ("no-request-makes-the-server-fail", "CreateAgent", ("Chat",)),
        ("response_schema_conformance", "Chat", ()),
    ]


def test_a_refusal_of_one_operation_says_nothing_of_another(model: ResourceModel) -> None:
    found = [
        law("valid-requests-are-accepted", "CreateAgent"),
        law("positive_data_acceptance", "CreateAgent", kind=Kind.CHECK),
        law("positive_data_acceptance", "Chat", kind=Kind.CHECK),
    ]
    assert [each[:2] for each in told(found, model)] == [
        ("valid-requests-are-accepted", "CreateAgent"),
        ("positive_data_acceptance", "Chat"),
    ]


def test_what_outlives_its_deletion_outlives_it_in_every_way(model: ResourceModel) -> None:
    found = [
        law("deleted-is-gone", "DeleteAgent"),
        law("deleted-takes-no-writes", "UpdateAgent"),
        law("children-go-with-their-parent", "GetAgentDocs"),
        law("use_after_free", "GetAgentDocs", kind=Kind.CHECK),
        law("second-delete-is-404", "DeleteUser"),
    ]
    assert told(found, model) == [
        ("deleted-is-gone", "DeleteAgent", ("UpdateAgent", "GetAgentDocs")),
        ("second-delete-is-404", "DeleteUser", ()),
    ]


def test_an_owner_is_no_echo_of_what_it_owns(model: ResourceModel) -> None:
    found = [law("deleted-is-gone", "DeleteAgentDoc"), law("second-delete-is-404", "DeleteAgent")]
    assert len(without_echoes(found, model)) == 2


def test_what_gates_is_no_echo_of_what_does_not(model: ResourceModel) -> None:
    found = [
        law("deleted-is-gone", "DeleteAgent", gates=False),
        law("deleted-takes-no-writes", "UpdateAgent"),
    ]
    assert len(without_echoes(found, model)) == 2


def test_an_answer_that_does_not_come_is_no_server_error(model: ResourceModel) -> None:
    silent = finding(
        kind=Kind.CHECK, rule="not_a_server_error", cause="not_a_server_error-a-request-is-not-answered"
    )
    assert len(without_echoes([silent, law("no-request-makes-the-server-fail", "Chat")], model)) == 2
    assert len(without_echoes([silent, law("every-request-is-answered", "Chat")], model)) == 1


def test_what_is_broken_with_it_is_said(model: ResourceModel) -> None:
    found = [
        law("deleted-is-gone", "DeleteAgent"),
        law("second-delete-is-404", "DeleteAgent"),
        law("use_after_free", "DeleteAgent", with_it=("deleted-takes-no-writes",)),
        law("deleted-is-gone", "DeleteUser", gates=False),
    ]
    (one,) = without_echoes(found, model)
    assert one.rules == (
        "deleted-is-gone",
        "second-delete-is-404",
        "use_after_free",
        "deleted-takes-no-writes",
    )
    assert one.also == ("DeleteAgent", "DeleteUser")
