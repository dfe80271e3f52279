"""Who is there, as far as a story tells."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.schemathesis_bridge.census import Census, Presence
from conformance.schemathesis_bridge.slots import Slots, slots
from contracts.document import Document
from contracts.exchange import Exchange, Request, Response
from contracts.operations import operations
from contracts.resources import ResourceModel

AGENT, USER, SESSION, DOC = (f"0000000{digit}-aaaa-4aaa-8aaa-aaaaaaaaaaaa" for digit in range(4))


class Tale:
    """A census, and short words for what happens."""

    def __init__(self, document: Document, model: ResourceModel) -> None:
        found = slots(model, operations(document), document.data)
        self.slots: dict[str, Slots] = {each.operation.id: each for each in found}
        self.census = Census(model, self.slots)

    def make(self, operation: str, target: str, identifier: str, body: Any = None) -> None:
        self.call(operation, target, 201, body or {}, {"id": identifier})

    def call(self, operation: str, target: str, status: int, body: Any = None, answer: Any = None) -> None:
        method = self.slots[operation].operation.method
        text = json.dumps(body).encode() if body is not None else b""
        request = Request(method, target, body=text, operation=operation)
        self.census.note(Exchange(request, Response(status, body=json.dumps(answer).encode())))

    def presence(self, operation: str, **path: str) -> Presence:
        return self.census.presence(self.slots[operation], path)


@pytest.fixture
def tale(document: Document, model: ResourceModel) -> Tale:
    """An agent with a doc, a user, and a session of both."""
    tale = Tale(document, model)
    tale.make("CreateAgent", "/agents", AGENT)
    tale.make("CreateAgentDoc", f"/agents/{AGENT}/docs", DOC)
    tale.make("CreateUser", "/users", USER)
    tale.make("CreateSession", "/sessions", SESSION, {"agent_id": AGENT, "user_id": USER})
    return tale


def test_what_was_made_is_there(tale: Tale) -> None:
    assert tale.presence("GetAgent", agent_id=AGENT) is Presence.LIVE
    assert tale.presence("GetAgentDocs", agent_id=AGENT) is Presence.LIVE
    assert tale.presence("DeleteAgentDoc", agent_id=AGENT, doc_id=DOC) is Presence.LIVE
    assert tale.presence("GetAgent", agent_id=USER) is Presence.UNKNOWN
    assert [record.id for record in tale.census.live("/sessions")] == [SESSION]


def test_emptying_a_collection_leaves_its_owner(tale: Tale) -> None:
    tale.call("DeleteSessionHistory", f"/sessions/{SESSION}/history", 202)
    assert tale.presence("GetSession", session_id=SESSION) is Presence.LIVE
    assert tale.presence("GetHistory", session_id=SESSION) is Presence.LIVE


def test_what_is_nested_goes_with_its_owner_and_what_refers_to_it_may(tale: Tale) -> None:
    tale.call("DeleteAgent", f"/agents/{AGENT}", 202)
    assert tale.presence("GetAgent", agent_id=AGENT) is Presence.GONE
    assert tale.presence("DeleteAgentDoc", agent_id=AGENT, doc_id=DOC) is Presence.GONE
    assert tale.presence("GetSession", session_id=SESSION) is Presence.UNSURE
    assert tale.presence("GetUser", user_id=USER) is Presence.LIVE
    assert tale.census.live("/sessions") == []


def test_a_refused_delete_takes_nothing_away(tale: Tale) -> None:
    tale.call("DeleteAgent", f"/agents/{AGENT}", 409)
    assert tale.presence("GetAgent", agent_id=AGENT) is Presence.LIVE
    assert tale.presence("GetSession", session_id=SESSION) is Presence.LIVE


def test_a_delete_that_failed_leaves_it_open(tale: Tale) -> None:
    tale.call("DeleteAgent", f"/agents/{AGENT}", 500)
    assert tale.presence("GetAgent", agent_id=AGENT) is Presence.UNSURE
    assert tale.presence("DeleteAgentDoc", agent_id=AGENT, doc_id=DOC) is Presence.UNSURE


def test_what_was_in_doubt_is_gone_once_it_is_deleted(tale: Tale) -> None:
    tale.call("DeleteAgent", f"/agents/{AGENT}", 202)
    tale.call("DeleteSession", f"/sessions/{SESSION}", 202)
    assert tale.presence("GetSession", session_id=SESSION) is Presence.GONE
    assert {thing.id for thing in tale.census.settled()} == {AGENT, DOC, USER, SESSION}


def test_a_create_that_was_refused_makes_nothing(tale: Tale) -> None:
    tale.call("CreateUser", "/users", 422, {}, {"id": "00000009-aaaa-4aaa-8aaa-aaaaaaaaaaaa"})
    assert len(tale.census.live("/users")) == 1
