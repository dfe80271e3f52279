"""The official JavaScript client against a running mock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .conftest import HERE, STRICT_KEY, Mocks, Report, report, succeeded
from .environments import node_environment, node_program

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.clients
SCRIPT = HERE / "exercise_sdk"


def steps() -> list[str]:
    sources = [path.read_text("utf-8") for path in sorted((SCRIPT / "steps").glob("*.mjs"))]
    return [
        name
        for source in sources
        for name in re.findall(r"^export async function (\w+)", source, re.MULTILINE)
    ]


@pytest.fixture(scope="module")
def ran(mocks: Mocks, clients_cache: Path) -> Report:
    folder = node_environment(clients_cache)
    command = [node_program("node"), str(SCRIPT / "main.mjs"), *mocks, STRICT_KEY, "sdk"]
    return report(command, cwd=folder)


@pytest.mark.parametrize("step", steps())
def test_step(ran: Report, step: str) -> None:
    succeeded(ran, step)


def test_every_method_is_called(ran: Report) -> None:
    assert sorted(ran.errors) == sorted(steps())
    assert ran.called == ran.available


def test_methods_are_found(ran: Report) -> None:
    """Without this the test above would pass on an introspection that sees nothing."""
    assert len([name for name in ran.available if name.startswith("low.")]) == 36
    assert {"agents.update", "sessions.deleteHistory", "memories.list", "completions.create"} <= set(
        ran.available
    )
