"""Making records: what they are made of is drawn, what they need is made first."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from conformance.worlds.drawing import Draw
from conformance.worlds.receipts import new_id, parsed, receipt_in
from conformance.worlds.sources import Sources
from conformance.worlds.stage import Staged
from conformance.worlds.trail import Trail
from conformance.worlds.wire import request_of
from contracts.document import JSON, Document
from contracts.exchange import Exchange, Request, Response
from contracts.laws.groundrules import ACCEPTED, DESCRIBED
from contracts.operations import Operation
from contracts.resources import Resource, ResourceModel, Verb
from contracts.schemas import kind, properties, required, resolve
from contracts.world import Broken, Identity, Step, Thing, Unreachable


@dataclass
class Maker:
    """Makes records for one example.

    Attributes:
        names: what ids that a client has to choose are made of; never the same twice in a run.
    """

    document: Document
    model: ResourceModel
    sources: Sources
    trail: Trail
    draw: Draw
    names: IdSource
    _under_way: list[str] = field(default_factory=list)

    def make(
        self,
        resource: Resource,
        identity: Identity,
        owner: Mapping[str, str] | None = None,
        body: JSON | None = None,
        *,
        fresh_owner: bool = False,
    ) -> Thing:
        """A new record; see `contracts.world.World.make`."""
        create = creation(resource)
        given = body or {}
        drawn = self.drawn(create)
        for attempt in ("first", "again"):
            above = dict(owner) if owner is not None else self.owners(resource, identity, fresh=fresh_owner)
            sent = self.filled(resource, create, drawn, identity, above, given) | given
            request = request_of(self.sources.completed(Step(create, above, body=sent, identity=identity)))
            response = self.trail.send(request)
            if response.ok:
                return self._thing(resource, above, sent, response, identity)
            if attempt == "first" and not self._lost():
                break
        return self.trail.refuse(ACCEPTED, "refuses a valid request", "2xx", response, create.id)

    def drawn(self, operation: Operation) -> JSON:
        """Draws a valid request body, whose references may lead nowhere."""
        schema = self._record_schema(operation)
        if schema is None:
            return {}
        strategy = self.sources.valid(schema)
        if strategy.is_empty:
            raise Unreachable(f"no valid body of {operation.id} can be drawn")
        body = self.draw(strategy, f"{operation.id} body")
        return dict(body) if isinstance(body, dict) else body

    def filled(
        self,
        resource: Resource,
        operation: Operation,
        body: JSON,
        identity: Identity,
        above: Mapping[str, str] | None,
        given: Collection[str] = (),
    ) -> JSON:
        """A body in which what refers to records refers to live ones.

        Args:
            above: the path parameters above the record; None when they are not known.
            given: properties that are left as they are.
        """
        wrapper, schema = _said_of_the_record(resource, operation)
        if wrapper and isinstance(body, dict) and isinstance(body.get(wrapper), dict):
            return {
                **body,
                wrapper: self._linked(resource, operation, schema, body[wrapper], identity, above, given),
            }
        if not isinstance(body, dict):
            return body
        return self._linked(resource, operation, schema, body, identity, above, given)

    def _linked(
        self,
        resource: Resource,
        operation: Operation,
        schema: JSON,
        body: JSON,
        identity: Identity,
        above: Mapping[str, str] | None,
        given: Collection[str],
    ) -> JSON:
        needed = required(self.document.data, schema)
        out = dict(body)
        creating = operation is resource.verbs.get(Verb.CREATE)
        for name, value in self._links(resource, schema, creating, out, identity, above, given):
            if value is not None:
                out[name] = value
            elif name in needed:
                raise Unreachable(f"{operation.id} needs {name}, and no such record can be made")
            else:
                del out[name]
        return out

    def live(self, resource: Resource, identity: Identity, *, owning: bool = False) -> Thing:
        """A record that is there: a shared one, or one of this example where none can be shared.

        Raises:
            Unreachable: no operation makes one, or it needs itself.
        """
        entry = self.trail.stage.find(resource.path, identity, owning=owning)
        if entry is None:
            if resource.path in self._under_way:
                raise Unreachable(f"a {resource.label} cannot be made without another {resource.label}")
            self._under_way.append(resource.path)
            try:
                entry = self._staged(resource, identity)
            except LookupError:
                return self.make(resource, identity)
            finally:
                self._under_way.pop()
            self.trail.stage.add(entry, owning=owning)
        self.trail.borrow(entry)
        return entry.thing

    def _links(
        self,
        resource: Resource,
        schema: JSON,
        creating: bool,
        body: JSON,
        identity: Identity,
        above: Mapping[str, str] | None,
        given: Collection[str],
    ) -> list[tuple[str, Any]]:
        """The properties of a body that name records, each with a live id, or None where there is none."""
        found: dict[str, Any] = {}
        for reference in resource.references:
            if reference.property in body and reference.property not in given:
                try:
                    target = self.model.resources[reference.target]
                    found[reference.property] = self._typed(
                        schema, reference.property, self.live(target, identity).id
                    )
                except Unreachable:
                    found[reference.property] = None
        # A list that is asked for no other value shows these alone.
        usual = resource.listing.usual if resource.listing else {}
        found |= {name: value for name, value in usual.items() if name in body and name not in given}
        for name, parameter in resource.owner_properties.items():
            if name in body and name not in given:
                owner = (above or {}).get(parameter)
                found[name] = None if owner is None else self._typed(schema, name, owner)
        own = resource.id_property
        fixed = own is not None and "pattern" in self._part(schema, own)  # only what is drawn fits
        if own is not None and own in body and own not in given and not (fixed and resource.client_id):
            found[own] = (
                self._typed(schema, own, self.names.next(self._part(schema, own)))
                if (creating and resource.client_id)
                else None
            )
        return list(found.items())

    def owners(self, resource: Resource, identity: Identity, *, fresh: bool = False) -> dict[str, str]:
        """The path parameters above a collection, of records that are there.

        Args:
            fresh: whether the nearest owner is to be a new one.

        Raises:
            Unreachable: no operation makes such records.
        """
        if not resource.owner_parameters:
            return {}
        parent = self.model.resources.get(resource.parent or "")
        if parent is None:
            raise Unreachable(f"nothing says which records {resource.path} stands below")
        if not fresh:
            above = dict(self.live(parent, identity, owning=True).path)
        else:
            try:
                above = dict(self._plain(parent, identity, self.trail.send).path)
            except LookupError:
                above = dict(self.make(parent, identity).path)
        if not above.keys() >= set(resource.owner_parameters):
            raise Unreachable(f"nothing says which records {resource.path} stands below")
        return above

    def _staged(self, resource: Resource, identity: Identity) -> Staged:
        """A new shared record.

        Raises:
            LookupError: its body has to be drawn.
        """
        lent = set(self.trail.borrowed)
        made: list[Exchange] = []

        def send(request: Request) -> Response:
            exchange = self.trail.send_aside(request)
            made.append(exchange)
            return self.trail.answer(exchange)

        try:
            thing = self._plain(resource, identity, send)
        except Broken:
            self.trail.exchanges += made  # nobody will borrow it
            raise
        needs = tuple(entry for entry in self.trail.borrowed if entry not in lent)
        return Staged(thing, made[-1], needs)

    def _plain(self, resource: Resource, identity: Identity, send: Callable[[Request], Response]) -> Thing:
        """A new record of the simplest body, without drawing.

        Raises:
            LookupError: its body has to be drawn.
        """
        create = creation(resource)
        schema = self._record_schema(create)
        simple = self.sources.simplest(schema) if schema is not None else {}
        above = self.owners(resource, identity)
        sent = self.filled(resource, create, simple, identity, above)
        response = send(request_of(self.sources.completed(Step(create, above, body=sent, identity=identity))))
        if not response.ok:
            self.trail.refuse(ACCEPTED, "refuses a valid request", "2xx", response, create.id)
        return self._thing(resource, above, sent, response, identity)

    def _thing(
        self, resource: Resource, above: Mapping[str, str], sent: JSON, response: Response, identity: Identity
    ) -> Thing:
        path = dict(above)
        if resource.id_parameter is not None:
            chosen = sent.get(resource.id_property or "") if resource.client_id else None
            identifier = chosen or new_id(resource, response)
            if identifier is None:
                self._nameless(resource, response)
            path[resource.id_parameter] = str(identifier)
        receipt = receipt_in(resource, parsed(response))
        named = new_id(resource, response) if resource.id_parameter is None and resource.id_property else None
        return Thing(resource, path, sent, receipt, identity, named or "")

    def _nameless(self, resource: Resource, response: Response) -> NoReturn:
        create = creation(resource)
        promised = create.success.json_schema
        if promised is not None and required(self.document.data, promised) & {resource.id_property, "id"}:
            message = "does not name the id of what it made"
            self.trail.refuse(DESCRIBED, message, "an id", response, create.id)
        raise Unreachable(f"the answer to {create.id} does not name the id of what it made")

    def _lost(self) -> bool:
        """Whether a shared record is gone that nobody took away; it is shared no more."""
        gone = [
            entry
            for entry in self.trail.borrowed
            if (get := entry.thing.resource.verbs.get(Verb.GET)) is not None
            and self.trail.send(request_of(Step(get, entry.thing.path, identity=entry.thing.identity))).status
            in {404, 410}
        ]
        for entry in gone:
            self.trail.stage.remove(entry)
            self.trail.stage.lost.append(entry.thing)
        return bool(gone)

    def _record_schema(self, operation: Operation) -> JSON | None:
        """The schema of a request body; one that describes an object without saying so allows no other."""
        schema = body_schema(operation)
        if schema is None or kind(self.document.data, schema) != "object":
            return schema
        node = resolve(self.document.data, schema)
        return schema if "type" in node else {"type": "object"} | node

    def _part(self, schema: JSON, name: str) -> JSON:
        return properties(self.document.data, schema).get(name, {})

    def _typed(self, schema: JSON, name: str, identifier: str) -> Any:
        whole = kind(self.document.data, self._part(schema, name)) == "integer"
        return int(identifier) if whole and identifier.lstrip("-").isdigit() else identifier


class IdSource:
    """Ids for records whose client chooses them; never the same twice.

    Args:
        seed: of the run; runs of one seed choose the same.
    """

    def __init__(self, seed: int = 0) -> None:
        self._space = uuid.uuid5(uuid.NAMESPACE_OID, str(seed))
        self._given = 0

    def next(self, schema: JSON) -> str:
        """An id that fits the format of its schema."""
        self._given += 1
        whole = uuid.uuid5(self._space, str(self._given))
        if schema.get("type") == "integer":
            least = int(schema.get("minimum", 1))
            places = int(schema.get("maximum", least + 2**25)) - least + 1
            return str(least + (self._space.int % 2**24 + self._given) % places)
        return str(whole) if schema.get("format") == "uuid" else whole.hex[: schema.get("maxLength", 16)]


def creation(resource: Resource) -> Operation:
    """The operation that makes a record.

    Raises:
        Unreachable: there is none.
    """
    create = resource.verbs.get(Verb.CREATE)
    if create is None:
        cause = f" (it arises from {resource.arises})" if resource.arises else ""
        raise Unreachable(f"no operation makes a {resource.label}{cause}")
    return create


def _said_of_the_record(resource: Resource, operation: Operation) -> tuple[str | None, JSON]:
    """The property of a request body that wraps what it says of the record, if one does, and its schema."""
    for verb, known in resource.verbs.items():
        if known is operation and verb in resource.requests:
            return resource.requests[verb].wrapper, resource.requests[verb].schema
    return None, body_schema(operation) or {}


def body_schema(operation: Operation) -> JSON | None:
    """The schema of the request body: of its JSON form, else of the first."""
    if operation.body is None or not operation.body.media:
        return None
    return operation.body.json_schema or next(iter(operation.body.media.values()))
