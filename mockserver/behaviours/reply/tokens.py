"""How text is counted. The rule needs no vocabulary, so it needs no download, and anyone can check it.

A token is up to four letters, digits or underscores in a row, or one other visible character; white space
belongs to the token behind it, and counts as one token where none follows. Messages cost four tokens
more, for the role and the marks around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

PER_MESSAGE = 4

_LISTED = 100_000
_TOKEN = re.compile(r"\s*+(?:\w{1,4}|[^\w\s])|\s++")


def tokens(text: str) -> list[str]:
    """The tokens of a text; joined, they are the text."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """How many tokens a text has."""
    if len(text) > _LISTED:
        return sum(1 for _ in _TOKEN.finditer(text))
    return len(_TOKEN.findall(text))  # twice as fast, at the price of a list


def first(text: str, limit: int) -> str:
    """The longest beginning of a text that has at most `limit` tokens."""
    end = 0
    for match in islice(_TOKEN.finditer(text), limit):
        end = match.end()
    return text[:end]


def prompt(messages: Iterable[str]) -> int:
    """How many tokens reading these messages takes."""
    return sum(count(message) + PER_MESSAGE for message in messages)
