"""Where an answer ends: at a stop sequence, at `max_tokens`, or where it is complete."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.behaviours.reply import tokens
from mockserver.behaviours.scene.settings import Settings


@dataclass(frozen=True, slots=True)
class Ending:
    """A text as far as it is said, and why it ends there.

    Attributes:
        whole: nothing was cut off.
    """

    text: str
    reason: str
    whole: bool


def end(text: str, settings: Settings) -> Ending:
    """The part of `text` that is said.

    A stop sequence ends the text before it and is left out. As a model writes token by token and would
    need one more token to say that it is done, a text as long as `max_tokens` ends for its length.
    """
    found = [at for stop in settings.stop if (at := text.find(stop)) >= 0]
    said = text[: min(found)] if found else text
    limit = settings.max_tokens
    if limit is not None and tokens.count(said) >= limit:
        cut = tokens.first(said, limit)
        return Ending(cut, "length", cut == text)
    return Ending(said, "stop", not found)
