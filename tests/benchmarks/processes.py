"""The processes of a measurement: servers on free loopback ports, and the load."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from tests.benchmarks.load import Batch, Outcome

ROOT = Path(__file__).parents[2]
MOCK = ("-m", "contracts", "mock", "--port", "0", "--print-url", "--seed", "1")
BARE = ("-m", "tests.benchmarks.bare")
_PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Server:
    """A server under measurement."""

    url: str
    process: psutil.Process

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def prefix(self) -> str:
        return urlsplit(self.url).path

    def cpu(self) -> float:
        """Seconds of CPU it has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> int:
        """Bytes it holds resident."""
        return int(self.process.memory_info().rss)

    def call(self, method: str, path: str, key: str = "bench", body: Any = None) -> Any:
        """One exchange in JSON, outside any measurement."""
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=_PATIENCE) as answer:
            return json.loads(answer.read())


@contextmanager
def server(*arguments: str) -> Iterator[Server]:
    """A server that prints its URL, until the block ends."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(f"{' '.join(arguments)} did not start.")
            yield Server(url, psutil.Process(process.pid))
        finally:
            process.terminate()


def seconds_to_first_answer() -> float:
    """From starting the mock's command to its first 200."""
    start = time.perf_counter()
    with server(*MOCK) as mock:
        mock.call("GET", "/agents")
        return time.perf_counter() - start


class Load:
    """The process that sends the requests."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, batch: Batch) -> Outcome:
        """Sends a batch; how long it took."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(asdict(batch)), file=process.stdin, flush=True)
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("The load has stopped; its last words are above.")
        return Outcome(**json.loads(line))


@contextmanager
def load() -> Iterator[Load]:
    """A load process, until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Load(process)
        finally:
            process.terminate()
