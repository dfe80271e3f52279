"""What is reached through its own agent or user only: docs, tools and memories. And the jobs."""

from __future__ import annotations

from . import bodies, listing
from .identity import is_uuid, stamp
from .records import Memory
from .refusals import no_such, unusable
from .wire import Answer, Call, answer
from .workspace import Workspace


def create_agent_doc(workspace: Workspace, call: Call) -> Answer:
    return _create_doc(workspace, call, workspace.agent(*call.ids).id)


def create_user_doc(workspace: Workspace, call: Call) -> Answer:
    return _create_doc(workspace, call, workspace.user(*call.ids).id)


def list_agent_docs(workspace: Workspace, call: Call) -> Answer:
    return _list_docs(workspace, call, workspace.agent(*call.ids).id)


def list_user_docs(workspace: Workspace, call: Call) -> Answer:
    return _list_docs(workspace, call, workspace.user(*call.ids).id)


def delete_agent_doc(workspace: Workspace, call: Call) -> Answer:
    owner, doc = call.ids
    workspace.agent(owner)
    return _delete_doc(workspace, "agents", owner, doc)


def delete_user_doc(workspace: Workspace, call: Call) -> Answer:
    owner, doc = call.ids
    workspace.user(owner)
    return _delete_doc(workspace, "users", owner, doc)


def create_tool(workspace: Workspace, call: Call) -> Answer:
    agent = workspace.agent(*call.ids)
    body = call.body(bodies.CREATE_TOOL)
    moment = workspace.clock.tick()
    (identifier,) = workspace.add_tools(agent.id, [body], moment)
    return answer(201, {"id": identifier, "created_at": stamp(moment)})


def list_tools(workspace: Workspace, call: Call) -> Answer:
    agent = workspace.agent(*call.ids)
    tools = [tool for tool in workspace.tools.values() if tool.owner == agent.id]
    return answer(200, listing.page(call.query(), listing.newest_first(tools), listing.UNBOUNDED))


def replace_tool(workspace: Workspace, call: Call) -> Answer:
    tool = workspace.tool(*call.ids)
    tool.function = call.body(bodies.REPLACE_TOOL)["function"]
    return answer(200, {"id": tool.id, "updated_at": stamp(workspace.clock.tick())})


def merge_tool(workspace: Workspace, call: Call) -> Answer:
    tool = workspace.tool(*call.ids)
    tool.function = {**tool.function, **call.body(bodies.MERGE_TOOL)["function"]}
    return answer(200, {"id": tool.id, "updated_at": stamp(workspace.clock.tick())})


def delete_tool(workspace: Workspace, call: Call) -> Answer:
    tool = workspace.tool(*call.ids)
    del workspace.tools[tool.id]
    return answer(202, workspace.note_deletion(("agents", tool.owner, "tools", tool.id)))


def find_memories(workspace: Workspace, call: Call) -> Answer:
    agent = workspace.agent(*call.ids)
    query = call.query()
    if "query" not in query:
        unusable("query/query", "This parameter is required.")
    user = query.get("user_id")
    if user is not None and not is_uuid(user):
        unusable("query/user_id", "A UUID is needed.")
    found = [
        memory
        for memory in workspace.memories.values()
        if memory.owner == agent.id
        and (user is None or memory.user_id == user.lower())
        and _is_about(memory, query["query"])
    ]
    return answer(200, listing.page(query, listing.newest_first(found), listing.UNBOUNDED))


def delete_memory(workspace: Workspace, call: Call) -> Answer:
    owner, identifier = call.ids
    workspace.agent(owner)
    memory = workspace.memories.get(identifier)
    if memory is None or memory.owner != owner:
        no_such("memory", identifier)
    del workspace.memories[identifier]
    return answer(202, workspace.note_deletion(("agents", owner, "memories", identifier)))


def get_job(workspace: Workspace, call: Call) -> Answer:
    (identifier,) = call.ids
    job = workspace.jobs.get(identifier) or no_such("job", identifier)
    return answer(200, job.answer(workspace.clock.now()))


def _create_doc(workspace: Workspace, call: Call, owner: str) -> Answer:
    body = call.body(bodies.CREATE_DOC)
    moment = workspace.clock.tick()
    (identifier,) = workspace.add_docs(owner, [body], moment)
    job = workspace.add_job("index-doc", moment, has_progress=True)
    return answer(201, {"id": identifier, "created_at": stamp(moment), "jobs": [job]})


def _list_docs(workspace: Workspace, call: Call, owner: str) -> Answer:
    query = call.query()
    docs = [doc for doc in workspace.docs.values() if doc.owner == owner]
    return answer(200, listing.page(query, listing.arranged(query, docs), listing.UNBOUNDED))


def _delete_doc(workspace: Workspace, kind: str, owner: str, identifier: str) -> Answer:
    doc = workspace.docs.get(identifier)
    if doc is None or doc.owner != owner:
        no_such("doc", identifier)
    del workspace.docs[identifier]
    return answer(202, workspace.note_deletion((kind, owner, "docs", identifier)))


def _is_about(memory: Memory, query: str) -> bool:
    """A memory is about a text that stands in it, and about one of whose words stands in it."""
    content = memory.content.casefold()
    return query.casefold() in content or any(word in content for word in query.casefold().split())
