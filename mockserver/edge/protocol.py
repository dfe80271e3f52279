"""What is not even HTTP never reaches an application; the server answers it, in the form of all refusals."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.edge.transport import Lingering
from mockserver.problems import MEDIA_TYPE, Malformed, Problem, RequestTimeout

_NOT_HTTP = "its head, its target or its framing is not HTTP/1.1"


class ProblemProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools, with problem+json for what its parser refuses, and fewer writes.

    Whatever else comes over a connection, each whole request is answered, in order, before the connection
    is closed: also when a client ends its side of it, or when what follows is no request.

    Attributes:
        head_seconds: how long the rest of a head may take.
    """

    head_seconds = 30.0

    _wire: Lingering
    _within: str | None = None  # the part of a request that has begun to come and has not come whole
    _unanswered = 0
    _ended = False  # nothing that still comes is read
    _last_words: bytes = b""  # what is sent once all before it is answered
    _fault = _NOT_HTTP
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Takes a new connection over."""
        self._wire = Lingering(transport, self.loop)
        super().connection_made(self._wire)

    def data_received(self, data: bytes) -> None:
        """Reads on."""
        if self._ended or self._wire.is_closing():
            return
        super().data_received(data)
        if self._within == "head" and self._waiting is None and not self._ended:
            self._waiting = self.loop.call_later(self.head_seconds, self._give_up)

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn always lets the connection be closed
        """Answers what came, although no more will come; the connection is open until that is done."""
        if self._wire.is_closing():
            return False
        self._ended, self._wire.unread = True, False
        if self._within is not None:
            self._refuse(Malformed(f"The request ends within its {self._within}."))
        elif not self._unanswered:
            self._end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets the connection go."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Notes that a request has begun."""
        self._within = "head"
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Starts a request.

        Raises:
            ValueError: it names no host, or several; the parser turns it into an error of its own.
        """
        self._stop_waiting()
        # RFC 9112 §3.2: a server must refuse it.
        if self.parser.get_http_version() == "1.1" and [name for name, _ in self.headers].count(b"host") != 1:
            self._fault = "HTTP/1.1 requires one header Host, and only one"
            raise ValueError(self._fault)
        super().on_headers_complete()
        self._within = "body"
        self._wire.unread = True
        self._unanswered += 1
        if self.parser.should_upgrade():  # the parser reads no request after it
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Notes that a request is whole."""
        self._within = None
        self._wire.unread = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Goes on with the next request; closes the connection after the last."""
        self._unanswered -= 1
        super().on_response_complete()
        if self._ended and not self._unanswered:
            self._end()

    def send_400_response(self, msg: str) -> None:
        """Refuses what the parser could not read, and closes the connection (RFC 9112 §9.6)."""
        self._refuse(Malformed(f"{msg.removesuffix('.')}: {self._fault}."))

    def _give_up(self) -> None:
        self._refuse(RequestTimeout(f"The rest of the head did not come for {self.head_seconds:g} seconds."))

    def _refuse(self, problem: Problem) -> None:
        """Answers what comes in part, or is no request, as the last of this connection."""
        self._stop_waiting()
        self._ended, self._wire.unread = True, not self._ended
        if self._within == "body":
            self._unanswered -= not self.cycle.response_complete
            if self.pipeline and self.pipeline[0][0] is self.cycle:
                self.pipeline.popleft()
            elif self.cycle.response_started:
                self._wire.close()  # it has its answer, or half of it, within which no other may stand
                return
        self._last_words = _as_bytes(problem)
        if not self._unanswered:
            self._end()

    def _end(self) -> None:
        if not self._wire.is_closing():
            if self._last_words:
                self._wire.write(self._last_words)
            self._wire.close()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def _as_bytes(problem: Problem) -> bytes:
    """The whole answer, head and body."""
    body = problem.body()
    head = (
        f"HTTP/1.1 {problem.status} {problem.title}\r\n"
        f"content-type: {MEDIA_TYPE}\r\n"
        f"content-length: {len(body)}\r\n"
        "access-control-allow-origin: *\r\n"
        "connection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
