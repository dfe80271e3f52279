"""Where a call names records: in its path, its query and its body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.document import JSON
from contracts.operations import Operation
from contracts.resources import Resource, ResourceModel, Verb
from contracts.schemas import kind, properties


@dataclass(frozen=True)
class Slots:
    """The places of one operation that hold ids.

    Attributes:
        resource: what the operation is a verb of, or an action on; None when the model could not place it.
        verb: which verb it is; None for an action.
        record: the resource whose record the path names; None when it names none, or nobody knows.
        body: top-level property of the request body → the collection of the record it names.
        query: the same of query parameters.
    """

    operation: Operation
    resource: Resource | None = None
    verb: Verb | None = None
    record: Resource | None = None
    body: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_path(self) -> tuple[str, ...]:
        """The names of the path parameters, in order."""
        return tuple(re.findall(r"\{([^}]+)\}", self.operation.path))

    @property
    def inside(self) -> Resource | None:
        """The resource that it lists or clears, of which something is to be there."""
        return self.resource if self.verb in {Verb.LIST, Verb.CLEAR} else None

    @property
    def takes_away(self) -> bool:
        """Whether it deletes the record that its path names."""
        return self.verb is Verb.DELETE


def slots(model: ResourceModel, operations: Iterable[Operation], root: JSON) -> tuple[Slots, ...]:
    """The slots of each operation.

    Args:
        root: the document that references of schemas point into.
    """
    return tuple(_slots(model, operation, root) for operation in operations)


def _slots(model: ResourceModel, operation: Operation, root: JSON) -> Slots:
    resource, verb = _placed(model, operation)
    names = _reference_names(model, resource)
    schema = operation.body.json_schema if operation.body else None
    body = {
        name: names[name]
        for name, part in (properties(root, schema) if schema is not None else {}).items()
        if name in names and kind(root, part) in {"string", "integer"}
    }
    query = {
        parameter.name: names[parameter.name]
        for parameter in operation.parameters
        if parameter.location == "query" and parameter.name in names
    }
    return Slots(operation, resource, verb, _record(model, operation), body, query)


def _placed(model: ResourceModel, operation: Operation) -> tuple[Resource | None, Verb | None]:
    for resource in model.resources.values():
        for verb, known in resource.verbs.items():
            if known.id == operation.id:
                return resource, verb
        if any(action.operation.id == operation.id for action in resource.actions):
            return resource, None
    return None, None


def _reference_names(model: ResourceModel, resource: Resource | None) -> dict[str, str]:
    """Names that hold ids: those of path parameters, of references anywhere, and of its own references."""
    names = {
        other.id_parameter: other.path
        for other in model.resources.values()
        if other.id_parameter and not other.owner_parameters
    }
    others = [reference for other in model.resources.values() for reference in other.references]
    own = list(resource.references) if resource is not None else []
    return names | {reference.property: reference.target for reference in (*others, *own)}


def _record(model: ResourceModel, operation: Operation) -> Resource | None:
    """The nearest record that the path names, if it names all that its path parameters do."""
    found: Resource | None = None
    for resource in model.resources.values():
        if resource.id_parameter is None:
            continue
        own = f"{resource.path}/{{{resource.id_parameter}}}"
        if f"{operation.path}/".startswith(f"{own}/") and (
            found is None or len(resource.path) > len(found.path)
        ):
            found = resource
    parameters = set(re.findall(r"\{([^}]+)\}", operation.path))
    if found is None or parameters != {*found.owner_parameters, found.id_parameter}:
        return None
    return found
