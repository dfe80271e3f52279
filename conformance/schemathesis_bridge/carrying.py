"""Carrying a case of Schemathesis' to the target, and the answer back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from schemathesis import Case, Response
from schemathesis.config import SanitizationConfig
from schemathesis.core.errors import SerializationNotPossible
from schemathesis.transport.prepare import prepare_request

from conformance.schemathesis_bridge.loading import BASE_URL
from conformance.worlds.wire import accept_of
from contracts import exchange
from contracts.operations import Operation
from contracts.world import Identity

if TYPE_CHECKING:
    import requests

# What the client library writes by itself, and what names Schemathesis.
_NOT_THE_CASES_OWN = frozenset(
    {"user-agent", "accept-encoding", "connection", "content-length", "x-schemathesis-testcaseid"}
)


class Unsendable(Exception):
    """A case that no HTTP client can write, or that Schemathesis cannot serialise."""


@dataclass(frozen=True, slots=True)
class Written:
    """A case as a request, in the suite's words and in those that Schemathesis' checks read."""

    request: exchange.Request
    prepared: requests.PreparedRequest


def written(case: Case[Any], operation: Operation, identity: Identity = Identity.FIRST) -> Written:
    """The request that a case is.

    Args:
        operation: what the case is for.

    Raises:
        Unsendable: it cannot be written.
    """
    try:
        prepared = prepare_request(case, None, config=SanitizationConfig(enabled=False), base_url=BASE_URL)
    except (SerializationNotPossible, ValueError) as error:
        raise Unsendable(str(error)) from error
    parts = urlsplit(prepared.url or "")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = {name.lower() for name in case.headers}
    headers = [
        (name, _text(value))
        for name, value in prepared.headers.items()
        if name.lower() not in _NOT_THE_CASES_OWN and (name.lower() != "accept" or "accept" in asked)
    ]
    if "accept" not in asked:
        headers.insert(0, ("Accept", accept_of(operation)))
    # A method that the document does not declare is no call of the operation.
    meant = operation.id if case.method.upper() == operation.method else None
    request = exchange.Request(
        case.method.upper(), target, tuple(headers), _bytes(prepared.body), str(identity), meant
    )
    return Written(request, prepared)


def read(answer: exchange.Response, prepared: requests.PreparedRequest) -> Response:
    """An answer in the form that Schemathesis' checks read."""
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    return Response(
        status_code=answer.status,
        headers=headers,
        content=answer.body,
        request=prepared,
        elapsed=answer.seconds,
        verify=False,
        encoding=_charset(answer),
    )


def _charset(answer: exchange.Response) -> str:
    for parameter in (answer.header("content-type") or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return "utf-8"


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes):
        return body
    raise Unsendable("a streamed body")
