"""Values against schemas, and what to say of those that do not fit, within a bound of work."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import jsonschema_rs

from contracts.document import JSON
from contracts.schemas import Direction, compile_schema, to_json_schema
from mockserver.edge.offences import explain
from mockserver.problems import Offence

#: Of a value with more members and items than this, only the first mistake is looked for: finding all takes
#: microseconds and kilobytes for each, and a body has room for millions.
MANY_NODES = 1000

_ALTERNATIVES = ("anyOf", "oneOf")
_DATA = ("enum", "const", "default")


class SchemaCheck:
    """A compiled schema.

    Raises:
        ValueError: the schema is not valid.
    """

    def __init__(self, root: JSON, schema: JSON, direction: Direction = "request") -> None:
        self._validator = compile_schema(root, schema, direction)
        self._source = (root, schema, direction)
        #: Whether a value fits.
        self.is_valid = self._validator.is_valid

    def offences(self, value: Any, prefix: str = "") -> tuple[Offence, ...]:
        """Where `value` does not fit: one offence for each place, not too many.

        Args:
            prefix: the pointer of `value` itself.
        """
        if not _has_many_nodes(value):
            return explain(self._validator.iter_errors(value), prefix)
        try:
            self._terse.validate(value)
        except jsonschema_rs.ValidationError as error:
            return explain([error], prefix)
        return ()

    @cached_property
    def _terse(self) -> jsonschema_rs.Draft202012Validator:
        """The same schema, which does not list what is wrong with each alternative of a value."""
        return jsonschema_rs.Draft202012Validator(
            _terse(to_json_schema(*self._source)), validate_formats=True
        )


def _terse(schema: Any) -> Any:
    """`schema` with its alternatives doubly negated: the same to a validator, but opaque."""
    if isinstance(schema, list):
        return [_terse(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: value if key in _DATA else _terse(value) for key, value in schema.items()}
    hidden = [
        {"not": {"not": {key: out.pop(key)}}} for key in _ALTERNATIVES if isinstance(out.get(key), list)
    ]
    return out | {"allOf": [*out.get("allOf", ()), *hidden]} if hidden else out


def _has_many_nodes(value: Any) -> bool:
    count = 0
    level: list[Any] = [value]
    while level and count <= MANY_NODES:
        count += len(level)
        level = [inner for item in level for inner in _inner(item)]
    return count > MANY_NODES


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
