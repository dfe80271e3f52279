"""What a run can be told, once for all three ways of telling: the command, pytest, a settings file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from contracts.errors import UsageError, did_you_mean


class Depth(StrEnum):
    """How many examples each law is tried with."""

    SMOKE = "smoke"
    CI = "ci"
    DEEP = "deep"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a run can be told.

    Attributes:
        name: on a command line behind two hyphens, in a file as it is.
        kind: what its value is. A `bool` is a flag.
        repeatable: it may be said several times; its value is a tuple then.
        environment: the variable it is read from when it is said nowhere else.
        choices: all that is allowed; empty for anything of its kind.
        document: it says which document is meant, as every command's options do.
    """

    name: str
    kind: type[str] | type[int] | type[float] | type[bool] | type[Path]
    help: str
    metavar: str | None = None
    repeatable: bool = False
    environment: str | None = None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    document: bool = False

    @property
    def key(self) -> str:
        """Its name as an attribute."""
        return self.name.replace("-", "_")

    @property
    def flag(self) -> str:
        """How it is written on a command line."""
        return f"--{self.name}"


OPTIONS: tuple[Option, ...] = (
    Option("target", str, "The base URL of the server to check.", "URL"),
    Option("api-key", str, "A key of the server's.", "KEY", environment="SESSIONS_KIT_API_KEY"),
    Option(
        "api-key2",
        str,
        "A key of another tenant's; laws of isolation need it.",
        "KEY",
        environment="SESSIONS_KIT_API_KEY2",
    ),
    Option("spec", Path, "The OpenAPI file.  [default: the shipped one]", "FILE", document=True),
    Option(
        "overlay",
        Path,
        "Apply this OpenAPI Overlay on top; repeatable.",
        "FILE",
        repeatable=True,
        document=True,
    ),
    Option("no-overlay", bool, "Apply none of the overlays that ship with this package.", document=True),
    Option(
        "keep-wart",
        str,
        "Do not make this contract-changing repair; repeatable.",
        "RULE",
        repeatable=True,
        document=True,
    ),
    Option("seed", int, "Another seed tries other values.  [default: 1]", "N"),
    Option(
        "depth",
        str,
        "How much is tried.  [default: ci]",
        choices=tuple(str(depth) for depth in Depth),
    ),
    Option("max-time", float, "Begin nothing new after so many seconds.", "SECONDS", low=0),
    Option("strict", bool, "Let conventions gate too."),
    Option(
        "min-reached",
        float,
        "The share of operations that have to answer 2xx for a verdict.  [default: 0.6]",
        "SHARE",
        low=0,
        high=1,
    ),
    Option(
        "only",
        str,
        "Try only this law, check or operation; a glob; repeatable.",
        "NAME",
        repeatable=True,
    ),
    Option(
        "skip", str, "Leave out this law, check or operation; a glob; repeatable.", "NAME", repeatable=True
    ),
    Option(
        "report",
        str,
        "Write a report; json, junit or markdown; repeatable.",
        "FORM=FILE",
        repeatable=True,
    ),
)

BY_KEY = {option.key: option for option in OPTIONS}


def checked(option: Option, value: Any, said: str) -> Any:
    """A value of an option, of its kind and within its bounds.

    Args:
        said: where it was said, for messages: "--seed" or "seed in kit.toml".

    Raises:
        UsageError: it is neither.
    """
    if option.repeatable:
        values = [value] if isinstance(value, str | Path) else value
        if not isinstance(values, list | tuple):
            raise _wrong(option, value, said)
        return tuple(_single(option, each, said) for each in values)
    return _single(option, value, said)


def _single(option: Option, value: Any, said: str) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match option.kind:
        case kind if kind is bool:
            good = isinstance(value, bool)
        case kind if kind is int:
            good = number and isinstance(value, int)
        case kind if kind is float:
            good = number
        case _:
            good = isinstance(value, str | Path)
    if not good:
        raise _wrong(option, value, said)
    if option.choices and value not in option.choices:
        raise UsageError(f"{said}: {value!r} is not known.", cure=did_you_mean(str(value), option.choices))
    low, high = option.low, option.high
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"from {low:g}" + (f" to {high:g}" if high is not None else "")
        raise UsageError(f"{said}: {value!r} is out of bounds.", cure=f"It goes {bounds}.")
    return option.kind(value)


def _wrong(option: Option, value: Any, said: str) -> UsageError:
    kinds = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a text",
        Path: "a file's path",
    }
    kind = kinds[option.kind]
    cure = f"It is to be a list of texts, each {kind}." if option.repeatable else f"It is to be {kind}."
    return UsageError(f"{said}: {value!r} does not fit.", cure=cure)
