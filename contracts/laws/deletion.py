"""What deleting does, and what it leaves alone."""

from __future__ import annotations

from contracts.compare import changed
from contracts.laws.demands import GONE, actions_on, calls_on, demand_none, demand_status, must_read
from contracts.laws.law import Basis, law
from contracts.resources import Resource, Verb
from contracts.world import Step, World

_DELETE = frozenset({Verb.CREATE, Verb.DELETE})


@law("deleted-is-gone", "After a delete, a record reads as if it had never been.", Basis.SPEC, needs=_DELETE)
def deleted_is_gone(world: World, resource: Resource) -> None:
    """By its own path, and in its list."""
    thing = world.make(resource)
    step = world.step(thing, Verb.DELETE)
    world.accepted(step)
    found = world.read(thing)
    world.expect(
        found is None,
        "A deleted record can be read.",
        operation=step.operation,
        observed=found,
        expected="no record",
    )
    if Verb.LIST in resource.verbs and resource.id_property:
        listed = world.listed(resource, thing.owner)
        still = [record for record in listed if str(record.get(resource.id_property)) == thing.id]
        world.expect(
            not still,
            "A deleted record is listed.",
            operation=step.operation,
            observed=still,
            expected="no record",
        )


@law(
    "deleted-takes-no-writes",
    "A write to a deleted record is answered like a write to one that never was.",
    Basis.SPEC,
    needs=_DELETE,
    applies=lambda model, resource: bool(
        {Verb.REPLACE, Verb.MERGE} & resource.verbs.keys() or resource.actions
    ),
)
def deleted_takes_no_writes(world: World, resource: Resource) -> None:
    """404, or 410 from a server that remembers; and the record does not come back."""
    thing = world.make(resource)
    world.accepted(world.step(thing, Verb.DELETE))
    reads = (resource.verbs.get(Verb.GET), resource.verbs.get(Verb.DELETE))
    for step in [*calls_on(world, resource, thing.path), *actions_on(world, resource, thing.path)]:
        if step.operation not in reads:
            answer = world.send(step)
            demand_status(world, answer, GONE, "A deleted record can be written.", step.operation)
            back = world.read(thing)
            world.expect(
                back is None,
                "A write brings back a deleted record.",
                operation=step.operation,
                observed=back,
                expected="no record",
            )


@law("delete-spares-the-rest", "A delete removes no other record.", Basis.SPEC, needs=_DELETE)
def delete_spares_the_rest(world: World, resource: Resource) -> None:
    """Two beside each other; one goes, the other reads as before."""
    thing = world.make(resource)
    beside = world.make(resource, owner=thing.owner)
    before = must_read(world, beside, "What was created cannot be read.")
    step = world.step(thing, Verb.DELETE)
    world.accepted(step)
    after = must_read(world, beside, "A delete removes another record.", step.operation)
    demand_none(world, changed(before, after), "A delete changes another record.", step.operation)


@law("second-delete-is-404", "Deleting what is gone is answered 404.", Basis.CONVENTION, needs=_DELETE)
def second_delete_is_404(world: World, resource: Resource) -> None:
    """DELETE is idempotent in its effect, not in its status (RFC 9110 §9.2.2); correct servers differ."""
    thing = world.make(resource)
    step = world.step(thing, Verb.DELETE)
    world.accepted(step)
    demand_status(world, world.send(step), GONE, "A second delete is not answered 404.", step.operation)


@law(
    "writes-touch-nothing-else",
    "A write changes no record beside it, and none that it refers to.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
)
def writes_touch_nothing_else(world: World, resource: Resource) -> None:
    """Every verb that writes, the record beside it, and the owners."""
    thing, beside = (first := world.make(resource)), world.make(resource, owner=first.owner)
    before = must_read(world, beside, "What was created cannot be read.")
    for verb in (Verb.REPLACE, Verb.MERGE):
        if verb in resource.verbs:
            step: Step = world.step(thing, verb, body=world.body(resource, verb))
            world.accepted(step)
            after = must_read(world, beside, "A write removes another record.", step.operation)
            demand_none(world, changed(before, after), "A write changes another record.", step.operation)
    world.make(resource, owner=first.owner)
    after, create = must_read(world, beside, "A create removes another record."), resource.verbs[Verb.CREATE]
    demand_none(world, changed(before, after), "A create changes another record.", create)


LAWS = (
    deleted_is_gone,
    deleted_takes_no_writes,
    delete_spares_the_rest,
    writes_touch_nothing_else,
    second_delete_is_404,
)
