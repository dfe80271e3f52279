"""What is measured. Servers take turns, so that a busy moment of the machine hits both alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import nan
from statistics import median

from tests.benchmarks.load import Batch
from tests.benchmarks.processes import BARE, MOCK, Load, Server, load, seconds_to_first_answer, server

PAGE = 100
KEY = "bench"
TURN = {
    "messages": [{"role": "user", "content": "Which spokes fit a 28 inch wheel with a hub dynamo?"}],
    "record": False,
    "remember": False,
}
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Size:
    """How much is done.

    Attributes:
        requests: per round and case.
        sessions: how many the full store holds.
        starts: how often the command is started.
    """

    requests: int = 2000
    rounds: int = 5
    sessions: int = 100_000
    starts: int = 5


@dataclass(frozen=True)
class Cost:
    """What one request costs a server."""

    microseconds: float
    per_second: float

    def over(self, other: Cost) -> float:
        """How many times the CPU of `other`; not a number where too little was done to tell."""
        return self.microseconds / other.microseconds if other.microseconds else nan


@dataclass(frozen=True)
class Compared:
    """One case, on the mock and on the bare application."""

    case: str
    mock: Cost
    bare: Cost


@dataclass(frozen=True)
class Growth:
    """Memory and the cost of a page with few sessions and with many.

    Attributes:
        pages: what the page is → its cost with `PAGE` sessions and with all.
    """

    sessions: int
    resident: tuple[int, int]
    pages: dict[str, tuple[Cost, Cost]]


def compared(size: Size) -> Iterator[Compared]:
    """Get, list, create and chat, on both servers."""
    with server(*MOCK) as mock, server(*BARE) as bare, load() as sender:
        batches = {name: _prepared(name, size.requests) for name in ("mock", "bare")}
        filled = {
            "mock": _fill(mock, batches["mock"]["create"]),
            "bare": _fill(bare, batches["bare"]["create"]),
        }
        turn = mock.call("POST", f"/sessions/{filled['mock']}/chat", KEY, TURN)
        replace_url = bare.url.removesuffix("/api")
        replace(bare, url=replace_url).call("POST", "/teach", KEY, turn)
        for case in batches["mock"]:
            sides = [
                (each, _aimed(batches[name][case], each, filled[name]))
                for name, each in (("mock", mock), ("bare", bare))
            ]
            costs = _in_turns(sender, sides, size.rounds)
            yield Compared(case, *costs)


def growth(size: Size) -> Growth:
    """A mock with few sessions, then with many: resident memory, and pages of both."""
    with server(*MOCK) as mock, load() as sender:
        create = _create_body(mock, "few")
        sender.run(_batch(mock, "POST", "/sessions", create, PAGE, 201, "few"))
        before = mock.memory()
        create = _create_body(mock, "many")
        sender.run(_batch(mock, "POST", "/sessions", create, size.sessions, 201, "many"))
        after = mock.memory()
        pages = {}
        requests = max(size.requests // 4, 1)
        for name, query in (
            ("first page", f"limit={PAGE}"),
            ("first page, oldest first", f"limit={PAGE}&order=asc"),
            ("first page by last update", f"limit={PAGE}&sort_by=updated_at"),
            ("ten sessions", "limit=10"),
        ):
            sides = [
                (mock, _batch(mock, "GET", f"/sessions?{query}", "", requests, 200, key))
                for key in ("few", "many")
            ]
            few, many = _in_turns(sender, sides, size.rounds)
            pages[name] = (few, many)
        return Growth(size.sessions, (before, after), pages)


def start_up(size: Size) -> float:
    """The median time from the command to its first 200, in seconds."""
    return median(seconds_to_first_answer() for _ in range(size.starts))


def _prepared(name: str, requests: int) -> dict[str, Batch]:
    blank = Batch(0, "GET", "", KEY, "", requests, 200)
    return {
        "get": replace(blank, path="/sessions/{id}"),
        "list": replace(blank, path=f"/sessions?limit={PAGE}"),
        "create": replace(blank, method="POST", path="/sessions", status=201),
        "chat": replace(
            blank,
            method="POST",
            path="/sessions/{id}/chat",
            body=json.dumps(TURN),
            count=max(requests // 4, 1),
        ),
    }


def _aimed(batch: Batch, at: Server, id: str) -> Batch:
    body = batch.body if batch.body or batch.method == "GET" else _create_body(at, KEY)
    return replace(batch, port=at.port, path=at.prefix + batch.path.replace("{id}", id), body=body)


def _fill(at: Server, create: Batch) -> str:
    """Makes as many sessions as one page holds; the id of one."""
    body = json.loads(_create_body(at, KEY))
    ids = [at.call("POST", "/sessions", KEY, body)["id"] for _ in range(PAGE)]
    return str(ids[-1])


def _create_body(at: Server, key: str) -> str:
    agent = "00000000-0000-4000-8000-000000000000"
    if "bare" not in at.process.cmdline()[-1]:
        agent = at.call("POST", "/agents", key, {"name": "Wheelwright"})["id"]
    body = {"agent_id": agent, "situation": "A customer asks about wheels.", "metadata": {"shop": "north"}}
    return json.dumps(body)


def _batch(at: Server, method: str, path: str, body: str, count: int, status: int, key: str) -> Batch:
    return Batch(at.port, method, at.prefix + path, key, body, count, status)


def _in_turns(sender: Load, sides: list[tuple[Server, Batch]], rounds: int) -> list[Cost]:
    """The cost of each side over all rounds, after one that only warms up."""
    found = [[0.0, 0.0] for _ in sides]
    for each, batch in sides:
        _measured(sender, each, replace(batch, count=max(batch.count // 10, 1)))
    for _ in range(rounds):
        for (each, batch), sums in zip(sides, found, strict=True):
            used, passed = _measured(sender, each, batch)
            sums[0] += used
            sums[1] += passed
    done = [batch.count * rounds for _, batch in sides]
    return [Cost(sums[0] / n * 1e6, n / sums[1]) for n, sums in zip(done, found, strict=True)]


def _measured(sender: Load, at: Server, batch: Batch) -> tuple[float, float]:
    """The seconds of CPU that a batch took, and the seconds that passed."""
    before = at.cpu()
    outcome = sender.run(batch)
    return at.cpu() - before, outcome.seconds
