"""An answer for an operation that is no verb of any resource: plausible, valid, without effects."""

from __future__ import annotations

import json

import orjson

from contracts.document import Document
from contracts.operations import Operation
from contracts.resources import Resource, ResourceModel
from mockserver.call import Answer, Call, Handler
from mockserver.records import Records, owner_key
from mockserver.synth import Synth


def imitation(document: Document, records: Records, synth: Synth, operation: Operation) -> Handler:
    """A handler that answers a value of the success schema, the same for the same request.

    Where the path names a record, that record must be there.
    """
    schema = operation.success.json_schema
    target = _record_in_path(records.model, operation)

    async def handle(call: Call) -> Answer:
        if target is not None and target.id_parameter is not None:
            owner = owner_key([str(call.path[name]) for name in target.owner_parameters])
            await records.get(call.workspace, target, owner, str(call.path[target.id_parameter]))
        draw = json.dumps([call.path, call.query, call.body], sort_keys=True, default=str)
        if schema is None:
            return unstructured(synth, operation, draw)
        return Answer(operation.success_status, orjson.dumps(synth.value(operation.id, schema, draw)))

    return handle


def unstructured(synth: Synth, operation: Operation, draw: str) -> Answer:
    """The success answer of an operation that answers no JSON: text, if that is declared, else nothing."""
    media_type, schema = next(iter(operation.success.media.items()), ("", {}))
    value = synth.value(operation.id, schema, draw) if media_type.startswith("text/") else ""
    body = value.encode() if isinstance(value, str) else b""
    return Answer(operation.success_status, body, media_type)


def _record_in_path(model: ResourceModel, operation: Operation) -> Resource | None:
    """The resource whose record's path the operation's path continues, the nearest one."""
    above = [
        resource
        for resource in model.resources.values()
        if resource.id_parameter and operation.path.startswith(f"{resource.path}/{{{resource.id_parameter}}}")
    ]
    return max(above, key=lambda resource: len(resource.path), default=None)
