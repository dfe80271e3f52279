"""Worlds for the tests of behaviours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.document import Document, load
from tests.mockserver.behaviours.world import World


@pytest.fixture(scope="session")
def document() -> Document:
    return load()


@pytest.fixture
def world(document: Document) -> World:
    return World(document)


@pytest.fixture
def worlds(document: Document) -> Callable[..., World]:
    """Makes further worlds: of another seed, another workspace."""

    def make(seed: int = 1, workspace: str = "w") -> World:
        return World(document, seed, workspace)

    return make


@pytest.fixture
def variant(tmp_path: Path) -> Callable[[str], Document]:
    """Makes a document with an overlay of the user's own, given as YAML actions."""

    def make(actions: str) -> Document:
        path = tmp_path / "own.overlay.yaml"
        path.write_text(
            f"overlay: 1.0.0\ninfo: {{title: Own, version: '1'}}\nactions:\n{actions}", encoding="utf-8"
        )
        return load(overlays=[path])

    return make
