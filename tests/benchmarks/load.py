"""A load that costs little: prepared bytes on a few kept-alive connections, answers read by their length.

It runs as a process of its own, so that it takes no time from what is measured:
it reads one JSON object per line from standard input and answers each with one.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from dataclasses import asdict, dataclass

CONNECTIONS = 8
_LENGTH = b"content-length: "
_END_OF_HEADERS = b"\r\n\r\n"


@dataclass(frozen=True)
class Batch:
    """Requests to send, all alike.

    Attributes:
        count: how many; the target is on the loopback interface.
        status: what every answer must be.
    """

    port: int
    method: str
    path: str
    key: str
    body: str
    count: int
    status: int


@dataclass(frozen=True)
class Outcome:
    """How long a batch took, and how much was answered."""

    seconds: float
    bytes: int


class Connections:
    """A few open connections to one port, each with at most one request under way."""

    def __init__(self, port: int, number: int = CONNECTIONS) -> None:
        self._sockets = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(number)]
        for connection in self._sockets:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes, count: int, status: int) -> int:
        """Sends `request` so often and reads every answer; how many bytes came back.

        Raises:
            RuntimeError: an answer has another status.
        """
        expected = b"HTTP/1.1 %d " % status
        received = 0
        while count > 0:
            used = self._sockets[:count]
            for connection in used:
                connection.sendall(request)
            for connection in used:
                received += _read(connection, expected)
            count -= len(used)
        return received

    def close(self) -> None:
        for connection in self._sockets:
            connection.close()


def request_bytes(batch: Batch) -> bytes:
    """One request of a batch as it goes over the wire."""
    body = batch.body.encode()
    kind = "content-type: application/json\r\n" if body else ""
    length = f"content-length: {len(body)}\r\n" if body else ""
    head = f"{batch.method} {batch.path} HTTP/1.1\r\nhost: 127.0.0.1:{batch.port}\r\n"
    head += f"authorization: Bearer {batch.key}\r\naccept: application/json\r\n{kind}{length}\r\n"
    return head.encode() + body


def run(batch: Batch) -> Outcome:
    """Sends a batch and waits for all answers."""
    connections = Connections(batch.port)
    request = request_bytes(batch)
    start = time.perf_counter()
    received = connections.send(request, batch.count, batch.status)
    seconds = time.perf_counter() - start
    connections.close()
    return Outcome(seconds, received)


def _read(connection: socket.socket, expected: bytes) -> int:
    """The length of one whole answer."""
    found = connection.recv(262_144)
    while (end := found.find(_END_OF_HEADERS)) < 0:
        more = connection.recv(262_144)
        if not more:
            raise RuntimeError("The server closed the connection.")
        found += more
    if not found.startswith(expected):
        raise RuntimeError(f"Expected {expected!r}, got {found[:400]!r}")
    start = found.find(_LENGTH) + len(_LENGTH)
    whole = end + len(_END_OF_HEADERS) + int(found[start : found.find(b"\r", start)])
    size = len(found)
    while size < whole:
        more = connection.recv(262_144)
        if not more:
            raise RuntimeError("The server closed the connection.")
        size += len(more)
    return size


def main() -> None:
    """Serves batches until standard input ends."""
    for line in sys.stdin:
        print(json.dumps(asdict(run(Batch(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
