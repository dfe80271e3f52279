"""An answer for an operation that is no verb of any resource: plausible, valid, without effects."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from contracts.document import JSON, Document
from contracts.operations import Operation
from contracts.resources import Resource, ResourceModel
from contracts.schemas import compile_schema, properties
from mockserver.call import Answer, Call, Handler
from mockserver.receipts import receipt, shows_record, unstructured
from mockserver.records import Records, owner_key
from mockserver.strict_json import dump
from mockserver.synth import Synth


def imitation(document: Document, records: Records, synth: Synth, operation: Operation) -> Handler:
    """A handler that answers a value of the success schema, the same for the same request and in its words.

    Where the path names a record, that record must be there; an answer that shows such a record shows it. No
    other record is answered in the words of the request.
    """
    schema = operation.success.json_schema
    target = _record_in_path(records.model, operation)
    shows = target is not None and shows_record(document, target, operation)
    # What nothing keeps must not look as if it were kept: an answer that shows a record is not in its words.
    kept = any(shows_record(document, resource, operation) for resource in records.model.resources.values())
    echo = _echo(document, None if kept else schema)
    write = receipt(document, synth, target, operation) if target is not None and shows else None

    async def handle(call: Call) -> Answer:
        if target is not None and target.id_parameter is not None:
            owner = owner_key([str(call.path[name]) for name in target.owner_parameters])
            record = await records.get(call.workspace, target, owner, str(call.path[target.id_parameter]))
            if write is not None:
                return write(record, 0)
        draw = json.dumps([call.path, call.query, call.body], sort_keys=True, default=str)
        if schema is None:
            return unstructured(synth, operation, draw)
        value = synth.value(operation.id, schema, draw)
        return Answer(operation.success_status, dump(echo(value, call.body)))

    return handle


def _echo(document: Document, schema: JSON | None) -> Callable[[Any, Any], Any]:
    """Says again in an answer what the request said under the same names, where that may stand there."""
    names = properties(document.data, schema or {})
    validator = cache(lambda: compile_schema(document.data, schema or {}, "response"))

    def echo(value: Any, body: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(body, dict) or names.keys().isdisjoint(body):
            return value
        echoed = value | {name: said for name, said in body.items() if name in names}
        return echoed if validator().is_valid(echoed) else value

    return echo


def _record_in_path(model: ResourceModel, operation: Operation) -> Resource | None:
    """The resource whose record's path the operation's path continues, the nearest one."""
    above = [
        resource
        for resource in model.resources.values()
        if resource.id_parameter and operation.path.startswith(f"{resource.path}/{{{resource.id_parameter}}}")
    ]
    return max(above, key=lambda resource: len(resource.path), default=None)
