"""The suite in pytest: selected, stopped, spread and reported as users know it, and no burden to others."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conformance import careful
from tests.conformance.commands import environment, suite
from tests.library import running

PYTEST = [sys.executable, "-m", "pytest", "-p", "conformance.plugin", "-p", "no:cacheprovider"]


def test_the_suite_is_selected_by_keyword(tmp_path: Path) -> None:
    with running(careful.CarefulLibrary()) as library:
        chosen = "deleted-is-gone and /loans or status_code_conformance and get_loan"
        done = suite(tmp_path, library, "-v", "-k", chosen)
    assert done.returncode == 0, done.stdout
    passed = re.findall(r"::(\S+) PASSED", done.stdout)
    assert passed == ["deleted-is-gone[/loans]", "status_code_conformance[get_loan]"]
    assert "verdict     kept" in done.stdout
    assert library.records == {}


def test_one_case_is_selected_by_its_id(tmp_path: Path) -> None:
    with running(careful.CarefulLibrary()) as library:
        done = suite(tmp_path, library, "-v", "-k", "created-is-listed", "--only", "list_book")
    assert re.findall(r"::(\S+) PASSED", done.stdout) == ["created-is-listed[/shelves/{shelf_id}/books]"]


def test_a_failure_shows_the_server_and_not_the_suite(tmp_path: Path) -> None:
    with running(careful.Shallow()) as library:
        done = suite(tmp_path, library, "--strict", "-x", "-k", "patch-merges-deeply", "--junitxml", "j.xml")
    assert done.returncode == 1
    assert "FAILED" in done.stdout
    assert "An object is replaced instead of merged." in done.stdout
    assert "#!/bin/sh" in done.stdout
    assert "Traceback" not in done.stdout
    assert "conformance/trials.py" not in done.stdout
    (report,) = ElementTree.parse(tmp_path / "j.xml").getroot()
    assert (report.get("tests"), report.get("failures"), report.get("errors")) == ("1", "1", "0")


def test_a_warning_passes_and_is_told(tmp_path: Path) -> None:
    with running(careful.Shallow()) as library:
        done = suite(tmp_path, library, "-k", "patch-merges-deeply and /shelves")
    assert done.returncode == 0
    assert "2 passed" in done.stdout  # at a glance, and at length
    assert "(convention; a warning)" in done.stdout


def test_workers_gather_findings_and_counts(tmp_path: Path) -> None:
    with running(careful.Shallow()) as library:
        done = suite(
            tmp_path,
            library,
            *("-n", "2", "-v", "--strict", "--report", "json=r.json"),
            *("-k", "patch-merges-deeply or unsupported_method or ignored_auth"),
        )
    assert done.returncode == 1, done.stdout
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert [found["law"] for found in report["findings"]] == ["patch-merges-deeply"]
    assert report["requests"] == len(library.requests)
    assert library.records == {}
    by_operation: dict[str, set[str]] = {}
    for worker, operation in re.findall(
        r"\[(gw\d)\] \[ *\d+%\] PASSED \S*test_checks\.py::\w+\[(\w+)\]", done.stdout
    ):
        by_operation.setdefault(operation, set()).add(worker)
    assert len(by_operation) == 13
    assert {len(workers) for workers in by_operation.values()} == {1}


def test_without_a_target_cases_are_listed_and_nothing_is_sent(tmp_path: Path) -> None:
    arguments = [*PYTEST, "--pyargs", "conformance.suite", "--collect-only", "-q"]
    done = subprocess.run(arguments, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "test_laws.py::put-replaces[/agents]" in done.stdout


def test_without_a_target_nothing_is_tried(tmp_path: Path) -> None:
    arguments = [*PYTEST, "--pyargs", "conformance.suite", "-k", "put-replaces"]
    done = subprocess.run(arguments, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "No server is named. Say --target URL." in done.stderr + done.stdout


def test_a_refused_key_ends_with_3(tmp_path: Path) -> None:
    with running(careful.CarefulLibrary()) as library:
        done = suite(tmp_path, library, "--api-key", "wrong")
    assert done.returncode == 3
    assert "inconclusive: The key is refused by" in done.stdout + done.stderr


def test_other_runs_know_nothing_of_the_suite(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import sys\n\n"
        "def pytest_addoption(parser):\n"
        "    for name in ('--target', '--seed', '--only', '--report', '--api-key'):\n"
        "        parser.addoption(name)\n\n"
        "def pytest_sessionfinish():\n"
        "    heavy = {'hypothesis', 'httpx', 'schemathesis', 'conformance.suite'}\n"
        "    print(sorted(heavy & set(sys.modules)))\n",
        encoding="utf-8",
    )
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n", encoding="utf-8")
    arguments = [*PYTEST, "-q", "-p", "no:hypothesispytest", "-p", "no:schemathesis", "--seed", "7"]
    done = subprocess.run(arguments, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[]\n" in done.stdout


def test_an_option_of_another_plugin_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--seed')\n", encoding="utf-8"
    )
    arguments = [*PYTEST, "-p", "other", "--pyargs", "conformance.suite", "--collect-only"]
    path = f"{environment()['PYTHONPATH']}:{tmp_path}"
    done = subprocess.run(
        arguments, cwd=tmp_path, env=environment(PYTHONPATH=path), capture_output=True, text=True
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "Another pytest plugin has an option --seed, too." in done.stderr


def test_a_failure_of_the_suite_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "crashing.py").write_text(
        "from contracts.laws import LAWS\n"
        "law = next(law for law in LAWS if law.name == 'created-is-listed')\n"
        "def crash(world, resource): {}['gone']\n"
        "object.__setattr__(law, 'check', crash)\n",
        encoding="utf-8",
    )
    path = f"{environment()['PYTHONPATH']}:{tmp_path}"
    with running(careful.CarefulLibrary()) as library:
        target = ["--pyargs", "conformance.suite", "--target", library.url, "--api-key", "one"]
        chosen = ["--spec", str(careful.spec(tmp_path)), "-k", "created-is-listed or deleted-is-gone"]
        done = subprocess.run(
            [*PYTEST, "-p", "crashing", *target, *chosen, "--junitxml", "j.xml"],
            cwd=tmp_path,
            env=environment(PYTHONPATH=path),
            capture_output=True,
            text=True,
        )
    assert done.returncode == 3
    assert "The suite itself failed here; this says nothing about the server:" in done.stdout
    assert "KeyError('gone') in crashing.py:3" in done.stdout
    assert "verdict     inconclusive" in done.stdout
    (report,) = ElementTree.parse(tmp_path / "j.xml").getroot()
    assert (report.get("failures"), report.get("errors")) == ("0", "4")
