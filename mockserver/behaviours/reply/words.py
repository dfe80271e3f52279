"""What a text is about, as far as its words tell."""

from __future__ import annotations

import math
import re

from mockserver.behaviours.reply import tokens

#: Words that say nothing about what a text is about.
_FILLER_WORDS = (
    "a about afternoon again all also am an and any are as at be because been but by can could dear did "
    "do does evening for from get going good had has have he hello her here hey hi him his how i if in "
    "into is it its just know let lets like make may me might more morning my need no not now of ok okay "
    "on one or our out please said say says she should so some such tell than thank thanks that the their "
    "them then there these they this those to too up us use very want wants was we were what when where "
    "which who why will with would yes you your yours"
)
_FILLERS = frozenset(_FILLER_WORDS.split())
_BEFORE_NOUNS = frozenset({"my", "our", "your", "his", "her", "their", "the", "a", "an", "this", "that"})
_NO_NOUN = ("est", "ly", "ing", "ed")
_WORD = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?")
_SPACE = re.compile(r"\s+")
_QUESTION = re.compile(
    r"(?:who|what|when|where|why|which|how|is|are|do|does|did|can|could|will|would|should|may)\b",
    re.IGNORECASE,
)
_LONGEST_TOPIC = 30
_READ = 2_000  # what a text is about shows in its first characters; nobody waits for the rest


def significant(text: str) -> frozenset[str]:
    """The words that say what a text is about, in one case."""
    words = (word.casefold() for word in _WORD.findall(text))
    return frozenset(word for word in words if len(word) > 1 and word not in _FILLERS)


def topic(text: str) -> str | None:
    """The word that the text seems to be about, as it was written.

    A noun is told by the word before it, and what is none by its ending; among equals the longest counts,
    then the first.
    """
    best, most = None, -math.inf
    before = ""
    for word in _WORD.findall(text[:_READ]):
        folded = word.casefold()
        if 1 < len(word) <= _LONGEST_TOPIC and folded not in _FILLERS:
            worth = len(word) + 20 * (before in _BEFORE_NOUNS) - 30 * folded.endswith(_NO_NOUN)
            best, most = (word, worth) if worth > most else (best, most)
        before = folded
    return best


def asks(text: str) -> bool:
    """Whether a text is a question."""
    stripped = text.strip()
    return stripped.endswith(("?", "？")) or _QUESTION.match(stripped) is not None


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text on one line, at most `limit` tokens long; an ellipsis shows a cut."""
    line = _SPACE.sub(" ", text[: limit * 64]).strip()
    if tokens.count(line) <= limit and len(text) <= limit * 64:
        return line
    cut = tokens.first(line, limit)
    whole_words = cut.rpartition(" ")[0]
    return (whole_words if len(whole_words) * 2 > len(cut) else cut).rstrip(" ,;:.-") + "…"


def quote(text: str, limit: int) -> str:
    """An excerpt in quotation marks, at the end of a sentence."""
    found = excerpt(text, limit).rstrip(".")
    return f"“{found}”" if found.endswith(("?", "!", "…")) else f"“{found}”."
