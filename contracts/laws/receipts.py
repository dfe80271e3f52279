"""What the answers to writes say of the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.compare import changed, same
from contracts.dialect import Stamp
from contracts.document import JSON
from contracts.laws.demands import demand_none, must_read, stamp_of
from contracts.laws.law import Basis, law
from contracts.operations import Operation
from contracts.resources import Resource, ResourceModel, Verb
from contracts.schemas import properties
from contracts.world import World

_WRITES = (Verb.REPLACE, Verb.MERGE)


def _writes(model: ResourceModel, resource: Resource) -> bool:
    return bool(resource.verbs.keys() & set(_WRITES))


@law(
    "receipt-names-the-record",
    "The id and the time that a create answer names are those of the record.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
)
def receipt_names_the_record(world: World, resource: Resource) -> None:
    """A receipt that disagrees with the record sends clients to the wrong place."""
    thing = world.make(resource)
    read = must_read(world, thing, "The record that a create answer names cannot be read.")
    shared = {name for name in thing.receipt if name in properties(world.document.data, resource.record)}
    updated = stamp_of(resource, Stamp.UPDATED)
    wrong = changed(
        {name: thing.receipt[name] for name in shared},
        {name: read.get(name) for name in shared},
        apart=frozenset({updated or ""}),
    )
    demand_none(world, wrong, "A create answer disagrees with the record.", resource.verbs[Verb.CREATE])


@law(
    "update-receipt-names-the-record",
    "The id and the times that an update answer names are those of the record.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
    applies=_writes,
)
def update_receipt_names_the_record(world: World, resource: Resource) -> None:
    """Each verb that updates. What else an answer says may be how the record was before."""
    thing = world.make(resource)
    for verb in _WRITES:
        if verb in resource.verbs:
            step = world.step(thing, verb, body=world.body(resource, verb))
            said = _receipt(world, resource, step.operation, world.accepted(step))
            read = must_read(world, thing, "An updated record cannot be read.", step.operation)
            for name in (resource.id_property or "", *resource.stamps):
                if said.get(name) is None or read.get(name) is None:
                    continue
                good, seen = _agree(read[name], said[name]), {name: said[name]}
                message = "An update answer disagrees with the record."
                world.expect(
                    good, message, operation=step.operation, expected={name: read[name]}, observed=seen
                )


@law(
    "delete-receipt-names-the-record",
    "The id that a delete answer names is that of the record.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE, Verb.DELETE}),
)
def delete_receipt_names_the_record(world: World, resource: Resource) -> None:
    """Nothing can be read any more to compare with: the id is the one that was deleted."""
    thing = world.make(resource)
    step = world.step(thing, Verb.DELETE)
    said = _receipt(world, resource, step.operation, world.accepted(step))
    named = said.get(resource.id_property or "")
    good = named is None or _agree(thing.id, str(named))
    message = "A delete answer names another record."
    world.expect(good, message, operation=step.operation, expected=thing.id, observed=named)


def _receipt(world: World, resource: Resource, operation: Operation, answer: Any) -> JSON:
    """What an answer says of the record; nothing where it is about something else: a task, say."""
    schema = operation.success.json_schema
    others = [other.record for other in world.model.resources.values() if other.record != resource.record]
    if not isinstance(answer, dict) or schema in others:
        return {}
    inner = answer.get(resource.wrapper, answer) if resource.wrapper else answer
    return inner if isinstance(inner, dict) else {}


def _agree(one: Any, other: Any) -> bool:
    """Whether two values are equal, or one moment, or one UUID: neither has one spelling alone."""
    if same(one, other) or not (isinstance(one, str) and isinstance(other, str)):
        return same(one, other)
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except ValueError:
        return one.lower() == other.lower()


LAWS = (receipt_names_the_record, update_receipt_names_the_record, delete_receipt_names_the_record)
