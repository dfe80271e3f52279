"""Runs the README's console blocks against a mock and compares, or with --write puts in, what they print.

usage: python -m tests.project.readme [--write]
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
URL_IN_TEXT = "http://127.0.0.1:8080"
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_MARK = "--- end of output ---"


def blocks(text: str) -> list[str]:
    """The console blocks of a Markdown text: lines with "$ " and what they print."""
    return _BLOCK.findall(text)


def commands(block: str) -> list[str]:
    """The commands of a block; a line that ends in a backslash goes on with "> " lines."""
    found: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(line[2:])
        elif line.startswith("> ") and found:
            found[-1] += "\n" + line[2:]
    return found


def shown(command: str) -> str:
    """A command as it stands in a block."""
    return "$ " + command.replace("\n", "\n> ")


def run(text: str) -> str:
    """The text with the output of every console block as it is now.

    All blocks share one shell, so that a variable set in one is there in the next; the mock they talk to
    runs with a fixed seed and a held clock.
    """
    with mock() as url, shell() as ask:

        def replaced(match: re.Match[str]) -> str:
            parts = []
            for command in commands(match.group()):
                output = ask(command.replace(URL_IN_TEXT, url)).replace(url, URL_IN_TEXT)
                parts.append(shown(command) + "\n" + (output.rstrip("\n") + "\n" if output.strip() else ""))
            return "".join(parts)

        return _BLOCK.sub(replaced, text)


@contextmanager
def mock() -> Iterator[str]:
    """A mock on a free port; gives its URL without the prefix."""
    command = [sys.executable, "-m", "mockserver", "--port", "0", "--print-url"]
    command += ["--seed", "1", "--freeze", "2024-05-01T12:00:00Z"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip().removesuffix("/api")
        finally:
            process.terminate()


@contextmanager
def shell() -> Iterator[Shell]:
    """One bash for all blocks."""
    with subprocess.Popen(
        ["bash"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield Shell(process)
        finally:
            process.kill()


class Shell:
    """Runs commands one after the other, in the same shell."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, command: str) -> str:
        """What a command prints."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\necho; echo '{_MARK}'\n")
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.rstrip("\n") == _MARK:
                break
            lines.append(line)
        return "".join(lines)


def main() -> None:
    """Puts the output into the README, or says that it is another."""
    text = README.read_text("utf-8")
    now = run(text)
    if "--write" in sys.argv:
        README.write_text(now, "utf-8")
    elif now != text:
        sys.exit(
            "The README shows other output than its commands print: python -m tests.project.readme --write"
        )


if __name__ == "__main__":
    main()
