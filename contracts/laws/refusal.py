"""What a server must not accept, and that a refusal changes nothing."""

from __future__ import annotations

from contracts.compare import changed
from contracts.laws.demands import (
    GONE,
    ON_RECORD,
    Newcomers,
    actions_on,
    calls_on,
    demand_none,
    demand_refused,
    demand_status,
    ids_of,
    make_with,
    must_read,
    somewhere,
    unknown_id,
)
from contracts.laws.law import Basis, law
from contracts.resources import Resource, Verb
from contracts.schemas import resolve
from contracts.world import Step, World

_BODIES = (Verb.REPLACE, Verb.MERGE)


@law(
    "unknown-is-404",
    "A record that is not there is answered 404 by every verb and action.",
    Basis.HTTP,
    source="RFC 9110 §15.5.5",
    applies=lambda model, resource: resource.id_parameter is not None,
)
def unknown_is_404(world: World, resource: Resource) -> None:
    """Beside a record that is there, where one can be made."""
    owner = world.make(resource).owner if Verb.CREATE in resource.verbs else world.owner(resource)
    path = {**owner, resource.id_parameter or "": unknown_id(world, resource)}
    for step in [*calls_on(world, resource, path), *actions_on(world, resource, path)]:
        if step.operation is resource.verbs.get(Verb.DELETE):
            continue  # whether deleting nothing succeeds is the server's choice
        answer = world.send(step)
        demand_status(world, answer, GONE, "A record that is not there is not answered 404.", step.operation)


@law(
    "put-creates-nothing",
    "A replace request to an unknown id creates no record.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE, Verb.REPLACE}),
)
def put_creates_nothing(world: World, resource: Resource) -> None:
    """The collection has an operation for creating; this is not it."""
    thing = world.make(resource)
    path = somewhere(thing, unknown_id(world, resource))
    replace = resource.verbs[Verb.REPLACE]
    world.send(Step(replace, path=path, body=world.body(resource, Verb.REPLACE)))
    if Verb.GET in resource.verbs:
        answer = world.send(Step(resource.verbs[Verb.GET], path=path))
        demand_status(world, answer, GONE, "A replace request creates a record.", replace)
    else:
        id = path[resource.id_parameter or ""]
        found = ids_of(resource, world.everything(resource, thing.owner))
        world.expect(
            id not in found,
            "A replace request creates a record.",
            operation=replace,
            observed=id,
            expected="no new record",
        )


@law(
    "malformed-id-is-refused",
    "An id that breaks its format is refused.",
    Basis.SPEC,
    applies=lambda model, resource: resource.id_parameter is not None,
    varied=True,
)
def malformed_id_is_refused(world: World, resource: Resource) -> None:
    """Any 4xx: whether it is malformed or merely unknown, correct servers see differently."""
    on_record = next(operation for verb, operation in resource.verbs.items() if verb in ON_RECORD)
    parameter = on_record.parameter(resource.id_parameter or "", "path")
    if parameter is None or resolve(world.document.data, parameter.schema).get("format") != "uuid":
        world.unreachable("its ids have no format")
    owner = world.make(resource).owner if Verb.CREATE in resource.verbs else world.owner(resource)
    bad = world.choose(["none", "0", "123e4567-e89b-12d3-a456-42661417400", "%20", "é"], "the malformed id")
    why = f"{bad!r} is no id"
    for step in calls_on(world, resource, {**owner, resource.id_parameter or "": bad}):
        demand_refused(world, world.send(step), "A malformed id is accepted.", step.operation, why)


@law(
    "invalid-body-is-refused",
    "A body that breaks the schema is refused, and changes nothing.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
    varied=True,
)
def invalid_body_is_refused(world: World, resource: Resource) -> None:
    """One place is wrong; the record, or the list, reads as before."""
    thing = world.make(resource, fresh_owner=True)
    verbs = [verb for verb in (Verb.CREATE, *_BODIES) if verb in resource.verbs]
    verb = world.choose(verbs, "the verb")
    operation = resource.verbs[verb]
    body, why = world.invalid(operation)
    before = must_read(world, thing, "What was created cannot be read.")
    newcomers = Newcomers(world, thing)
    if verb is Verb.CREATE:
        answer = world.send(Step(operation, path=thing.owner, body=newcomers.marked(body)))
    else:
        answer = world.send(Step(operation, path=thing.path, body=body))
    demand_refused(world, answer, "A body that breaks the schema is accepted.", operation, why)
    after = must_read(world, thing, "A refused write removes a record.", operation)
    demand_none(world, changed(before, after), "A refused write changes a record.", operation)
    found = newcomers.ids()
    world.expect(
        not found,
        "A refused write makes a record.",
        operation=operation,
        observed=found,
        expected="no new record",
    )


@law(
    "broken-json-is-refused",
    "A body that is no JSON is refused.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
    varied=True,
)
def broken_json_is_refused(world: World, resource: Resource) -> None:
    """Cut off, empty, or not UTF-8."""
    thing = world.make(resource)
    create = resource.verbs[Verb.CREATE]
    body = world.choose([b"{", b"", b'{"a": \xff}', b"[1,]", b"nul"], "the broken body")
    answer = world.raw_call(Step(create, path=thing.owner), body, "application/json")
    demand_refused(world, answer, "A body that is no JSON is accepted.", create)


@law(
    "unknown-properties-are-ignored",
    "A property that the schema does not name, and does not forbid, is no reason to refuse.",
    Basis.SPEC,
    needs=frozenset({Verb.CREATE}),
)
def unknown_properties_are_ignored(world: World, resource: Resource) -> None:
    """`additionalProperties` is true where it is not written (JSON Schema)."""
    create = resource.verbs[Verb.CREATE]
    schema = resolve(world.document.data, (create.body.json_schema if create.body else None) or {})
    if schema.get("additionalProperties", True) is False:
        world.unreachable("its schema forbids unknown properties")
    message = "A property that the schema does not name is refused."
    make_with(world, resource, {"x_not_in_the_schema": {"any": ["value"]}}, message)


@law(
    "bounds-of-parameters-hold",
    "A query parameter outside the bounds of its schema is refused.",
    Basis.SPEC,
    needs=frozenset({Verb.LIST}),
    varied=True,
)
def bounds_of_parameters_hold(world: World, resource: Resource) -> None:
    """One beyond each bound, a value outside each enum, and no number where a number is due."""
    operation = resource.verbs[Verb.LIST]
    tries = [(p.name, v, p) for p in operation.parameters if p.location == "query" for v in world.outside(p)]
    if not tries:
        world.unreachable("its parameters have no bounds")
    name, value, parameter = world.choose(tries, "the parameter")
    query = {**world.query(operation), name: value}
    answer = world.send(Step(operation, path=world.owner(resource), query=query))
    message = f"`{parameter.name}` is accepted outside its bounds."
    demand_refused(world, answer, message, operation, f"`{name}` is {value!r}")


LAWS = (
    unknown_is_404,
    put_creates_nothing,
    malformed_id_is_refused,
    invalid_body_is_refused,
    broken_json_is_refused,
    unknown_properties_are_ignored,
    bounds_of_parameters_hold,
)
