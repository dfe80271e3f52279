"""The options of a run as pytest's."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import pytest

from conformance.options import OPTIONS, Option
from conformance.settings import Settings, is_said
from contracts.errors import UsageError

SETTINGS_FILE = "settings_file"
_DEST = "sessions_kit_"
_PYTESTS_OWN = frozenset(
    {"strict"}
)  # pytest has the flag already: said for a run of the suite, it means both


def add_options(parser: pytest.Parser) -> None:
    """Give pytest the options of a run.

    Raises:
        UsageError: another plugin has one of the same name.
    """
    group = parser.getgroup("sessions-kit", "check a server against its contract")
    group.addoption(
        "--settings",
        dest=_DEST + SETTINGS_FILE,
        type=Path,
        metavar="FILE",
        help="Read settings from this TOML file.",
    )
    for option in OPTIONS:
        if option.key not in _PYTESTS_OWN:
            try:
                group.addoption(option.flag, **_described(option))
            except (ValueError, argparse.ArgumentError) as error:
                cure = "Switch that plugin off with -p no:NAME, or use `sessions-kit check`."
                message = f"Another pytest plugin has an option {option.flag}, too."
                raise UsageError(message, cure=cure) from error


def said_in(config: pytest.Config) -> tuple[dict[str, Any], Path | None]:
    """What was said on pytest's command line, by key; and the settings file."""
    said = {
        option.key: config.getoption(option.key if option.key in _PYTESTS_OWN else _DEST + option.key, None)
        for option in OPTIONS
    }
    return said, config.getoption(_DEST + SETTINGS_FILE)


def _described(option: Option) -> dict[str, Any]:
    described: dict[str, Any] = {"dest": _DEST + option.key, "help": option.help.replace("%", "%%")}
    if option.kind is bool:
        return described | {"action": "store_true"}
    described |= {"type": _typed(option), "metavar": option.metavar}
    return described | ({"action": "append", "default": []} if option.repeatable else {})


def _typed(option: Option) -> Any:
    def read(text: str) -> Any:
        try:
            return option.kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no number") from None

    return read


def arguments(settings: Settings) -> list[str]:
    """The arguments that say the same as some settings, for worker processes; they write no report."""
    out = ["--settings", os.devnull]
    for option in OPTIONS:
        value = getattr(settings, option.key, None)
        if value is None or value == "" or not is_said(value):
            continue
        values = value if option.repeatable else (value,)
        out += [option.flag] if option.kind is bool else [f"{option.flag}={each}" for each in values]
    return out
