"""Records under records: a child belongs to one parent, and lives no longer than it."""

from __future__ import annotations

from contracts.compare import changed, unlike
from contracts.laws.demands import GONE, demand_none, demand_status, ids_of, must_read, somewhere, unknown_id
from contracts.laws.law import Basis, law
from contracts.resources import Resource, ResourceModel, Verb
from contracts.world import Step, World


def _nested(model: ResourceModel, resource: Resource) -> bool:
    return resource.parent is not None and model.resources[resource.parent].id_parameter is not None


def _embeds(model: ResourceModel, resource: Resource) -> bool:
    return any(Verb.LIST in model.resources[part.target].verbs for part in resource.embeddings)


@law(
    "child-is-listed-under-its-parent-alone",
    "A record is listed under its own parent, and under no other.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE, Verb.LIST}),
    applies=_nested,
)
def child_is_listed_under_its_parent_alone(world: World, resource: Resource) -> None:
    """Two parents, a child each."""
    mine, other = world.make(resource, fresh_owner=True), world.make(resource, fresh_owner=True)
    lister = resource.verbs[Verb.LIST]
    found = ids_of(resource, world.everything(resource, mine.owner))
    world.expect(
        mine.id in found,
        "A child is not listed under its parent.",
        operation=lister,
        observed=found,
        expected=mine.id,
    )
    world.expect(
        other.id not in found,
        "A child is listed under another parent.",
        operation=lister,
        observed=found,
        expected=mine.id,
    )


@law(
    "child-is-reached-through-its-parent-alone",
    "A record is not there under another parent: no verb reaches it.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
    applies=lambda model, resource: _nested(model, resource) and resource.id_parameter is not None,
)
def child_is_reached_through_its_parent_alone(world: World, resource: Resource) -> None:
    """Every verb with the id of one parent's child under the other; then the child reads as before."""
    mine, other = world.make(resource, fresh_owner=True), world.make(resource, fresh_owner=True)
    before = must_read(world, mine, "What was created cannot be read.")
    for verb in (Verb.GET, Verb.REPLACE, Verb.MERGE, Verb.DELETE):
        operation = resource.verbs.get(verb)
        if operation is None:
            continue
        body = world.body(resource, verb) if operation.body else None
        answer = world.send(Step(operation, path=somewhere(other, mine.id), body=body))
        if verb is not Verb.DELETE:
            message = "A record is reached through a parent that is not its own."
            demand_status(world, answer, GONE, message, operation)
        after = must_read(world, mine, "A record is deleted through a parent that is not its own.", operation)
        message = "A record is changed through a parent that is not its own."
        demand_none(world, changed(before, after), message, operation)


@law(
    "unknown-parent-is-404",
    "What stands under a record that is not there is not there either.",
    Basis.HTTP,
    source="RFC 9110 §15.5.5",
    applies=_nested,
)
def unknown_parent_is_404(world: World, resource: Resource) -> None:
    """List and create."""
    parent = world.model.resources[resource.parent or ""]
    path = {**world.owner(parent), parent.id_parameter or "": unknown_id(world, parent)}
    for verb in (Verb.LIST, Verb.CREATE, Verb.CLEAR):
        operation = resource.verbs.get(verb)
        if operation is None:
            continue
        body = world.body(resource, verb) if operation.body else None
        answer = world.send(Step(operation, path=path, query=world.query(operation), body=body))
        demand_status(world, answer, GONE, "A collection is there under a record that is not.", operation)


@law(
    "children-go-with-their-parent",
    "After a delete, what stood under the record is gone with it.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE, Verb.DELETE}),
    applies=lambda model, resource: any(Verb.LIST in child.verbs for child in model.children(resource.path)),
)
def children_go_with_their_parent(world: World, resource: Resource) -> None:
    """Each sub-collection of a deleted record answers as if the record had never been."""
    thing = world.make(resource)
    children = [child for child in world.model.children(resource.path) if Verb.LIST in child.verbs]
    for child in children:
        if Verb.CREATE in child.verbs:
            world.make(child, owner=thing.path)
    delete = world.step(thing, Verb.DELETE)
    world.accepted(delete)
    for child in children:
        lister = child.verbs[Verb.LIST]
        answer = world.send(Step(lister, path=thing.path, query=world.query(lister)))
        demand_status(world, answer, GONE, "A sub-collection outlives its record.", lister)


@law(
    "embedded-records-appear",
    "Records sent inside a create request appear in the sub-collection.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
    applies=_embeds,
)
def embedded_records_appear(world: World, resource: Resource) -> None:
    """Two of each kind, in any order."""
    parts = [part for part in resource.embeddings if Verb.LIST in world.model.resources[part.target].verbs]
    part = world.choose(parts, "what is embedded")
    child = world.model.resources[part.target]
    sent = [world.body(child, Verb.CREATE) for _ in range(2)]
    thing = world.make(resource, body={part.property: sent})
    found, create = world.everything(child, thing.path), resource.verbs[Verb.CREATE]
    message = "Embedded records do not appear in their collection."
    world.expect(len(found) == len(sent), message, operation=create, expected=len(sent), observed=len(found))
    for each in sent:
        alike = [record for record in found if not unlike(world.document.data, child.record, each, record)]
        message = "An embedded record does not read as it was sent."
        world.expect(bool(alike), message, operation=create, expected=each, observed=found)


@law(
    "emptying-spares-the-record",
    "Emptying a sub-collection leaves the record it belongs to.",
    Basis.SPEC,
    needs=frozenset({Verb.CLEAR}),
    applies=_nested,
)
def emptying_spares_the_record(world: World, resource: Resource) -> None:
    """Fill what can be filled, empty, read the record above, and list."""
    parent = world.model.resources[resource.parent or ""]
    thing = world.make(parent)
    if Verb.CREATE in resource.verbs:
        world.make(resource, owner=thing.path)
    before = must_read(world, thing, "What was created cannot be read.")
    clear = resource.verbs[Verb.CLEAR]
    world.accepted(Step(clear, path=thing.path))
    after = must_read(world, thing, "Emptying a sub-collection removes the record above it.", clear)
    wrong = changed(before, after, apart=frozenset(parent.stamps))
    demand_none(world, wrong, "Emptying a sub-collection changes the record above it.", clear)
    if Verb.LIST in resource.verbs:
        left = world.listed(resource, thing.path)
        world.expect(
            not left, "An emptied collection is not empty.", operation=clear, observed=left[:2], expected=[]
        )


LAWS = (
    child_is_listed_under_its_parent_alone,
    child_is_reached_through_its_parent_alone,
    unknown_parent_is_404,
    children_go_with_their_parent,
    embedded_records_appear,
    emptying_spares_the_record,
)
