"""Who is there: what a story has made and taken away, as far as its answers tell.

Schemathesis looks along one branch of a story. This looks at all of it, and at what the resource model says:
emptying a collection takes away none of its owners, and deleting a record takes away what is nested under it,
and perhaps what refers to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conformance.schemathesis_bridge.pool import Record
from conformance.schemathesis_bridge.slots import Slots
from conformance.validity import parsed_json, path_values
from conformance.worlds.receipts import new_id, parsed, receipt_in
from contracts.exchange import Exchange
from contracts.resources import Resource, ResourceModel, Verb
from contracts.world import Thing

Place = tuple[str, tuple[tuple[str, str], ...]]


class Presence(StrEnum):
    """Whether a record is there."""

    LIVE = "live"
    GONE = "gone"
    UNSURE = "unsure"  # what it refers to is gone: it may have gone with it, correct servers differ
    UNKNOWN = "unknown"


@dataclass
class Resident:
    """A record of the story.

    Attributes:
        names: ids that it refers to.
    """

    record: Record
    presence: Presence = Presence.LIVE
    names: set[str] = field(default_factory=set)


@dataclass
class Census:
    """The records of one story."""

    model: ResourceModel
    slots: Mapping[str, Slots]
    _residents: dict[Place, Resident] = field(default_factory=dict)

    def settle(self, record: Record) -> None:
        """Takes a record in that was there before the story."""
        resident = Resident(record, names=_texts(record.thing.sent))
        self._residents[_place(record.thing.resource, record.thing.path)] = resident

    def note(self, exchange: Exchange) -> None:
        """Learns from what came of a call."""
        call = self.slots.get(exchange.request.operation or "")
        if call is None or call.operation.method in {"GET", "HEAD", "OPTIONS"}:
            return
        path = path_values(call.operation, exchange.request.target.partition("?")[0])
        response = exchange.response
        if path is None or (response is not None and 400 <= response.status < 500):
            return
        if call.verb is Verb.CREATE and call.resource is not None:
            self._arrived(call.resource, path, exchange)
        elif call.verb is Verb.DELETE and call.resource is not None:
            certain = response is not None and response.ok
            self._left(_place(call.resource, path), Presence.GONE if certain else Presence.UNSURE)
        elif call.verb is Verb.CLEAR and call.resource is not None:
            for place in list(self._residents):
                if place[0] == call.resource.path and set(path.items()) <= set(place[1]):
                    self._left(
                        place, Presence.GONE if response is not None and response.ok else Presence.UNSURE
                    )
        elif call.record is not None and (resident := self._residents.get(_place(call.record, path))):
            for body in parsed_json(exchange.request.body):
                resident.names |= _texts(body)

    def presence(self, call: Slots, path: Mapping[str, str]) -> Presence:
        """Whether the record that a call names in its path is there."""
        if call.record is None:
            return Presence.UNKNOWN
        resident = self._residents.get(_place(call.record, path))
        return resident.presence if resident is not None else Presence.UNKNOWN

    def live(self, collection: str) -> list[Record]:
        """The records of a collection that are there, in the order of their making."""
        return [
            resident.record
            for place, resident in self._residents.items()
            if place[0] == collection and resident.presence is Presence.LIVE
        ]

    def settled(self) -> list[Thing]:
        """What the story has made and knows the whereabouts of, the oldest first."""
        known = {Presence.LIVE, Presence.GONE}
        return [one.record.thing for one in self._residents.values() if one.presence in known]

    def presence_of(self, identifier: str) -> Presence:
        """Whether a record of an id is there, whatever its kind."""
        for resident in self._residents.values():
            if resident.record.id == identifier:
                return resident.presence
        return Presence.UNKNOWN

    def _arrived(self, resource: Resource, path: Mapping[str, str], exchange: Exchange) -> None:
        response = exchange.response
        identifier = new_id(resource, response) if response is not None and response.ok else None
        if identifier is None or resource.id_parameter is None or response is None:
            return
        sent: Any = next(parsed_json(exchange.request.body), {})
        whole = {**path, resource.id_parameter: identifier}
        receipt = receipt_in(resource, parsed(response))
        thing = Thing(resource, whole, sent if isinstance(sent, dict) else {}, receipt)
        self.settle(Record(thing, ()))

    def _left(self, place: Place, presence: Presence) -> None:
        resident = self._residents.get(place)
        if resident is None or resident.presence is Presence.GONE:
            return
        resident.presence = presence
        identifier = resident.record.id
        for other, one in list(self._residents.items()):
            if one.presence is Presence.GONE or other == place:
                continue
            if set(place[1]) < set(other[1]) and other[0].startswith(f"{place[0]}/"):
                self._left(other, presence)
            elif identifier in one.names and one.presence is Presence.LIVE:
                self._left(other, Presence.UNSURE)


def _place(resource: Resource, path: Mapping[str, str]) -> Place:
    names = (*resource.owner_parameters, *((resource.id_parameter,) if resource.id_parameter else ()))
    return resource.path, tuple((name, str(path[name])) for name in names if name in path)


def _texts(data: Any) -> set[str]:
    """All texts and numbers in a body, among which ids may be."""
    return set(_each(data))


def _each(data: Any) -> Iterator[str]:
    inner: Iterable[Any] = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for item in inner:
        yield from _each(item)
    if isinstance(data, (str, int)):
        yield str(data)
