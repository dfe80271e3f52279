"""Requests and answers as the handlers see them, and ASGI as the server sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from . import strict_json
from .refusals import Fault, Refused, unreadable
from .shapes import Shape, conform

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

JSON = "application/json"
EVENT_STREAM = "text/event-stream"
LARGEST_BODY = 32 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """One request: the ids of its path, and the rest as it came."""

    ids: tuple[str, ...]
    raw_query: bytes
    raw_body: bytes
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key == name]

    def query(self) -> dict[str, str]:
        """The query parameters by name.

        Raises:
            Refused: if they are no UTF-8, or one is given twice.
        """
        try:
            pairs = parse_qsl(self.raw_query.decode("ascii"), keep_blank_values=True, errors="strict")
        except ValueError as error:
            unreadable("query", f"The query string cannot be decoded: {error}.")
        values = dict(pairs)
        if len(values) != len(pairs):
            raise Refused(400, "The request is not valid.", (Fault("query", "A parameter stands twice."),))
        for name, value in pairs:
            strict_json.check_text(value, f"query/{name}")
        return values

    def body(self, shape: Shape) -> dict[str, Any]:
        """What is kept of the body.

        Raises:
            Refused: if it is not declared as JSON, is not JSON, or has not the shape. A body without a
                content type is taken for JSON (RFC 9110, section 8.3, leaves that to the recipient).
        """
        media_types = [value.partition(";")[0].strip().lower() for value in self.header("content-type")]
        if media_types not in ([], [JSON]):
            unreadable("header/content-type", f"The body must be {JSON}.")
        if not self.raw_body:
            unreadable("", "A body is needed.")
        try:
            text = self.raw_body.decode("utf-8")
        except UnicodeDecodeError as error:
            unreadable("", f"The body is no UTF-8: {error}.")
        return conform(strict_json.parse(text, ""), shape)

    def wants_events(self) -> bool:
        """Whether the Accept header names a stream of events and nothing that it would rather have."""
        ranges = ",".join(self.header("accept")).lower().split(",")
        weights = dict(_weighted(item) for item in ranges)
        stream = weights.get(EVENT_STREAM, 0.0)
        return stream > 0 and stream > weights.get(JSON, 0.0)


@dataclass(frozen=True)
class Answer:
    """One answer; several parts are sent one after the other."""

    status: int
    parts: tuple[bytes, ...]
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def answer(status: int, value: Any, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """An answer in JSON."""
    return Answer(status, (strict_json.write(value).encode(),), headers=tuple(headers))


def refusal(refused: Refused) -> Answer:
    """The answer to a request that is not carried out."""
    places = [{"place": fault.place, "message": fault.message} for fault in refused.faults]
    return answer(
        refused.status,
        {"error": {"status": refused.status, "message": refused.message, "places": places}},
        refused.headers,
    )


def segments(scope: Scope) -> tuple[str, ...]:
    """The parts of the path, split before they are decoded: an encoded slash separates nothing.

    Raises:
        Refused: with 404 if a part is no UTF-8.
    """
    raw: bytes = scope["raw_path"]
    try:
        return tuple(unquote(part, errors="strict") for part in raw.decode("ascii").split("/")[1:])
    except ValueError:
        raise Refused(404, "The path cannot be decoded.") from None


async def read_body(receive: Receive) -> bytes | None:
    """The whole body, or nothing if the client went away.

    Raises:
        Refused: with 413 if it is too large.
    """
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        body += event.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise Refused(413, f"A body may have up to {LARGEST_BODY} bytes.")
        if not event.get("more_body"):
            return bytes(body)


async def send_answer(reply: Answer, send: Send) -> None:
    """Send an answer; its length is announced if it is in one part."""
    headers = [("content-type", reply.media_type), *reply.headers]
    if len(reply.parts) == 1:
        headers.append(("content-length", str(len(reply.parts[0]))))
    encoded = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    for part in reply.parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _weighted(media_range: str) -> tuple[str, float]:
    """A media range and its weight (RFC 9110, section 12.4.2); one that cannot be read counts as none."""
    name, *parameters = (part.strip() for part in media_range.split(";"))
    weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0
