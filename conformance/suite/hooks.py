"""What the suite does within pytest, from its options to its exit code."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from conformance.findings import Kind
from conformance.gathering import Gathering, Note, counted, note_from
from conformance.outcome import Outcome, Verdict
from conformance.reports.console import summary_lines
from conformance.reports.files import prepare_reports, write_reports
from conformance.run import Inconclusive, Run, load_run
from conformance.selection import check_patterns
from conformance.settings import settings_from
from conformance.suite.items import CaseItem, CaseModule
from conformance.suite.pytest_options import said_in
from contracts.errors import KitError

SUITE = Path(__file__).parent
NAME = "conformance.suite.hooks"
_CHANNEL = "sessions_kit"


class SuiteHooks:
    """The suite in one pytest process.

    Args:
        run: the run, if it is open already.

    Attributes:
        outcome: what came of it; None until it has ended, and in worker processes.
    """

    def __init__(self, run: Run | None = None) -> None:
        self.gathering = Gathering()
        self.outcome: Outcome | None = None
        self._run = run
        self._open = run is not None
        self._worker = ""
        self._began = 0.0
        self._alone = True

    @property
    def run(self) -> Run:
        """The run.

        Raises:
            UsageError: pytest has not been configured yet.
        """
        if self._run is None:
            raise pytest.UsageError("The suite is asked before pytest is configured.")
        return self._run

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Take the run that is given, else begin one.

        Raises:
            UsageError: what the options say cannot be done.
        """
        self._began = time.perf_counter()
        workerinput = getattr(config, "workerinput", None)
        self._worker = workerinput["workerid"] if workerinput else ""
        try:
            self._run = self._run or self._new_run(config)
            check_patterns(self._run)
            prepare_reports(self._run.settings.reports)
        except KitError as error:
            raise pytest.UsageError(str(error)) from error
        for report in self._run.settings.reports:
            if report.form == "junit":
                config.option.xmlpath = str(report.file)

    def _new_run(self, config: pytest.Config) -> Run:
        said, file = said_in(config)
        return load_run(settings_from(said, config.invocation_params.dir, os.environ, file), self._worker)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """See that the server can be tried at all.

        Raises:
            Exit: it cannot.
        """
        if session.config.option.collectonly or self._open:
            return
        try:
            self.run.open()
            self._open = True
        except Inconclusive as error:
            raise pytest.exit.Exception(f"inconclusive: {error}", Verdict.INCONCLUSIVE.exit_code) from error
        except KitError as error:
            raise pytest.UsageError(str(error)) from error

    def pytest_pycollect_makemodule(
        self, module_path: Path, parent: pytest.Collector
    ) -> pytest.Module | None:
        """Collect the modules of the suite as cases."""
        if module_path.parent != SUITE:
            return None
        module = CaseModule.from_parent(parent, path=module_path)
        module.run = self.run
        return module

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put laws first: they are few requests each, and find most."""
        items.sort(key=lambda item: isinstance(item, CaseItem) and item.case.kind is not Kind.LAW)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """See whether anything else is tested beside."""
        self._alone = all(isinstance(item, CaseItem) for item in session.items)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the report of a case carry what came of it."""
        report = yield
        if isinstance(item, CaseItem) and call.when == "setup":
            setattr(report, _CHANNEL, self._note(item, call).text())
        return report

    def _note(self, item: CaseItem, call: pytest.CallInfo[None]) -> Note:
        failed = call.excinfo is not None and item.skipped is None
        return Note(
            self._worker,
            counted(self.run.target.tally),
            item.case.name,
            item.case.kind,
            item.case.rule,
            findings=item.result.findings,
            skipped=item.skipped,
            error=call.excinfo.exconly() if failed and call.excinfo is not None else None,
            fatal=item.fatal,
            interrupted=item.result.interrupted,
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather what a case found, wherever it was tried."""
        text = getattr(report, _CHANNEL, None)
        if text is not None:
            self.gathering.add(note_from(text))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Let one process try what is tried for one operation, unless the user spreads it otherwise."""
        if config.option.dist != "load":
            return None
        from conformance.suite.spreading import scheduler

        return scheduler(config, log)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Gather what a worker counted while it cleaned up."""
        text = getattr(node, "workeroutput", {}).get(_CHANNEL)
        if text is not None:
            self.gathering.add(note_from(text))

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        """Note that the process that tried a case died of it."""
        name = crashitem.rpartition("::")[2]
        count = counted(self.run.target.tally)
        self.gathering.add(Note(self._worker, count, name, error="the process that tried it died"))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note that cases could not be found."""
        if report.failed:
            self.gathering.fatal = f"The suite itself failed: {report.longreprtext}"

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that the suite failed as a whole."""
        self.gathering.fatal = f"The suite itself failed: {excinfo.exconly()}"

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that the user ended it."""
        if type(excinfo.value) is KeyboardInterrupt:
            self.gathering.interrupted = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Clean up, judge, write the reports and say the verdict by the exit code."""
        if not self._open:
            return
        left = tuple(str(entry) for entry in self.run.close())
        note = Note(self._worker, counted(self.run.target.tally), left=left)
        workeroutput = getattr(session.config, "workeroutput", None)
        if workeroutput is not None:
            workeroutput[_CHANNEL] = note.text()
            return
        self.gathering.add(note)
        self.outcome = self.gathering.outcome(self.run, time.perf_counter() - self._began)
        write_reports(self.outcome, self.run.settings.reports)
        if self._alone:
            session.exitstatus = self.outcome.verdict.exit_code

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the outcome beneath pytest's own summary."""
        if self.outcome is not None:
            terminalreporter.section("the contract")
            for line in summary_lines(self.outcome):
                terminalreporter.write_line(line)
