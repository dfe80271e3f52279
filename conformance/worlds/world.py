"""The world of laws, driven by Hypothesis: a server seen through a target, and values that shrink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote

from hypothesis import strategies as st

from conformance.cleanup import Ledger, Left
from conformance.target import Target
from conformance.worlds.drawing import Draw, Drawn, remembering
from conformance.worlds.events import event_data
from conformance.worlds.making import IdSource, Maker
from conformance.worlds.reading import Reader
from conformance.worlds.sources import Sources
from conformance.worlds.stage import Stage
from conformance.worlds.trail import Trail
from conformance.worlds.wire import path_of, request_of
from contracts.document import JSON, Document
from contracts.exchange import Exchange, Request, Response
from contracts.operations import Operation, Parameter
from contracts.resources import Resource, ResourceModel, Verb
from contracts.world import Broken, Identity, Step, Thing, Unreachable

Choice = TypeVar("Choice")

# RFC 9112 §3 asks servers to take request lines of 8,000 octets; a path and other parameters need some.
LONGEST_PARAMETER = 2_000


@dataclass
class Ground:
    """What all worlds of a run stand on.

    Attributes:
        ledger: what the run created.
        stage: the records that its laws share.
        ids: ids of records whose client chooses them.
    """

    document: Document
    model: ResourceModel
    target: Target
    ids: IdSource = field(default_factory=IdSource)

    def __post_init__(self) -> None:
        self.sources = Sources(self.document)
        self.ledger = Ledger(self.model)
        self.stage = Stage(self.model)

    def world(self, draw: Draw) -> HypothesisWorld:
        """A world for one example.

        Args:
            draw: of `hypothesis.strategies.data`, or of `conformance.worlds.drawing`.
        """
        return HypothesisWorld(self, draw)

    def sweep(self, *, everything: bool = False) -> list[Left]:
        """Deletes what the run created and no law shares; with `everything`, the shared records too.

        Returns:
            What could not be deleted.
        """
        if everything:
            self.stage.entries.clear()
        return self.ledger.sweep(self.target, self.stage.paths)


class HypothesisWorld:
    """Implements `contracts.world.World` for one example.

    Attributes:
        drawn: all values of this example, in order.
    """

    def __init__(self, ground: Ground, draw: Draw) -> None:
        self.document = ground.document
        self.model = ground.model
        self.drawn: list[Drawn] = []
        self._draw = remembering(draw, self.drawn)
        self._ids = ground.ids
        self._sources = ground.sources
        self._trail = Trail(ground.target, ground.model, ground.ledger, ground.stage)
        self._reader = Reader(ground.document, ground.model, ground.sources, self._trail)
        self._maker = Maker(
            ground.document, ground.model, ground.sources, self._trail, self._draw, ground.ids
        )

    @property
    def trail(self) -> Sequence[Exchange]:
        """All exchanges that led here, those that made shared records included."""
        return self._trail.story

    def make(
        self,
        resource: Resource,
        *,
        identity: Identity = Identity.FIRST,
        owner: Mapping[str, str] | None = None,
        fresh_owner: bool = False,
        body: JSON | None = None,
    ) -> Thing:
        """A new record with all it needs."""
        return self._maker.make(resource, identity, owner, body, fresh_owner=fresh_owner)

    def send(self, step: Step) -> Response:
        """Sends a call; any answer below 500 is an answer."""
        return self._trail.send(request_of(self._reader.complete(step)))

    def raw(self, request: Request) -> Response:
        """Sends exactly these bytes; any answer below 500 is an answer."""
        return self._trail.send(request)

    def stream(self, step: Step) -> list[str]:
        """Sends a call that must succeed and reads its server-sent events."""
        return event_data(self._reader.taken(step, streaming=True).text)

    def parallel(self, steps: Sequence[Step]) -> list[Response]:
        """Sends calls at once."""
        return self._trail.send_together([request_of(self._reader.complete(step)) for step in steps])

    def accepted(self, step: Step) -> Any:
        """Sends a call that must succeed; its parsed answer."""
        return self._reader.accepted(step)

    def target(self, operation: Operation, path: Mapping[str, str]) -> str:
        """The path of an operation, its parameters filled in."""
        return path_of(operation, path)

    def raw_call(self, step: Step, body: bytes, media_type: str) -> Response:
        """Sends a call with these bytes as its body."""
        headers = {**step.headers, "Content-Type": media_type}
        bare = request_of(self._reader.complete(replace(step, body=None, headers=headers)))
        return self._trail.send(replace(bare, body=body))

    def owner(self, resource: Resource) -> Mapping[str, str]:
        """The path parameters above a collection, of owners that are there."""
        return self._maker.owners(resource, Identity.FIRST)

    def query(self, operation: Operation) -> dict[str, Any]:
        """Valid values of the query parameters that an operation requires, none too long for a URL."""
        return {
            parameter.name: self._short_value(parameter.schema, parameter.name)
            for parameter in operation.parameters
            if parameter.location == "query" and parameter.required
        }

    def outside(self, parameter: Parameter) -> list[Any]:
        """Values of a parameter that its schema refuses."""
        return self._sources.outside(parameter.schema)

    def read(self, thing: Thing, *, identity: Identity | None = None) -> JSON | None:
        """The record as it reads now; None when it is not there."""
        return self._reader.read(thing, thing.identity if identity is None else identity)

    def step(self, thing: Thing, verb: Verb, *, body: Any = None) -> Step:
        """The call of a verb on a record, or on the collection it is in."""
        operation = thing.resource.verbs.get(verb)
        if operation is None:
            raise Unreachable(f"no operation does {verb} on a {thing.resource.label}")
        return self._reader.named(Step(operation, thing.path, body=body, identity=thing.identity))

    def listed(
        self,
        resource: Resource,
        owner: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        identity: Identity = Identity.FIRST,
    ) -> list[JSON]:
        """One page of a list."""
        return self._reader.listed(resource, owner, query or {}, identity)

    def everything(
        self,
        resource: Resource,
        owner: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        identity: Identity = Identity.FIRST,
    ) -> list[JSON]:
        """All records of a list, page by page."""
        return self._reader.everything(resource, owner, query or {}, identity)

    def list_step(self, resource: Resource, owner: Mapping[str, str], query: Mapping[str, Any]) -> Step:
        """The call of a list operation, with what it requires."""
        return self._reader.complete(Step(self._reader.listing(resource), owner, query))

    def mark(self) -> str:
        """A short text that no other record of this run carries."""
        return self._ids.next({})

    def body(self, resource: Resource, verb: Verb) -> JSON:
        """Draws a valid request body; properties that refer to records hold ids of live ones."""
        operation = resource.verbs.get(verb)
        if operation is None:
            raise Unreachable(f"no operation does {verb} on a {resource.label}")
        drawn = self._maker.drawn(operation)
        return self._maker.filled(resource, operation, drawn, Identity.FIRST, None)

    def invalid(self, operation: Operation) -> tuple[JSON, str]:
        """Draws a request body that breaks its schema in one place, and says how."""
        schema = operation.body.json_schema if operation.body else None  # to a form, everything is text
        found = [] if schema is None else self._sources.defects(schema)
        if not found:
            raise Unreachable(f"{operation.id} forbids no body")
        defect = self.choose(found, f"{operation.id} defect")
        body = self._draw(defect.values, f"{operation.id} invalid body")
        resource = self._resource_of(operation)
        if resource is not None and isinstance(body, dict):
            # What is broken stays so, within a wrapper as well; everything else is to be right.
            broken = defect.pointer.split("/")[1:3]
            body = self._maker.filled(resource, operation, body, Identity.FIRST, None, broken)
        return body, str(defect)

    def choose(self, options: Sequence[Choice], name: str = "") -> Choice:
        """Draws one of several; shrinks towards the first."""
        if not options:
            raise Unreachable(f"there is no {name or 'option'} to choose from")
        # Hypothesis writes out whatever it draws when an example fails; a number is quickly written.
        return options[self._number(len(options) - 1, name)]

    def integer(self, low: int, high: int, name: str = "") -> int:
        """Draws an integer between two, both included; shrinks towards `low`."""
        return low + self._number(high - low, name)

    def value(self, schema: JSON, name: str = "") -> Any:
        """Draws a valid value of a schema."""
        strategy = self._sources.valid(schema)
        if strategy.is_empty:
            raise Unreachable(f"no valid {name or 'value'} can be drawn")
        return self._draw(strategy, name or None)

    def _number(self, most: int, name: str) -> int:
        number = self._draw(st.integers(0, most), name or None)
        if number > most:  # it was drawn where there was more to choose from
            raise Unreachable(f"there are no {number + 1} of {name or 'those'} to choose from")
        return number

    def _short_value(self, schema: JSON, name: str) -> Any:
        value = self.value(schema, name)
        return value if len(quote(str(value))) <= LONGEST_PARAMETER else self._sources.sample(schema)

    def expect(
        self,
        condition: bool,
        message: str,
        *,
        operation: Operation | None = None,
        expected: Any = None,
        observed: Any = None,
    ) -> None:
        """Demands that something holds."""
        if not condition:
            blamed = operation.id if operation is not None else self._trail.last_operation
            raise Broken(message, operation=blamed, expected=expected, observed=observed)

    def unreachable(self, reason: str) -> NoReturn:
        """Gives up on what a law needs."""
        raise Unreachable(reason)

    def _resource_of(self, operation: Operation) -> Resource | None:
        """The resource that an operation is a verb of."""
        for resource in self.model.resources.values():
            if any(known.id == operation.id for known in resource.verbs.values()):
                return resource
        return None
