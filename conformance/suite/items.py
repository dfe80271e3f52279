"""Cases as pytest items."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from conformance.cases import Case, Result
from conformance.findings import Finding
from conformance.gathering import OUT_OF_TIME
from conformance.reports.console import finding_lines, story_lines
from conformance.run import Run
from conformance.selection import is_selected
from conformance.target import TargetUnavailable


class BrokenContract(Exception):
    """The server breaks what gates."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(finding.message for finding in self.findings))


class CaseModule(pytest.Module):
    """A module of the suite: its function `cases` says what there is to try."""

    run: Run

    def collect(self) -> Iterable[pytest.Item]:
        """One item for each case that is selected."""
        for case in self.obj.cases(self.run):
            if is_selected(case, self.run.settings):
                yield CaseItem.from_parent(self, name=case.name, case=case, run=self.run)


class CaseItem(pytest.Item):
    """A case. It is tried when it is set up, so that what fails in the suite itself is an error, no failure.

    Attributes:
        skipped: why it was not tried.
        fatal: why no other case can be tried either.
    """

    def __init__(self, name: str, parent: pytest.Collector, case: Case, run: Run) -> None:
        super().__init__(name, parent)
        self.case = case
        self._run = run
        self.result = Result()
        self.skipped: str | None = None
        self.fatal: str | None = None

    def setup(self) -> None:
        """Try the case."""
        try:
            self.result = self._attempt()
        except TargetUnavailable as error:
            self.fatal = f"{error.message} It answered before."
            self.session.shouldstop = self.fatal
            self.result = Result(skipped=self.fatal)
        if self.result.interrupted:
            self.session.shouldstop = "It was interrupted."
        if self.result.skipped is not None:
            self.skipped = self.result.skipped
            pytest.skip(self.skipped)

    def _attempt(self) -> Result:
        if self._run.is_over():
            return Result(skipped=OUT_OF_TIME)
        result = self.case.attempt(self._run)
        if not result.interrupted:
            self._run.sweep()
        return result

    def runtest(self) -> None:
        """Fail if something was found that gates.

        Raises:
            BrokenContract: it was.
        """
        gating = [finding for finding in self.result.findings if finding.gates]
        if gating:
            raise BrokenContract(gating)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The findings, without a traceback: it would show the suite, not the server."""
        if isinstance(excinfo.value, BrokenContract):
            found = excinfo.value.findings
            return "\n".join(line for each in found for line in (*finding_lines(each), *story_lines(each)))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it is said to be."""
        return self.path, None, self.name
