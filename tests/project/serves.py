"""Runs a command that installs or starts the mock, asks the mock a few things, and stops it as Ctrl-C does.

usage: python serves.py COMMAND...
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from queue import Empty, Queue

PATIENCE = 600  # seconds: the command may install first
URL = re.compile(r"http://127\.0\.0\.1:\d+/api\b")


def main(command: str) -> None:
    """Fails with an AssertionError or an HTTPError when the mock does not do what it must."""
    process = subprocess.Popen(
        command,
        shell=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    lines: Queue[str | None] = Queue()
    threading.Thread(target=_forward, args=(process, lines), daemon=True).start()
    try:
        url = _url(lines)
        _ask(url)
        os.killpg(process.pid, signal.SIGINT)
        # A shell that is interrupted says so with 130; the mock itself ends with 0.
        assert process.wait(20) in (0, 130, -signal.SIGINT), f"it ended with {process.returncode}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    print(f"{url} served and stopped.")


def _forward(process: subprocess.Popen[str], lines: Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        print("  ", line, end="", flush=True)
        lines.put(line)
    lines.put(None)


def _url(lines: Queue[str | None]) -> str:
    while True:
        try:
            line = lines.get(timeout=PATIENCE)
        except Empty:
            raise AssertionError(f"it printed nothing for {PATIENCE} seconds") from None
        assert line is not None, "it ended before it printed a URL"
        if found := URL.search(line):
            return found[0]


def _ask(url: str) -> None:
    origin = url.removesuffix("/api")
    document = json.loads(_get(f"{origin}/openapi.json"))
    assert len(document["paths"]) > 10
    assert b"swagger" in _get(f"{origin}/docs").lower()
    assert json.loads(_get(f"{url}/agents", key="first")) == {"items": []}
    body = json.dumps({"name": "First"}).encode()
    created = json.loads(_get(f"{url}/agents", key="first", body=body))
    assert [item["id"] for item in json.loads(_get(f"{url}/agents", key="first"))["items"]] == [created["id"]]
    assert json.loads(_get(f"{url}/agents", key="second")) == {"items": []}
    assert _refusal(f"{url}/agents") == 401


def _refusal(url: str) -> int | None:
    try:
        _get(url)
    except urllib.error.HTTPError as error:
        return error.code
    return None


def _get(url: str, key: str | None = None, body: bytes | None = None) -> bytes:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(url, data=body, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        return bytes(answer.read())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python serves.py COMMAND...")
    main(" ".join(sys.argv[1:]))
