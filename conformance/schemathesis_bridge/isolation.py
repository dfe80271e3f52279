"""What Schemathesis changes of Hypothesis for the whole process, put back after each use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import core
from hypothesis.internal import entropy
from hypothesis.internal.conjecture import engine
from hypothesis.strategies._internal import collections
from hypothesis.strategies._internal import core as strategies
from schemathesis.generation import hypothesis as schemathesis_hypothesis

# Schemathesis' `generation.hypothesis.setup` replaces these. With them in place, a law would draw other
# values after a check has run in its process than before it, and a seed would not say what is sent.
CHANGED: tuple[tuple[Any, str], ...] = (
    (core, "RepresentationPrinter"),
    (core, "BUFFER_SIZE"),
    (engine, "BUFFER_SIZE"),
    (collections, "BUFFER_SIZE"),
    (strategies, "is_first_param_referenced_in_function"),
    (entropy, "register_random"),
)


@contextmanager
def schemathesis_at_work() -> Iterator[None]:
    """A stretch in which Schemathesis may draw.

    Where a process has let it in for good, as its own pytest plugin does, nothing is put back.
    """
    setup = schemathesis_hypothesis.setup
    if getattr(setup, "_is_patched", False):
        yield
        return
    before = [getattr(module, name) for module, name in CHANGED]
    setup()
    try:
        yield
    finally:
        for (module, name), value in zip(CHANGED, before, strict=True):
            setattr(module, name, value)
        setup._is_patched = False  # type: ignore[attr-defined]
