"""Reading what is there: one record, a page of a list, or all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from conformance.worlds.receipts import record_in
from conformance.worlds.sources import Sources
from conformance.worlds.trail import Trail
from conformance.worlds.wire import request_of
from contracts.compare import declared
from contracts.dialect import Listing
from contracts.document import JSON, Document
from contracts.exchange import Response
from contracts.laws.groundrules import ACCEPTED, DESCRIBED
from contracts.operations import Operation, is_json
from contracts.resources import Resource, ResourceModel, Verb
from contracts.schemas import compile_schema, kind, properties, resolve
from contracts.world import Identity, Step, Thing, Unreachable

_ABSENT = frozenset({404, 410})
_HIDDEN = _ABSENT | {401, 403}
_MOST_PAGES = 500
_PAGE = 100  # records asked for at once, where the document sets no bound


@dataclass
class Reader:
    """Reads for one example."""

    document: Document
    model: ResourceModel
    sources: Sources
    trail: Trail

    @cached_property
    def _by_body(self) -> dict[str, Resource]:
        """The resources whose records are replaced by a request that names them in its body."""
        return {
            resource.verbs[Verb.REPLACE].id: resource
            for resource in self.model.resources.values()
            if Verb.REPLACE in resource.requests and resource.requests[Verb.REPLACE].names
        }

    def named(self, step: Step) -> Step:
        """The step with the id of its record in the body, where that is what names it."""
        resource = self._by_body.get(step.operation.id)
        if resource is None or not isinstance(step.body, dict):
            return step
        request, root = resource.requests[Verb.REPLACE], self.document.data
        name, id = str(request.names), step.path.get(resource.id_parameter or "")
        said = step.body.get(request.wrapper) if request.wrapper else step.body
        schema = properties(root, request.schema)[name]
        if id is None or not isinstance(said, dict):
            return step
        if name in said and not compile_schema(root, schema).is_valid(said[name]):
            return step  # it is to be wrong
        number = kind(root, schema) == "integer" and id.lstrip("-").isdigit()
        said = said | {name: int(id) if number else id}
        return replace(step, body={request.wrapper: said} if request.wrapper else said)

    def complete(self, step: Step) -> Step:
        """The step with what its operation demands: the id of its record, parameters."""
        return self.sources.completed(self.named(step))

    def taken(self, step: Step, *, streaming: bool = False) -> Response:
        """The answer to a call that must succeed.

        Raises:
            Broken: it is no 2xx.
        """
        response = self.trail.send(request_of(self.complete(step), streaming=streaming))
        if not response.ok:
            self.trail.refuse(ACCEPTED, "refuses a valid request", "2xx", response)
        return response

    def accepted(self, step: Step) -> Any:
        """The parsed answer to a call that must succeed; see `contracts.world.World.accepted`."""
        return self.content(step.operation, self.taken(step))

    def content(self, operation: Operation, response: Response) -> Any:
        """The JSON of an answer; None where the answer is none and need not be."""
        if not response.body or (response.media_type and not is_json(response.media_type)):
            media = operation.success.media
            promised = bool(media) and all(is_json(media_type) for media_type in media)
            if promised and response.status == operation.success_status:
                self.trail.refuse(DESCRIBED, "does not answer with JSON", "JSON", response)
            return None
        try:
            return response.json()
        except ValueError:
            self.trail.refuse(DESCRIBED, "does not answer with JSON", "JSON", response)

    def read(self, thing: Thing, identity: Identity) -> JSON | None:
        """A record as it reads now; see `contracts.world.World.read`."""
        get = thing.resource.verbs.get(Verb.GET)
        if get is None:
            return self._read_from_list(thing, identity)
        response = self.trail.send(request_of(self.complete(Step(get, thing.path, identity=identity))))
        if response.status in (_ABSENT if identity == thing.identity else _HIDDEN):
            return None
        if not response.ok:
            self.trail.refuse(ACCEPTED, "refuses a valid request", "2xx or 404", response)
        record = record_in(thing.resource, self.content(get, response))
        return None if record is None else self._declared(thing.resource, record)

    def listed(
        self, resource: Resource, owner: Mapping[str, str], query: Mapping[str, Any], identity: Identity
    ) -> list[JSON]:
        """One page of a list; see `contracts.world.World.listed`."""
        operation = self.listing(resource)
        answer = self.accepted(Step(operation, owner, query, identity=identity))
        return [self._declared(resource, record) for record in self.records(resource, answer)]

    def everything(
        self, resource: Resource, owner: Mapping[str, str], asked: Mapping[str, Any], identity: Identity
    ) -> list[JSON]:
        """All records of a list, page by page; see `contracts.world.World.everything`."""
        found: list[JSON] = []
        dialect, size = resource.listing or Listing(envelope=None), self._page_size(resource)
        limit = {dialect.limit: size} if dialect.limit else {}
        place: dict[str, Any] | None = self._place(resource, 0, 0)
        for page in range(1, _MOST_PAGES + 1):
            query = {**asked, **limit, **(place or {})}
            answer = self.accepted(Step(self.listing(resource), owner, query, identity=identity))
            records = [self._declared(resource, record) for record in self.records(resource, answer)]
            # A server that ignores the offset answers the same page for ever.
            repeated = bool(found) and records == found[-len(records) :]
            found += [] if repeated else records
            if dialect.offset or dialect.page:
                place = self._place(resource, len(found), page)
                full = not dialect.limit or len(records) >= size
            else:
                place, full = _behind(resource, dialect, answer, records), True
            if place is None or repeated or not records or not full:
                break
        return found

    def _place(self, resource: Resource, passed: int, pages: int) -> dict[str, Any]:
        """The query of the page after so many records, and pages."""
        dialect = resource.listing
        if dialect and dialect.offset:
            return {dialect.offset: passed}
        return {dialect.page: self._first_page(resource) + pages} if dialect and dialect.page else {}

    def records(self, resource: Resource, answer: Any) -> list[JSON]:
        """The records in the answer of a list operation.

        Raises:
            Broken: there is no list of objects in it.
        """
        envelope = resource.listing.envelope if resource.listing else None
        inner = answer.get(envelope) if envelope and isinstance(answer, dict) else answer
        if isinstance(inner, list) and all(isinstance(record, dict) for record in inner):
            return inner
        where = f"a list in {envelope!r}" if envelope else "a list"
        response = self.trail.answer(self.trail.exchanges[-1])
        return self.trail.refuse(DESCRIBED, "does not answer with a list of records", where, response)

    def _read_from_list(self, thing: Thing, identity: Identity) -> JSON | None:
        operation, id_property = self.listing(thing.resource), thing.resource.id_property
        if id_property is None or not thing.id:
            raise Unreachable(f"nothing reads one {thing.resource.label}")
        dialect, size = thing.resource.listing, self._page_size(thing.resource)
        query = {dialect.limit: size} if dialect and dialect.limit else {}
        response = self.trail.send(
            request_of(self.complete(Step(operation, thing.owner, query, identity=identity)))
        )
        if response.status in (_ABSENT if identity == thing.identity else _HIDDEN):
            return None  # its owner is not there
        if not response.ok:
            self.trail.refuse(ACCEPTED, "refuses a valid request", "2xx or 404", response)
        records = self.records(thing.resource, self.content(operation, response))
        if query and len(records) >= size:
            records = self.everything(thing.resource, thing.owner, {}, identity)
        record = next((record for record in records if str(record.get(id_property)) == thing.id), None)
        return None if record is None else self._declared(thing.resource, record)

    def _declared(self, resource: Resource, record: JSON) -> JSON:
        """What the contract speaks of in a record."""
        found: JSON = declared(self.document.data, resource.record, record)
        return found

    def listing(self, resource: Resource) -> Operation:
        """The operation that lists a collection.

        Raises:
            Unreachable: there is none.
        """
        operation = resource.verbs.get(Verb.LIST)
        if operation is None:
            raise Unreachable(f"nothing lists {resource.path}")
        return operation

    def _page_size(self, resource: Resource) -> int:
        """As many as one page may hold."""
        return self._bound(resource, resource.listing.limit if resource.listing else None, "maximum", _PAGE)

    def _first_page(self, resource: Resource) -> int:
        return self._bound(resource, resource.listing.page if resource.listing else None, "minimum", 1)

    def _bound(self, resource: Resource, name: str | None, keyword: str, otherwise: int) -> int:
        parameter = self.listing(resource).parameter(name) if name else None
        if parameter is None:
            return otherwise
        return int(resolve(self.document.data, parameter.schema).get(keyword, otherwise))


def _behind(resource: Resource, dialect: Listing, answer: Any, records: list[JSON]) -> dict[str, Any] | None:
    """The query of the page behind an answer, where a cursor leads to it; None when nothing does."""
    if dialect.cursor is None or (dialect.more and not _at(answer, dialect.more)):
        return None
    if dialect.next:
        cursor = _at(answer, dialect.next)
    else:
        cursor = records[-1].get(resource.id_property or "id") if records else None
    return {dialect.cursor: cursor} if cursor else None


def _at(answer: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer
