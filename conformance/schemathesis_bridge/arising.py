"""Records that no operation creates: they arise when something else is done, which is done here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.worlds.making import Maker, body_schema
from conformance.worlds.reading import Reader
from conformance.worlds.receipts import parsed
from conformance.worlds.trail import Trail
from conformance.worlds.wire import request_of
from contracts.dialect import plain
from contracts.document import JSON, Document
from contracts.operations import Operation
from contracts.pointers import lookup
from contracts.resources import Resource, ResourceModel, Verb
from contracts.world import Identity, Step, Thing, Unreachable


@dataclass
class Provoker:
    """Brings about what arises from a behaviour.

    Attributes:
        trail: what it sends.
    """

    document: Document
    model: ResourceModel
    maker: Maker
    trail: Trail

    def provoke(self, resource: Resource) -> Thing:
        """A record that has arisen.

        Raises:
            Unreachable: nothing is known to make one, or none came.
            Broken: the server refuses what should make one.
        """
        operation, actor = self._cause(resource)
        subject = self.maker.live(actor, Identity.FIRST)
        body = self._body(operation)
        response = self.trail.send(request_of(Step(operation, subject.path, body=body)))
        if not response.ok:
            raise Unreachable(f"{operation.id} answers {response.status}")
        known = {**_ids(subject.sent), **subject.path}
        for record in (*self._listed(resource, known, _longest(body)), *_named(resource, parsed(response))):
            path = {name: known[name] for name in resource.owner_parameters if name in known}
            identifier = record.get(resource.id_property or "id")
            if resource.id_parameter is None:
                return Thing(resource, path, {}, record)
            if identifier is not None:
                return Thing(resource, {**path, resource.id_parameter: str(identifier)}, {}, record)
        raise Unreachable(f"no {resource.label} came of {operation.id}")

    def _cause(self, resource: Resource) -> tuple[Operation, Resource]:
        """The operation that makes such records, and the resource it acts on."""
        for actor in self.model.resources.values():
            for action in actor.actions:
                behaviour = self.model.behaviours.get(action.operation.id)
                if behaviour is not None and behaviour.name == resource.arises:
                    return action.operation, actor
        raise Unreachable(f"nothing makes a {resource.label}")

    def _body(self, operation: Operation) -> Any:
        """A request body that says something: the document's example, if it has one."""
        if operation.body is None:
            return None
        written: JSON = lookup(self.document.data, operation.body.pointer)
        for entry in written.get("content", {}).values():
            if "example" in entry:
                return entry["example"]
            for example in entry.get("examples", {}).values():
                if "value" in example:
                    return example["value"]
        return self.maker.sources.simplest(body_schema(operation) or {})

    def _listed(self, resource: Resource, known: Mapping[str, str], words: str) -> list[JSON]:
        """What a list shows; if it has to be searched, what is found by words that were said."""
        if Verb.LIST not in resource.verbs or not set(resource.owner_parameters) <= known.keys():
            return []
        reader = Reader(self.document, self.model, self.maker.sources, self.trail)
        owner = {name: known[name] for name in resource.owner_parameters}
        query = dict.fromkeys(resource.listing.search, words) if resource.listing else {}
        return reader.listed(resource, owner, query, Identity.FIRST)


def _ids(sent: Any) -> dict[str, str]:
    """The properties of a request that may be ids."""
    return (
        {name: value for name, value in sent.items() if isinstance(value, str)}
        if isinstance(sent, dict)
        else {}
    )


def _longest(said: Any) -> str:
    """The longest text in a request body."""
    if isinstance(said, str):
        return said
    inner = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return max((_longest(item) for item in inner), key=len, default="")


def _named(resource: Resource, answer: Any) -> Iterator[JSON]:
    """Records that an answer names in a list of the collection's name."""
    if not isinstance(answer, dict) or resource.owner_parameters:
        return
    for name, value in answer.items():
        if plain(name) == plain(resource.path.rpartition("/")[2]) and isinstance(value, list):
            yield from (
                item if isinstance(item, dict) else {resource.id_property or "id": item} for item in value
            )
