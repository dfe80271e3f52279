"""Whatever is raised becomes an answer here, with the exception's own headers.

It is problem+json (RFC 9457), unless the document declares another form for it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

import orjson
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.call import SCOPE_KEY
from mockserver.edge.declared_errors import DeclaredErrors, Form
from mockserver.problems import (
    BodyTooLarge,
    InternalError,
    Invalid,
    Malformed,
    MethodNotAllowed,
    NoSuchPath,
    Problem,
    Unauthorized,
    UnsupportedMedia,
)
from mockserver.synth import Unsatisfiable

logger = logging.getLogger(__name__)

_BY_STATUS: Mapping[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        Malformed,
        Unauthorized,
        NoSuchPath,
        MethodNotAllowed,
        BodyTooLarge,
        UnsupportedMedia,
        Invalid,
        InternalError,
    )
}


class ClientGone(Exception):
    """The client closed the connection before its request was whole; there is nobody to answer."""


class ProblemWriter:
    """The outermost stage. Nothing passes it as an exception unless the answer had already begun."""

    def __init__(self, app: ASGIApp, declared: DeclaredErrors) -> None:
        self.app = app
        self._declared = declared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the stages within, and answers for them when they raise."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1003})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            send = without_body(send)
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientGone:
            logger.debug(
                "%s %s: the client left before its request was whole", scope["method"], scope["path"]
            )
        except Exception as error:
            if begun:
                logger.error("The mock failed", exc_info=error)
                raise  # half an answer is out: the server must drop the connection, or it would look whole
            status, problem, headers = describe(error)
            call = (scope.get("extensions") or {}).get(SCOPE_KEY)
            await write_error(send, status, self._declared.form(call, status, problem), headers)


def describe(error: Exception) -> tuple[int, bytes, Mapping[str, str]]:
    """Status, body and headers of the answer to an exception; what is nobody's request's fault is logged."""
    if isinstance(error, HTTPException) and not isinstance(error, Problem):
        return _describe_http(error)
    if isinstance(error, Unsatisfiable):
        logger.error("No value fits the schema of an answer: %s", error)
        error = InternalError(f"No value fits the schema that the document gives this answer. {error}")
    if not isinstance(error, Problem):
        logger.error("The mock failed", exc_info=error)
        name = type(error).__name__
        error = InternalError(f"The mock itself failed with {name}; its log says where. Please report it.")
    return error.status, error.body(), error.headers


async def write_error(send: Send, status: int, form: Form, headers: Mapping[str, str]) -> None:
    """Sends an error."""
    fields = [
        (b"content-type", form.media_type.encode("latin-1")),
        (b"content-length", b"%d" % len(form.body)),
    ]
    fields += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": form.body})


def without_body(send: Send) -> Send:
    """`send` for the answer to a HEAD: the same headers, no body (RFC 9110 §9.3.2)."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


def _describe_http(error: HTTPException) -> tuple[int, bytes, Mapping[str, str]]:
    """Connexion's stock stages and Starlette raise these; their headers (`Allow`) must not be lost."""
    headers = error.headers or {}
    problem = _BY_STATUS.get(error.status_code)
    if problem is not None:
        return error.status_code, problem(str(error.detail)).body(), headers
    # RFC 9457 §4.2.1: a status that says all there is to say has the type about:blank.
    title = HTTPStatus(error.status_code).phrase
    body = {"type": "about:blank", "title": title, "status": error.status_code, "detail": str(error.detail)}
    return error.status_code, orjson.dumps(body), headers
