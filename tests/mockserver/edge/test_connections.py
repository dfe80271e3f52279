"""Each whole request of a connection is answered before it is closed, whatever else comes over it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.mockserver.edge.harness import Reply
from tests.mockserver.edge.wire import JSON, LIMIT, read_reply, request, serving

GET = request("GET /api/things/newest HTTP/1.1")
POST = request("POST /api/things HTTP/1.1", JSON, "content-length: 13", body=b'{"name": "a"}')
CHUNKED = request("POST /api/things HTTP/1.1", JSON, "transfer-encoding: chunked")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as listening:
        yield listening


def conversation(port: int, *pieces: bytes, ends: bool = False, heads: bool = False) -> list[Reply]:
    """All answers until the server closes the connection.

    Args:
        ends: whether the client closes its side first.
        heads: whether the answers have no bodies.
    """
    replies = []
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        stream = connection.makefile("rb")
        while stream.peek(1):
            replies.append(read_reply(stream, bare=heads))
    return replies


def statuses(replies: list[Reply]) -> list[int]:
    return [reply.status for reply in replies]


def test_who_sends_no_more_is_answered_all_the_same(port: int) -> None:
    assert statuses(conversation(port, GET, ends=True)) == [200]
    assert statuses(conversation(port, POST, ends=True)) == [200]
    assert statuses(conversation(port, GET + POST + GET, ends=True)) == [200, 200, 200]
    assert conversation(port, ends=True) == []


def test_who_asks_for_the_head_alone_and_sends_no_more_is_answered(port: int) -> None:
    head = request("HEAD /api/things HTTP/1.1")
    for _ in range(20):
        assert statuses(conversation(port, head, ends=True, heads=True)) == [200]


@pytest.mark.parametrize("part", [GET[:10], GET[:40], POST[:-40]])
def test_a_head_that_ends_early_is_refused(port: int, part: bytes) -> None:
    well, broken = conversation(port, GET + part, ends=True)
    assert well.status == 200
    broken.refused(400, "malformed")


def test_a_body_that_ends_early_is_refused(port: int) -> None:
    (alone,) = conversation(port, POST[:-3], ends=True)
    alone.refused(400, "malformed")
    assert alone.json["detail"] == "The request ends within its body."
    assert statuses(conversation(port, GET + POST[:-3], ends=True)) == [200, 400]


def test_a_head_that_does_not_come_to_its_end_is_refused(port: int) -> None:
    well, late = conversation(port, GET + GET[:10])
    assert well.status == 200
    late.refused(408, "request-timeout")
    assert late.headers["connection"] == "close"


@pytest.mark.parametrize("garbage", [b"garbage\r\n\r\n", b"\x00\x01", b"GET /api/things HTTP/1.1\r\n\r\n"])
@pytest.mark.parametrize("before", [1, 2, 5])
def test_what_is_no_request_is_refused_after_what_came_before(port: int, garbage: bytes, before: int) -> None:
    replies = conversation(port, GET * before + garbage)
    assert statuses(replies) == [200] * before + [400]
    replies[-1].refused(400, "malformed")


def test_a_broken_body_is_refused_after_what_came_before(port: int) -> None:
    for before in (0, 1, 3):
        assert statuses(conversation(port, GET * before + CHUNKED + b"zz\r\n")) == [200] * before + [400]


def test_a_body_that_breaks_after_its_refusal_ends_the_connection(port: int) -> None:
    stranger = CHUNKED.replace(b"authorization: Bearer secret\r\n", b"")
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        stream = connection.makefile("rb")
        connection.sendall(stranger)
        assert read_reply(stream).status == 401
        connection.sendall(b"zz\r\n")
        assert stream.read() == b""


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\x00" * 20_000_000, id="what is no request"),
        pytest.param(
            request("POST /api/things HTTP/1.1", "connection: close", f"content-length: {LIMIT * 100}")
            + b"\x00" * (LIMIT * 100),
            id="a body that is not read",
        ),
    ],
)
def test_the_refusal_reaches_a_client_that_is_still_sending(port: int, raw: bytes) -> None:
    (reply,) = conversation(port, raw)
    assert reply.status in {400, 413}


@pytest.mark.parametrize("line", ["CONNECT /api/things HTTP/1.1", "CONNECT a:80 HTTP/1.1"])
def test_a_tunnel_is_refused_and_the_connection_closed(port: int, line: str) -> None:
    (reply,) = conversation(port, request(line) + GET)
    assert reply.status in {400, 405}
    assert reply.headers["connection"] == "close"


def test_an_upgrade_is_passed_over_and_the_connection_closed(port: int) -> None:
    offer = ("connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AAMAAABk")
    (reply,) = conversation(port, request("GET /api/things HTTP/1.1", *offer))
    assert reply.status == 200
    assert reply.headers["connection"] == "close"
