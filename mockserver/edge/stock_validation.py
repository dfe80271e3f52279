"""The way into Connexion's own request validation, and out of it, for what is not compiled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from connexion.lifecycle import ConnexionRequest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.call import SCOPE_KEY, Call
from mockserver.edge.bodies import Limits, read_body
from mockserver.edge.negotiation import media_type_chooser
from mockserver.problems import Malformed, Problem

logger = logging.getLogger(__name__)

_PASSED = "sessions_kit.passed"


class StockValidation:
    """Connexion's checks of one operation, given a whole body of bearable size, in front of `next_app`.

    Args:
        operation: Connexion's own view of the operation.
        stock: makes Connexion's checks, in front of the application it is given.
    """

    def __init__(
        self, operation: Any, stock: Callable[[ASGIApp], ASGIApp], next_app: ASGIApp, limits: Limits
    ) -> None:
        self._operation = operation
        self._stock = stock(self._go_on)
        self._next_app = next_app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Checks a request.

        Raises:
            Malformed: it made Connexion's validators fail.
            connexion.exceptions.BadRequestProblem: they found something wrong.
        """
        raw = await read_body(scope, receive, self._limits)
        try:
            await self._stock(_stock_scope(scope, raw), _replay(raw), send)
        except (Problem, HTTPException):
            raise
        except Exception as error:
            if _PASSED in scope["extensions"]:
                raise
            # The stock validators trip over requests they did not expect, which is no defect of the mock's.
            logger.warning("Connexion's stock validation failed", exc_info=error)
            raise Malformed(f"Connexion cannot read the request ({type(error).__name__}).") from error

    async def _go_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["extensions"][SCOPE_KEY]
        scope["extensions"][_PASSED] = True
        await _fill_call(self._operation, call, scope, receive)
        call.media_type = media_type_chooser(call.operation).choose(scope)
        await self._next_app(scope, receive, send)


async def _fill_call(operation: Any, call: Call, scope: Scope, receive: Receive) -> None:
    """Puts what the stock stage let through into the call."""
    uri_parser = operation.uri_parser_class(operation.parameters, operation.body_definition())
    request = ConnexionRequest(scope, receive, uri_parser=uri_parser)
    path, query = request.path_params, request.query_params
    for parameter in call.operation.parameters:
        name = parameter.name
        if parameter.location == "path":
            call.path[name] = path[name.replace("-", "_")]
        elif parameter.location == "query" and name in query:
            call.query[name] = query[name]
        elif parameter.location == "query" and "default" in parameter.schema:
            call.query[name] = parameter.schema["default"]
        elif parameter.location == "header" and name in request.headers:
            call.headers[name] = request.headers[name]
    if call.operation.body is not None:
        call.body = await request.get_body()


def _stock_scope(scope: Scope, raw: bytes) -> Scope:
    """A scope as the stock stages need it.

    They take a body without a Content-Length (a chunked one) for none, and know path parameters by the names
    that Connexion's own routers give them.
    """
    headers = [field for field in scope["headers"] if field[0] != b"content-length"]
    headers.append((b"content-length", str(len(raw)).encode()))
    call: Call = scope["extensions"][SCOPE_KEY]
    path = {name.replace("-", "_"): value for name, value in call.path.items()}
    return {**scope, "headers": headers, "path_params": path}


def _replay(raw: bytes) -> Receive:
    """A `receive` that gives a body already read."""
    messages: list[Message] = [{"type": "http.request", "body": raw, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
