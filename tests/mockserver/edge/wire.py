"""A real server in a thread, and bytes on its socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader

import uvicorn

from mockserver.edge.bodies import Limits
from mockserver.edge.cors import Cors
from mockserver.edge.protocol import ProblemProtocol
from tests.mockserver.edge.harness import Edge, Reply
from tests.mockserver.edge.things import things

LIMIT = 200_000
JSON = "content-type: application/json"


class Hasty(ProblemProtocol):
    """Waits for nobody for long."""

    head_seconds = 0.2


class Server(uvicorn.Server):
    """A server in a thread, which tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def serving() -> Iterator[int]:
    """The port of a server that runs meanwhile."""
    edge = Edge(things(), limits=Limits(body_bytes=LIMIT, idle_seconds=0.2))
    app = Cors(edge.stack, prefix="/api")
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=Hasty, lifespan="off", log_config=None, ws="none")
    server = Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        assert server.listening.wait(20)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


def read_reply(stream: BufferedReader, *, bare: bool = False) -> Reply:
    """One answer, by its Content-Length; without a body if it answers a HEAD."""
    line = stream.readline()
    assert line.startswith(b"HTTP/1.1 "), line
    fields = []
    while (field := stream.readline().rstrip(b"\r\n")) != b"":
        name, _, value = field.decode("latin-1").partition(": ")
        fields.append((name, value))
    body = b"" if bare else stream.read(int(dict(fields).get("content-length", "0")))
    return Reply(int(line.split()[1]), tuple(fields), body)


def exchange(port: int, *requests: bytes, answers: int = 1) -> list[Reply]:
    """Sends bytes and reads that many answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        stream = connection.makefile("rb")
        for request in requests:
            connection.sendall(request)
        return [read_reply(stream) for _ in range(answers)]


def request(line: str, *fields: str, body: bytes = b"") -> bytes:
    """The bytes of a request with a key."""
    head = [line, "host: localhost", "authorization: Bearer secret", *fields]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body
