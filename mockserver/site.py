"""Where a verb meets a resource: everything about one operation that can be known before the first call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from contracts.dialect import Listing
from contracts.document import JSON, Document
from contracts.marks import compile_marks
from contracts.operations import Operation
from contracts.pointers import join
from contracts.resources import Resource, Verb
from contracts.schemas import properties, resolve
from mockserver.call import Answer, Call
from mockserver.cursors import position_of, unknown_cursor
from mockserver.fitness import Fitness, fitness, settable
from mockserver.listings import to_query
from mockserver.pages import Page, PageWriter
from mockserver.problems import NotFound, Offence, Problem
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
        #: The record that the collection belongs to; what emptying the collection is answered with.
        self._above = records.resource(resource.parent) if resource.parent else None
        about = self._above if verb is Verb.CLEAR and self._above else resource
        #: The success answer about a record: (record, when something was deleted) → answer.
        self.answer = receipt(document, synth, about, operation)
        #: The success answer of a list operation.
        self.writer = PageWriter(root, synth, listing, operation)
        self.listing = listing
        request = resource.requests.get(verb)
        self._wrapper = request.wrapper if request else None
        self._names = request.names if request else None
        asked = request.schema if request else {}
        self._taken = frozenset(settable(root, asked))
        # A schema that leaves its properties open leaves it to the record's which of them are read-only.
        self._fixed = compile_marks(root, asked if self._taken else resource.record, "readOnly")
        self._fitness = fitness(root, resource.record, request)
        self._embedded = [
            (part.property, fit)
            for part in (resource.embeddings if verb is Verb.CREATE else ())
            if (fit := _fitness_of_part(root, records.resource(part.target)))
        ]
        #: What to ask of a record that a request writes: (what was sent, the record); None for nothing.
        self.check = self._demand if self._fitness or self._embedded else None
        self._root = root
        self._place_of_name = join("", *filter(None, (self._wrapper, self._names)))
        self._uuids = _uuids(root, operation)

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
        if self._names is not None:
            return await self.records.owner(call.workspace, self.resource, path), self._named(call)
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

    async def behind(self, call: Call, owner: str, query: Query) -> Query:
        """The query of a list request whose cursor is the id of a record, as no answer tells another one.

        Raises:
            Malformed: the cursor is the id of none.
        """
        name = self.listing.cursor
        given = call.query.get(name) if name and not self.listing.next else None
        if name is None or not given:
            return query
        try:
            record = await self.records.get(call.workspace, self.resource, owner, str(given))
        except NotFound as error:
            raise unknown_cursor(name) from error
        return replace(query, after=position_of(query, record))

    def page(self, records: list[Record], total: int) -> Answer:
        """The answer to a list request that says nothing and finds these."""
        return self.writer.write(Page(records, total))

    def sent(self, call: Call) -> JSON:
        """What the request says of the record, without what its schema does not name."""
        sent = self._said(call)
        if self._fixed is not None:
            sent = self._fixed.without(sent)
        return {name: value for name, value in sent.items() if not self._taken or name in self._taken}

    def _said(self, call: Call) -> JSON:
        body = call.body if isinstance(call.body, dict) else {}
        inner = body.get(self._wrapper, {}) if self._wrapper else body
        return inner if isinstance(inner, dict) else {}

    def _named(self, call: Call) -> str:
        """What paths call the record that the body names."""
        name = str(self._names)
        shape = self.records.shape(self.resource)
        id = shape.named(name, self._said(call).get(name))
        if id is None:
            offence = Offence(self._place_of_name, "is required: it names the record")
            raise NotFound("The body names no record.", (offence,))
        return id.lower() if resolve(self._root, shape.declared[name]).get("format") == "uuid" else id

    def _demand(self, sent: JSON, record: JSON) -> None:
        """Raises Invalid where the record would break its own schema, or one embedded in it would."""
        if self._fitness is not None:
            self._fitness.demand(sent, record)
        for name, fit in self._embedded:
            for number, part in enumerate(sent.get(name) or ()):
                fit.demand(part, part, join("", name, str(number)))

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Refusals of what a request says of a record name its places within the whole body."""
        try:
            yield
        except Problem as problem:
            problem.errors = tuple(map(self._placed, problem.errors))
            raise

    def _placed(self, error: Offence) -> Offence:
        if self._names and error.pointer == f"path/{self.resource.id_parameter}":
            return Offence(self._place_of_name, error.detail)
        if self._wrapper and error.pointer.startswith("/"):
            return Offence(join("", self._wrapper) + error.pointer, error.detail)
        return error

    def query(self, call: Call) -> Query:
        """Which records a list request asks for.

        Raises:
            Malformed: a filter is not JSON, or a cursor is none.
            Invalid: a filter is JSON, but no object.
        """
        return to_query(self.listing, call.query)

    def _path(self, call: Call) -> dict[str, str]:
        # UUIDs are read in any case (RFC 9562 §4) and kept in lower case.
        return {name: str(v).lower() if name in self._uuids else str(v) for name, v in call.path.items()}


def _uuids(root: JSON, operation: Operation) -> frozenset[str]:
    """The path parameters that are UUIDs."""
    return frozenset(
        parameter.name
        for parameter in operation.parameters
        if parameter.location == "path" and resolve(root, parameter.schema).get("format") == "uuid"
    )


def _fitness_of_part(root: JSON, resource: Resource) -> Fitness | None:
    """What is left to check of a record that is created with another one: property by property."""
    return fitness(root, {"properties": properties(root, resource.record)}, resource.requests[Verb.CREATE])
