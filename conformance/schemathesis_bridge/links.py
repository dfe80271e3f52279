"""OpenAPI links drawn from the resource model: from each create receipt to every call that takes its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conformance.schemathesis_bridge.slots import Slots
from contracts.dialect import plain
from contracts.document import JSON
from contracts.operations import Operation
from contracts.pointers import escape
from contracts.resources import Resource, ResourceModel, Verb
from contracts.schemas import properties


@dataclass(frozen=True, slots=True)
class Link:
    """A link of one response.

    Attributes:
        source: the operation whose answer carries it.
        status: of that answer.
        definition: the Link Object.
    """

    source: Operation
    status: str
    name: str
    definition: JSON


def links(model: ResourceModel, slots: Iterable[Slots], root: JSON) -> Iterator[Link]:
    """All links that the model allows between calls, parents before children.

    Args:
        slots: the calls.
        root: the document that references of schemas point into.
    """
    calls = tuple(slots)
    known = {call.operation.id for call in calls}
    for resource in model.resources.values():
        create = resource.verbs.get(Verb.CREATE)
        expression = _id_expression(resource, create, root) if create is not None else None
        if create is None or expression is None or create.id not in known or not create.success_name:
            continue
        for call in calls:
            definition = _definition(call, resource, expression)
            if definition is not None and call.operation.id != create.id:
                name = f"{resource.label}-{call.operation.id}"
                yield Link(create, create.success_name, name, definition)


def _id_expression(resource: Resource, create: Operation, root: JSON) -> str | None:
    """Where the id stands in the answer to a create request (OpenAPI 3.0.3, Runtime Expressions)."""
    schema = create.success.json_schema
    if schema is None or resource.id_parameter is None:
        return None
    inner, prefix = schema, ""
    if resource.wrapper and resource.wrapper in properties(root, schema):
        inner, prefix = properties(root, schema)[resource.wrapper], f"/{escape(resource.wrapper)}"
    for wanted in (resource.id_property, resource.id_parameter, "id"):
        for name in properties(root, inner):
            if wanted and plain(name) == plain(wanted):
                return f"$response.body#{prefix}/{escape(name)}"
    return None


def _definition(call: Slots, resource: Resource, own: str) -> JSON | None:
    """The Link Object to a call, when the record gives it anything."""
    definition: JSON = {}
    parameters: dict[str, str] = {}
    if call.record is not None and call.record.path == resource.path:
        parameters = {f"path.{name}": f"$request.path.{name}" for name in resource.owner_parameters}
        parameters[f"path.{resource.id_parameter}"] = own
    parameters |= {f"query.{name}": own for name, target in call.query.items() if target == resource.path}
    if parameters:
        definition["parameters"] = parameters
    body = {name: own for name, target in call.body.items() if target == resource.path}
    if body:
        definition["requestBody"] = body
    return {"operationId": call.operation.id, **definition} if definition else None
