"""Records that name other records."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.compare import changed
from contracts.document import JSON
from contracts.laws.demands import demand_none, demand_refused, must_read, referring, unknown_id
from contracts.laws.law import Basis, law
from contracts.resources import Reference, Resource, ResourceModel, Verb
from contracts.schemas import properties
from contracts.world import Identity, Step, Thing, World

_CREATE = frozenset({Verb.CREATE})


def sent_references(model: ResourceModel, resource: Resource) -> list[Reference]:
    """The references of a resource to top-level records that can be made."""
    return [
        reference
        for reference in resource.references
        if Verb.CREATE in model.resources[reference.target].verbs
        and not model.resources[reference.target].parent
    ]


def _refers(model: ResourceModel, resource: Resource) -> bool:
    return bool(sent_references(model, resource))


@law(
    "reference-reads-back",
    "The id that a record refers to reads as it was sent.",
    Basis.SPEC,
    needs=_CREATE,
    applies=_refers,
)
def reference_reads_back(world: World, resource: Resource) -> None:
    """Each reference of a create request, to a record made for it."""
    targets = _targets(world, resource)
    thing = world.make(resource, body=_referring(world, resource, targets))
    read, create = must_read(world, thing, "What was created cannot be read."), resource.verbs[Verb.CREATE]
    for name, target in targets.items():
        good, message = str(read.get(name)) == target.id, "A reference does not read as it was sent."
        seen = {name: read.get(name)}
        world.expect(good, message, operation=create, expected={name: target.id}, observed=seen)


@law(
    "referring-changes-no-target",
    "Referring to a record does not change it.",
    Basis.SPEC,
    needs=_CREATE,
    applies=_refers,
)
def referring_changes_no_target(world: World, resource: Resource) -> None:
    """Create what refers; what is referred to reads as before."""
    targets = _targets(world, resource)
    before = {
        name: must_read(world, target, "What was created cannot be read.") for name, target in targets.items()
    }
    world.make(resource, body=_referring(world, resource, targets))
    create = resource.verbs[Verb.CREATE]
    for name, target in targets.items():
        after = must_read(world, target, "Referring to a record removes it.", create)
        demand_none(world, changed(before[name], after), "Referring to a record changes it.", create)


@law(
    "deleting-spares-the-target",
    "Deleting what refers to a record leaves that record.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE, Verb.DELETE}),
    applies=_refers,
)
def deleting_spares_the_target(world: World, resource: Resource) -> None:
    """Create what refers, delete it, read what it referred to."""
    targets = _targets(world, resource)
    before = {
        name: must_read(world, target, "What was created cannot be read.") for name, target in targets.items()
    }
    thing = world.make(resource, body=_referring(world, resource, targets))
    step = world.step(thing, Verb.DELETE)
    world.accepted(step)
    for name, target in targets.items():
        after = must_read(world, target, "Deleting a record removes what it refers to.", step.operation)
        message = "Deleting a record changes what it refers to."
        demand_none(world, changed(before[name], after), message, step.operation)


@law(
    "unknown-reference-is-refused",
    "A record that refers to one that is not there is refused.",
    Basis.CONVENTION,
    needs=_CREATE,
    applies=_refers,
    varied=True,
)
def unknown_reference_is_refused(world: World, resource: Resource) -> None:
    """An id nobody has."""
    reference = world.choose(sent_references(world.model, resource), "the reference")
    target = world.model.resources[reference.target]
    body = world.body(resource, Verb.CREATE)
    body |= referring(world, resource, {reference.property: unknown_id(world, target)})
    create = resource.verbs[Verb.CREATE]
    answer = world.send(Step(create, path=world.owner(resource), body=body))
    demand_refused(world, answer, "A reference to nothing is accepted.", create)


@law(
    "foreign-reference-is-refused",
    "A record that refers to one of another key is refused like one that refers to nothing.",
    Basis.CONVENTION,
    needs=_CREATE,
    applies=_refers,
    varied=True,
)
def foreign_reference_is_refused(world: World, resource: Resource) -> None:
    """The second identity's record."""
    reference = world.choose(sent_references(world.model, resource), "the reference")
    foreign = world.make(world.model.resources[reference.target], identity=Identity.SECOND)
    body = world.body(resource, Verb.CREATE)
    body |= referring(world, resource, {reference.property: foreign.id})
    create = resource.verbs[Verb.CREATE]
    answer = world.send(Step(create, path=world.owner(resource), body=body))
    demand_refused(world, answer, "A reference to another key's record is accepted.", create)


@law(
    "referrers-go-too",
    "Deleting a record deletes what refers to it, where the document says so.",
    Basis.CONVENTION,
    needs=frozenset({Verb.CREATE, Verb.DELETE}),
    applies=lambda model, resource: bool(resource.cascades),
    varied=True,
)
def referrers_go_too(world: World, resource: Resource) -> None:
    """What refers to the deleted record is gone; what refers to another stays."""
    pairs = [
        (referrer, reference)
        for referrer, reference in world.model.referrers(resource.path)
        if referrer.path in resource.cascades and Verb.CREATE in referrer.verbs
    ]
    if not pairs:
        world.unreachable("nothing that refers to it can be made")
    referrer, reference = world.choose(pairs, "what refers")
    gone, stays = world.make(resource), world.make(resource)
    goes, remains = (
        world.make(referrer, body=referring(world, referrer, {reference.property: target.id}))
        for target in (gone, stays)
    )
    delete = world.step(gone, Verb.DELETE)
    answer = world.send(delete)
    message, seen = "A record that others refer to cannot be deleted.", answer.status
    world.expect(answer.ok, message, operation=delete.operation, expected="2xx", observed=seen)
    found = world.read(goes)
    message = "What refers to a deleted record outlives it."
    world.expect(found is None, message, operation=delete.operation, observed=found, expected="no record")
    must_read(world, remains, "A delete removes what refers to another record.", delete.operation)


def _targets(world: World, resource: Resource) -> dict[str, Thing]:
    create = resource.verbs[Verb.CREATE]
    sent = properties(world.document.data, (create.body.json_schema if create.body else None) or {})
    found = [ref for ref in sent_references(world.model, resource) if ref.property in sent]
    return {ref.property: world.make(world.model.resources[ref.target]) for ref in found}


def _referring(world: World, resource: Resource, targets: Mapping[str, Thing]) -> JSON:
    return referring(world, resource, {name: target.id for name, target in targets.items()})


LAWS = (
    reference_reads_back,
    referring_changes_no_target,
    deleting_spares_the_target,
    unknown_reference_is_refused,
    foreign_reference_is_refused,
    referrers_go_too,
)
