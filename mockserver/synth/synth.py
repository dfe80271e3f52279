"""Plausible values of any schema: drawn, then checked against the schema they were drawn from."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.document import JSON
from contracts.schemas import compile_schema
from mockserver.ids import Ids
from mockserver.synth.budget import Budget, Unsatisfiable
from mockserver.synth.drawing import Drawing, Style
from mockserver.synth.flat import flatten
from mockserver.synth.names import Pools
from mockserver.synth.survey import survey

if TYPE_CHECKING:
    import jsonschema_rs

#: From the most telling draws to those that give the least that is valid, the last ones nesting deepest.
_SPARSE_ATTEMPTS = (
    *(Style(rich=False, levels=4),) * 4,
    *(Style(rich=False, levels=12),) * 2,
)
_ATTEMPTS = (*(Style(rich=True, levels=6),) * 3, *_SPARSE_ATTEMPTS)
_STEPS = 50_000
_REMEMBERED = 256


@dataclass(frozen=True)
class _Known:
    """A schema that was surveyed and compiled. It holds the schema, so that its identity stays taken."""

    schema: JSON
    validator: jsonschema_rs.Draft202012Validator


class Synth:
    """Makes values that depend on the seed, the name and the draw alone.

    Args:
        root: the document that references point into.
        ids: the source of randomness.
    """

    def __init__(self, root: JSON, ids: Ids) -> None:
        self._root = root
        self._ids = ids
        self._pools = Pools(ids)
        self._known: OrderedDict[int, _Known] = OrderedDict()

    def value(
        self, name: str, schema: JSON, draw: str, root: JSON | None = None, *, sparse: bool = False
    ) -> Any:
        """A plausible value for a property called `name`, valid against `schema`.

        Args:
            schema: of OpenAPI 3.0 or JSON Schema; `writeOnly` properties are left out.
            draw: names this draw: the same one gives the same value.
            root: what references point into, when it is not the document.
            sparse: give little that is valid rather than much that tells something.

        Raises:
            Unsatisfiable: no value was found: there is none, the schema cannot be used, or it is too costly.
        """
        base = self._root if root is None else root
        validator = self._validator(schema) if root is None else _compiled(base, schema)
        rng = self._ids.random("synth", name, draw)
        budget = Budget(_STEPS)
        failure: Unsatisfiable | None = None
        for style in _SPARSE_ATTEMPTS if sparse else _ATTEMPTS:
            try:
                found = Drawing(base, rng, self._pools, budget, style).draw(name, schema)
            except Unsatisfiable as error:
                failure = error
                continue  # a leaner or deeper draw may do; a spent budget refuses them all at once
            if validator.is_valid(found):
                return found
        flat = flatten(base, schema, Budget(_STEPS))
        for proposal in (*flat.default, *flat.examples):
            if validator.is_valid(proposal):
                return proposal
        raise failure or Unsatisfiable(f"No value was found for {name!r} that keeps its whole schema.")

    def _validator(self, schema: JSON) -> jsonschema_rs.Draft202012Validator:
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = _Known(schema, _compiled(self._root, schema))
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known.validator


def _compiled(root: JSON, schema: JSON) -> jsonschema_rs.Draft202012Validator:
    survey(root, schema)
    try:
        return compile_schema(root, schema, "response")
    except (ValueError, LookupError, RecursionError) as error:
        raise Unsatisfiable(f"The schema cannot be used: {error}") from error
