"""What several laws demand, and how they look at things. No law stands here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.compare import Difference, same
from contracts.dialect import Stamp
from contracts.document import JSON
from contracts.exchange import Response
from contracts.laws.groundrules import ACCEPTED
from contracts.operations import Operation
from contracts.resources import Resource, Verb
from contracts.schemas import combined, compile_schema, every_property, kind, properties, required, resolve
from contracts.world import Broken, Identity, Step, Thing, World

GONE = frozenset({404, 410})
ON_RECORD = (Verb.GET, Verb.REPLACE, Verb.MERGE, Verb.DELETE)


def must_read(world: World, thing: Thing, message: str, operation: Operation | None = None) -> JSON:
    """The record as it reads now.

    Raises:
        Broken: it cannot be read.
    """
    found = world.read(thing)
    world.expect(found is not None, message, operation=operation, expected=dict(thing.path), observed=None)
    return found or {}


def demand_none(
    world: World, differences: Iterable[Difference], message: str, operation: Operation | None = None
) -> None:
    """Demands that there are no differences; names the first, in order of its pointer.

    Raises:
        Broken: there are some.
    """
    found = sorted(differences, key=lambda difference: difference.pointer)
    if found:
        first = found[0]
        world.expect(
            False,
            message,
            operation=operation,
            expected={first.pointer: first.expected},
            observed={first.pointer: first.observed},
        )


def make_with(world: World, resource: Resource, body: JSON, message: str) -> Thing:
    """A new record with these properties; they are to blame where one without them is taken.

    Raises:
        Broken: the record is refused.
    """
    try:
        return world.make(resource, body=body)
    except Broken as broken:
        if broken.rule != ACCEPTED.name:
            raise
        observed = broken.observed
    bare, create = world.make(resource), resource.verbs[Verb.CREATE]
    world.expect(False, message, operation=create, expected="2xx", observed=observed)
    return bare


def demand_status(
    world: World, response: Response, allowed: Iterable[int], message: str, operation: Operation | None = None
) -> None:
    """Demands one of several statuses.

    Raises:
        Broken: the answer has another.
    """
    wanted = sorted(allowed)
    world.expect(
        response.status in wanted, message, operation=operation, expected=wanted, observed=response.status
    )


def demand_refused(
    world: World, response: Response, message: str, operation: Operation, why: str = ""
) -> None:
    """Demands any 4xx: which one it is, correct servers see differently.

    Args:
        why: what is wrong with the request.

    Raises:
        Broken: the answer is no 4xx.
    """
    world.expect(
        400 <= response.status < 500,
        message,
        operation=operation,
        expected=f"4xx, as {why}" if why else "4xx",
        observed=response.status,
    )


def stamp_of(resource: Resource, stamp: Stamp) -> str | None:
    """The property that holds a time the server writes."""
    return next((name for name, kind in resource.stamps.items() if kind is stamp), None)


def moment(world: World, record: JSON, name: str, operation: Operation | None = None) -> datetime:
    """A time of a record.

    Raises:
        Broken: it is missing, or no RFC 3339 time with an offset.
    """
    text = record.get(name)
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    good = found is not None and found.tzinfo is not None
    message = "A time is no RFC 3339 timestamp."
    world.expect(good, message, operation=operation, expected=f"{name}: a time with an offset", observed=text)
    return found if found is not None else datetime.min


def unknown_id(world: World, resource: Resource) -> str:
    """An id that no record has."""
    operation = next(o for verb, o in resource.verbs.items() if verb in ON_RECORD)
    parameter = operation.parameter(resource.id_parameter or "", "path")
    schema = resolve(world.document.data, parameter.schema) if parameter else {}
    name = "an id nobody has"
    if "enum" in schema:
        world.unreachable("its ids are known ones")
    if kind(world.document.data, schema) == "integer":
        most = int(schema.get("maximum", 2**31 - 1))
        return str(world.integer(max(most - 2**30, int(schema.get("minimum", 0))), most, name))
    narrow = schema.keys() & {"pattern", "format", "minLength", "maxLength"}
    return str(world.value(schema if narrow else {"type": "string", "format": "uuid"}, name))


def somewhere(thing: Thing, id: str) -> dict[str, str]:
    """The path of another id beside a record."""
    return {**thing.owner, thing.resource.id_parameter or "": id}


def calls_on(world: World, resource: Resource, path: Mapping[str, str]) -> list[Step]:
    """One valid call of each verb that a record has, reads first."""
    return [
        Step(operation, path=path, body=world.body(resource, verb) if operation.body else None)
        for verb in ON_RECORD
        if (operation := resource.verbs.get(verb)) is not None
    ]


def actions_on(world: World, resource: Resource, path: Mapping[str, str]) -> list[Step]:
    """One valid call of each action on a record whose body can be written, which one of parts cannot."""
    operations = [action.operation for action in resource.actions]
    return [
        Step(operation, path=path, query=world.query(operation), body=_body_of(world, operation))
        for operation in operations
        if f"{{{resource.id_parameter}}}" in operation.path and not _has_parts(operation)
    ]


def _body_of(world: World, operation: Operation) -> Any:
    if operation.body is None or not operation.body.media:
        return None
    schema = operation.body.json_schema or next(iter(operation.body.media.values()))
    return world.value(schema, f"{operation.id} body")


def _has_parts(operation: Operation) -> bool:
    media = operation.body.media if operation.body else {}
    return bool(media) and all(media_type.startswith("multipart/") for media_type in media)


def ids_of(resource: Resource, records: Iterable[JSON]) -> list[str]:
    """The ids of listed records, as paths hold them."""
    return [str(record.get(resource.id_property or "id")) for record in records]


def referring(world: World, resource: Resource, ids: Mapping[str, str]) -> JSON:
    """What a create request says of the records that it refers to: numbers where its schema asks for them."""
    root, create = world.document.data, resource.verbs[Verb.CREATE]
    sent = properties(root, (create.body.json_schema if create.body else None) or {})
    return {
        name: int(id) if kind(root, sent.get(name, {})) == "integer" and id.isdecimal() else id
        for name, id in ids.items()
    }


def within(sent: Any, read: Any) -> bool:
    """Whether everything sent stands in what is read: objects member by member, all else as it is."""
    if isinstance(sent, dict) and isinstance(read, dict):
        return all(name in read and within(value, read[name]) for name, value in sent.items())
    return same(sent, read)


def free_objects(world: World, operation: Operation) -> list[str]:
    """The properties of a request body whose members are the client's own: `metadata`, say."""
    root = world.document.data
    schema = operation.body.json_schema if operation.body else None
    return [
        name
        for name, part in properties(root, schema or {}).items()
        if kind(root, part) == "object"
        and not every_property(root, part)
        and all(node.get("additionalProperties", True) in (True, {}) for node in combined(root, part))
    ]


def takes(world: World, operation: Operation, name: str, value: Any) -> bool:
    """Whether a property of a request body may have a value."""
    root = world.document.data
    schema = operation.body.json_schema if operation.body else None
    part = properties(root, schema or {}).get(name)
    return part is not None and compile_schema(root, part).is_valid(value)


class Newcomers:
    """Sees records that appear in a list, though other clients may write to it as well.

    Below an owner of its own, nobody else does. At the top level a body is marked, and only records with
    its mark count.

    Args:
        thing: a record of the list, below an owner of its own if it has one.
    """

    def __init__(self, world: World, thing: Thing) -> None:
        self._world = world
        self._resource = thing.resource
        self._owner = thing.owner
        self._mark = world.mark()
        self._before = self._listed()

    def marked(self, body: JSON) -> JSON:
        """The body of a create request, with the mark in an object whose members are the client's own."""
        create = self._resource.verbs[Verb.CREATE]
        needed = required(self._world.document.data, (create.body.json_schema if create.body else None) or {})
        for name in free_objects(self._world, create) if isinstance(body, dict) else ():
            if isinstance(body.get(name), dict) or (name not in body and name not in needed):
                return {**body, name: {**body.get(name, {}), "mark": self._mark}}
        return body

    def ids(self) -> list[Any]:
        """The ids of the records that appeared."""
        found = {id: record for id, record in self._listed().items() if id not in self._before}
        return [id for id, record in found.items() if self._owner or self._mark in str(record)]

    def _listed(self) -> dict[Any, JSON]:
        if Verb.LIST not in self._resource.verbs:
            return {}
        found = self._world.listed(self._resource, self._owner)
        return dict(zip(ids_of(self._resource, found), found, strict=True))


def as_second(step: Step) -> Step:
    """The same call with the second key."""
    return Step(step.operation, step.path, step.query, step.body, step.headers, Identity.SECOND)
