"""Two mocks in processes of their own, and a report of every client run against them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from . import environments

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
STRICT_KEY = "the-only-key"


class Mocks(NamedTuple):
    """Base URLs: one that takes any key, and one that takes `STRICT_KEY` alone."""

    open: str
    strict: str


class Report(NamedTuple):
    """What one run of a client's script printed."""

    errors: dict[str, str | None]
    available: list[str]
    called: list[str]


@contextmanager
def running_mock(*options: str) -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "contracts",
        "mock",
        "--port",
        "0",
        "--print-url",
        "--check-answers",
        *options,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            if not url:
                pytest.fail(f"the mock did not start: {' '.join(command)}")
            yield url
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def mocks() -> Iterator[Mocks]:
    with running_mock() as any_key, running_mock("--api-key", STRICT_KEY) as one_key:
        yield Mocks(any_key, one_key)


@pytest.fixture(scope="session")
def clients_cache(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.cache.mkdir("clients")


def report(command: list[str], cwd: Path | None = None) -> Report:
    """Run a client's script to its end and read what it printed."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environments.environ(),
        cwd=cwd,
        timeout=600,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr}")
    *steps, methods = [json.loads(line) for line in done.stdout.splitlines()]
    return Report({line["step"]: line["error"] for line in steps}, methods["available"], methods["called"])


def succeeded(ran: Report, step: str) -> None:
    """Fail with what the script itself says of the step."""
    if ran.errors[step] is not None:
        pytest.fail(ran.errors[step], pytrace=False)
