"""Mocks with and without defects, all behind one real socket, and runs of the suite against them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from conformance import gathering
from conformance.cases import Case, law_cases
from conformance.check_cases import check_cases
from conformance.findings import Finding
from conformance.run import Run
from conformance.settings import Settings as Wishes
from contracts.document import load
from contracts.laws.groundrules import GROUND_RULES
from mockserver.accounts import accounts
from mockserver.app import Settings, build
from mockserver.edge.protocol import ProblemProtocol
from mockserver.faults.sabotage import DEFECTS, SOUND

DOCUMENT = load()


class Mocks:
    """One mock per first part of the path: `/NAME-SEED/api` is the mock with the defect NAME."""

    def __init__(self) -> None:
        self._apps: dict[str, ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands a request to its mock."""
        place = scope["path"].split("/")[1]
        if place not in self._apps:
            fault = DEFECTS.get(place.rpartition("-")[0], SOUND)
            settings = Settings(prefix=f"/{place}/api", seed=1, accounts=accounts(["a", "b"]), fault=fault)
            self._apps[place] = build(DOCUMENT, settings).app
        await self._apps[place](scope, receive, send)


@contextmanager
def served() -> Iterator[str]:
    """The URL that all mocks stand under."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        config = uvicorn.Config(
            Mocks(), http=ProblemProtocol, log_level="critical", access_log=False, lifespan="off"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def findings(
    url: str,
    *,
    seed: int,
    strict: bool,
    rule: str | None = None,
    everywhere: bool = False,
    most: int | None = None,
) -> list[Finding]:
    """What a run finds.

    Args:
        url: of the server, with its prefix.
        rule: try what may find this alone, and stop when it is found; None tries everything.
        everywhere: go on when it is found.
        most: begin no case after so many requests, and stop when anything is found.
    """
    wishes = Wishes(target=url, api_key="a", api_key2="b", seed=seed, strict=strict)
    run = Run(wishes, DOCUMENT)
    run.open()
    found: list[Finding] = []
    try:
        for case in _cases(run, rule):
            found += case.attempt(run).findings
            run.sweep()
            if rule is not None and not everywhere and any(each.rule == rule for each in found):
                break
            if most is not None and (found or run.target.tally.requests >= most):
                break
    finally:
        run.close()
    return found


def told(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings as a report tells them: one for each cause."""
    return gathering.told(found, Run(Wishes(target="http://127.0.0.1", api_key="a"), DOCUMENT))


def replayed(finding: Finding, url: str) -> list[int]:
    """The statuses that the script of a finding prints when it runs against another server."""
    # As a user runs it, with an environment that has nothing of this process but where the tools are.
    environment = {"PATH": os.environ["PATH"], "BASE": url, "KEY": "a", "KEY2": "b"}
    script = ["sh", "-c", finding.story]
    done = subprocess.run(script, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return [int(line) for line in re.findall(r"^([0-9]{3})$", done.stdout, re.MULTILINE)]


def _cases(run: Run, rule: str | None) -> Iterator[Case]:
    # A ground rule is no case of its own: any case may find it broken.
    anything = rule is None or rule in GROUND_RULES
    for case in (*law_cases(run.model), *check_cases(run)):
        if anything or case.rule == rule:
            yield case
