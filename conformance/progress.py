"""What a run shows while it goes on: a line that changes on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import shutil
import time
from typing import TextIO

import pytest

from conformance.gathering import Gathering

_STEPS = 4  # plain lines of a run
_SECONDS = 0.1  # between changes of the line


class Progress:
    """A pytest plugin in place of pytest's own reporter."""

    def __init__(self, stream: TextIO, gathering: Gathering) -> None:
        self._stream = stream
        self._gathering = gathering
        self._live = stream.isatty()
        self._total = 0
        self._done = 0
        self._shown = 0.0
        self._began = time.monotonic()
        self._seen: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """See how much there is to do."""
        self._total = len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: list[str]) -> None:
        """The same where workers do it."""
        self._total = len(ids)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show how far it is."""
        if report.when == "setup":
            self._findings()
        if report.when != "teardown":
            return
        self._done += 1
        if self._live and time.monotonic() - self._shown > _SECONDS:
            self._shown = time.monotonic()
            self._replace(self._line(report.nodeid.rpartition("::")[2]))
        elif (
            not self._live and self._done * _STEPS // self._total != (self._done - 1) * _STEPS // self._total
        ):
            self._print(self._line(""))

    def close(self) -> None:
        """Take the line away."""
        if self._live:
            self._replace("")

    def _line(self, current: str) -> str:
        seconds = time.monotonic() - self._began
        found = f"{len(self._seen)} found" if self._seen else "nothing found"
        sent = f"{self._gathering.requests} requests, {seconds:.0f} s"
        return f"{self._done}/{self._total} cases, {found}, {sent}  {current}".rstrip()

    def _findings(self) -> None:
        """Says at once what is new."""
        for finding in self._gathering.notes[-1].findings if self._gathering.notes else ():
            if finding.cause not in self._seen:
                self._seen.add(finding.cause)
                weight = "broken " if finding.gates else "warning"
                self._print(f"{weight} {finding.rule}  {finding.operation or ''}  {finding.message}")

    def _print(self, line: str) -> None:
        if self._live:
            self._replace("")
        self._stream.write(f"{line}\n")
        self._stream.flush()

    def _replace(self, line: str) -> None:
        width = max(shutil.get_terminal_size().columns - 1, 20)
        self._stream.write(f"\r\x1b[K{line[:width]}")
        self._stream.flush()
