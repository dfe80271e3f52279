"""Two keys, two worlds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.compare import changed
from contracts.dialect import Listing
from contracts.document import JSON
from contracts.laws.demands import (
    actions_on,
    as_second,
    calls_on,
    demand_none,
    demand_refused,
    ids_of,
    must_read,
    somewhere,
    unknown_id,
)
from contracts.laws.law import Basis, law
from contracts.operations import Parameter
from contracts.resources import Resource, Verb
from contracts.schemas import compile_schema, every_property, kind, resolve
from contracts.world import Identity, Step, Thing, World

_CREATE = frozenset({Verb.CREATE})
_LONGEST = 200  # characters of a value in a query


@law("foreign-is-not-read", "A record of one key is not read with another.", Basis.CONVENTION, needs=_CREATE)
def foreign_is_not_read(world: World, resource: Resource) -> None:
    """By its own path, else in the list below its owner."""
    thing = world.make(resource)
    found = world.read(thing, identity=Identity.SECOND)
    reader = resource.verbs.get(Verb.GET) or resource.verbs.get(Verb.LIST)
    world.expect(
        found is None,
        "A record is read with another key.",
        operation=reader,
        observed=found,
        expected="no record",
    )


@law(
    "foreign-is-not-listed",
    "A list holds no record of another key.",
    Basis.CONVENTION,
    needs=frozenset({Verb.CREATE, Verb.LIST}),
    applies=lambda model, resource: not resource.owner_parameters,
    steady=True,
)
def foreign_is_not_listed(world: World, resource: Resource) -> None:
    """A record each; neither list holds the other's, plain, filtered or sorted.

    Each way to ask may be a query of its own to a server, which can forget in each whose the records are.
    """
    matching = resource.listing.matching if resource.listing else {}
    mark = {"mark": world.mark()}
    body = dict.fromkeys(matching.values(), mark)
    known = _numbers(world, resource)
    mine, theirs = world.make(resource, body=body), world.make(resource, identity=Identity.SECOND, body=body)
    if mine.id == theirs.id:
        world.unreachable("ids do not tell the records of two keys apart")
    lister = resource.verbs[Verb.LIST]
    for identity, foreign in ((Identity.FIRST, theirs), (Identity.SECOND, mine)):
        if foreign.id in known.get(identity, ()):
            continue  # it is the number of one of its own as well
        for query in _queries(world, resource, foreign, dict.fromkeys(matching, json.dumps(mark))):
            found = ids_of(resource, world.listed(resource, {}, query, identity))
            world.expect(
                foreign.id not in found,
                "A list holds another key's record.",
                operation=lister,
                observed=foreign.id,
                expected="no record of another key",
            )


def _numbers(world: World, resource: Resource) -> dict[Identity, list[str]]:
    """By key, the ids that are listed before: where they are numbers, each key may count for itself."""
    schema = every_property(world.document.data, resource.record).get(resource.id_property or "", {})
    if kind(world.document.data, schema) != "integer":
        return {}
    both = (Identity.FIRST, Identity.SECOND)
    return {identity: ids_of(resource, world.listed(resource, {}, {}, identity)) for identity in both}


@law(
    "foreign-is-not-written",
    "A record of one key is not changed or deleted with another.",
    Basis.CONVENTION,
    needs=_CREATE,
    applies=lambda model, resource: bool({Verb.REPLACE, Verb.MERGE, Verb.DELETE} & resource.verbs.keys()),
)
def foreign_is_not_written(world: World, resource: Resource) -> None:
    """Every verb that writes with the second key; then the record reads as before with the first."""
    thing = world.make(resource)
    before = must_read(world, thing, "What was created cannot be read.")
    for step in calls_on(world, resource, thing.path):
        if step.operation is resource.verbs.get(Verb.GET):
            continue
        answer = world.send(as_second(step))
        after = must_read(world, thing, "A record is deleted with another key.", step.operation)
        demand_none(world, changed(before, after), "A record is changed with another key.", step.operation)
        if step.operation is not resource.verbs.get(Verb.DELETE):
            demand_refused(world, answer, "A call on another key's record is accepted.", step.operation)


@law(
    "foreign-takes-no-action",
    "No action is carried out on a record of another key.",
    Basis.CONVENTION,
    needs=_CREATE,
    applies=lambda model, resource: bool(resource.actions),
)
def foreign_takes_no_action(world: World, resource: Resource) -> None:
    """Each action with the second key."""
    thing = world.make(resource)
    for step in actions_on(world, resource, thing.path):
        answer = world.send(as_second(step))
        demand_refused(world, answer, "An action on another key's record is accepted.", step.operation)


@law(
    "foreign-is-like-unknown",
    "Another key's id is answered exactly as one that nobody has.",
    Basis.CONVENTION,
    needs=_CREATE,
    applies=lambda model, resource: Verb.GET in resource.verbs,
)
def foreign_is_like_unknown(world: World, resource: Resource) -> None:
    """Otherwise the answers tell which ids exist."""
    thing, get = world.make(resource), resource.verbs[Verb.GET]
    foreign = world.send(as_second(Step(get, path=thing.path)))
    unknown = world.send(as_second(Step(get, path=somewhere(thing, unknown_id(world, resource)))))
    good, message = foreign.status == unknown.status, "The answers tell another key's ids from unknown ones."
    world.expect(good, message, operation=get, expected=unknown.status, observed=foreign.status)


@law(
    "foreign-owner-takes-no-records",
    "Nothing is created under a record of another key.",
    Basis.CONVENTION,
    needs=_CREATE,
    applies=lambda model, resource: resource.parent is not None,
)
def foreign_owner_takes_no_records(world: World, resource: Resource) -> None:
    """Create below it with the second key; the list reads as before with the first."""
    thing, create = world.make(resource), resource.verbs[Verb.CREATE]
    answer = world.send(as_second(Step(create, path=thing.owner, body=world.body(resource, Verb.CREATE))))
    demand_refused(world, answer, "A record is created under another key's.", create)


def _queries(world: World, resource: Resource, thing: Thing, filters: JSON) -> Iterator[JSON]:
    """Ways to ask for a list that holds a record: plain, by each filter that selects it, in each order.

    Args:
        filters: those on objects, with members that the record has.
    """
    listing, lister = resource.listing or Listing(envelope=None), resource.verbs[Verb.LIST]
    yield from ({}, *({name: value} for name, value in filters.items()))
    read = must_read(world, thing, "What was created cannot be read.") if listing.equal else {}
    for name, field in listing.equal.items():
        if _may_be_asked(world, lister.parameter(name), read.get(field)):
            yield {name: read[field]}
    for name in filter(None, (listing.sort, listing.order)):
        parameter = lister.parameter(name)
        schema = resolve(world.document.data, parameter.schema) if parameter else {}
        for value in schema.get("enum", ()):
            yield {name: value}
            yield {**filters, name: value}  # selects so few that the last of them are on the first page


def _may_be_asked(world: World, parameter: Parameter | None, value: Any) -> bool:
    """Whether a query may hold a value: it is valid, plain, and not too long for a URL."""
    if parameter is None or not isinstance(value, str | int) or value == "" or len(str(value)) > _LONGEST:
        return False
    return compile_schema(world.document.data, parameter.schema).is_valid(value)


LAWS = (
    foreign_is_not_read,
    foreign_is_not_listed,
    foreign_is_not_written,
    foreign_takes_no_action,
    foreign_is_like_unknown,
    foreign_owner_takes_no_records,
)
