"""The record that an operation with a behaviour acts on."""

from __future__ import annotations

from contracts.document import Document
from contracts.errors import DocumentError
from contracts.hints import BEHAVIOUR
from contracts.resources import Behaviour, Resource, ResourceModel
from contracts.schemas import resolve
from mockserver.call import Call
from mockserver.records import Records, owner_key
from mockserver.store.base import Record


class Target:
    """The nearest record that an operation's path names.

    Raises:
        DocumentError: it names none.
    """

    def __init__(self, behaviour: Behaviour, records: Records, document: Document) -> None:
        operation = behaviour.operation
        found = _nearest(operation.path, records.model)
        if found is None:
            raise DocumentError(
                f"The behaviour {behaviour.name!r} needs a record, and the path of {operation} names none.",
                place=document.place(f"{operation.pointer}/{BEHAVIOUR}"),
                cure="Put it on an operation whose path holds the id of a record.",
            )
        self.resource: Resource = found
        self._records = records
        self._uuids = frozenset(
            parameter.name
            for parameter in operation.parameters
            if parameter.location == "path"
            and resolve(document.data, parameter.schema).get("format") == "uuid"
        )

    def address(self, call: Call) -> tuple[str, str]:
        """The owner and the id of the record that is called."""
        # UUIDs are read in any case (RFC 9562 §4) and kept in lower case.
        path = {n: str(v).lower() if n in self._uuids else str(v) for n, v in call.path.items()}
        owner = owner_key([path[name] for name in self.resource.owner_parameters])
        return owner, path[str(self.resource.id_parameter)]

    async def record(self, call: Call) -> Record:
        """The record that is called.

        Raises:
            NotFound: it is not there.
        """
        return await self._records.get(call.workspace, self.resource, *self.address(call))


def _nearest(path: str, model: ResourceModel) -> Resource | None:
    above = [
        resource
        for resource in model.resources.values()
        if resource.id_parameter and f"{path}/".startswith(f"{resource.path}/{{{resource.id_parameter}}}/")
    ]
    return max(above, key=lambda resource: len(resource.path), default=None)
