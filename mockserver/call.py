"""What travels through the mock: a call on its way in, an answer on its way out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.operations import Operation

#: The key under which a call stands in the `extensions` of an ASGI scope.
SCOPE_KEY = "sessions_kit.call"


@dataclass(slots=True)
class Call:
    """A request that was routed, and later authorised and validated.

    Attributes:
        operation: what is called.
        path: the path parameters, percent-decoded; after validation coerced to their schema's type.
        workspace: whose world it acts on; set by the security stage.
        query: the declared query parameters, coerced, with the defaults of their schemas; set by validation.
        headers: the declared header parameters, likewise.
        body: the parsed body without the nulls that mean "not sent"; None when there is none.
        media_type: the answer's media type that the `Accept` header prefers among the declared ones.
    """

    operation: Operation
    path: dict[str, Any]
    workspace: str = ""
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler returns.

    Attributes:
        body: the whole body, or None where `stream` gives it piece by piece.
        headers: further headers; `content-type` comes from `media_type` and is left out with an empty one.
    """

    status: int
    body: bytes = b""
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None


#: What answers the calls of one operation.
Handler = Callable[[Call], Awaitable[Answer]]
