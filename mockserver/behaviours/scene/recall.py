"""Which of the things an agent knows bears on what was just said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mockserver.behaviours.reply.words import significant

_READ = 20_000


@dataclass(frozen=True, slots=True)
class Source:
    """Something an agent knows.

    Attributes:
        title: of a doc; empty for a memory.
        text: what is quoted of it.
        memory: the id of the memory it is; None for a doc.
    """

    title: str
    text: str
    memory: str | None = None


def recalled(sources: Iterable[Source], said: str) -> Source | None:
    """The source that shares most words with what was said; the first of equals.

    One that only repeats what was said is none: it adds nothing, and a turn that is taken again would be
    answered differently for having been taken before.
    """
    wanted = significant(said[:_READ])
    best, most = None, 0
    for source in sources:
        told = significant(f"{source.title} {source.text[:_READ]}")
        shared = len(wanted & told)
        if shared > most and not told <= wanted:
            best, most = source, shared
    return best
