"""The import direction, as `pyproject.toml` lays it down."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

import pytest

from tests.project.sources import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = PYPROJECT["tool"]["importlinter"]["contracts"]
COMMANDS = {
    "contracts.cli": ("connexion", "starlette", "faker", "schemathesis", "hypothesis", "pytest"),
    "mockserver.cli": ("faker", "schemathesis", "hypothesis", "pytest"),
}


def test_the_import_direction_holds() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


@pytest.mark.parametrize("module", COMMANDS)
def test_a_command_imports_only_what_it_runs(module: str) -> None:
    code = f"import sys, {module}; print(sorted(set({COMMANDS[module]!r}) & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
