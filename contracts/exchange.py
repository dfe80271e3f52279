"""One request and its answer, and its form as JSON data. See `story` for curl, `har` for HTTP archives.

Keys never leave a process: every form redacts them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REDACTED = "[redacted]"
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent.

    Attributes:
        target: path and query below the base URL, as on the wire.
        identity: whose key it carried: "first", "second" or "nobody".
        operation: the operationId it was meant for; None for a request no operation describes.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    identity: str = "first"
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What came back.

    Attributes:
        seconds: from the first byte sent to the last byte received.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 0.0

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty when none is given."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 shows as replacement characters."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The parsed body.

        Raises:
            ValueError: it is no JSON.
        """
        return json.loads(self.body)

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came of it.

    Attributes:
        response: None when no answer came; `failure` then says why.
        captures: names given to ids in the answer → where they stand in it, as keys from the root.
        batch: the same number for requests that were sent at once; None for one that was sent alone.
    """

    request: Request
    response: Response | None = None
    failure: str | None = None
    captures: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)
    batch: int | None = None


def redacted(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Headers with every secret replaced."""
    return tuple((name, REDACTED if name.lower() in _SECRET_HEADERS else value) for name, value in headers)


def as_json(exchange: Exchange, limit: int = 65_536) -> dict[str, Any]:
    """The exchange as JSON data, bodies cut after `limit` bytes."""
    request, response = exchange.request, exchange.response
    out: dict[str, Any] = {
        "identity": request.identity,
        "operation": request.operation,
        "method": request.method,
        "target": request.target,
        "request_headers": [list(pair) for pair in redacted(request.headers)],
        "request_body": _body(request.body, limit),
    }
    if response is None:
        return out | {"failure": exchange.failure}
    return out | {
        "status": response.status,
        "response_headers": [list(pair) for pair in redacted(response.headers)],
        "response_body": _body(response.body, limit),
        "seconds": round(response.seconds, 6),
    }


def _body(body: bytes, limit: int) -> Any:
    text = body[:limit]
    try:
        return text.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(text).decode()}
