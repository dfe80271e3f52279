"""Users and agents."""

from __future__ import annotations

from typing import Any

from . import bodies, listing
from .identity import new_id, stamp
from .records import DEFAULT_MODEL, Agent, User
from .refusals import Refused
from .wire import Answer, Call, answer
from .workspace import Workspace


def create_user(workspace: Workspace, call: Call) -> Answer:
    body = call.body(bodies.CREATE_USER)
    docs = body.pop("docs", [])
    moment = workspace.clock.tick()
    user = User(id=new_id(moment), created_at=moment, updated_at=moment, **body)
    workspace.users[user.id] = user
    workspace.add_docs(user.id, docs, moment)
    return answer(201, {"id": user.id, "created_at": stamp(moment)})


def create_agent(workspace: Workspace, call: Call) -> Answer:
    body = call.body(bodies.CREATE_AGENT)
    docs, tools = body.pop("docs", []), body.pop("tools", [])
    moment = workspace.clock.tick()
    agent = Agent(id=new_id(moment), created_at=moment, updated_at=moment, **body)
    workspace.agents[agent.id] = agent
    workspace.add_docs(agent.id, docs, moment)
    workspace.add_tools(agent.id, tools, moment)
    return answer(201, {"id": agent.id, "created_at": stamp(moment)})


def list_users(workspace: Workspace, call: Call) -> Answer:
    query = call.query()
    return answer(200, listing.page(query, listing.arranged(query, workspace.users.values())))


def list_agents(workspace: Workspace, call: Call) -> Answer:
    query = call.query()
    return answer(200, listing.page(query, listing.arranged(query, workspace.agents.values())))


def get_user(workspace: Workspace, call: Call) -> Answer:
    return answer(200, workspace.user(*call.ids).answer())


def get_agent(workspace: Workspace, call: Call) -> Answer:
    return answer(200, workspace.agent(*call.ids).answer())


def replace_user(workspace: Workspace, call: Call) -> Answer:
    user = workspace.user(*call.ids)
    body = call.body(bodies.REPLACE_USER)
    return _update(workspace, user, {"metadata": {}, **body})


def replace_agent(workspace: Workspace, call: Call) -> Answer:
    agent = workspace.agent(*call.ids)
    body = call.body(bodies.REPLACE_AGENT)
    unset = {"instructions": [], "model": DEFAULT_MODEL, "default_settings": {}, "metadata": {}}
    return _update(workspace, agent, {**unset, **body})


def merge_user(workspace: Workspace, call: Call) -> Answer:
    user = workspace.user(*call.ids)
    body = call.body(bodies.MERGE_USER)
    return _update(workspace, user, {**body, "metadata": {**user.metadata, **body.get("metadata", {})}})


def merge_agent(workspace: Workspace, call: Call) -> Answer:
    agent = workspace.agent(*call.ids)
    body = call.body(bodies.MERGE_AGENT)
    merged = {
        "metadata": {**agent.metadata, **body.get("metadata", {})},
        "default_settings": {**agent.default_settings, **body.get("default_settings", {})},
    }
    return _update(workspace, agent, {**body, **merged})


def delete_user(workspace: Workspace, call: Call) -> Answer:
    user = workspace.user(*call.ids)
    _refuse_while_used(user.id, [session.user_id for session in workspace.sessions.values()])
    del workspace.users[user.id]
    workspace.docs = {key: doc for key, doc in workspace.docs.items() if doc.owner != user.id}
    workspace.memories = {
        key: memory for key, memory in workspace.memories.items() if memory.user_id != user.id
    }
    return answer(202, workspace.note_deletion(("users", user.id)))


def delete_agent(workspace: Workspace, call: Call) -> Answer:
    agent = workspace.agent(*call.ids)
    _refuse_while_used(agent.id, [session.agent_id for session in workspace.sessions.values()])
    del workspace.agents[agent.id]
    workspace.docs = {key: doc for key, doc in workspace.docs.items() if doc.owner != agent.id}
    workspace.tools = {key: tool for key, tool in workspace.tools.items() if tool.owner != agent.id}
    workspace.memories = {
        key: memory for key, memory in workspace.memories.items() if memory.owner != agent.id
    }
    return answer(202, workspace.note_deletion(("agents", agent.id)))


def _update(workspace: Workspace, owner: User | Agent, properties: dict[str, Any]) -> Answer:
    for name, value in properties.items():
        setattr(owner, name, value)
    owner.updated_at = workspace.clock.tick()
    return answer(200, {"id": owner.id, "updated_at": stamp(owner.updated_at)})


def _refuse_while_used(identifier: str, named: list[str | None]) -> None:
    """Leave no session without its agent or user.

    Raises:
        Refused: with 409 while a session names the record.
    """
    count = named.count(identifier)
    if count:
        raise Refused(409, f"{identifier} is still named by {count} sessions. Delete them first.")
