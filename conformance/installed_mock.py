"""The mock that is installed beside the suite, as a process of its own: what is checked when no URL is given."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from conformance.settings import Settings
from contracts.errors import KitError, UsageError

_STOP_SECONDS = 10.0


@contextmanager
def installed_mock(settings: Settings, keys: Sequence[str]) -> Iterator[str]:
    """Runs the mock of the same document; its base URL.

    Args:
        keys: the only ones it accepts.

    Raises:
        UsageError: the mock does not start; its own reason is in the message.
    """
    with TemporaryFile() as errors:
        process = subprocess.Popen(_command(settings, keys), stdout=subprocess.PIPE, stderr=errors, text=True)
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


def new_key() -> str:
    """A key nobody has."""
    return f"check-{secrets.token_hex(8)}"


def _command(settings: Settings, keys: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "contracts", "mock", "--port", "0", "--print-url"]
    for key in keys:
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
    return text.splitlines()[-1] if text else "it says nothing"
