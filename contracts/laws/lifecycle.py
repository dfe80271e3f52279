"""What a record does in its life: created, read, written again."""

from __future__ import annotations

from contracts.compare import changed, is_bare, same, unlike
from contracts.dialect import Stamp
from contracts.document import JSON
from contracts.laws.demands import (
    demand_none,
    free_objects,
    make_with,
    moment,
    must_read,
    stamp_of,
    takes,
    within,
)
from contracts.laws.law import Basis, law
from contracts.laws.leaving_out import body_schema, full_and_empty, is_unset, to_leave_out
from contracts.marks import compile_marks
from contracts.resources import Resource, Verb
from contracts.schemas import combined, defaults, kind, properties, required, resolve
from contracts.world import World

_CREATE = frozenset({Verb.CREATE})
_REPLACE = frozenset({Verb.CREATE, Verb.REPLACE})
_MERGE = frozenset({Verb.CREATE, Verb.MERGE})
_WRITES = (Verb.REPLACE, Verb.MERGE)


@law(
    "create-reads-back",
    "What a create request says is what is read afterwards.",
    Basis.SPEC,
    needs=_CREATE,
    varied=True,
)
def create_reads_back(world: World, resource: Resource) -> None:
    """Create, then read by the record's own path, else from its list."""
    create = resource.verbs[Verb.CREATE]
    thing = world.make(resource)
    read = must_read(world, thing, "What was created cannot be read.", create)
    wrong = unlike(world.document.data, resource.record, thing.sent, read)
    demand_none(world, wrong, "A property does not read as it was created.", create)


@law("ids-are-unique", "Equal create requests make different records.", Basis.SPEC, needs=_CREATE)
def ids_are_unique(world: World, resource: Resource) -> None:
    """POST is not idempotent (RFC 9110 §9.2.2); ids that come from the client are left out."""
    if resource.client_id:
        world.unreachable("its ids come from the client")
    first = world.make(resource)
    second = world.make(resource, owner=first.owner, body=first.sent)
    create = resource.verbs[Verb.CREATE]
    world.expect(
        first.id != second.id,
        "Two records have one id.",
        operation=create,
        observed=first.id,
        expected="another id",
    )
    must_read(world, first, "A second create request replaced the first record.", create)


@law("defaults-are-filled", "A property left out on create reads as its default.", Basis.SPEC, needs=_CREATE)
def defaults_are_filled(world: World, resource: Resource) -> None:
    """Only the top level: what an object's members default to is the object's own matter."""
    root, create = world.document.data, resource.verbs[Verb.CREATE]
    schema = create.body.json_schema if create.body else None
    thing = world.make(resource)
    read = must_read(world, thing, "What was created cannot be read.", create)
    declared = properties(root, resource.record)
    for name, default in defaults(root, schema or {}).items():
        if name in declared and name not in thing.sent and not is_bare(default):
            good = same(read.get(name), default)
            message = "A property left out does not read as its default."
            world.expect(
                good, message, operation=create, expected={name: default}, observed={name: read.get(name)}
            )


@law(
    "long-text-survives",
    "Text of any length the schema allows is kept whole.",
    Basis.SPEC,
    needs=_CREATE,
    varied=True,
)
def long_text_survives(world: World, resource: Resource) -> None:
    """100,000 characters: quotes, line ends, some beyond the basic plane, some that have other forms."""
    root, create = world.document.data, resource.verbs[Verb.CREATE]
    fields = properties(root, (create.body.json_schema if create.body else None) or {})
    declared = properties(root, resource.record)
    free = [
        name
        for name, part in fields.items()
        if name in declared
        and name != resource.id_property  # which has to fit into a path
        and kind(root, part) == "string"
        and not any(map(_is_narrow, combined(root, part)))
        and not (_is_unread(root, declared[name]) or resolve(root, part).get("readOnly"))
    ]
    if not free:
        world.unreachable("it has no property of free text")
    name = world.choose(free, "the property with long text")
    text = '“A "long" line\n\\ tail 🚲 e\u0301 ﬁ ' * 4000  # U+0301 and the ligature tell who normalises
    thing = make_with(world, resource, {name: text}, "Long text is refused.")
    read = must_read(world, thing, "What was created cannot be read.", create)
    kept = read.get(name)
    seen = f"{len(kept)} characters" if isinstance(kept, str) else kept
    world.expect(
        kept == text,
        "Long text is not kept whole.",
        operation=create,
        expected=f"{len(text)} characters",
        observed=seen,
    )


def _is_unread(root: JSON, schema: JSON) -> bool:
    """Whether it stands in no answer (OpenAPI 3.0.3, Schema Object)."""
    return bool(resolve(root, schema).get("writeOnly"))


@law(
    "put-reads-back",
    "What a replace request says is what is read afterwards.",
    Basis.SPEC,
    needs=_REPLACE,
    varied=True,
)
def put_reads_back(world: World, resource: Resource) -> None:
    """Replace, then read."""
    thing = world.make(resource)
    step = world.step(thing, Verb.REPLACE, body=world.body(resource, Verb.REPLACE))
    world.accepted(step)
    read = must_read(world, thing, "A replaced record cannot be read.", step.operation)
    wrong = unlike(world.document.data, resource.record, step.body, read)
    demand_none(world, wrong, "A property does not read as it was replaced.", step.operation)


@law(
    "put-replaces",
    "An optional property that a replace request leaves out loses its value.",
    Basis.HTTP,
    source="RFC 9110 §9.3.4",
    needs=_REPLACE,
    varied=True,
)
def put_replaces(world: World, resource: Resource) -> None:
    """It returns to a default, reads empty, or disappears: which one is the server's choice.

    A record has a value in every property that can be left out, so that no luck is needed to see it stay.
    """
    root = world.document.data
    create, replace = resource.verbs[Verb.CREATE], resource.verbs[Verb.REPLACE]
    given = to_leave_out(world, resource)
    thing = world.make(resource, body=given)
    before = must_read(world, thing, "What was created cannot be read.", create)
    drawn = world.body(resource, Verb.REPLACE)
    # Where nothing was given, the body may be no object at all.
    body = {name: value for name, value in drawn.items() if name not in given} if given else drawn
    world.accepted(world.step(thing, Verb.REPLACE, body=body))
    after = must_read(world, thing, "A replaced record cannot be read.", replace)
    # What every record has cannot be left out of one, and the server's own is not the client's to empty.
    needed = required(root, resource.record) | {resource.id_property}
    needed |= resource.stamps.keys() | resource.owner_properties.keys()
    for name, schema in properties(root, body_schema(replace)).items():
        old = before.get(name)
        if name in needed or resolve(root, schema).get("readOnly"):
            continue
        if name in body or is_unset(world, resource, name, old):
            continue
        message = "A property that a replace request leaves out keeps its value."
        kept = same(after.get(name), old)
        world.expect(
            not kept, message, operation=replace, expected={name: "default or unset"}, observed={name: old}
        )


@law(
    "patch-reads-back",
    "What a merge request says is what is read afterwards.",
    Basis.SPEC,
    needs=_MERGE,
    varied=True,
)
def patch_reads_back(world: World, resource: Resource) -> None:
    """Everything sent stands in what is read; what objects held before may stand beside it."""
    thing = world.make(resource)
    step = world.step(thing, Verb.MERGE, body=_merged(world, resource))
    world.accepted(step)
    read = must_read(world, thing, "A merged record cannot be read.", step.operation)
    declared = properties(world.document.data, resource.record)
    secrets = compile_marks(world.document.data, resource.record, "writeOnly")
    for name, value in (secrets.without(step.body) if secrets else step.body).items():
        if name in declared and not is_bare(value):
            good, message = within(value, read.get(name)), "A property does not read as it was merged."
            seen = {name: read.get(name)}
            world.expect(good, message, operation=step.operation, expected={name: value}, observed=seen)


@law(
    "patch-sets-empty-values",
    "A merge request sets a property to an empty value, too: an empty text or list, 0, false.",
    Basis.SPEC,
    needs=_MERGE,
    follows=("create-reads-back", "patch-reads-back"),
)
def patch_sets_empty_values(world: World, resource: Resource) -> None:
    """Merge values that are not empty, then empty ones; that none of these reads as before is all it asks."""
    full, empty = full_and_empty(world, resource)
    if not empty:
        world.unreachable("its merge request has nothing to empty")
    thing, merge = world.make(resource), resource.verbs[Verb.MERGE]
    world.accepted(world.step(thing, Verb.MERGE, body=full))
    before = must_read(world, thing, "A merged record cannot be read.", merge)
    world.accepted(world.step(thing, Verb.MERGE, body=empty))
    after = must_read(world, thing, "A merged record cannot be read.", merge)
    kept = {name: after.get(name) for name in empty if same(before.get(name), full[name])}
    wrong = {name: value for name, value in kept.items() if same(value, full[name])}
    world.expect(
        not wrong,
        "A merge request does not set a property to an empty value.",
        operation=merge,
        expected={name: empty[name] for name in wrong},
        observed=wrong,
    )


@law(
    "patch-keeps-the-rest",
    "A merge request leaves alone what it does not name.",
    Basis.SPEC,
    needs=_MERGE,
    varied=True,
)
def patch_keeps_the_rest(world: World, resource: Resource) -> None:
    """Merge some properties; all others read as before, the time of the update apart."""
    thing = world.make(resource)
    before = must_read(world, thing, "What was created cannot be read.")
    step = world.step(thing, Verb.MERGE, body=_merged(world, resource))
    world.accepted(step)
    after = must_read(world, thing, "A merged record cannot be read.", step.operation)
    apart = frozenset({*step.body, stamp_of(resource, Stamp.UPDATED) or ""})
    wrong = changed(before, after, apart=apart)
    demand_none(world, wrong, "A merge request changes a property it does not name.", step.operation)


@law(
    "patch-merges-deeply",
    "A merge request merges the members of a free-form object instead of replacing it.",
    Basis.CONVENTION,
    needs=_MERGE,
    applies=lambda model, resource: bool(resource.verbs[Verb.MERGE].body),
)
def patch_merges_deeply(world: World, resource: Resource) -> None:
    """At every depth."""
    names = free_objects(world, resource.verbs[Verb.MERGE])
    if not names:
        world.unreachable("its merge request has no free-form object")
    name = world.choose(names, "the object")
    thing = world.make(resource, body={name: {"kept": 1, "deep": {"kept": "a", "changed": 1}}})
    step = world.step(thing, Verb.MERGE, body={name: {"deep": {"changed": 2}, "new": []}})
    world.accepted(step)
    read = must_read(world, thing, "A merged record cannot be read.", step.operation)
    wanted = {"kept": 1, "deep": {"kept": "a", "changed": 2}, "new": []}
    message = "An object is replaced instead of merged."
    good = same(read.get(name), wanted)
    world.expect(
        good, message, operation=step.operation, expected={name: wanted}, observed={name: read.get(name)}
    )


@law(
    "nulls-in-objects-are-kept",
    "A null inside a free-form object is a value: it is stored, and a merge request stores it, too.",
    Basis.CONVENTION,
    needs=_CREATE,
)
def nulls_in_objects_are_kept(world: World, resource: Resource) -> None:
    """At both of two depths. A server that merges as RFC 7396 has it deletes the member instead."""
    create, declared = resource.verbs[Verb.CREATE], properties(world.document.data, resource.record)
    sent = {"none": None, "deep": {"none": None}, "later": 1}
    free = [name for name in free_objects(world, create) if takes(world, create, name, sent)]
    if not declared.keys() & free:
        world.unreachable("its create request has no free-form object")
    name = world.choose([name for name in free if name in declared], "the object")
    refused, message = "A null inside an object is refused.", "A null inside an object is not kept."
    thing = make_with(world, resource, {name: sent}, refused)
    found = must_read(world, thing, "What was created cannot be read.", create).get(name)
    world.expect(within(sent, found), message, operation=create, expected=sent, observed=found)
    merge, change = resource.verbs.get(Verb.MERGE), {"later": None}
    if merge is None or not takes(world, merge, name, change):
        return
    answer = world.send(world.step(thing, Verb.MERGE, body={name: change}))
    world.expect(answer.ok, refused, operation=merge, expected="2xx", observed=answer.status)
    found = must_read(world, thing, "A merged record cannot be read.", merge).get(name)
    good = isinstance(found, dict) and "later" in found and found["later"] is None
    world.expect(good, message, operation=merge, expected=change, observed=found)


@law(
    "identity-stays",
    "No write changes a record's id or the time it was created.",
    Basis.SPEC,
    needs=_CREATE,
    varied=True,
)
def identity_stays(world: World, resource: Resource) -> None:
    """Write by each verb there is."""
    verbs = [verb for verb in _WRITES if verb in resource.verbs]
    if not verbs:
        world.unreachable("nothing writes to its records")
    names = {resource.id_property or "id", stamp_of(resource, Stamp.CREATED) or ""}
    thing = world.make(resource)
    before = must_read(world, thing, "What was created cannot be read.")
    for verb in verbs:
        step = world.step(thing, verb, body=world.body(resource, verb))
        world.accepted(step)
        after = must_read(world, thing, "A written record cannot be read.", step.operation)
        wrong = changed(before, after, apart=frozenset(before.keys() | after.keys()) - names)
        demand_none(world, wrong, "A write changes who a record is.", step.operation)


@law(
    "updates-move-time",
    "Every accepted update moves the time of the last update forward, and never before the creation.",
    Basis.SPEC,
    needs=_CREATE,
    applies=lambda model, resource: Stamp.UPDATED in resource.stamps.values(),
    varied=True,
)
def updates_move_time(world: World, resource: Resource) -> None:
    """Two updates, by each verb there is; each reads later than what came before."""
    updated, created = stamp_of(resource, Stamp.UPDATED) or "", stamp_of(resource, Stamp.CREATED)
    verbs = [verb for verb in _WRITES if verb in resource.verbs]
    if not verbs:
        world.unreachable("nothing writes to its records")
    thing = world.make(resource)
    read = must_read(world, thing, "What was created cannot be read.")
    for verb in (verbs * 2)[:2]:
        step = world.step(thing, verb, body=world.body(resource, verb))
        before = moment(world, read, updated, step.operation)
        world.accepted(step)
        read = must_read(world, thing, "A written record cannot be read.", step.operation)
        after, message = (
            moment(world, read, updated, step.operation),
            "An update does not move its time forward.",
        )
        seen = {"before": str(before), "after": str(after)}
        # A server that keeps whole seconds is faster than its times; a request may say nothing.
        same = after == before and (not before.microsecond or not step.body)
        world.expect(
            after > before or same, message, operation=step.operation, observed=seen, expected="a later time"
        )
        if created:
            good = moment(world, read, created, step.operation) <= after
            message = "A record was updated before it was created."
            world.expect(
                good, message, operation=step.operation, observed=read, expected="created, then updated"
            )


def _merged(world: World, resource: Resource) -> JSON:
    body = world.body(resource, Verb.MERGE)
    if not isinstance(body, dict):
        world.unreachable("its merge request is no object")
    return body


def _is_narrow(schema: dict[str, object]) -> bool:
    return bool(schema.keys() & {"enum", "format", "pattern", "maxLength", "const"})


LAWS = (
    create_reads_back,
    ids_are_unique,
    defaults_are_filled,
    long_text_survives,
    put_reads_back,
    put_replaces,
    patch_reads_back,
    patch_sets_empty_values,
    patch_keeps_the_rest,
    patch_merges_deeply,
    nulls_in_objects_are_kept,
    identity_stays,
    updates_move_time,
)
