"""The mock that is installed beside the suite, in a process of its own: checked when no URL is given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from conformance.settings import Settings
from contracts.errors import UsageError

#: The only keys it accepts, of one tenant each.
KEYS = ("the-first-key-of-check", "the-second-key-of-check")
_STOP_SECONDS = 10.0


@contextmanager
def installed_mock(settings: Settings) -> Iterator[str]:
    """Runs the mock of the same document and seed, which accepts `KEYS`; its base URL.

    Raises:
        UsageError: the mock does not start; its own reason is in the message.
    """
    with TemporaryFile() as errors:
        process = subprocess.Popen(
            _command(settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            process_group=0
            if os.name == "posix"
            else None,  # Ctrl-C is meant for the suite, which still has to clean up
        )
        with process:
            assert process.stdout is not None
            try:
                url = process.stdout.readline().strip()
                if not url:
                    process.wait()
                    raise UsageError(f"The mock does not start: {_said(errors)}", cure="Check a URL instead.")
                yield url
            finally:
                _stop(process)


def _command(settings: Settings) -> list[str]:
    command = [sys.executable, "-m", "contracts", "mock", "--port", "0", "--print-url"]
    command += ["--seed", str(settings.seed)]
    for key in KEYS:
        command += ["--api-key", key]
    if settings.spec is not None:
        command += ["--spec", str(settings.spec)]
    for overlay in settings.overlay:
        command += ["--overlay", str(overlay)]
    for rule in settings.keep_wart:
        command += ["--keep-wart", rule]
    return command + (["--no-overlay"] if settings.no_overlay else [])


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _said(errors: IO[bytes]) -> str:
    errors.seek(0)
    text = errors.read().decode(errors="replace").strip()
    return text.splitlines()[-1].removeprefix("sessions-kit: ") if text else "it says nothing"
