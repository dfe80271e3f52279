"""The simplest valid value of a schema, without drawing: for records that only have to be there."""

from __future__ import annotations

from typing import Any

from conformance.strategies.numbers import inside
from conformance.strategies.shapes import Definitions, Schema, Shape, together
from contracts.document import JSON
from contracts.schemas import compile_schema, to_json_schema

_SAMPLES = {
    "uuid": "5f0c1a9e-3b7d-4e62-8a14-c9d2b6e7f035",
    "date-time": "2024-01-01T00:00:00Z",
    "date": "2024-01-01",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "idn-email": "someone@example.com",
    "hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "byte": "eA==",
    "json-pointer": "/x",
}
_DEEPEST = 24


def simplest(root: JSON, schema: JSON) -> Any:
    """The simplest valid value of an OpenAPI schema, as a request may send it.

    Raises:
        LookupError: none was found this way (a pattern, say, asks for more than a plain word).
    """
    written = to_json_schema(root, schema)
    accepts = compile_schema(root, schema).is_valid
    for value in _candidates(Definitions(written), written, 0):
        if accepts(value):
            return value
    raise LookupError("No simple value is valid.")


def _candidates(definitions: Definitions, schema: Schema, depth: int) -> list[Any]:
    """One value for each shape; null comes last."""
    if depth > _DEEPEST:
        return []
    shapes = sorted(definitions.shapes(schema), key=lambda shape: shape.types == {"null"})
    found: list[Any] = []
    for shape in shapes:
        found += _of_shape(definitions, shape, depth)
    return found


def _of_shape(definitions: Definitions, shape: Shape, depth: int) -> list[Any]:
    if shape.enum is not None:
        return list(shape.enum)
    (kind,) = shape.types
    if kind == "string":
        sample = next((_SAMPLES[name] for name in shape.formats if name in _SAMPLES), "x")
        return [sample.ljust(shape.shortest, "x")[: shape.longest]]
    if kind in {"integer", "number"}:
        return _numbers(shape)
    if kind == "boolean":
        return [False]
    if kind == "null":
        return [None]
    if kind == "array":
        items = _candidates(definitions, together(shape.items or (True,)), depth + 1)
        return [] if shape.fewest_items and not items else [items[:1] * shape.fewest_items]
    return _objects(definitions, shape, depth)


def _objects(definitions: Definitions, shape: Shape, depth: int) -> list[Any]:
    found: dict[str, Any] = {}
    for name in shape.required:
        parts = shape.properties.get(name) or shape.additional or (True,)
        inner = _candidates(definitions, together(parts), depth + 1)
        if not inner:
            return []
        found[name] = inner[0]
    return [found]


def _numbers(shape: Shape) -> list[float]:
    bounds = [bound.value for bound in (shape.lowest, shape.highest) if bound is not None]
    near = [value + step for value in bounds for step in (0, 1, -1)]
    middle = [sum(bounds) / 2] if len(bounds) == 2 else []
    fit = [number for number in (0, 1, *near, *middle, *shape.multiples) if inside(shape, number)]
    return [number for number in fit if shape.types != {"integer"} or number == int(number)]
