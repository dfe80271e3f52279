"""Strings: short, long, at their bounds, and full of what careless code trips over.

Never drawn, because correct servers differ on them: NUL, lone surrogates, and the code points that I-JSON
rules out (RFC 7493 §2.1: surrogates and noncharacters).
"""

from __future__ import annotations

import re

from hypothesis import strategies as st

Strings = st.SearchStrategy[str]

PECULIAR = (
    "",
    " ",
    " both ends ",
    'it\'s "quoted" \\ and / `more`',
    "line one\nline two\r\nline three\ttabbed",
    "null",
    "None",
    "undefined",
    "true",
    "0",
    "-1",
    "1e3",
    "NaN",
    "{}",
    "[]",
    "[object Object]",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "${7*7}",
    "#{7*7}",
    "%s %d %n %(name)s",
    "%00 %2F %zz",
    "'; DROP TABLE records; --",
    '" OR ""="',
    "<script>alert(1)</script>",
    "<!-- --> &amp; ]]>",
    "../../etc/passwd",
    "a.b[0]$c",
    "café cafe\u0301",
    "Straße İstanbul ﬁn",
    "日本語 한국어 العربية עברית",
    "\u202eright to left\u202c",
    "zero\u200bwidth\u200djoin\ufeff",
    "👩‍👩‍👧‍👦 🏳️‍🌈 𝒜𝓈𝓉𝓇𝒶𝓁 \U0001f600",
    "\u2028line and paragraph\u2029",
    "\x01\x1b[31m\x7f\x85",
    "=1+1",
)
UNITS = ("x", "word ", "é", "漢", "😀", '"', "\\", "line\n")
LENGTHS = (2, 16, 64, 255, 256, 1_000, 1_024, 4_096, 10_000)
HUGE = 100_000
_LONGEST_DRAWN = 24

CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n\r")
_PLAIN = "abcdefghijklmnopqrstuvwxyz "


def weighted(*choices: tuple[int, st.SearchStrategy[str]]) -> Strings:
    """One of several strategies, each as likely as its weight; shrinks towards the first."""
    chances = [strategy for weight, strategy in choices for _ in range(weight)]
    return st.sampled_from(chances).flatmap(lambda strategy: strategy)


def strings(shortest: int = 0, longest: int | None = None, *, modest: bool = False) -> Strings:
    """Strings of a length between two, both included, in code points.

    Args:
        modest: nothing long; for strings that come in numbers.
    """
    if longest is not None and longest < shortest:
        return st.nothing()
    top = shortest + _LONGEST_DRAWN if longest is None else min(longest, shortest + _LONGEST_DRAWN)
    least = min(max(shortest, 1), top)  # the empty string is peculiar: many a server refuses it unasked
    choices: list[tuple[int, Strings]] = [
        (8, st.text(_PLAIN, min_size=least, max_size=top)),
        (5, st.sampled_from([_fitted(text, shortest, longest) for text in PECULIAR])),
        (4, st.text(CHARACTERS, min_size=shortest, max_size=top)),
    ]
    edges = [size for size in (shortest, shortest + 1) if longest is None or size <= longest]
    if longest is not None:
        edges += [size for size in (longest - 1, longest) if size >= shortest]
    choices.append((3, _of_lengths(edges)))
    long = [size for size in LENGTHS if size >= shortest and (longest is None or size <= longest)]
    if long and not modest:
        choices.append((3, _of_lengths(long)))
        if (longest is None or longest >= HUGE) and shortest <= HUGE:
            choices.append((1, _rarely_huge(long[-1])))
    return weighted(*choices)


def matching(patterns: tuple[str, ...], shortest: int = 0, longest: int | None = None) -> Strings:
    """Strings that a regular expression of JSON Schema finds a match in, of a length between two.

    With several patterns they are drawn from the first and left to the others to accept.
    """
    try:
        first = re.compile(patterns[0], re.ASCII)  # ECMA 262: \d and \w are ASCII
    except re.error:
        return st.nothing()
    drawn = st.from_regex(first, alphabet=CHARACTERS)
    whole = st.from_regex(first, alphabet=CHARACTERS, fullmatch=True)
    return st.one_of(whole, drawn).filter(
        lambda text: shortest <= len(text) and (longest is None or len(text) <= longest)
    )


def _of_lengths(sizes: list[int]) -> Strings:
    return st.builds(_repeated, st.sampled_from(UNITS), st.sampled_from(sizes))


def _rarely_huge(otherwise: int) -> Strings:
    sizes = st.sampled_from([*[otherwise] * 5, HUGE])
    return st.builds(_repeated, st.sampled_from(UNITS), sizes)


def _repeated(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def _fitted(text: str, shortest: int, longest: int | None) -> str:
    return text.ljust(shortest, "x")[:longest]
