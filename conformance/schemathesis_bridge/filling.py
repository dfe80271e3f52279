"""Filling a case with ids of live records.

Which record is taken follows from the case itself, never from a random source: when a failing case is
made smaller, it keeps the same records for as long as it stays the same elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemathesis import Case

from conformance.schemathesis_bridge.pool import Record
from conformance.schemathesis_bridge.slots import Slots
from contracts.document import JSON
from contracts.schemas import compile_schema, kind, properties

Find = Callable[[str], Sequence[Record]]


@dataclass
class Filler:
    """Fills the cases of one operation.

    Attributes:
        path: the records that its path may name; it is told whether a case names one in full.
        find: collection path → records that its query and body may name.
    """

    root: JSON
    slots: Slots
    path: Callable[[bool], Sequence[Record]]
    find: Find
    _validators: dict[str, Any] = field(default_factory=dict)

    def fill(self, case: Case[Any]) -> list[Record]:
        """Puts ids where the case has ones of nobody; what breaks its schema on purpose stays.

        Returns:
            The records it names now.
        """
        digest = _digest(case)
        named = self._fill_path(case, digest)
        query = dict(case.query)
        if self._fill_names(query, self.slots.query, self._query_schemas(), digest, named):
            case.query = query
        if isinstance(case.body, dict):
            body = dict(case.body)
            if self._fill_names(body, self.slots.body, self._body_schemas(), digest, named):
                case.body = body
        return named

    def _fill_path(self, case: Case[Any], digest: int) -> list[Record]:
        schemas = {p.name: p.schema for p in self.slots.operation.parameters if p.location == "path"}
        free = [
            name for name in self.slots.in_path if self._fits(schemas, name, case.path_parameters.get(name))
        ]
        if not free or self.slots.record is None:
            return []
        records = self.path(len(free) == len(self.slots.in_path))
        if not records:
            return []
        record = records[digest % len(records)]
        case.path_parameters = {
            **case.path_parameters,
            **{name: record.thing.path[name] for name in free if name in record.thing.path},
        }
        return [record]

    def _fill_names(
        self,
        values: dict[str, Any],
        names: Mapping[str, str],
        schemas: Mapping[str, JSON],
        digest: int,
        named: list[Record],
    ) -> bool:
        changed = False
        for name, collection in names.items():
            if name not in values or not self._fits(schemas, name, values[name]):
                continue
            records = self.find(collection)
            if records:
                record = records[digest % len(records)]
                values[name] = self._typed(schemas, name, record.id)
                named.append(record)
                changed = True
        return changed

    def _query_schemas(self) -> dict[str, JSON]:
        return {p.name: p.schema for p in self.slots.operation.parameters if p.location == "query"}

    def _body_schemas(self) -> dict[str, JSON]:
        body = self.slots.operation.body
        schema = body.json_schema if body else None
        return properties(self.root, schema) if schema is not None else {}

    def _fits(self, schemas: Mapping[str, JSON], name: str, value: Any) -> bool:
        """Whether a value is one that its schema allows; null is not: it names nobody."""
        if value is None or name not in schemas:
            return False
        if name not in self._validators:
            self._validators[name] = compile_schema(self.root, schemas[name])
        if isinstance(value, str) and kind(self.root, schemas[name]) == "integer":
            return value.lstrip("-").isdigit()
        return bool(self._validators[name].is_valid(value))

    def _typed(self, schemas: Mapping[str, JSON], name: str, identifier: str) -> Any:
        whole = kind(self.root, schemas[name]) == "integer"
        return int(identifier) if whole and identifier.lstrip("-").isdigit() else identifier


def _digest(case: Case[Any]) -> int:
    """A number that follows from what the case says, ids in its path left out."""
    said = [case.method, case.path, case.query, dict(case.headers), case.body]
    text = json.dumps(said, sort_keys=True, default=str, skipkeys=True)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()[:4])
