"""Cross-origin access (the Fetch standard's CORS protocol): any origin may read any answer, errors too."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.edge.headers import Headers, values

MAX_AGE_SECONDS = 86_400
METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS")

# Scripts can read these without being told (Fetch, CORS-safelisted response-header name).
_READABLE = frozenset(
    (
        b"cache-control",
        b"content-language",
        b"content-length",
        b"content-type",
        b"expires",
        b"last-modified",
        b"pragma",
    )
)


class Cors:
    """Stands outside everything that can refuse, so that a script can read the refusal.

    Args:
        prefix: the paths below it are covered; what lies outside (the admin API) stays closed.
        paths: single paths covered besides.
        closed: prefixes never covered, should `prefix` be the root.
    """

    def __init__(
        self, app: ASGIApp, *, prefix: str, paths: Iterable[str] = (), closed: Iterable[str] = ("/_mock",)
    ) -> None:
        self.app = app
        self._prefix = prefix.rstrip("/")
        self._below = f"{self._prefix}/"
        self._paths = frozenset(paths)
        self._closed = tuple(closed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a preflight; lets everything else through and marks its answer as readable."""
        if scope["type"] != "http" or not self._covers(scope["path"]):
            await self.app(scope, receive, send)
            return
        origin = next((value for key, value in scope["headers"] if key == b"origin"), None)
        if not origin:
            await self.app(scope, receive, _with_wildcard(send))
            return
        if scope["method"] == "OPTIONS" and values(scope["headers"], b"access-control-request-method"):
            await _answer_preflight(scope["headers"], origin, send)
            return
        await self.app(scope, receive, _with_origin(send, origin))

    def _covers(self, path: str) -> bool:
        if path in self._paths:
            return True
        if not (path.startswith(self._below) or path == self._prefix):
            return False
        return not any(path == closed or path.startswith(f"{closed}/") for closed in self._closed)


def _with_wildcard(send: Send) -> Send:
    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *_WILDCARD]}
        await send(message)

    return send_marked


_WILDCARD = ((b"access-control-allow-origin", b"*"), (b"vary", b"Origin"))


def _with_origin(send: Send, origin: bytes) -> Send:
    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            message = {**message, "headers": headers + _allowing(origin) + _exposing(headers)}
        await send(message)

    return send_marked


def _allowing(origin: bytes) -> list[tuple[bytes, bytes]]:
    # The origin itself and not "*": a browser that was told to send cookies takes nothing else.
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


def _exposing(headers: Headers) -> list[tuple[bytes, bytes]]:
    names = sorted({name for name, _ in headers} - _READABLE)
    return [(b"access-control-expose-headers", b", ".join(names))] if names else []


async def _answer_preflight(asked: Headers, origin: bytes, send: Send) -> None:
    method = values(asked, b"access-control-request-method")[0]
    headers = _allowing(origin)
    methods = METHODS if method in METHODS else (*METHODS, method)
    headers.append((b"access-control-allow-methods", b", ".join(methods)))
    wanted = b", ".join(values(asked, b"access-control-request-headers"))
    if wanted:
        headers.append((b"access-control-allow-headers", wanted))
    if values(asked, b"access-control-request-private-network"):
        headers.append((b"access-control-allow-private-network", b"true"))
    headers.append((b"access-control-max-age", str(MAX_AGE_SECONDS).encode()))
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
