"""The same edge behind a real server: bytes on a socket, and what is not HTTP at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.mockserver.edge.harness import ID
from tests.mockserver.edge.wire import JSON, LIMIT, exchange, read_reply, request, serving


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as listening:
        yield listening


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"nonsense\r\n\r\n", id="no request line"),
        pytest.param(b"GET\r\n\r\n", id="half a request line"),
        pytest.param(b"BREW /api/things HTTP/1.1\r\n\r\n", id="a method the parser does not know"),
        pytest.param(b"GET /api/things HTTP/3.7\r\n\r\n", id="no such version"),
        pytest.param(b"GET /api/th\x80ngs HTTP/1.1\r\nhost: a\r\n\r\n", id="raw bytes in the path"),
        pytest.param(b"GET /api/things?\x01 HTTP/1.1\r\nhost: a\r\n\r\n", id="a control character"),
        pytest.param(b"GET http:// HTTP/1.1\r\nhost: a\r\n\r\n", id="half a URL"),
        pytest.param(b"GET /api/things HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(request("GET /api/things HTTP/1.1", "host: other"), id="two hosts"),
        pytest.param(b"GET /api/things HTTP/1.1\r\nno colon\r\n\r\n", id="a field without a colon"),
        pytest.param(b"GET /api/things HTTP/1.1\r\na: b\x00c\r\n\r\n", id="NUL in a field"),
        pytest.param(request("POST /api/things HTTP/1.1", "content-length: -1"), id="a negative length"),
        pytest.param(request("POST /api/things HTTP/1.1", "content-length: ten"), id="a length in words"),
        pytest.param(
            request("POST /api/things HTTP/1.1", "content-length: 1", "content-length: 2"), id="two lengths"
        ),
        pytest.param(
            request("POST /api/things HTTP/1.1", "transfer-encoding: chunked", body=b"zz\r\n"),
            id="a chunk without a size",
        ),
        pytest.param(
            request("POST /api/things HTTP/1.1", "content-length: 3", "transfer-encoding: chunked"),
            id="both framings",
        ),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="a TLS greeting"),
        pytest.param(b"\x00" * 1000, id="zeros"),
    ],
)
def test_what_is_not_http_is_refused_like_everything_else(port: int, raw: bytes) -> None:
    (reply,) = exchange(port, raw)
    reply.refused(400, "malformed")
    assert reply.headers["connection"] == "close"
    assert reply.headers["access-control-allow-origin"] == "*"
    (well,) = exchange(port, request("GET /api/things/newest HTTP/1.1"))
    assert well.status == 200


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(request("GET /api/things?limit=1_0 HTTP/1.1"), 400, id="a bad query"),
        pytest.param(request("GET /api/things?limit=%D9%A1 HTTP/1.1"), 400, id="Arabic digits"),
        pytest.param(request("GET /api/things/%00 HTTP/1.1"), 400, id="NUL in the path"),
        pytest.param(request("GET /api/things/%ff HTTP/1.1"), 400, id="no UTF-8 in the path"),
        pytest.param(request(f"GET /api/things/{ID}%2F HTTP/1.1"), 400, id="an encoded slash"),
        pytest.param(request("GET /api/../_mock HTTP/1.1"), 404, id="dot segments"),
        pytest.param(request("GET http://localhost/api/things HTTP/1.1"), 200, id="a whole URL"),
        pytest.param(request("GET /api/things HTTP/1.0"), 200, id="HTTP/1.0"),
        pytest.param(request("OPTIONS * HTTP/1.1"), 404, id="an asterisk"),
        pytest.param(request("TRACE /api/things HTTP/1.1"), 405, id="TRACE"),
        pytest.param(request("POST /api/things HTTP/1.1", JSON, "content-length: 0"), 400, id="no body"),
        pytest.param(
            request("POST /api/things HTTP/1.1", JSON, "content-length: 13", body=b'{"name": "\xff"}'),
            400,
            id="no UTF-8",
        ),
        pytest.param(
            request(
                "POST /api/things HTTP/1.1",
                "Content-Type: Application/JSON",
                "transfer-encoding: chunked",
                body=b'6\r\n{"name\r\n6\r\n":"a"}\r\n0\r\n\r\n',
            ),
            200,
            id="chunked",
        ),
        pytest.param(
            request("POST /api/things HTTP/1.1", JSON, "content-length: 100000", body=b"[" * 100_000),
            400,
            id="deep",
        ),
        pytest.param(
            request("GET /api/things HTTP/1.1", "upgrade: websocket", "connection: upgrade"),
            200,
            id="an upgrade",
        ),
        pytest.param(request("GET /api/names/" + "x" * 30_000 + " HTTP/1.1"), 200, id="a long path"),
        pytest.param(request("GET /api/things HTTP/1.1", "x-big: " + "x" * 60_000), 200, id="a big header"),
    ],
)
def test_requests_as_bytes(port: int, raw: bytes, status: int) -> None:
    (reply,) = exchange(port, raw)
    assert reply.status == status, reply.body
    if status >= 400:
        assert reply.headers["content-type"] == "application/problem+json"


def test_a_body_beyond_the_limit_is_refused_and_the_connection_lives(port: int) -> None:
    body = b'{"name": "' + b"x" * (LIMIT * 3) + b'"}'
    large = request("POST /api/things HTTP/1.1", JSON, f"content-length: {len(body)}", body=body)
    refused, well = exchange(port, large, request("GET /api/things/newest HTTP/1.1"), answers=2)
    refused.refused(413, "body-too-large")
    assert well.status == 200


def test_a_chunked_body_beyond_the_limit_is_refused_too(port: int) -> None:
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    head = request("POST /api/things HTTP/1.1", JSON, "transfer-encoding: chunked")
    refused, well = exchange(
        port, head, chunk * 10 + b"0\r\n\r\n", request("GET /api/things/newest HTTP/1.1"), answers=2
    )
    refused.refused(413, "body-too-large")
    assert well.status == 200


def test_a_body_that_stops_halfway_is_408(port: int) -> None:
    (reply,) = exchange(port, request("POST /api/things HTTP/1.1", JSON, "content-length: 50", body=b"{"))
    reply.refused(408, "request-timeout")
    assert reply.headers["connection"] == "close"


def test_a_client_that_asks_before_it_sends(port: int) -> None:
    body = b'{"name": "a"}'
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        stream = connection.makefile("rb")
        fields = (JSON, f"content-length: {len(body)}", "expect: 100-continue")
        connection.sendall(request("POST /api/things HTTP/1.1", *fields))
        assert stream.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert stream.readline() == b"\r\n"
        connection.sendall(body)
        assert read_reply(stream).json["body"] == {"name": "a"}
        fields = (JSON, f"content-length: {LIMIT * 9}", "expect: 100-continue")
        connection.sendall(request("POST /api/things HTTP/1.1", *fields))
        read_reply(stream).refused(413, "body-too-large")


def test_requests_in_a_row_are_answered_in_order(port: int) -> None:
    targets = ["newest", "no-id", ID, "newest"]
    raw = b"".join(request(f"GET /api/things/{target} HTTP/1.1") for target in targets)
    assert [reply.status for reply in exchange(port, raw, answers=4)] == [200, 400, 200, 200]


def test_head_over_the_wire(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request("HEAD /api/things HTTP/1.1", "connection: close"))
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert body == b""
    assert int(dict(line.split(b": ") for line in head.split(b"\r\n")[1:])[b"content-length"]) > 0
