"""What `sessions-kit check` does: a run of pytest with our defaults and our summary."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from tempfile import TemporaryDirectory

import click
import pytest

from conformance.gathering import Gathering
from conformance.installed_mock import KEYS, installed_mock
from conformance.interruption import ended_as_by_ctrl_c
from conformance.outcome import Outcome
from conformance.progress import Progress
from conformance.reports.console import summary_lines
from conformance.reports.files import prepare_reports, write_reports
from conformance.run import Inconclusive, Run, load_run
from conformance.selection import check_patterns
from conformance.settings import Settings
from conformance.suite.hooks import SUITE, SuiteHooks
from conformance.suite.pytest_options import arguments
from contracts.errors import UsageError

_PLUGINS_FROM_OUTSIDE = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
_HYPOTHESIS_FILES = "HYPOTHESIS_STORAGE_DIRECTORY"


def check_server(settings: Settings, processes: str | None) -> int:
    """Checks the server that the settings name, else the installed mock, and says what came of it.

    The mock is checked strictly: it promises the conventions as well.

    Args:
        processes: how many try at once, as pytest-xdist takes it; None tries in this process.

    Returns:
        The exit code.

    Raises:
        KitError: what was asked for cannot be done.
    """
    if processes is not None and find_spec("xdist") is None:
        raise UsageError("-n needs pytest-xdist.", cure="Run: pip install pytest-xdist")
    run = load_run(settings)
    check_patterns(run)
    prepare_reports(settings.reports)
    if settings.target is not None:
        return _check(run, processes)
    with installed_mock(settings) as url:
        run.settings = replace(settings, target=url, api_key=KEYS[0], api_key2=KEYS[1], strict=True)
        return _check(run, processes)


def _check(run: Run, processes: str | None) -> int:
    began = time.perf_counter()
    click.echo(f"Checking {run.target.base_url} (seed {run.settings.seed}, depth {run.settings.depth})")
    try:
        run.open()
    except Inconclusive as error:
        outcome = Gathering(fatal=str(error)).outcome(run, time.perf_counter() - began)
        write_reports(outcome, run.settings.reports)
    else:
        outcome = _outcome(run, processes)
    for line in summary_lines(outcome):
        click.echo(line)
    return outcome.verdict.exit_code


def _outcome(run: Run, processes: str | None) -> Outcome:
    """What pytest finds.

    Raises:
        UsageError: pytest refuses its arguments; it has said why.
    """
    hooks = SuiteHooks(run)
    progress = Progress(sys.stdout, hooks.gathering)
    with _undisturbed(), ended_as_by_ctrl_c():
        pytest.main(_arguments(run.settings, processes), plugins=[hooks, progress])
    progress.close()
    if hooks.outcome is None:
        raise UsageError("pytest could not begin.")
    return hooks.outcome


def _arguments(settings: Settings, processes: str | None) -> list[str]:
    """Pytest's: nothing of the user's own tests, neither settings nor plugins, changes what is found."""
    quiet = ["-p", "no:terminal", "-p", "no:cacheprovider", "--capture=no", "--noconftest"]
    alone = ["-c", os.devnull, "--rootdir", str(SUITE.parent.parent), "--disable-plugin-autoload"]
    spread = [] if processes is None else ["-p", "xdist", "-n", processes]
    suite = ["-p", "conformance.plugin", "--pyargs", "conformance.suite"]
    return [*quiet, *alone, *spread, *arguments(settings), *suite]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hides what would change the run, and keeps what Hypothesis writes out of the user's folder."""
    kept = {name: os.environ.pop(name) for name in _PLUGINS_FROM_OUTSIDE if name in os.environ}
    with TemporaryDirectory() as folder:
        ours = _HYPOTHESIS_FILES not in os.environ
        if ours:
            os.environ[_HYPOTHESIS_FILES] = folder
        try:
            yield
        finally:
            os.environ.update(kept)
            if ours:
                del os.environ[_HYPOTHESIS_FILES]
