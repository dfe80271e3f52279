"""Two keys, two worlds."""

from __future__ import annotations

from contracts.compare import changed
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
from contracts.resources import Resource, Verb
from contracts.world import Identity, Step, World

_CREATE = frozenset({Verb.CREATE})


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
)
def foreign_is_not_listed(world: World, resource: Resource) -> None:
    """A record each; neither list holds the other's."""
    mine, theirs = world.make(resource), world.make(resource, identity=Identity.SECOND)
    lister = resource.verbs[Verb.LIST]
    for identity, foreign in ((Identity.FIRST, theirs), (Identity.SECOND, mine)):
        found = ids_of(resource, world.listed(resource, {}, identity=identity))
        world.expect(
            foreign.id not in found,
            "A list holds another key's record.",
            operation=lister,
            observed=foreign.id,
            expected="no record of another key",
        )


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


LAWS = (
    foreign_is_not_read,
    foreign_is_not_listed,
    foreign_is_not_written,
    foreign_takes_no_action,
    foreign_is_like_unknown,
    foreign_owner_takes_no_records,
)
