"""Whatever is raised, the answer is problem+json.

A problem has `type` (from a fixed list), `title`, `status`, `detail`, and `errors`: one entry for each
offending place, a JSON pointer into the body or `query/…`, `path/…`, `header/…`, `cookie/…`.
"""

from __future__ import annotations

import asyncio
import logging

import pytest
from connexion.exceptions import BadRequestProblem, ProblemException
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver import problems
from mockserver.edge.declared_errors import DeclaredErrors
from mockserver.edge.failures import ProblemWriter
from mockserver.ids import Ids
from mockserver.problems import Conflict, NotFound, Offence, Problem
from mockserver.synth import Synth, Unsatisfiable
from tests.mockserver.edge.harness import ask

#: No document declares a form of its own.
PLAIN = DeclaredErrors({}, (), Synth({}, Ids(1)).value)


def raising(error: Exception) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    return ProblemWriter(app, PLAIN)


def test_a_problem_is_written_whole() -> None:
    error = NotFound("There is no such agent.", (Offence("/agent_id", "names no agent"),), {"X-A": "b"})
    reply = ask(raising(error), "GET", "/").refused(404, "not-found")
    assert reply.json == {
        "type": "urn:sessions-kit:problem:not-found",
        "title": "No such record",
        "status": 404,
        "detail": "There is no such agent.",
        "errors": [{"pointer": "/agent_id", "detail": "names no agent"}],
    }
    assert reply.headers["x-a"] == "b"
    assert reply.headers["content-length"] == str(len(reply.body))


def test_a_schema_that_no_value_fits_is_said_to_be_one(caplog: pytest.LogCaptureFixture) -> None:
    reply = ask(raising(Unsatisfiable("The parts contradict each other.")), "GET", "/")
    problem = reply.refused(500, "internal-error").json
    assert problem["detail"].endswith("that the document gives this answer. The parts contradict each other.")
    assert [record.exc_info for record in caplog.records] == [None]


def every_problem() -> list[type[Problem]]:
    return [
        kind
        for kind in vars(problems).values()
        if isinstance(kind, type) and issubclass(kind, Problem) and kind is not Problem
    ]


@pytest.mark.parametrize("kind", every_problem(), ids=lambda kind: kind.__name__)
def test_every_problem_has_a_form_of_its_own(kind: type[Problem]) -> None:
    reply = ask(raising(kind("Why.")), "GET", "/").refused(kind.status, kind.slug)
    assert reply.json["title"] == kind.title
    assert len({other.slug for other in every_problem()}) == len(every_problem())


@pytest.mark.parametrize(
    ("error", "slug"),
    [
        (HTTPException(404, "nowhere"), "no-such-path"),
        (HTTPException(405, "not so", {"Allow": "GET"}), "method-not-allowed"),
        (BadRequestProblem("bad"), "malformed"),
        (
            ProblemException(status=415, detail="odd", headers={"Accept-Post": "x/y"}),
            "unsupported-media-type",
        ),
        (HTTPException(500, "broken"), "internal-error"),
    ],
)
def test_exceptions_of_connexion_and_starlette_keep_status_and_headers(
    error: HTTPException, slug: str
) -> None:
    reply = ask(raising(error), "GET", "/").refused(error.status_code, slug)
    assert reply.json["detail"] == error.detail
    for name, value in (error.headers or {}).items():
        assert reply.headers[name.lower()] == value


def test_a_status_without_a_type_of_its_own() -> None:
    reply = ask(raising(HTTPException(418, "short and stout")), "GET", "/")
    assert (reply.status, reply.headers["content-type"]) == (418, "application/problem+json")
    assert reply.json == {
        "type": "about:blank",
        "title": "I'm a Teapot",
        "status": 418,
        "detail": "short and stout",
    }


def test_a_defect_is_a_500_and_its_traceback_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        reply = ask(raising(ValueError("secret thing")), "GET", "/").refused(500, "internal-error")
    assert "ValueError" in reply.json["detail"]
    assert b"secret thing" not in reply.body
    assert b"Traceback" not in reply.body
    assert "secret thing" in caplog.text
    assert "Traceback" in caplog.text


def test_head_has_no_body_even_when_refused() -> None:
    get = ask(raising(Conflict("Taken.")), "GET", "/")
    head = ask(raising(Conflict("Taken.")), "HEAD", "/")
    assert (head.status, head.fields, head.body) == (get.status, get.fields, b"")


def test_half_an_answer_is_not_completed() -> None:
    async def breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("too late")

    with pytest.raises(ValueError, match="too late"):
        ask(ProblemWriter(breaks_off, PLAIN), "GET", "/")


def test_websockets_are_refused_and_lifespan_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError

    for kind in ("websocket", "lifespan"):
        asyncio.run(ProblemWriter(app, PLAIN)({"type": kind}, receive, send))
    assert seen == ["lifespan"]
    assert [message["type"] for message in sent] == ["websocket.close"]
