"""What is not even HTTP never reaches an application; the server answers it, in the form of all refusals."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.edge.transport import HeadWithBody
from mockserver.problems import MEDIA_TYPE, Malformed


class ProblemProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools, with problem+json for what its parser refuses, and fewer writes."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Takes a new connection over."""
        super().connection_made(HeadWithBody(transport, self.loop))

    def send_400_response(self, msg: str) -> None:
        """Refuses what the parser could not read, and closes the connection (RFC 9112 §9.6)."""
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.close()  # an answer is half out; a second one within it would be read as its body
            return
        body = Malformed(
            f"{msg.removesuffix('.')}: its head, its target or its framing is not HTTP/1.1."
        ).body()
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
            f"content-type: {MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\n"
            "access-control-allow-origin: *\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
