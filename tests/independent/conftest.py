"""One server for these tests, in a process of its own. Each test makes its own records."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .visitor import Visitor

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.independent"]


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    arguments = ["--port", "0", "--api-key", "first", "--api-key2", "second", "--print-url"]
    with subprocess.Popen([*COMMAND, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(scope="session")
def api(server_url: str) -> Iterator[Visitor]:
    visitor = Visitor(server_url, "first")
    with visitor.http:
        yield visitor


@pytest.fixture(scope="session")
def neighbour(server_url: str) -> Iterator[Visitor]:
    visitor = Visitor(server_url, "second")
    with visitor.http:
        yield visitor
