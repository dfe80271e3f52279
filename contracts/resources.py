"""The resource model: what an API's operations are operations *on*.

A resource is keyed by the path of its collection (`/shelves/{shelf_id}/books`), never by a name: two
collections may hold the same kind of record. `contracts.inference` draws the model from a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contracts.dialect import Listing, Stamp
from contracts.document import JSON
from contracts.operations import Operation


class Verb(StrEnum):
    """What an operation does to a resource."""

    CREATE = "create"
    LIST = "list"
    GET = "get"
    REPLACE = "replace"
    MERGE = "merge"
    DELETE = "delete"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Reference:
    """A property that holds the id of another resource's record."""

    property: str
    target: str


@dataclass(frozen=True, slots=True)
class Embedding:
    """A property of the create request that holds records of a sub-collection."""

    property: str
    target: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a request says of a record.

    Attributes:
        schema: of what is sent of the record.
        wrapper: the property of the body that wraps it; None when the body is it.
        names: the property of it that names the record, where the path does not; None where it does.
    """

    schema: JSON
    wrapper: str | None = None
    names: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """An operation on a record, or on a whole collection, that is none of the verbs."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a hint says an operation does beyond its verb: a name, and the resources it acts on."""

    name: str
    operation: Operation
    links: Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """A collection of records, or a single record that has no collection.

    Attributes:
        path: the path of the collection; the key of the model.
        label: the record's name in the singular, for messages: "book".
        singleton: there is one record per owner and no id in the path.
        parent: the key of the resource whose records own these; None at the top level.
        owner_parameters: the path parameters above the collection, outermost first.
        id_parameter: the path parameter of one record; None when no path names one.
        id_property: the property that holds the id; None when records have none.
        client_id: the id comes with the create request instead of from the server.
        record: the schema of a record as it is read.
        wrapper: the property that wraps one record in an answer; None when the answer is the record.
        requests: what the requests of create, replace and merge say of a record.
        stamps: property → which time the server writes into it.
        owner_properties: property → the path parameter whose value it carries.
        references: properties that hold ids of other resources.
        embeddings: create-request properties that hold records of sub-collections.
        listing: the dialect of its list operation.
        cascades: resources whose records go with the records they refer to; from a hint.
        arises: the behaviour that makes its records; from a hint.
        reasons: conclusion → why.
    """

    path: str
    label: str
    singleton: bool
    parent: str | None
    owner_parameters: tuple[str, ...]
    id_parameter: str | None
    id_property: str | None
    client_id: bool
    record: JSON
    wrapper: str | None
    verbs: Mapping[Verb, Operation]
    requests: Mapping[Verb, Request] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    owner_properties: Mapping[str, str] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    embeddings: tuple[Embedding, ...] = ()
    listing: Listing | None = None
    cascades: tuple[str, ...] = ()
    arises: str | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)

    def operations(self) -> tuple[tuple[Verb | None, Operation], ...]:
        """All its operations: those of its verbs, then its actions, which have no verb."""
        return (*self.verbs.items(), *((None, action.operation) for action in self.actions))


@dataclass(frozen=True)
class ResourceModel:
    """All resources of a document, and what no inference could place.

    Attributes:
        resources: by collection path, parents before children.
        behaviours: by operation id.
        unplaced: operations that belong to no resource.
    """

    resources: Mapping[str, Resource]
    behaviours: Mapping[str, Behaviour]
    unplaced: tuple[Operation, ...] = ()

    def children(self, path: str) -> tuple[Resource, ...]:
        """The sub-collections of a resource."""
        return tuple(r for r in self.resources.values() if r.parent == path)

    def referrers(self, path: str) -> tuple[tuple[Resource, Reference], ...]:
        """The resources that refer to a resource, with the property they do it by."""
        return tuple((r, ref) for r in self.resources.values() for ref in r.references if ref.target == path)
