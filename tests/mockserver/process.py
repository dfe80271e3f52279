"""The command in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Running:
    """A mock that answers.

    Attributes:
        url: where the API stands, prefix included.
    """

    url: str
    process: subprocess.Popen[str]

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def origin(self) -> str:
        return f"http://{urlsplit(self.url).netloc}"


@contextmanager
def running(*options: str) -> Iterator[Running]:
    """`sessions-kit mock` on a free port, stopped as Ctrl-C does; whatever it says on stderr is a failure."""
    with start("--port", "0", "--print-url", *options) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), process.communicate()
        try:
            yield Running(url, process)
        finally:
            process.send_signal(signal.SIGINT)
            rest, said = process.communicate(timeout=30)
        assert (process.returncode, rest, said) == (0, "", "")


def start(*options: str) -> subprocess.Popen[str]:
    """`sessions-kit mock`, however it ends."""
    return subprocess.Popen(
        [sys.executable, "-m", "mockserver", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    )


def environment() -> Mapping[str, str]:
    """This process's environment, in which the checkout's packages come first."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "COLUMNS": "200"}
