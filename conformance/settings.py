"""What a run was told, from wherever it was told, checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.options import BY_KEY, Depth, checked
from contracts.errors import Place, UsageError, did_you_mean

PYPROJECT = "pyproject.toml"
OWN_FILE = "sessions-kit.toml"
TABLE = "sessions-kit"
FORMS = ("json", "junit", "markdown")


@dataclass(frozen=True, slots=True)
class Report:
    """A report to write.

    Attributes:
        form: one of `FORMS`.
    """

    form: str
    file: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is to do; `conformance.options` says what each means."""

    target: str | None = None
    api_key: str = ""
    api_key2: str | None = None
    spec: Path | None = None
    overlay: tuple[Path, ...] = ()
    no_overlay: bool = False
    keep_wart: tuple[str, ...] = ()
    seed: int = 1
    depth: Depth = Depth.CI
    max_time: float | None = None
    strict: bool = False
    min_reached: float = 0.6
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()


def settings_from(
    said: Mapping[str, Any], folder: Path, environment: Mapping[str, str], file: Path | None = None
) -> Settings:
    """The settings of a run.

    Args:
        said: on the command line, by key; what is None, False or an empty list was not said.
        folder: where a settings file is looked for when none is given.
        environment: read for what was said neither there nor in a file.
        file: a settings file.

    Raises:
        UsageError: a value does not fit, a name is not known, or the file cannot be read.
    """
    values: dict[str, Any] = {
        option.key: environment[option.environment]
        for option in BY_KEY.values()
        if option.environment and environment.get(option.environment)
    }
    values |= _read(file) if file is not None else _found(folder)
    for key, value in said.items():
        if is_said(value):
            values[key] = checked(BY_KEY[key], value, BY_KEY[key].flag)
    reports = tuple(_report(text) for text in values.pop("report", ()))
    depth = Depth(values.pop("depth", Depth.CI))
    settings = Settings(**values, reports=reports, depth=depth)
    _check_keys(settings)
    return settings


def is_said(value: Any) -> bool:
    """Whether a value of an option says anything; 0 does."""
    return value is not None and value is not False and value not in ((), [])


def _check_keys(settings: Settings) -> None:
    for option in (BY_KEY["api_key"], BY_KEY["api_key2"]):
        key = getattr(settings, option.key) or ""
        if key != key.strip() or not key.isprintable():  # the key itself is not shown
            raise UsageError(
                f"The key of {option.flag} begins or ends with white space, or holds a control character.",
                cure=f"Look for a line end in it, also in {option.environment}.",
            )
    if settings.api_key2 and settings.api_key2 == settings.api_key:
        raise UsageError(
            "--api-key2 is the same key as --api-key.", cure="Give a key of another tenant's, or none."
        )


def _report(text: str) -> Report:
    form, separator, file = text.partition("=")
    if not separator or not file:
        raise UsageError(f"--report {text!r} names no file.", cure="Write it like json=report.json.")
    if form not in FORMS:
        raise UsageError(f"--report {text!r}: there is no form {form!r}.", cure=did_you_mean(form, FORMS))
    return Report(form, Path(file))


def _found(folder: Path) -> dict[str, Any]:
    """What the settings file of a folder says: its own file, else a table of the project's."""
    if (folder / OWN_FILE).is_file():
        return _read(folder / OWN_FILE)
    if (folder / PYPROJECT).is_file():
        return _read(folder / PYPROJECT)
    return {}


def _read(file: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"The settings file cannot be read ({error.strerror}).", place=Place(file)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"It is no TOML: {error}.", place=Place(file)) from error
    if file.name == PYPROJECT:
        data = data.get("tool", {}).get(TABLE, {})
    table = f"[tool.{TABLE}]" if file.name == PYPROJECT else ""
    if not isinstance(data, dict):
        raise UsageError(f"tool.{TABLE} is no table.", place=Place(file))
    out: dict[str, Any] = {}
    for name, value in data.items():
        option = BY_KEY.get(name.replace("-", "_"))
        if option is None:
            cure = did_you_mean(name, (known.name for known in BY_KEY.values()))
            raise UsageError(f"{table} knows no setting {name!r}.".strip(), place=Place(file), cure=cure)
        found = checked(option, value, f"{file}: {name}")
        out[option.key] = _beside(file, found) if option.kind is Path else found
    return out


def _beside(file: Path, value: Any) -> Any:
    """A path in a file is meant from that file's folder."""
    if isinstance(value, tuple):
        return tuple(file.parent / each for each in value)
    return file.parent / value
