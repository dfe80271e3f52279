"""What the assistant says: plausible to look at, and a pure function of what it was given.

It depends on the seed, the settings that may change wording, and the texts of the conversation, never on
an id or a time: the same turn in two workspaces gets the same answer. `max_tokens`, `stop` and `stream`
do not change the wording either, so a cut answer is the beginning of the whole one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockserver.behaviours.reply import tokens, wording
from mockserver.behaviours.reply.words import asks, excerpt, quote, topic
from mockserver.behaviours.scene.conversation import Message, last_of_user
from mockserver.behaviours.scene.recall import Source
from mockserver.behaviours.scene.settings import Settings
from mockserver.ids import FirstChoice, Ids
from mockserver.strict_json import dump

if TYPE_CHECKING:
    from random import Random

_QUOTE = 16
_NAME = 8
#: Below the 200 tokens that the contract allows by default, so that answers are whole unless asked otherwise.
_LONGEST = 180


@dataclass(frozen=True)
class Prompt:
    """Everything the assistant knows.

    Attributes:
        earlier: the conversation so far, as far as it is remembered.
        new: the messages to answer; never empty.
        recalled: the memory or doc that bears on them.
    """

    new: tuple[Message, ...]
    earlier: tuple[Message, ...] = ()
    agent: str = ""
    about: str = ""
    instructions: tuple[str, ...] = ()
    user: str = ""
    situation: str = ""
    recalled: Source | None = None

    @property
    def subject(self) -> str:
        """The text the answer is about."""
        said = last_of_user(self.new) or last_of_user(self.earlier) or self.new[-1]
        return said.content

    def texts(self) -> list[str]:
        """All it reads, for counting."""
        system = "\n".join(filter(None, (self.about, self.situation, *self.instructions)))
        known = f"{self.recalled.title}\n{self.recalled.text}" if self.recalled else ""
        return [text for text in (system, known) if text] + [m.content for m in (*self.earlier, *self.new)]


@dataclass
class Sentence:
    """A part of an answer; of the parts that make it too long, those with the highest rank go first."""

    text: str
    rank: int = field(default=0)


class Assistant:
    """Writes answers from a seed."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def random(self, prompt: Prompt, settings: Settings, purpose: str) -> Random:
        """The generator that all choices for this turn are drawn from, whatever their purpose."""
        said = [[m.role, m.name, m.content] for m in (*prompt.earlier, *prompt.new)]
        known = [prompt.recalled.title, prompt.recalled.text] if prompt.recalled else []
        frame = [prompt.agent, prompt.about, prompt.instructions, prompt.user, prompt.situation]
        key = dump([frame, known, said, settings.sampling])
        return self._ids.random("assistant", purpose, key.decode())

    def text(self, prompt: Prompt, settings: Settings) -> str:
        """The whole answer in words."""
        rng = FirstChoice() if settings.certain else self.random(prompt, settings, "text")
        last = prompt.new[-1]
        if last.resumes:
            return _continuation(last.content, topic(prompt.subject) or "the details", rng)
        return _fitting(_sentences(prompt, settings, rng))


def _sentences(prompt: Prompt, settings: Settings, rng: Random) -> list[Sentence]:
    about = topic(prompt.subject)
    found = _opening(prompt, settings.preset, rng) + _knowledge(prompt)
    if about is None:
        return [*found, Sentence(rng.choice(wording.INVITATIONS), 5)]
    found.append(Sentence(rng.choice(wording.ADVICE).format(topic=about), 3))
    if settings.length > 1:
        found.append(Sentence(rng.choice(wording.MORE_ADVICE).format(topic=about), 6))
    if settings.length >= 1:
        found.append(Sentence(rng.choice(wording.CLOSINGS).format(topic=about), 5))
    return found


def _opening(prompt: Prompt, preset: str, rng: Random) -> list[Sentence]:
    last = prompt.new[-1]
    if not last.content.strip():
        return [Sentence(rng.choice(wording.GREETING))]
    quoted = quote(last.content, _QUOTE)
    if last.role in {"function", "function_call"}:
        return [Sentence("The result is in."), Sentence(f"It says: {quoted}")]
    if last.role == "system":
        return [Sentence(rng.choice(wording.HEARD)), Sentence(f"I will go by {quoted}")]
    if last.role == "assistant":
        return [Sentence(f"I said {quoted}"), Sentence("There is more to it.")]
    if asks(last.content):
        openings = wording.OPENINGS.get(preset, wording.OPENINGS[""])
        return [Sentence(rng.choice(openings)), Sentence(f"You ask: {quoted}")]
    return [Sentence(rng.choice(wording.HEARD)), Sentence(f"You say: {quoted}")]


def _knowledge(prompt: Prompt) -> list[Sentence]:
    found = []
    source, before = prompt.recalled, last_of_user(prompt.earlier)
    if source and source.title:
        title = excerpt(source.title, _NAME)
        found.append(Sentence(f"In “{title}” I read: {quote(source.text, _QUOTE)}", 1))
    elif source:
        found.append(Sentence(f"I remember: {quote(source.text, _QUOTE)}", 1))
    if before:
        found.append(Sentence(f"Earlier you said {quote(before.content, _NAME)}", 7))
    if prompt.situation.strip():
        found.append(Sentence(f"I keep in mind: {excerpt(prompt.situation, _QUOTE).rstrip('.')}.", 2))
    if prompt.instructions and prompt.instructions[0].strip():
        found.append(Sentence(f"I keep to what I was told: {quote(prompt.instructions[0], _QUOTE)}", 4))
    elif prompt.about.strip():
        found.append(Sentence(f"This is what I am for: {excerpt(prompt.about, _QUOTE).rstrip('.')}.", 4))
    return found


def _fitting(sentences: Sequence[Sentence]) -> str:
    kept = list(sentences)
    text = " ".join(s.text for s in kept)
    while tokens.count(text) > _LONGEST and (last := max(kept, key=lambda s: s.rank)).rank:
        kept.remove(last)
        text = " ".join(s.text for s in kept)
    return text


def _continuation(begun: str, about: str, rng: Random) -> str:
    """What follows `begun`: put behind it, the two read as one text."""
    ending = begun.rstrip()[-1:]
    if not ending or ending in ".!?…":
        phrases = wording.AFTER_SENTENCE
    else:
        phrases = wording.AFTER_COLON if ending == ":" else wording.MID_SENTENCE
    space = "" if not begun or begun[-1].isspace() else " "
    return space + rng.choice(phrases).format(topic=about)
