"""The error tree. A class exists because a caller acts differently on it.

    KitError                 anything a user can cause and cure; a command prints it and ends with code 2
    ├── UsageError           a name, option or combination of options is wrong: say it again, corrected
    └── DocumentError        a file cannot be used as it stands: mend the file at the place named

Refusals of a request by the mock are not here: they are answers (see `mockserver.problems`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands: a JSON pointer (RFC 6901) and, where known, a 1-based line."""

    file: Path
    pointer: str = ""
    line: int | None = None

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}" + (f" at {self.pointer}" if self.pointer else "")


class KitError(Exception):
    """What a user did that cannot work.

    Args:
        message: what is wrong, naming the input.
        place: where, when the input is a file.
        cure: what to do about it.
    """

    def __init__(self, message: str, *, place: Place | None = None, cure: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.cure = cure

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        cure = f" {self.cure}" if self.cure else ""
        return f"{where}{self.message}{cure}"


class UsageError(KitError):
    """A name, an option or a combination of options is wrong."""


class DocumentError(KitError):
    """A file cannot be used as it stands."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A sentence that helps whoever misspelt a name: the nearest known one, else all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known are: {', '.join(names)}." if names else "There are none."
