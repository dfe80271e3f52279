"""The official Python clients, sync and async, against a running mock."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import pytest

from .conftest import HERE, STRICT_KEY, Mocks, Report, report, succeeded
from .environments import PYTHON_PINS, python_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.clients
SCRIPT = HERE / "exercise_julep"


def steps() -> list[str]:
    """Read the names of the steps out of the script, which imports what is not installed here."""
    modules = [ast.parse(path.read_text("utf-8")) for path in sorted((SCRIPT / "steps").glob("*.py"))]
    return [
        node.name
        for module in modules
        for node in module.body
        if isinstance(node, ast.AsyncFunctionDef)
        and any(ast.unparse(mark) == "step" for mark in node.decorator_list)
    ]


@pytest.fixture(scope="module")
def run_client(mocks: Mocks, clients_cache: Path) -> Callable[[str, str], Report]:
    @cache
    def run(version: str, kind: str) -> Report:
        python = python_environment(clients_cache, version)
        return report([str(python), str(SCRIPT), *mocks, STRICT_KEY, f"{version}-{kind}", kind])

    return run


every_client = pytest.mark.parametrize(
    ("version", "kind"), [(v, k) for v in PYTHON_PINS for k in ("sync", "async")]
)


@every_client
@pytest.mark.parametrize("step", steps())
def test_step(run_client: Callable[[str, str], Report], version: str, kind: str, step: str) -> None:
    succeeded(run_client(version, kind), step)


@every_client
def test_every_method_is_called(run_client: Callable[[str, str], Report], version: str, kind: str) -> None:
    ran = run_client(version, kind)
    assert sorted(ran.errors) == sorted(steps())
    assert ran.called == ran.available


@every_client
def test_methods_are_found(run_client: Callable[[str, str], Report], version: str, kind: str) -> None:
    """Without this the test above would pass on an introspection that sees nothing."""
    available = run_client(version, kind).available
    assert len([name for name in available if name.startswith("low.")]) == 36
    assert {"agents.update", "sessions.delete_history", "memories.list", "completions.create"} <= set(
        available
    )
