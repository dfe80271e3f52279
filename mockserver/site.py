"""Where a verb meets a resource: everything about one operation that can be known before the first call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.dialect import Listing
from contracts.document import JSON, Document
from contracts.operations import Operation
from contracts.pointers import join
from contracts.resources import Resource, Verb
from contracts.schemas import properties, resolve
from mockserver.call import Call
from mockserver.listings import page_writer, to_query
from mockserver.problems import Offence, Problem
from mockserver.receipts import receipt
from mockserver.records import Records, owner_key
from mockserver.store.base import Query, Record
from mockserver.synth import Synth


class Site:
    """One verb of one resource, compiled."""

    def __init__(
        self,
        document: Document,
        records: Records,
        synth: Synth,
        resource: Resource,
        verb: Verb,
        operation: Operation,
    ) -> None:
        root = document.data
        listing = resource.listing or Listing(envelope=None)
        self.records = records
        self.resource = resource
        self.counts = listing.total is not None
        #: The record that the collection belongs to; what emptying the collection is answered with.
        self._above = records.resource(resource.parent) if resource.parent else None
        about = self._above if verb is Verb.CLEAR and self._above else resource
        #: The success answer about a record: (record, when something was deleted) → answer.
        self.answer = receipt(document, synth, about, operation)
        #: The success answer of a list operation: (records, how many there are in all) → answer.
        self.page = page_writer(root, listing, operation)
        self._listing = listing
        request = resource.requests.get(verb)
        self._wrapper = request.wrapper if request else None
        self._taken = _taken(root, request.schema if request else {})
        self._uuids = frozenset(
            parameter.name
            for parameter in operation.parameters
            if parameter.location == "path" and resolve(root, parameter.schema).get("format") == "uuid"
        )

    async def owner(self, call: Call) -> str:
        """The owner of the collection that is called.

        Raises:
            NotFound: a record above it is not there.
        """
        return await self.records.owner(call.workspace, self.resource, self._path(call))

    async def address(self, call: Call) -> tuple[str, str]:
        """The owner and the id of the record that is called.

        Raises:
            NotFound: a record above it is not there; asked only of singletons, as every other record goes
                with the record above it.
        """
        path = self._path(call)
        if self.resource.id_parameter is None:
            return await self.records.owner(call.workspace, self.resource, path), ""
        owner = owner_key([path[name] for name in self.resource.owner_parameters])
        return owner, path[self.resource.id_parameter]

    async def above(self, call: Call) -> Record | None:
        """The record the collection belongs to; none at the top level."""
        if self._above is None or self._above.id_parameter is None:
            return None
        path = self._path(call)
        owner = owner_key([path[name] for name in self._above.owner_parameters])
        return await self.records.get(call.workspace, self._above, owner, path[self._above.id_parameter])

    def sent(self, call: Call) -> JSON:
        """What the request says of the record, without what its schema does not name."""
        body = call.body if isinstance(call.body, dict) else {}
        inner = body.get(self._wrapper, {}) if self._wrapper else body
        sent = inner if isinstance(inner, dict) else {}
        return {name: value for name, value in sent.items() if not self._taken or name in self._taken}

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Refusals of what a wrapped record says name its places within the whole body."""
        try:
            yield
        except Problem as problem:
            if self._wrapper:
                head = join("", self._wrapper)
                problem.errors = tuple(
                    Offence(head + error.pointer, error.detail) if error.pointer.startswith("/") else error
                    for error in problem.errors
                )
            raise

    def query(self, call: Call) -> Query:
        """Which records a list request asks for.

        Raises:
            Malformed: a filter is not JSON.
            Invalid: a filter is JSON, but no object.
        """
        return to_query(self._listing, call.query)

    def _path(self, call: Call) -> dict[str, str]:
        # UUIDs are read in any case (RFC 9562 §4) and kept in lower case.
        return {name: str(v).lower() if name in self._uuids else str(v) for name, v in call.path.items()}


def _taken(root: JSON, schema: JSON) -> frozenset[str]:
    """The properties that a request may set; none where its schema leaves that open."""
    if any(keyword in resolve(root, schema) for keyword in ("oneOf", "anyOf")):
        return frozenset()
    return frozenset(properties(root, schema))
