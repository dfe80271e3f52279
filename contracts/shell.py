"""Words of a POSIX shell: text that is quoted, and variables that are not."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

_SPECIAL_IN_QUOTES = re.compile(r'["$`\\]')


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the script.

    Attributes:
        wrapped: what its value goes through, `{}` standing for the variable: `$(url {})`.
    """

    name: str
    wrapped: str | None = None

    def written(self, following: str) -> str:
        """How it stands inside double quotes, before the text that follows."""
        if self.wrapped is not None:
            return self.wrapped.format(f'"${self.name}"')
        return f"${{{self.name}}}" if re.match(r"\w", following, re.ASCII) else f"${self.name}"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A text many times over, which a script says once."""

    text: str
    times: int

    def written(self, following: str) -> str:
        """How it stands inside double quotes, whatever follows."""
        return f"$(repeat {self.times} {shlex.quote(self.text)})"


Word = Sequence[str | Variable | Repeated]

_RUN = re.compile(r"(.{1,40}?)\1{29,}", re.DOTALL)
_WORTH_IT = 200  # characters that a run saves at least


def runs(text: str) -> list[str | Repeated]:
    """A text in which long runs of the same piece are said once.

    What a command prints loses the line breaks at its end, so a piece that ends in one is not taken.
    """
    parts: list[str | Repeated] = []
    end = 0
    for match in _RUN.finditer(text) if len(text) > _WORTH_IT else ():
        if len(match[0]) >= _WORTH_IT and not match[1].endswith("\n"):
            parts += [text[end : match.start()], Repeated(match[1], len(match[0]) // len(match[1]))]
            end = match.end()
    return [*parts, text[end:]]


def quoted(word: Word) -> str:
    """A word as it is written in a script."""
    parts = _joined(word)
    if all(isinstance(part, str) for part in parts):
        return shlex.quote("".join(part for part in parts if isinstance(part, str)))
    if any(isinstance(part, str) and _SPECIAL_IN_QUOTES.search(part) for part in parts):
        return "".join(
            shlex.quote(part) if isinstance(part, str) else f'"{part.written("")}"' for part in parts
        )
    return f'"{_inside(parts)}"'


def comment(text: str) -> str:
    """Text as lines of comment; what a terminal would act on is escaped."""
    lines = "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text).split("\n")
    return "\n".join(f"# {line}".rstrip() for line in lines)


def octal(data: bytes) -> str:
    """Bytes as the format of `printf`, quoted: what is not printable ASCII stands in octal."""
    escaped = "".join(
        f"\\{byte:03o}" if byte < 0x20 or byte > 0x7E or byte in b"\\'" else chr(byte).replace("%", "%%")
        for byte in data
    )
    return f"'{escaped}'"


def _inside(parts: list[str | Variable | Repeated]) -> str:
    texts = [part if isinstance(part, str) else "" for part in parts] + [""]
    return "".join(
        part if isinstance(part, str) else part.written(texts[index + 1]) for index, part in enumerate(parts)
    )


def _joined(word: Word) -> list[str | Variable | Repeated]:
    """The word with neighbouring texts as one."""
    parts: list[str | Variable | Repeated] = []
    for part in word:
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part != "":
            parts.append(part)
    return parts
