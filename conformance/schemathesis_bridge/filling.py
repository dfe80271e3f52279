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
class Filled:
    """What came of filling a case.

    Attributes:
        records: those that the case names now.
        strangers: whether it also names an id of nobody, or of what may be gone.
    """

    records: list[Record] = field(default_factory=list)
    strangers: bool = False


@dataclass
class Filler:
    """Fills the cases of one operation.

    Attributes:
        path: the records that its path may name; it is told whether a case names one in full.
        find: collection path → records that its query and body may name.
        is_live: of an id that the case was given on purpose and is to keep, whether its record is there for
            sure; None of any other.
    """

    root: JSON
    slots: Slots
    path: Callable[[bool], Sequence[Record]]
    find: Find
    is_live: Callable[[str], bool | None] = lambda _: None
    _validators: dict[str, Any] = field(default_factory=dict)

    def fill(self, case: Case[Any]) -> Filled:
        """Puts ids where the case has ones of nobody; what breaks its schema on purpose stays."""
        digest = self._digest(case)
        filled = Filled()
        self._fill_path(case, digest, filled)
        case.query = self._with_ids(case.query, self.slots.query, self._query_schemas(), digest, filled)
        if isinstance(case.body, dict):
            case.body = self._with_ids(case.body, self.slots.body, self._body_schemas(), digest, filled)
        return filled

    def _fill_path(self, case: Case[Any], digest: int, filled: Filled) -> None:
        schemas = {p.name: p.schema for p in self.slots.operation.parameters if p.location == "path"}
        path = case.path_parameters
        known = [live for value in path.values() if (live := self.is_live(str(value))) is not None]
        free = [name for name in self.slots.in_path if self._fits(schemas, name, path.get(name))]
        if known or not free:
            filled.strangers |= not all(known)
            return
        records = self.path(len(free) == len(self.slots.in_path)) if self.slots.record is not None else []
        if not records:
            filled.strangers = True
            return
        record = records[digest % len(records)]
        ids = {name: record.thing.path[name] for name in free if name in record.thing.path}
        case.path_parameters = {**path, **ids}
        filled.records.append(record)

    def _with_ids(
        self,
        values: Mapping[str, Any],
        names: Mapping[str, str],
        schemas: Mapping[str, JSON],
        digest: int,
        filled: Filled,
    ) -> dict[str, Any]:
        out = dict(values)
        for name, collection in names.items():
            if name not in out or not self._fits(schemas, name, out[name]):
                continue
            live = self.is_live(str(out[name]))
            records = self.find(collection) if live is None else []
            if records:
                record = records[digest % len(records)]
                out[name] = self._typed(schemas, name, record.id)
                filled.records.append(record)
            else:
                filled.strangers |= not live
        return out

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

    def _digest(self, case: Case[Any]) -> int:
        """A number that follows from what the case says. Ids that a server chose are no part of it."""
        said = self._without_ids([case.method, case.path, case.query, dict(case.headers), case.body])
        text = json.dumps(said, sort_keys=True, default=str, skipkeys=True)
        return int.from_bytes(hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()[:4])

    def _without_ids(self, data: Any) -> Any:
        if isinstance(data, dict):
            return {str(name): self._without_ids(value) for name, value in data.items()}
        if isinstance(data, list):
            return [self._without_ids(item) for item in data]
        return "id" if isinstance(data, (str, int)) and self.is_live(str(data)) is not None else data
