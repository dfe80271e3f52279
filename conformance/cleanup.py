"""What a run created, it deletes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from conformance.target import Target, TargetUnavailable
from conformance.worlds.receipts import new_id
from conformance.worlds.wire import path_of, request_of
from contracts.exchange import Exchange
from contracts.operations import Operation
from contracts.resources import Resource, ResourceModel, Verb
from contracts.world import Identity, Step


@dataclass(frozen=True, slots=True)
class Made:
    """A record that a run made: what takes it away, and for whom."""

    resource: Resource = field(compare=False)
    collection: str
    path: tuple[tuple[str, str], ...]
    identity: str

    @property
    def where(self) -> str | None:
        """Its own path; None when no operation deletes it."""
        operation = self.resource.verbs.get(Verb.DELETE)
        return None if operation is None else path_of(operation, dict(self.path))


@dataclass(frozen=True, slots=True)
class Left:
    """A record that a run could not delete, and why."""

    made: Made
    reason: str

    def __str__(self) -> str:
        where = self.made.where or f"{self.made.collection} {dict(self.made.path)}"
        return f"{where} ({self.made.resource.label}): {self.reason}"


@dataclass
class Ledger:
    """All that a run created and did not delete, in the order of creation.

    What goes with its owner is not in it.
    """

    model: ResourceModel
    records: dict[Made, None] = field(default_factory=dict)

    def note(self, exchange: Exchange) -> Made | None:
        """Learns from an exchange, whatever it was sent for.

        Returns:
            What it made, when it made a record that is to be deleted.
        """
        response, request = exchange.response, exchange.request
        if response is None or not response.ok:
            return None
        path = request.target.partition("?")[0]
        if request.method == "DELETE":
            self._forget(path)
            return None
        for resource, values in self._creations(request.method, path):
            identifier = new_id(resource, response)
            if resource.id_parameter is None or identifier is None:
                continue
            parameters = (*values.items(), (resource.id_parameter, identifier))
            made = Made(resource, resource.path, parameters, request.identity)
            self.records[made] = None
            return made
        return None

    def sweep(self, target: Target, keep: Collection[str] = ()) -> list[Left]:
        """Deletes what is left, the newest first, so that what refers goes before what it refers to.

        Args:
            keep: paths of records that are still needed.

        Returns:
            What could not be deleted.
        """
        due = [made for made in reversed(self.records) if made.where is None or made.where not in keep]
        left = self._delete_all(target, due)
        if left:  # what was refused because something still referred to it may go now
            left = self._delete_all(target, [entry.made for entry in left])
        for entry in left:
            self.records.pop(entry.made, None)
        return left

    def _delete_all(self, target: Target, due: list[Made]) -> list[Left]:
        left: list[Left] = []
        for index, made in enumerate(due):
            try:
                reason = self._delete(target, made)
            except TargetUnavailable as error:  # whatever else there is cannot be deleted either
                return [*left, *(Left(rest, error.message) for rest in due[index:])]
            if reason is not None:
                left.append(Left(made, reason))
        return left

    def _delete(self, target: Target, made: Made) -> str | None:
        """Why a record is still there; None when it is gone.

        Raises:
            TargetUnavailable: nothing listens any more.
        """
        operation = made.resource.verbs.get(Verb.DELETE)
        if operation is None:
            return "no operation deletes it"
        step = Step(operation, dict(made.path), identity=Identity(made.identity))
        exchange = target.send(request_of(step))
        if exchange.response is None:
            return exchange.failure or "no answer"
        if not exchange.response.ok and exchange.response.status not in {404, 410}:
            return f"{operation.id} answered {exchange.response.status}"
        self.records.pop(made, None)
        return None

    def _forget(self, path: str) -> None:
        for made in [made for made in self.records if made.where == path]:
            del self.records[made]

    def _creations(self, method: str, path: str) -> Iterator[tuple[Resource, Mapping[str, str]]]:
        for resource in self.model.resources.values():
            create = resource.verbs.get(Verb.CREATE)
            if create is None or create.method != method or self._goes_with_its_owner(resource):
                continue
            values = _parameters(create, path)
            if values is not None:
                yield resource, values

    def _goes_with_its_owner(self, resource: Resource) -> bool:
        owner = self.model.resources.get(resource.parent or "")
        return owner is not None and (Verb.DELETE in owner.verbs or self._goes_with_its_owner(owner))


def _parameters(operation: Operation, path: str) -> Mapping[str, str] | None:
    """The path parameters of a path that is one of the operation's."""
    pattern = "".join(
        f"(?P<p{index}>[^/]+)" if piece.startswith("{") else re.escape(piece)
        for index, piece in enumerate(re.split(r"(\{[^}]+\})", operation.path))
    )
    match = re.fullmatch(pattern, path)
    if match is None:
        return None
    names = re.findall(r"\{([^}]+)\}", operation.path)
    return dict(zip(names, map(unquote, match.groups()), strict=True))
