"""The benchmarks run. What they find is read by people; no time is asserted."""

from __future__ import annotations

import subprocess
import sys

from tests.benchmarks.processes import ROOT


def test_the_benchmarks_run_with_tiny_numbers() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks"]
    command += ["--requests", "8", "--rounds", "1", "--sessions", "100", "--starts", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    for part in ("get", "list", "create", "chat", "start to first 200", "resident memory", "first page"):
        assert part in done.stdout
