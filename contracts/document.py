"""A document in force: an OpenAPI file, mended, with what overlays add, and the way back to its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.errors import Place

JSON = dict[str, Any]


@dataclass(frozen=True)
class Document:
    """An OpenAPI 3.0 document in its three layers.

    Attributes:
        path: the file it was read from.
        base: the file after its repairs.
        hinted: `base` plus the hints overlay: what the file means.
        data: `hinted` plus conventions and the user's overlays: what the mock keeps and a check demands.
    """

    path: Path
    base: JSON
    hinted: JSON
    data: JSON
    lines: Mapping[str, int]

    def place(self, pointer: str) -> Place:
        """The file and line of `pointer`, or of its nearest ancestor that stands in the file."""
        wanted = pointer
        while wanted and wanted not in self.lines:
            wanted = wanted.rpartition("/")[0]
        return Place(self.path, pointer, self.lines.get(wanted))
