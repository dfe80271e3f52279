"""Sessions, their histories and their suggestions."""

from __future__ import annotations

from typing import Any

from . import bodies, listing
from .identity import new_id, stamp
from .records import Session
from .refusals import Fault, Refused
from .wire import Answer, Call, answer
from .workspace import Workspace


def create_session(workspace: Workspace, call: Call) -> Answer:
    body = call.body(bodies.CREATE_SESSION)
    faults = []
    if body["agent_id"] not in workspace.agents:
        faults.append(Fault("/agent_id", "There is no such agent."))
    if "user_id" in body and body["user_id"] not in workspace.users:
        faults.append(Fault("/user_id", "There is no such user."))
    if faults:
        raise Refused(400, "The body names what is not there.", tuple(faults))
    moment = workspace.clock.tick()
    session = Session(id=new_id(moment), created_at=moment, updated_at=moment, **body)
    workspace.sessions[session.id] = session
    workspace.histories[session.id] = []
    workspace.suggestions[session.id] = []
    return answer(201, {"id": session.id, "created_at": stamp(moment)})


def list_sessions(workspace: Workspace, call: Call) -> Answer:
    query = call.query()
    return answer(200, listing.page(query, listing.arranged(query, workspace.sessions.values())))


def get_session(workspace: Workspace, call: Call) -> Answer:
    return answer(200, workspace.session(*call.ids).answer())


def replace_session(workspace: Workspace, call: Call) -> Answer:
    session = workspace.session(*call.ids)
    body = call.body(bodies.REPLACE_SESSION)
    return _update(workspace, session, {"metadata": {}, **body})


def merge_session(workspace: Workspace, call: Call) -> Answer:
    session = workspace.session(*call.ids)
    body = call.body(bodies.MERGE_SESSION)
    return _update(workspace, session, {**body, "metadata": {**session.metadata, **body.get("metadata", {})}})


def delete_session(workspace: Workspace, call: Call) -> Answer:
    session = workspace.session(*call.ids)
    for table in (workspace.sessions, workspace.histories, workspace.suggestions):
        del table[session.id]
    return answer(202, workspace.note_deletion(("sessions", session.id)))


def get_history(workspace: Workspace, call: Call) -> Answer:
    session = workspace.session(*call.ids)
    return answer(200, listing.page(call.query(), workspace.histories[session.id]))


def delete_history(workspace: Workspace, call: Call) -> Answer:
    session = workspace.session(*call.ids)
    workspace.histories[session.id] = []
    return answer(202, {"id": session.id, "deleted_at": stamp(workspace.clock.tick())})


def get_suggestions(workspace: Workspace, call: Call) -> Answer:
    session = workspace.session(*call.ids)
    return answer(200, listing.page(call.query(), listing.newest_first(workspace.suggestions[session.id])))


def _update(workspace: Workspace, session: Session, properties: dict[str, Any]) -> Answer:
    for name, value in properties.items():
        setattr(session, name, value)
    session.updated_at = workspace.clock.tick()
    return answer(200, {"id": session.id, "updated_at": stamp(session.updated_at)})
