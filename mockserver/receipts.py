"""What a successful answer says of a record: the record itself, an envelope, a receipt, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from contracts.dialect import Stamp, stamp
from contracts.document import JSON, Document
from contracts.marks import compile_marks
from contracts.operations import Operation
from contracts.resources import Resource
from contracts.schemas import every_property, kind, properties, required, resolve
from mockserver.call import Answer
from mockserver.clock import to_text
from mockserver.store.base import Record
from mockserver.strict_json import dump, load
from mockserver.synth import Synth

#: Writes an answer: (the record it is about, when something was deleted, in microseconds).
Receipt = Callable[[Record | None, int], Answer]

_Part = Callable[[Record | None, int], Any]

#: What a part has to say of a property that the record does not have.
_UNSAID = object()


def receipt(document: Document, synth: Synth, resource: Resource, operation: Operation) -> Receipt:
    """The writer of an operation's success answer, by the schema of that answer.

    Args:
        resource: whose record the answer is about.
    """
    status, schema = operation.success_status, operation.success.json_schema
    if schema is None:
        return lambda record, deleted: unstructured(synth, operation, record.id if record else "")
    if resolve(document.data, schema) == resolve(document.data, resource.record):
        return lambda record, deleted: Answer(status, record.body if record else b"{}")
    return _object(document.data, synth, resource, operation, schema)


def shows_record(document: Document, resource: Resource, operation: Operation) -> bool:
    """Whether the success answer of an operation is a record of a resource, or wraps one."""
    root, schema = document.data, operation.success.json_schema or {}
    record = resolve(root, resource.record)
    return bool(record) and any(
        resolve(root, part) == record for part in (schema, *properties(root, schema).values())
    )


def unstructured(synth: Synth, operation: Operation, draw: str) -> Answer:
    """The success answer of an operation that answers no JSON: text, if that is declared, else nothing."""
    media_type, schema = next(iter(operation.success.media.items()), ("", {}))
    value = synth.value(operation.id, schema, draw) if media_type.startswith("text/") else ""
    body = value.encode() if isinstance(value, str) else b""
    return Answer(operation.success_status, body, media_type)


def _object(root: JSON, synth: Synth, resource: Resource, operation: Operation, schema: JSON) -> Receipt:
    status = operation.success_status
    marks = compile_marks(root, schema, "writeOnly")
    parts = {
        name: part
        for name, written in every_property(root, schema).items()
        if not (marks and name in marks.names)
        and (part := _part(root, synth, resource, operation, schema, name, written)) is not None
    }

    def write(record: Record | None, deleted: int) -> Answer:
        said = {name: part(record, deleted) for name, part in parts.items()}
        return Answer(
            status, orjson.dumps({name: value for name, value in said.items() if value is not _UNSAID})
        )

    return write


def _part(
    root: JSON, synth: Synth, resource: Resource, operation: Operation, schema: JSON, name: str, written: JSON
) -> _Part | None:
    """How one property of a receipt gets its value; None leaves it out."""
    if resolve(root, written) == resolve(root, resource.record):
        return lambda record, deleted: orjson.Fragment(record.body if record else b"{}")
    fields = every_property(root, resource.record)
    if not resource.singleton and (name == resource.id_property or (name == "id" and name not in fields)):
        text = kind(root, written) != "integer"
        return lambda record, deleted: (
            synth.value(name, written, str(operation))
            if record is None
            else record.id
            if text
            else int(record.id)
        )
    match stamp(root, name, written):
        case Stamp.CREATED:
            return lambda record, deleted: to_text(record.created if record else deleted)
        case Stamp.UPDATED:
            return lambda record, deleted: to_text(record.updated if record else deleted)
        case Stamp.DELETED:
            return lambda record, deleted: to_text(deleted)
    if name in fields:
        return lambda record, deleted: _said(record, name)
    if kind(root, written) == "array" and not resolve(root, written).get("minItems"):
        return lambda record, deleted: []
    if name in required(root, schema):
        return lambda record, deleted: synth.value(
            name, written, f"{operation} {record.id if record else ''}"
        )
    return None


def _said(record: Record | None, name: str) -> Any:
    """The record's own value of a property, if it has one."""
    body = load(record.body) if record else {}
    return orjson.Fragment(dump(body[name])) if name in body else _UNSAID
