"""How answers leave: a head together with its body, and whole before a connection is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any


class HeadWithBody(asyncio.Transport):
    """A transport that holds a head back until more is written, or the event loop turns.

    Both then leave in one system call. uvicorn writes them one after the other, and each write to a socket
    costs as much as all else that is done for a short answer.

    Args:
        transport: what is really written to; all else is its business.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._head = b""

    def write(self, data: Any) -> None:
        """Sends `data`, after the head if one waits."""
        if self._head:
            data = self._head + data
            self._head = b""
        elif data.startswith(b"HTTP/1.1 "):
            self._head = data
            # An answer without a body, and one whose body is still being made, must not wait for it.
            self._loop.call_soon(self._flush)
            return
        self._transport.write(data)

    def writelines(self, list_of_data: Iterable[Any]) -> None:
        """Sends all of it."""
        self.write(b"".join(list_of_data))

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Sends what waits, then closes."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Closes at once; what waits is lost."""
        self._head = b""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Whether it is closed or about to be."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What the transport knows of the socket."""
        return self._transport.get_extra_info(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Another protocol takes over the connection."""
        self._flush()
        self._transport.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """The protocol in charge."""
        return self._transport.get_protocol()

    def pause_reading(self) -> None:
        """No more data for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """More data, please."""
        self._transport.resume_reading()

    def is_reading(self) -> bool:
        """Whether data is taken."""
        return self._transport.is_reading()

    def get_write_buffer_size(self) -> int:
        """How much could not be sent yet."""
        return self._transport.get_write_buffer_size() + len(self._head)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """From how much on the writer is asked to wait."""
        self._transport.set_write_buffer_limits(high, low)


class Lingering(HeadWithBody):
    """A transport that is closed so that the last answer arrives (RFC 9112 §9.6).

    A system that closes a socket on which something is still to be read resets the connection, and the
    client loses the answer that it has not read yet. Then only the writing side is closed at first, and what
    comes is let go of until the client closes the other, or for a moment.

    Attributes:
        unread: whether something is still to come that nobody will read.
        seconds: the moment.
    """

    seconds = 2.0

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(transport, loop)
        self.unread = False
        self._lingering = False

    def write(self, data: Any) -> None:
        """Sends `data`, if anything is sent any more."""
        if not self._lingering:
            super().write(data)

    def close(self) -> None:
        """Sends what waits, then closes."""
        if not self.unread or not self._transport.can_write_eof():
            super().close()
        elif not self.is_closing():
            self._lingering = True
            self._flush()
            self._transport.write_eof()
            self._transport.resume_reading()
            self._loop.call_later(self.seconds, self._transport.close)

    def is_closing(self) -> bool:
        """Whether it is closed or about to be."""
        return self._lingering or super().is_closing()
