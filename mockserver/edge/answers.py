"""Does the mock keep its own contract? Every answer checked against the document on its way out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.document import JSON, Document
from contracts.errors import DocumentError
from contracts.marks import Marks, compile_marks
from contracts.operations import Operation, is_json
from contracts.pointers import join, lookup
from contracts.schemas import resolve
from mockserver.call import SCOPE_KEY, Call
from mockserver.edge.checks import SchemaCheck
from mockserver.edge.declared_errors import Form
from mockserver.edge.failures import write_error
from mockserver.edge.headers import single
from mockserver.edge.media_types import match, read
from mockserver.problems import MEDIA_TYPE, InternalError, Offence
from mockserver.strict_json import load

logger = logging.getLogger(__name__)

_BODILESS = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True)
class _Response:
    """What the document says of one status."""

    pointer: str
    headers: tuple[str, ...]
    media: Mapping[str, SchemaCheck | None]
    secrets: Mapping[str, Marks]


class Contract:
    """The declared answers of one operation."""

    def __init__(self, root: JSON, operation: Operation) -> None:
        self.operation = operation
        self._responses = {
            status.upper(): _response(root, content.pointer, content.media)
            for status, content in operation.responses.items()
        }
        self._declares_errors = any(status[0] in "45D" for status in self._responses)
        self._declares_success = any(status[0] in "123D" for status in self._responses)

    def breaches(
        self, status: int, headers: list[tuple[bytes, bytes]], body: bytes | None
    ) -> tuple[Offence, ...]:
        """Where an answer breaks the contract.

        Args:
            body: None for a stream, whose content is not looked at.
        """
        response = self._find(status)
        if response is None:
            if not (self._declares_errors if status >= 400 else self._declares_success):
                return ()  # a document that declares no errors has not thereby promised that there are none
            return (Offence(f"{self.operation.pointer}/responses", f"does not declare the status {status}"),)
        missing = [name for name in response.headers if single(headers, name.lower().encode()) is None]
        if missing:
            pointer = join(response.pointer, "headers", missing[0])
            return (Offence(pointer, "is required, and the answer lacks it"),)
        return _body_breaches(response, status, headers, body)

    def _find(self, status: int) -> _Response | None:
        names = (str(status), f"{status // 100}XX", "DEFAULT")
        return next((self._responses[name] for name in names if name in self._responses), None)


class AnswerCheck:
    """Replaces an answer that breaks the contract by a 500 that says how; event streams pass as they come."""

    def __init__(self, app: ASGIApp, contracts: Mapping[str, Contract]) -> None:
        self.app = app
        self._contracts = contracts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request through and looks at its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Watch(self._contracts, scope, send))


class _Watch:
    """A `send` that holds an answer back until it is known to be right."""

    def __init__(self, contracts: Mapping[str, Contract], scope: Scope, send: Send) -> None:
        self._contracts = contracts
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._body = b""
        self._replaced = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._replaced:
            return  # the rest of a stream whose beginning was already wrong
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _begin(self, start: Message) -> None:
        contract = self._contract()
        if contract is None:
            await self._send(start)
        elif not _is_stream(start):
            self._start = start
        elif found := contract.breaches(start["status"], start["headers"], None):
            await self._replace(contract, found)
        else:
            await self._send(start)

    async def _finish(self, start: Message) -> None:
        contract = self._contract()
        body = None if self._scope["method"] == "HEAD" else self._body
        found = contract.breaches(start["status"], start["headers"], body) if contract else ()
        if contract and found:
            await self._replace(contract, found)
            return
        await self._send(start)
        await self._send({"type": "http.response.body", "body": self._body})

    async def _replace(self, contract: Contract, found: tuple[Offence, ...]) -> None:
        self._replaced = True
        places = "; ".join(f"{offence.pointer} {offence.detail}" for offence in found)
        logger.error("The answer of %s breaks the document: %s", contract.operation, places)
        problem = InternalError(
            f"The mock's own answer to {contract.operation} breaks the document: {places}", found
        )
        await write_error(self._send, problem.status, Form(MEDIA_TYPE, problem.body()), problem.headers)

    def _contract(self) -> Contract | None:
        call: Call | None = (self._scope.get("extensions") or {}).get(SCOPE_KEY)
        return self._contracts[call.operation.id] if call is not None else None


def contracts(document: Document, operations: Iterable[Operation]) -> dict[str, Contract]:
    """What each operation promises of its answers, by operation id.

    Raises:
        DocumentError: a response schema is not valid.
    """
    return {operation.id: _contract(document, operation) for operation in operations}


def _contract(document: Document, operation: Operation) -> Contract:
    try:
        return Contract(document.data, operation)
    except ValueError as error:
        raise DocumentError(
            f"A response schema of {operation} is not valid: {str(error).splitlines()[0]}.",
            place=document.place(operation.pointer),
            cure="Mend the schema.",
        ) from error


def _response(root: JSON, pointer: str, media: Mapping[str, JSON]) -> _Response:
    node = resolve(root, lookup(root, pointer))
    declared = {name: resolve(root, header) for name, header in node.get("headers", {}).items()}
    required = tuple(
        name for name, header in declared.items() if header.get("required") and name.lower() != "content-type"
    )
    compiled = {
        name: SchemaCheck(root, schema, "response") if is_json(name) else None
        for name, schema in media.items()
    }
    secrets = {
        name: marks
        for name, schema in media.items()
        if is_json(name) and (marks := compile_marks(root, schema, "writeOnly"))
    }
    return _Response(pointer, required, compiled, secrets)


def _is_stream(start: Message) -> bool:
    content_type = single(start["headers"], b"content-type") or b""
    return content_type.lower().startswith(b"text/event-stream")


def _body_breaches(
    response: _Response, status: int, headers: list[tuple[bytes, bytes]], body: bytes | None
) -> tuple[Offence, ...]:
    content_type = (single(headers, b"content-type") or b"").decode("latin-1")
    if status in _BODILESS or not response.media:
        if status >= 400 and content_type == MEDIA_TYPE:
            return ()  # an error that is declared without a body may well be explained by one
        return (Offence(response.pointer, "declares no body, and the answer has one"),) if body else ()
    media = read(content_type)
    found = match(media.essence, response.media) if media is not None else None
    if media is None or found is None:
        return (
            Offence(
                join(response.pointer, "content"),
                f"does not declare {content_type or 'an answer without a media type'}",
            ),
        )
    declared, check = found
    if body is None or check is None:
        return ()
    try:
        value = load(body)
    except ValueError as error:
        return (Offence("", f"is not JSON: {error}"),)
    if not check.is_valid(value):
        return check.offences(value)
    secrets = response.secrets.get(declared)
    told = secrets.places(value) if secrets is not None else ()
    return tuple(Offence(place, "is writeOnly, and the answer tells it") for place in told)
