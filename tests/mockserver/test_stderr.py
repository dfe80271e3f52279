"""A healthy mock has nothing to say on standard error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request

from tests.project.sources import ROOT


def test_starting_serving_and_stopping_are_silent() -> None:
    command = [sys.executable, "-m", "contracts", "mock", "--port", "0", "--print-url", "--no-auth"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/users", timeout=30) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert process.returncode in (0, 130)  # 130 is how a shell reports what SIGINT ended
    assert rest + errors.strip() == ""
