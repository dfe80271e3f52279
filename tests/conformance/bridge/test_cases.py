"""The checks as cases of the suite: single calls by operation, stories once for all."""

from __future__ import annotations

from pathlib import Path

from conformance.check_cases import check_cases
from conformance.run import load_run
from conformance.schemathesis_bridge.catalogue import CHECKS
from conformance.selection import is_selected
from conformance.settings import Settings
from tests.conformance.careful import CarefulLibrary, spec
from tests.library import running


def test_a_check_that_takes_stories_is_no_case_of_an_operation(tmp_path: Path) -> None:
    run = load_run(Settings(spec=spec(tmp_path), skip=("patch_shelf",)))
    cases = list(check_cases(run))
    names = {case.name for case in cases}
    stateful = {check.name for check in CHECKS.values() if check.stateful}
    assert {f"{name}[stories]" for name in stateful} <= names
    assert len(names) == len(cases) == len(run.operations) * (len(CHECKS) - len(stateful)) + len(stateful)
    selected = {case.name for case in cases if is_selected(case, run.settings)}
    assert "use_after_free[stories]" in selected
    assert "ignored_auth[patch_shelf]" not in selected


def test_stories_call_nothing_that_is_skipped(tmp_path: Path) -> None:
    with running(CarefulLibrary()) as library:
        keys = {"api_key": "one", "api_key2": "two"}
        run = load_run(Settings(target=library.url, spec=spec(tmp_path), skip=("patch_*",), **keys))
        run.open()
        for case in check_cases(run):
            if case.name.endswith("[stories]"):
                result = case.attempt(run)
                assert (result.findings, result.skipped, result.interrupted) == ((), None, False)
        assert run.target.tally.asked["create_shelf"] > 0
        assert library.asked("PATCH") == []
        assert run.close() == []
