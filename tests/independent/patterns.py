"""The shortest text that a regular expression matches, built from its parts and never by searching.

The expressions are those of ECMA-262 without look-around, back references, word boundaries and flags.
An anchor may stand only at the outer ends. So what is built matches by construction, in bounded time.
"""

from __future__ import annotations

import re
from collections.abc import Callable

LONGEST = 10_000
_DEEPEST = 50
_REPEAT = re.compile(r"\{([0-9]{1,9})(?:(,)([0-9]{1,9})?)?\}")
_ESCAPED_KINDS = {"d": "0", "w": "w", "s": " ", "D": "x", "W": "-", "S": "x"}
_ESCAPED_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_CANDIDATES = "x0 -_Ab\n\té€" + "".join(map(chr, range(0x21, 0x7F)))

Member = Callable[[str], bool]


class NotUnderstood(ValueError):
    """The expression is wrong, outside the part that is understood, or needs too long a text."""


def shortest_match(pattern: str) -> str:
    """A text that the pattern matches.

    Raises:
        NotUnderstood: as described there.
    """
    if len(pattern) > LONGEST:
        raise NotUnderstood(f"The expression has more than {LONGEST} characters.")
    reader = _Reader(pattern)
    text = reader.alternatives(depth=0)
    if not reader.at_end:
        raise NotUnderstood(f"A bracket is closed at {reader.position} that was never opened.")
    return text


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.pattern)

    @property
    def rest(self) -> str:
        return self.pattern[self.position : self.position + 24]

    def alternatives(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise NotUnderstood(f"Groups nest more than {_DEEPEST} deep.")
        branches = [self.sequence(depth)]
        while self.take("|"):
            branches.append(self.sequence(depth))
        return min(branches, key=len)

    def sequence(self, depth: int) -> str:
        if depth == 0:
            self.take("^")
        parts: list[str] = []
        length = 0
        while not self.at_end and self.pattern[self.position] not in "|)":
            if depth == 0 and self.rest[:2] in ("$", "$|"):
                self.position += 1
                break
            parts.append(self.repeated(self.atom(depth)))
            length += len(parts[-1])
            if length > LONGEST:
                raise NotUnderstood(f"The text would have more than {LONGEST} characters.")
        return "".join(parts)

    def repeated(self, unit: str) -> str:
        least = 1
        bounds = _REPEAT.match(self.pattern, self.position)
        if bounds:
            self.position = bounds.end()
            least = int(bounds[1])
            if bounds[3] and int(bounds[3]) < least:
                raise NotUnderstood(f"The repetition {bounds[0]} is upside down.")
        elif self.take("*") or self.take("?"):
            least = 0
        elif not self.take("+"):
            return unit
        self.take("?")
        if least * len(unit) > LONGEST:
            raise NotUnderstood(f"The text would have more than {LONGEST} characters.")
        return unit * least

    def atom(self, depth: int) -> str:
        character = self.pattern[self.position]
        if character in "*+?^$" or _REPEAT.match(self.pattern, self.position):
            raise NotUnderstood(f"{character!r} at {self.position} cannot stand there.")
        self.position += 1
        if character == "(":
            return self.group(depth)
        if character == "[":
            return self.one_of_class()
        if character == "\\":
            return self.escaped(in_class=False)
        return "x" if character == "." else character

    def group(self, depth: int) -> str:
        if self.take("?"):
            name = re.match(r":|P?<[A-Za-z_][A-Za-z0-9_]{0,15}>", self.rest)
            if name is None:
                raise NotUnderstood(f"The group at {self.position} is of a kind that is not understood.")
            self.position += name.end()
        text = self.alternatives(depth + 1)
        if not self.take(")"):
            raise NotUnderstood("A group is never closed.")
        return text

    def escaped(self, *, in_class: bool) -> str:
        if self.at_end:
            raise NotUnderstood("The expression ends in a backslash.")
        code = re.match(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})", self.rest)
        if code:
            self.position += code.end()
            return self.code_point(int(code[1] or code[2], 16))
        character = self.pattern[self.position]
        self.position += 1
        if character in _ESCAPED_CONTROLS:
            return _ESCAPED_CONTROLS[character]
        if character in _ESCAPED_KINDS and not in_class:
            return _ESCAPED_KINDS[character]
        if character.isascii() and character.isalnum():
            raise NotUnderstood(f"\\{character} is not understood here.")
        return character

    def code_point(self, number: int) -> str:
        if 0xD800 <= number <= 0xDFFF:
            raise NotUnderstood("Half of a surrogate pair is not a character.")
        return chr(number)

    def one_of_class(self) -> str:
        negated = self.take("^")
        members: list[Member] = []
        samples: list[str] = []
        while not self.take("]"):
            if self.at_end:
                raise NotUnderstood("A class is never closed.")
            self.class_item(members, samples)
        if not samples:
            raise NotUnderstood("An empty class is not understood.")
        if not negated:
            return samples[0]
        for candidate in _CANDIDATES:
            if not any(member(candidate) for member in members):
                return candidate
        raise NotUnderstood("A class leaves out too much.")

    def class_item(self, members: list[Member], samples: list[str]) -> None:
        kind = re.match(r"\\([dwsDWS])", self.rest)
        if kind:
            self.position += 2
            members.append(lambda character: re.match(kind[0], character) is not None)
            samples.append(_ESCAPED_KINDS[kind[1]])
            return
        first = self.class_character()
        last = first
        if self.rest[:1] == "-" and self.rest[:2] != "-]":
            self.position += 1
            last = self.class_character()
        if last < first:
            raise NotUnderstood(f"The range {first}-{last} is upside down.")
        members.append(lambda character: first <= character <= last)
        samples.append(first)

    def class_character(self) -> str:
        if self.at_end:
            raise NotUnderstood("A class is never closed.")
        character = self.pattern[self.position]
        self.position += 1
        return self.escaped(in_class=True) if character == "\\" else character

    def take(self, character: str) -> bool:
        if self.at_end or self.pattern[self.position] != character:
            return False
        self.position += 1
        return True
