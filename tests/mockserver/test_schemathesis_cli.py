"""Schemathesis' own command line finds nothing wrong with the mock and the document it serves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.mockserver.process import ROOT, Running, running

CONFIG = ROOT / "tests" / "data" / "schemathesis"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DOC = {"title": "Tyres", "content": "Wide ones."}
TOOL = {"type": "function", "function": {"name": "book", "parameters": {"type": "object"}}}
CHAT = {"messages": [{"role": "user", "content": "I like red tyres. My name is Ann."}]}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_finds_nothing(tmp_path: Path, seed: int) -> None:
    keys = ["--api-key", "one", "--api-key", "two"]
    frozen = ["--seed", str(seed), "--freeze", "2024-05-01T12:00:00Z", "--check-answers"]
    with running(*keys, *frozen) as mock:
        prepare(mock, tmp_path)
        report = run_schemathesis(mock, tmp_path, seed)
    assert (report["errors"], report["failures"]) == ([], [])
    assert report["complete"]
    assert {name: phase["status"] for name, phase in report["phases"].items()} == dict.fromkeys(
        ["examples", "coverage", "fuzzing", "stateful"], "success"
    )
    assert report["operations"] == {
        "total": 36,
        "selected": 36,
        "tested": 36,
        "errored": 0,
        "skipped": 0,
        "skip_reasons": [],
    }
    # A run that was refused everywhere finds nothing either.
    assert report["test_cases"]["generated"] > 2000
    accepted = {
        operation
        for operation, phases in report["valid_rates"].items()
        if any(rates["accepted"] for rates in phases.values())
    }
    assert len(accepted) >= 25


def prepare(mock: Running, folder: Path) -> None:
    """Creates records, and writes the configuration with their ids in it."""
    ids: dict[str, list[str]] = {"docs": [], "tools": [], "memories": [], "jobs": []}
    ids["agents"] = [post(mock, "/agents", {"name": "Guide"})["id"] for _ in range(25)]
    ids["users"] = [post(mock, "/users", {})["id"] for _ in range(25)]
    pairs = zip(ids["agents"], ids["users"], strict=True)
    ids["sessions"] = [post(mock, "/sessions", {"agent_id": a, "user_id": u})["id"] for a, u in pairs]
    for agent in ids["agents"]:
        ids["docs"].append(post(mock, f"/agents/{agent}/docs", DOC)["id"])
        ids["tools"].append(post(mock, f"/agents/{agent}/tools", TOOL)["id"])
    ids["docs"] += [post(mock, f"/users/{user}/docs", DOC)["id"] for user in ids["users"]]
    for session in ids["sessions"]:
        ids["jobs"] += post(mock, f"/sessions/{session}/chat", CHAT)["jobs"]
    for agent in ids["agents"]:
        ids["memories"] += [m["id"] for m in ask(mock, f"/agents/{agent}/memories?query=")["items"]]
    for name, found in ids.items():
        assert found
        (folder / f"{name}.txt").write_text("".join(f'"{id}"\n' for id in found), "utf-8")
    for file in CONFIG.iterdir():
        shutil.copy(file, folder)


def run_schemathesis(mock: Running, folder: Path, seed: int) -> Any:
    """The report of `st run`."""
    command = shutil.which("st", path=str(Path(sys.executable).parent))
    assert command is not None
    url = f"{mock.origin}/openapi.json"
    options = [
        "--url",
        mock.url,
        "--seed",
        str(seed),
        "--report",
        "json",
        "--report-json-path",
        "report.json",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS")}
    done = subprocess.run(
        [command, "--config-file", "schemathesis.toml", "run", url, *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout
    return json.loads((folder / "report.json").read_text("utf-8"))


def ask(mock: Running, path: str, body: bytes | None = None) -> Any:
    headers = {"Authorization": "Bearer one", "Content-Type": "application/json"}
    with OPENER.open(urllib.request.Request(mock.url + path, body, headers), timeout=30) as answer:
        return json.load(answer)


def post(mock: Running, path: str, sent: Any) -> Any:
    return ask(mock, path, json.dumps(sent).encode())
