"""What a law acts through: a server seen through HTTP, and a source of values.

A law knows neither the test tool that draws the values nor the client that sends the requests. Whoever
implements `World` (the suite does, with Hypothesis) keeps the trail of exchanges that a finding shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn, Protocol, TypeVar

from contracts.document import JSON, Document
from contracts.exchange import Exchange, Request, Response
from contracts.operations import Operation, Parameter
from contracts.resources import Resource, ResourceModel, Verb

Choice = TypeVar("Choice")


class Identity(StrEnum):
    """Whose key a request carries."""

    FIRST = "first"
    SECOND = "second"
    NOBODY = "nobody"
    STRANGER = "stranger"  # a key that was never issued


@dataclass(frozen=True, slots=True)
class Thing:
    """A record that the world made, or met.

    Attributes:
        path: the path parameters of its own path: those of its owners, and its id.
        sent: what the create request said.
        receipt: what the create answer said.
        named: the id that the create answer said, where no path holds one.
    """

    resource: Resource
    path: Mapping[str, str]
    sent: JSON
    receipt: JSON
    identity: Identity = Identity.FIRST
    named: str = ""

    @property
    def id(self) -> str:
        """Its id, as a path holds it; empty for what has none."""
        return self.path.get(self.resource.id_parameter or "", self.named)

    @property
    def owner(self) -> Mapping[str, str]:
        """The path parameters above it."""
        return {name: self.path[name] for name in self.resource.owner_parameters}


@dataclass(frozen=True, slots=True)
class Step:
    """A call of an operation that is described and not yet sent.

    Attributes:
        body: JSON data; None sends no body.
        query: parameters by name; None leaves one out.
        headers: added to those that the operation calls for, or in their place. `contracts.credentials.KEY`
            in a value stands for the key of the identity.
    """

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    identity: Identity = Identity.FIRST


class Broken(Exception):
    """A law does not hold here. Raised by the methods of `World` alone.

    Args:
        message: what is wrong, in a sentence without generated values: it names the cause.
        operation: the operation that broke it.
        rule: the name of the ground rule that is broken, when it is not the law's own
            (see `contracts.laws.groundrules`).
        status: of the answer that breaks a ground rule.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str | None,
        expected: Any = None,
        observed: Any = None,
        rule: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.expected = expected
        self.observed = observed
        self.rule = rule
        self.status = status


class Unreachable(Exception):
    """What a law needs could not be brought about: it says nothing, and the reason is reported as skipped."""


class World(Protocol):
    """A server, two identities, and values to try."""

    document: Document
    model: ResourceModel

    @property
    def trail(self) -> Sequence[Exchange]:
        """All exchanges that led here, in order."""
        ...

    def make(
        self,
        resource: Resource,
        *,
        identity: Identity = Identity.FIRST,
        owner: Mapping[str, str] | None = None,
        fresh_owner: bool = False,
        body: JSON | None = None,
    ) -> Thing:
        """A new record with all it needs: owners and references are made first, what is not given is drawn.

        Owners and referred records that are not given may serve other laws too. A law that changes or
        deletes one, or looks at all that belongs to it, makes it itself and passes it as `owner` or `body`.

        Args:
            owner: the path parameters above it, when it is to stand beside another.
            fresh_owner: whether its owners are to be new ones, which hold nothing else. A top-level
                collection has no owner: other records may stand in it.
            body: properties that the request is to have; the others are drawn.

        Raises:
            Broken: the server refuses a valid create request.
            Unreachable: no operation makes such a record.
        """
        ...

    def send(self, step: Step) -> Response:
        """Sends a call; any answer is an answer.

        Raises:
            Broken: no answer came, or it was a 5xx (RFC 9110 §15.6: the server knows that it failed).
        """
        ...

    def raw(self, request: Request) -> Response:
        """Sends exactly these bytes as target, headers and body.

        The key of `request.identity` is added, unless a header of its name is given; `KEY` in a header's
        value stands for it.

        Raises:
            Broken: no answer came, or it was a 5xx.
        """
        ...

    def stream(self, step: Step) -> list[str]:
        """Sends a call that must succeed and reads its server-sent events: the data of each.

        Raises:
            Broken: the answer is no 2xx.
        """
        ...

    def parallel(self, steps: Sequence[Step]) -> list[Response]:
        """Sends calls at once; answers in the order of `steps`."""
        ...

    def accepted(self, step: Step) -> Any:
        """Sends a call that must succeed; the parsed answer, None where there is none.

        Raises:
            Broken: the answer is no 2xx.
        """
        ...

    def target(self, operation: Operation, path: Mapping[str, str]) -> str:
        """The path of an operation below the base URL, its parameters filled in and percent-encoded."""
        ...

    def raw_call(self, step: Step, body: bytes, media_type: str) -> Response:
        """Sends a call with these bytes as its body, whatever they are."""
        ...

    def owner(self, resource: Resource) -> Mapping[str, str]:
        """The path parameters above a collection, of owners that are there.

        Raises:
            Unreachable: no operation makes such an owner.
        """
        ...

    def query(self, operation: Operation) -> dict[str, Any]:
        """Valid values of the query parameters that an operation requires."""
        ...

    def outside(self, parameter: Parameter) -> list[Any]:
        """Values of a parameter that its schema refuses, one beyond each bound; empty when it has none."""
        ...

    def read(self, thing: Thing, *, identity: Identity | None = None) -> JSON | None:
        """The record as it reads now: by its own path, else from its list; None when it is not there."""
        ...

    def step(self, thing: Thing, verb: Verb, *, body: Any = None) -> Step:
        """The call of a verb on a record, or on the collection it is in."""
        ...

    def listed(
        self,
        resource: Resource,
        owner: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        identity: Identity = Identity.FIRST,
    ) -> list[JSON]:
        """One page of a list."""
        ...

    def everything(
        self,
        resource: Resource,
        owner: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        identity: Identity = Identity.FIRST,
    ) -> list[JSON]:
        """All records of a list, page by page."""
        ...

    def list_step(self, resource: Resource, owner: Mapping[str, str], query: Mapping[str, Any]) -> Step:
        """The call of a list operation, with what it requires."""
        ...

    def mark(self) -> str:
        """A short text that no other record of this run carries."""
        ...

    def body(self, resource: Resource, verb: Verb) -> JSON:
        """Draws a valid request body; properties that refer to records hold ids of live ones."""
        ...

    def invalid(self, operation: Operation) -> tuple[JSON, str]:
        """Draws a request body that breaks its schema in one place, and says how."""
        ...

    def choose(self, options: Sequence[Choice], name: str = "") -> Choice:
        """Draws one of several; shrinks towards the first."""
        ...

    def integer(self, low: int, high: int, name: str = "") -> int:
        """Draws an integer between two, both included; shrinks towards `low`."""
        ...

    def value(self, schema: JSON, name: str = "") -> Any:
        """Draws a valid value of a schema."""
        ...

    def expect(
        self,
        condition: bool,
        message: str,
        *,
        operation: Operation | None = None,
        expected: Any = None,
        observed: Any = None,
    ) -> None:
        """Demands that something holds.

        Args:
            operation: what is to blame when it does not; the last call when left out.

        Raises:
            Broken: it does not hold.
        """
        ...

    def unreachable(self, reason: str) -> NoReturn:
        """Gives up on what a law needs.

        Raises:
            Unreachable: always.
        """
        ...
