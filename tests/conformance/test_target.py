"""The target: what goes out on the wire, what comes back, and what is said when nothing does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from conformance.target import STRANGERS_KEY, Keys, Target, TargetUnavailable
from contracts.credentials import KeyForm, key_forms
from contracts.document import Document, load
from contracts.errors import UsageError
from contracts.exchange import Request
from contracts.world import Unreachable
from tests.library import Library, running


@contextmanager
def asking(keys: Keys | None = None) -> Iterator[tuple[Library, Target]]:
    with running() as library, Target(library.url, keys or Keys("one", "two")) as target:
        yield library, target


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that answers a first connection with these bytes and leaves it open; a second one, well."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()

        def serve() -> None:
            first, _ = server.accept()
            with first:
                first.recv(65536)
                first.sendall(answer)
                second, _ = server.accept()
                with second:
                    if second.recv(65536):
                        second.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                    done.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        done.set()
        socket.create_connection(server.getsockname()).close()  # lets it go, if no second one came
        thread.join()


def test_a_request_arrives_exactly_as_it_was_said() -> None:
    target_path = "/shelves/../a%2Fb/./{x}?q=[1]&r=%7e+'"
    with asking() as (library, target):
        target.send(Request("PURGE", target_path, (("X-Odd", "a  b"), ("Accept", "")), b"\x00\xff"))
    method, path, headers, body = library.requests[0]
    assert (method, path, body) == ("PURGE", "/api" + target_path, b"\x00\xff")
    assert headers == {
        "host": headers["host"],
        "content-length": "2",
        "user-agent": "sessions-kit",
        "x-odd": "a  b",
        "accept": "",
        "authorization": "one",
    }


@pytest.mark.parametrize(
    ("identity", "sent"),
    [("first", "first-key"), ("second", "second-key"), ("nobody", None), ("stranger", STRANGERS_KEY)],
)
def test_each_identity_has_its_key(identity: str, sent: str | None) -> None:
    with asking(Keys("first-key", "second-key")) as (library, target):
        exchange = target.send(Request("GET", "/shelves", identity=identity))
    assert library.requests[0][2].get("authorization") == sent
    assert sent is None or sent not in repr(exchange)


@pytest.mark.parametrize(
    ("form", "header", "value"),
    [
        (KeyForm(prefix="Bearer "), "authorization", "Bearer one"),
        (KeyForm("cookie", "sid"), "cookie", "sid=one"),
        (KeyForm("header", "X-Key"), "x-key", "one"),
        (KeyForm(prefix="Basic ", encoded=True), "authorization", "Basic b25l"),
    ],
)
def test_a_key_is_sent_in_its_form(form: KeyForm, header: str, value: str) -> None:
    with asking(Keys("one", form=form)) as (library, target):
        target.send(Request("GET", "/shelves"))
    assert library.requests[0][2][header] == value


def test_a_key_in_the_query_and_a_key_in_a_header_of_the_requests_own() -> None:
    with asking(Keys("o/ne", form=KeyForm("query", "key"))) as (library, target):
        target.send(Request("GET", "/shelves?limit=1"))
        target.send(Request("GET", "/shelves"))
        target.keys = Keys("one")
        target.send(Request("GET", "/shelves", (("authorization", "Token {key}"),)))
    assert [path for _, path, _, _ in library.requests[:2]] == [
        "/api/shelves?limit=1&key=o%2Fne",
        "/api/shelves?key=o%2Fne",
    ]
    assert library.requests[2][2]["authorization"] == "Token one"


def test_without_a_second_key_it_is_said_what_is_missing() -> None:
    with asking(Keys("one")) as (_, target), pytest.raises(Unreachable, match="second key is needed"):
        target.send(Request("GET", "/shelves", identity="second"))


def test_redirects_are_answers() -> None:
    with asking() as (library, target):
        library.answers["GET", "/shelves"] = (302, {"Location": "/api/loans"}, b"")
        response = target.send(Request("GET", "/shelves")).response
    assert response is not None
    assert (response.status, response.header("LOCATION")) == (302, "/api/loans")
    assert len(library.requests) == 1


def test_requests_are_counted_by_operation_and_by_whether_they_succeeded() -> None:
    with asking() as (_, target):
        for path in ("/shelves", "/shelves/none"):
            target.send(Request("GET", path, operation="look"))
        target.send(Request("GET", "/shelves"))
    assert target.tally.requests == 3
    assert dict(target.tally.asked) == {"look": 2}
    assert dict(target.tally.reached) == {"look": 1}


def test_a_connection_is_used_again() -> None:
    opened: list[str] = []
    with asking() as (_, target):
        for _ in range(3):
            pool = target._client._transport._pool  # type: ignore[attr-defined]
            target.send(Request("GET", "/shelves"))
            opened += [repr(connection) for connection in pool.connections]
    assert len(opened) == 3
    assert "Request Count: 3" in opened[-1]


def test_a_server_that_closes_without_an_answer_is_a_failure_and_no_error() -> None:
    with asking() as (library, target):
        library.silent = True
        exchange = target.send(Request("GET", "/shelves"))
    assert exchange.response is None
    assert exchange.failure == "Server disconnected without sending a response."


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"HTTP/1.1 200 OK\r\n\r\nand on"]
)
def test_an_answer_that_does_not_end_in_time_is_a_failure(answer: bytes) -> None:
    with answering(answer) as url, Target(url, timeout=0.2) as target:
        exchange = target.send(Request("GET", "/"))
    assert exchange.response is None
    assert exchange.failure == "no whole answer within 0.2 seconds"


def test_what_is_no_http_is_a_failure() -> None:
    with answering(b"nonsense\r\n\r\n") as url, Target(url, timeout=5) as target:
        exchange = target.send(Request("GET", "/"))
    assert exchange.response is None
    assert exchange.failure is not None


def test_where_nothing_listens_is_said_with_the_cure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with Target(f"http://127.0.0.1:{port}") as target:
        with pytest.raises(TargetUnavailable, match=f"Nothing answers at .*:{port} .*Start the server"):
            target.send(Request("GET", "/"))
        with pytest.raises(TargetUnavailable, match="Nothing answers"):
            target.wait_until_ready(Request("GET", "/"), seconds=0)


def test_waiting_ends_with_the_first_answer_of_any_status() -> None:
    with asking() as (library, target):
        library.silent = True

        def wake(_: float) -> None:
            library.silent = False

        exchange = target.wait_until_ready(Request("GET", "/none"), sleep=wake)
    assert exchange.response is not None
    assert exchange.response.status == 404
    # Once in vain, once to see whether anybody listens, and once more.
    assert len(library.requests) == 3


@pytest.mark.parametrize("url", ["localhost:8080", "ftp://example.com", "", "http://"])
def test_an_address_that_is_no_url_is_named(url: str) -> None:
    with pytest.raises(UsageError, match="is no http or https URL"):
        Target(url)


def test_what_cannot_be_written_is_an_error_of_the_caller() -> None:
    with asking() as (_, target), pytest.raises(ValueError, match="cannot be written"):
        target.send(Request("GET", "/shelves", (("X", "a\r\nb"),)))


def test_any_transport_carries_the_requests() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text=str(request.url)))
    with Target("http://test/api", transport=transport) as target:
        response = target.send(Request("GET", "/a?b=1")).response
    assert response is not None
    assert response.text == "http://test/api/a?b=1"


def test_the_first_form_that_is_not_refused_is_settled_on() -> None:
    forms = key_forms(load())
    assert forms == (KeyForm(), KeyForm(prefix="Bearer "))
    with asking() as (library, target):
        library.keys = ("one",)
        assert target.settle_key_form(Request("GET", "/shelves"), forms[1:] + forms[:1])
        assert target.keys.form == KeyForm(prefix="Bearer ")
        library.keys = ()
        assert not target.settle_key_form(Request("GET", "/shelves"), forms)


@pytest.mark.parametrize(
    ("scheme", "forms"),
    [
        ({"type": "http", "scheme": "Bearer"}, (KeyForm(prefix="Bearer "),)),
        ({"type": "http", "scheme": "basic"}, (KeyForm(prefix="Basic ", encoded=True),)),
        ({"type": "oauth2", "flows": {}}, (KeyForm(prefix="Bearer "),)),
        ({"type": "apiKey", "in": "query", "name": "key"}, (KeyForm("query", "key"),)),
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, (KeyForm("header", "X-Key"),)),
        ({"type": "mutualTLS"}, ()),
    ],
)
def test_the_document_says_how_a_key_is_sent(scheme: dict[str, object], forms: tuple[KeyForm, ...]) -> None:
    data = {"security": [{"used": []}], "components": {"securitySchemes": {"other": {}, "used": scheme}}}
    document = load()
    assert key_forms(Document(document.path, data, data, data, {})) == forms


def refusing(times: int) -> tuple[Target, list[float]]:
    """A target that limits the rate so many times, and how long it was waited for."""
    answers = iter([httpx.Response(429, headers={"Retry-After": "3"})] * times)
    waits: list[float] = []
    transport = httpx.MockTransport(lambda _: next(answers, httpx.Response(200)))
    return Target("http://target", transport=transport, sleep=waits.append), waits


def test_a_rate_limit_is_waited_for() -> None:
    target, waits = refusing(2)
    answer = target.send(Request("GET", "/a", operation="list_a")).response
    assert answer is not None
    assert (answer.status, waits, target.tally.requests) == (200, [3.0, 3.0], 3)


def test_a_rate_limit_that_stays_ends_the_run() -> None:
    target, waits = refusing(99)
    with pytest.raises(TargetUnavailable, match="limits the rate: GET /a"):
        target.send(Request("GET", "/a"))
    assert len(waits) == 4


@pytest.mark.parametrize(
    ("said", "seconds"), [("0", 0), ("2", 2), ("9999", 10), ("Fri, 31 Dec 1999 23:59:59 GMT", 1), ("-1", 1)]
)
def test_it_is_waited_as_long_as_the_server_says_within_reason(said: str, seconds: float) -> None:
    answers = iter([httpx.Response(429, headers={"Retry-After": said})])
    waits: list[float] = []
    transport = httpx.MockTransport(lambda _: next(answers, httpx.Response(200)))
    Target("http://target", transport=transport, sleep=waits.append).send(Request("GET", "/a"))
    assert waits == [seconds]


def hanging(*paths: str) -> Target:
    """A target that never answers some paths."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path in paths or not paths:
            raise httpx.ReadTimeout("late")
        return httpx.Response(200)

    return Target("http://target", transport=httpx.MockTransport(handle))


def test_a_call_that_is_never_answered_is_no_server_that_answers_nobody() -> None:
    target = hanging("/a")
    target.wait_until_ready(Request("GET", "/b"))
    for _ in range(4):
        sent = target.send(Request("GET", "/a", operation="list_a"))
        assert (sent.response, sent.failure) == (None, "no whole answer within 30 seconds")
    assert target.tally.late == {"list_a": 4, None: 0}


def test_a_server_that_answers_nobody_any_more_ends_the_run() -> None:
    target = hanging()
    with pytest.raises(TargetUnavailable, match="Nothing is answered any more"):
        target.send(Request("GET", "/a"))


def test_a_connection_that_breaks_because_nothing_listens_blames_nobody() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if len(asked) == 1:
            raise httpx.ReadError("reset", request=request)
        raise httpx.ConnectError("refused", request=request)

    asked: list[str] = []
    target = Target("http://example.com", transport=httpx.MockTransport(broken))
    with pytest.raises(TargetUnavailable, match="Nothing answers"):
        target.send(Request("GET", "/shelves"))
    assert asked == ["/shelves", "/"]


def test_without_keys_in_the_document_nobody_is_told_apart() -> None:
    with (
        asking(Keys("one", "two", form=None)) as (_, target),
        pytest.raises(Unreachable, match="asks for no key"),
    ):
        target.send(Request("GET", "/shelves", identity="second"))


@pytest.mark.parametrize(("status", "answered"), [(500, True), (200, False)])
def test_a_connection_that_is_closed_behind_a_server_error_is_no_silence(status: int, answered: bool) -> None:
    steps = iter([httpx.Response(status), httpx.ReadError("Connection reset by peer"), httpx.Response(201)])

    def handle(request: httpx.Request) -> httpx.Response:
        step = next(steps)
        if isinstance(step, httpx.Response):
            return step
        raise step

    target = Target("http://target", transport=httpx.MockTransport(handle))
    target.send(Request("GET", "/a"))
    second = target.send(Request("POST", "/a"))
    assert (second.response is not None) is answered
