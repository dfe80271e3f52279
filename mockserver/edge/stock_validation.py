"""The way into Connexion's own validators, and out of them, for what is not compiled."""

from __future__ import annotations

import base64
from typing import Any

from connexion import utils
from connexion.lifecycle import ConnexionRequest
from connexion.validators import VALIDATOR_MAP
from python_multipart.exceptions import FormParserError
from starlette.formparsers import MultiPartException
from starlette.types import Message, Receive, Scope

from mockserver.call import SCOPE_KEY, Call
from mockserver.edge.bodies import Sent
from mockserver.problems import Malformed


def replay(raw: bytes) -> Receive:
    """A `receive` that gives a body already read."""
    messages: list[Message] = [{"type": "http.request", "body": raw, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def stock_scope(scope: Scope, raw: bytes) -> Scope:
    """A scope as the stock stages need it.

    They take a body without a Content-Length (a chunked one) for none, and know path parameters by the names
    that Connexion's own routers give them.
    """
    headers = [field for field in scope["headers"] if field[0] != b"content-length"]
    headers.append((b"content-length", str(len(raw)).encode()))
    call: Call = scope["extensions"][SCOPE_KEY]
    path = {name.replace("-", "_"): value for name, value in call.path.items()}
    return {**scope, "headers": headers, "path_params": path}


async def read_form(stock_operation: Any, sent: Sent, scope: Scope, raw: bytes) -> dict[str, Any] | None:
    """The members of form data, checked by Connexion's validator; files as base64, JSON having no bytes.

    Raises:
        Malformed: it is no such form.
        connexion.exceptions.BadRequestProblem: it does not fit its schema.
    """
    if not raw and not stock_operation.request_body.get("required", False):
        return None
    definition = stock_operation.body_definition(sent.declared)
    uri_parser = stock_operation.uri_parser_class(stock_operation.parameters, definition)
    body_validators: Any = VALIDATOR_MAP["body"]
    validator = body_validators[sent.media_type](
        schema=stock_operation.body_schema(sent.declared),
        required=stock_operation.request_body.get("required", False),
        nullable=utils.is_nullable(definition),
        encoding=sent.charset,
        strict_validation=False,
        uri_parser=uri_parser,
    )
    try:
        receive, inner = await validator.wrap_receive(replay(raw), scope=stock_scope(scope, raw))
        return await _form_members(ConnexionRequest(inner, receive, uri_parser=uri_parser))
    except (MultiPartException, FormParserError, KeyError, UnicodeDecodeError) as error:
        raise Malformed(f"The body is not {sent.media_type}: {error}.") from error


async def fill_call(stock_operation: Any, call: Call, scope: Scope, receive: Receive) -> None:
    """Puts what the stock stages let through into the call."""
    uri_parser = stock_operation.uri_parser_class(
        stock_operation.parameters, stock_operation.body_definition()
    )
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


async def _form_members(request: ConnexionRequest) -> dict[str, Any]:
    members = dict(await request.form())
    for name, files in (await request.files()).items():
        contents = [base64.b64encode(await file.read()).decode() for file in files]
        members[name] = contents[0] if len(contents) == 1 else contents
    return members
