"""Who may ask."""

from __future__ import annotations

from dataclasses import replace

from contracts.compare import changed
from contracts.laws.demands import Newcomers, actions_on, calls_on, demand_none, demand_refused, must_read
from contracts.laws.law import Basis, law
from contracts.resources import Resource, ResourceModel, Verb
from contracts.world import Identity, Step, World


def _guarded(model: ResourceModel, resource: Resource) -> bool:
    return any(operation.security and all(operation.security) for operation in resource.verbs.values())


def _every_call(world: World, resource: Resource) -> list[Step]:
    """A valid call of each guarded verb, on records that are there where they can be made."""
    if Verb.CREATE in resource.verbs:
        thing = world.make(resource)
        steps = [*calls_on(world, resource, thing.path), *actions_on(world, resource, thing.path)]
        owner = thing.owner
    else:
        steps, owner = [], world.owner(resource)
    for verb in (Verb.CREATE, Verb.LIST, Verb.CLEAR):
        operation = resource.verbs.get(verb)
        if operation is not None:
            body = world.body(resource, verb) if operation.body else None
            steps.append(Step(operation, path=owner, query=world.query(operation), body=body))
    return [step for step in steps if step.operation.security and all(step.operation.security)]


@law("key-is-needed", "A call without a key is refused.", Basis.SPEC, applies=_guarded)
def key_is_needed(world: World, resource: Resource) -> None:
    """Every verb; 401 or 403, as correct servers differ."""
    for step in _every_call(world, resource):
        answer = world.send(replace(step, identity=Identity.NOBODY))
        demand_refused(world, answer, "A call without a key is answered.", step.operation)


@law(
    "refused-calls-have-no-effect",
    "A call that is refused for want of a key changes nothing.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
    applies=_guarded,
)
def refused_calls_have_no_effect(world: World, resource: Resource) -> None:
    """Write and delete without a key; the record and the list read as before."""
    thing = world.make(resource, fresh_owner=True)
    before = must_read(world, thing, "What was created cannot be read.")
    create, newcomers = resource.verbs[Verb.CREATE], Newcomers(world, thing)
    calls = [
        *calls_on(world, resource, thing.path),
        Step(create, thing.owner, body=newcomers.marked(world.body(resource, Verb.CREATE))),
    ]
    for step in calls:
        world.send(replace(step, identity=Identity.NOBODY))
        after = must_read(world, thing, "A call without a key removes a record.", step.operation)
        demand_none(world, changed(before, after), "A call without a key changes a record.", step.operation)
    found = newcomers.ids()
    world.expect(
        not found,
        "A call without a key makes a record.",
        operation=create,
        observed=found,
        expected="no new record",
    )


@law(
    "unissued-keys-see-nothing",
    "A key that was never issued is refused, or sees nothing of another's.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
    applies=_guarded,
)
def unissued_keys_see_nothing(world: World, resource: Resource) -> None:
    """Its record, by its own path and in the list."""
    thing = world.make(resource)
    for verb in (Verb.GET, Verb.LIST):
        operation = resource.verbs.get(verb)
        if operation is None:
            continue
        path = thing.path if verb is Verb.GET else thing.owner
        step = Step(operation, path=path, query=world.query(operation), identity=Identity.STRANGER)
        answer = world.send(step)
        shows = answer.ok and thing.id in answer.text
        message = "A key that was never issued sees another's record."
        world.expect(
            not shows,
            message,
            operation=operation,
            observed=answer.status,
            expected="refused, or nothing of it",
        )


@law(
    "unauthorised-says-how",
    "A 401 carries a challenge.",
    Basis.HTTP,
    source="RFC 9110 §15.5.2",
    applies=_guarded,
)
def unauthorised_says_how(world: World, resource: Resource) -> None:
    """`WWW-Authenticate`; a server that answers 403 says nothing of the kind."""
    operation = next(o for o in resource.verbs.values() if o.security and all(o.security))
    names = [parameter.name for parameter in operation.parameters if parameter.location == "path"]
    path = dict.fromkeys(names, "123e4567-e89b-12d3-a456-426614174000")
    answer = world.send(Step(operation, path=path, query=world.query(operation), identity=Identity.NOBODY))
    good = answer.status != 401 or answer.header("www-authenticate") is not None
    world.expect(
        good, "A 401 carries no challenge.", operation=operation, expected="WWW-Authenticate", observed=None
    )


LAWS = (key_is_needed, refused_calls_have_no_effect, unissued_keys_see_nothing, unauthorised_says_how)
