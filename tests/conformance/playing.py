"""Worlds over the library, played with as Hypothesis would."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conformance.target import Keys, Target
from conformance.worlds.world import Ground, HypothesisWorld
from contracts.document import Document
from contracts.inference import infer
from contracts.resources import Resource
from tests.library import Library, document, running


@contextmanager
def ground(
    change: Callable[[dict[str, Any]], None] | None = None, keys: Keys | None = None
) -> Iterator[tuple[Library, Ground]]:
    """A library that listens, and the ground of worlds that see it through its document.

    Args:
        change: changes the document first.
    """
    doc = document()
    if change is not None:
        data = copy.deepcopy(doc.data)
        change(data)
        doc = Document(doc.path, data, data, data, {})
    with running() as library, Target(library.url, keys or Keys("one", "two"), timeout=10) as target:
        yield library, Ground(doc, infer(doc), target)


def play(on: Ground, check: Callable[[HypothesisWorld], object], examples: int = 1) -> HypothesisWorld:
    """Runs a check in worlds of their own; the last one."""
    worlds: list[HypothesisWorld] = []

    @settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        worlds.append(on.world(data.draw))
        check(worlds[-1])

    run()
    return worlds[-1]


def resource(on: Ground, path: str) -> Resource:
    """A resource by the path of its collection."""
    return on.model.resources[path]


SHELVES = "/shelves"
BOOKS = "/shelves/{shelf_id}/books"
LOANS = "/loans"
