"""Runs the command, and pytest with the suite, as users do: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conformance import careful
from tests.library import Library

ROOT = Path(__file__).parents[2]
LIMIT = 300


def environment(**more: str) -> dict[str, str]:
    """This process' environment, with the project on the path and without what steers its own pytest."""
    hidden = ("PYTEST_", "SESSIONS_KIT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def command(*arguments: str) -> list[str]:
    """`sessions-kit` with these arguments."""
    return [sys.executable, "-m", "contracts", *arguments]


def sessions_kit(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What the command says, run in a folder."""
    return _run(command(*arguments), folder, more)


def check(folder: Path, library: Library, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `check` says of a library."""
    return sessions_kit(folder, "check", *of(folder, library), *arguments)


def suite(folder: Path, library: Library, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What pytest says of a library."""
    base = [sys.executable, "-m", "pytest", "-p", "conformance.plugin", "-p", "no:cacheprovider"]
    _, *options = of(folder, library)
    target = ["--pyargs", "conformance.suite", "--target", library.url]
    return _run([*base, *target, *options, *arguments], folder, {})


def of(folder: Path, library: Library) -> Sequence[str]:
    """The arguments that name a library: its URL first."""
    return (
        library.url,
        *("--spec", str(careful.spec(folder))),
        *("--api-key", "one", "--api-key2", "two", "--depth", "smoke"),
    )


def _run(arguments: list[str], folder: Path, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, cwd=folder, env=environment(**more), capture_output=True, text=True, timeout=LIMIT
    )
