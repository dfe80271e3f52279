"""The ASGI application: the key, the route, the handler, the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from . import belongings, chat, owners, sessions
from .identity import Clock, is_uuid
from .refusals import Refused
from .wire import Answer, Call, Receive, Scope, Send, answer, read_body, refusal, segments, send_answer
from .workspace import Workspace

Handler = Callable[[Workspace, Call], Answer]

PREFIX = "api"
_ID = ""

ROUTES: Mapping[tuple[str, ...], Mapping[str, Handler]] = {
    ("users",): {"GET": owners.list_users, "POST": owners.create_user},
    ("users", _ID): {
        "GET": owners.get_user,
        "PUT": owners.replace_user,
        "PATCH": owners.merge_user,
        "DELETE": owners.delete_user,
    },
    ("users", _ID, "docs"): {"GET": belongings.list_user_docs, "POST": belongings.create_user_doc},
    ("users", _ID, "docs", _ID): {"DELETE": belongings.delete_user_doc},
    ("agents",): {"GET": owners.list_agents, "POST": owners.create_agent},
    ("agents", _ID): {
        "GET": owners.get_agent,
        "PUT": owners.replace_agent,
        "PATCH": owners.merge_agent,
        "DELETE": owners.delete_agent,
    },
    ("agents", _ID, "docs"): {"GET": belongings.list_agent_docs, "POST": belongings.create_agent_doc},
    ("agents", _ID, "docs", _ID): {"DELETE": belongings.delete_agent_doc},
    ("agents", _ID, "tools"): {"GET": belongings.list_tools, "POST": belongings.create_tool},
    ("agents", _ID, "tools", _ID): {
        "PUT": belongings.replace_tool,
        "PATCH": belongings.merge_tool,
        "DELETE": belongings.delete_tool,
    },
    ("agents", _ID, "memories"): {"GET": belongings.find_memories},
    ("agents", _ID, "memories", _ID): {"DELETE": belongings.delete_memory},
    ("sessions",): {"GET": sessions.list_sessions, "POST": sessions.create_session},
    ("sessions", _ID): {
        "GET": sessions.get_session,
        "PUT": sessions.replace_session,
        "PATCH": sessions.merge_session,
        "DELETE": sessions.delete_session,
    },
    ("sessions", _ID, "history"): {"GET": sessions.get_history, "DELETE": sessions.delete_history},
    ("sessions", _ID, "suggestions"): {"GET": sessions.get_suggestions},
    ("sessions", _ID, "chat"): {"POST": chat.chat},
    ("jobs", _ID): {"GET": belongings.get_job},
}


class Application:
    """The server: one workspace for each issued key, and none for any other."""

    def __init__(self, keys: Iterable[str]) -> None:
        clock = Clock()
        self._workspaces = {key: Workspace(clock) for key in keys}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        try:
            body = await read_body(receive)
            if body is None:
                return
            reply = self._reply(scope, body)
        except Refused as refused:
            reply = refusal(refused)
        await send_answer(reply, send)

    def _reply(self, scope: Scope, body: bytes) -> Answer:
        prefix, *path = segments(scope)
        if prefix != PREFIX:
            raise Refused(404, f"Everything is below /{PREFIX}.")
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
        )
        workspace = self._open(headers)
        handlers, ids = _route(path)
        handler = handlers.get(scope["method"])
        if handler is None:
            allowed = ", ".join(handlers)
            raise Refused(405, f"Allowed here: {allowed}.", headers=(("allow", allowed),))
        if not all(map(is_uuid, ids)):
            raise Refused(404, "The path holds an id that is no UUID.")
        call = Call(tuple(identifier.lower() for identifier in ids), scope["query_string"], body, headers)
        if scope["method"] == "DELETE":
            return _delete(workspace, handler, call, path)
        return handler(workspace, call)

    def _open(self, headers: tuple[tuple[str, str], ...]) -> Workspace:
        """The workspace of the key that was sent, alone or after `Bearer`.

        Raises:
            Refused: with 403 if that is no issued key.
        """
        credentials = [value.strip() for name, value in headers if name == "authorization"]
        if len(credentials) == 1:
            scheme, _, rest = credentials[0].partition(" ")
            key = rest.strip() if scheme.lower() == "bearer" and rest else credentials[0]
            if key in self._workspaces:
                return self._workspaces[key]
        raise Refused(403, "An issued key is needed in the Authorization header.")


def _route(path: list[str]) -> tuple[Mapping[str, Handler], list[str]]:
    """The handlers of a path by method, and the ids in the path.

    Raises:
        Refused: with 404 if there is no such path.
    """
    for template, handlers in ROUTES.items():
        if len(template) == len(path) and all(
            part == expected if expected else part for part, expected in zip(path, template, strict=True)
        ):
            return handlers, [part for part, expected in zip(path, template, strict=True) if expected == _ID]
    raise Refused(404, "There is nothing at this path.")


def _delete(workspace: Workspace, handler: Handler, call: Call, path: list[str]) -> Answer:
    """Delete; what was deleted before is answered as it was then, as long as its owner is there."""
    try:
        return handler(workspace, call)
    except Refused as refused:
        receipt = workspace.deletions.get(_canonical(path))
        if refused.status != 404 or receipt is None or not _owner_is_there(workspace, path):
            raise
        return answer(202, receipt)


def _canonical(path: list[str]) -> tuple[str, ...]:
    return tuple(part.lower() for part in path)


def _owner_is_there(workspace: Workspace, path: list[str]) -> bool:
    owners_of: Mapping[str, Mapping[str, object]] = {"agents": workspace.agents, "users": workspace.users}
    return len(path) == 2 or path[1].lower() in owners_of[path[0]]


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
