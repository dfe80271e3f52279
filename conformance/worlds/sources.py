"""Where the values of a run come from: the strategies of each schema, built once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from conformance.strategies import Defect, defects, outside, simplest, values
from conformance.worlds.wire import text_of
from contracts.document import JSON, Document
from contracts.world import Step, Unreachable


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

    def completed(self, step: Step) -> Step:
        """The step with a simple value of each parameter that its operation demands.

        Raises:
            Unreachable: there is none to be had without drawing.
        """
        said = {name.lower(): value for name, value in step.headers.items()}
        named: dict[str, Mapping[str, Any]] = {"query": step.query, "header": said}
        missing: dict[str, dict[str, Any]] = {"query": {}, "header": {}}
        for parameter in step.operation.parameters:
            where = parameter.location
            name = parameter.name.lower() if where == "header" else parameter.name
            if parameter.required and where in missing and name not in named[where]:
                missing[where][parameter.name] = self.sample(parameter.schema)
        if not any(missing.values()):
            return step
        headers = {name: text_of(value) for name, value in missing["header"].items()}
        return replace(step, query={**missing["query"], **step.query}, headers={**headers, **step.headers})

    def sample(self, schema: JSON) -> Any:
        """A valid value that is not drawn.

        Raises:
            Unreachable: there is none to be had without drawing.
        """
        try:
            return self.simplest(schema)
        except LookupError:
            raise Unreachable("a required parameter has no simple value") from None

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
