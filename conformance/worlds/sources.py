"""Where the values of a run come from: the strategies of each schema, built once."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from conformance.strategies import Defect, defects, outside, simplest, values
from contracts.document import JSON, Document


class Sources:
    """Strategies by schema, of one document."""

    def __init__(self, document: Document) -> None:
        self._root = document.data
        self._valid: dict[str, st.SearchStrategy[Any]] = {}
        self._defects: dict[str, list[Defect]] = {}
        self._simplest: dict[str, Any] = {}

    def valid(self, schema: JSON) -> st.SearchStrategy[Any]:
        """Valid values."""
        key = _key(schema)
        if key not in self._valid:
            self._valid[key] = values(self._root, schema)
        return self._valid[key]

    def defects(self, schema: JSON) -> list[Defect]:
        """The ways to break it."""
        key = _key(schema)
        if key not in self._defects:
            self._defects[key] = defects(self._root, schema)
        return self._defects[key]

    def outside(self, schema: JSON) -> list[Any]:
        """Values of a parameter that are none of its schema."""
        return outside(self._root, schema)

    def simplest(self, schema: JSON) -> Any:
        """The simplest valid value; a new one at each call.

        Raises:
            LookupError: none was found without drawing.
        """
        key = _key(schema)
        if key not in self._simplest:
            self._simplest[key] = json.dumps(simplest(self._root, schema))
        return json.loads(self._simplest[key])


def _key(schema: JSON) -> str:
    return json.dumps(schema, sort_keys=True)
