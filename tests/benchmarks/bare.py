"""The limit to measure against: Starlette and orjson, a dictionary, and nothing that keeps a contract.

It answers the same bytes' worth as the mock, and checks nothing: no key, no parameter, no body.
"""

from __future__ import annotations

import socket
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PREFIX = "/api"


def application() -> Starlette:
    """An application with its own state."""
    sessions: dict[str, dict[str, Any]] = {}
    answers: dict[str, Any] = {}

    async def teach(request: Request) -> Response:
        """Takes over what the mock answers to a turn, to answer as much."""
        answers["chat"] = orjson.loads(await request.body())
        return _json({})

    async def create(request: Request) -> Response:
        body = orjson.loads(await request.body())
        id, now = str(uuid4()), datetime.now(UTC).isoformat()
        sessions[id] = {"id": id, "created_at": now, "updated_at": now, **body}
        return _json({"id": id, "created_at": now, "jobs": []}, 201)

    async def list_(request: Request) -> Response:
        limit = int(request.query_params["limit"])
        return _json({"items": list(sessions.values())[:limit]})

    async def get(request: Request) -> Response:
        return _json(sessions[request.path_params["id"]])

    async def chat(request: Request) -> Response:
        orjson.loads(await request.body())
        return _json(answers["chat"])

    return Starlette(
        routes=[
            Route("/teach", teach, methods=["POST"]),
            Route(f"{PREFIX}/sessions", create, methods=["POST"]),
            Route(f"{PREFIX}/sessions", list_, methods=["GET"]),
            Route(f"{PREFIX}/sessions/{{id}}", get, methods=["GET"]),
            Route(f"{PREFIX}/sessions/{{id}}/chat", chat, methods=["POST"]),
        ]
    )


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def main() -> None:
    """Serves on a free port and prints the URL."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}{PREFIX}", flush=True)
        config = uvicorn.Config(
            application(),
            http="httptools",
            loop="uvloop",
            log_level="warning",
            access_log=False,
            lifespan="off",
        )
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    sys.exit(main())
