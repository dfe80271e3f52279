"""What a write may leave out or empty, and how that reads when nobody has set it."""

from __future__ import annotations

from typing import Any

from contracts.compare import is_bare, same
from contracts.document import JSON
from contracts.operations import Operation
from contracts.resources import Resource, Verb
from contracts.schemas import compile_schema, defaults, kind, properties, required, resolve
from contracts.world import World

_FORMS = frozenset({"oneOf", "anyOf", "not", "minProperties", "maxProperties"})
_FILLED = {"minLength": 1, "minItems": 1, "minProperties": 1}
_NONE = object()
#: By type: a value, and the empty one that careless servers take for none.
_EMPTIED: dict[str, tuple[Any, Any]] = {
    "string": ("full", ""),
    "boolean": (True, False),
    "integer": (1, 0),
    "number": (1, 0),
    "array": (["full"], []),
}


def to_leave_out(world: World, resource: Resource) -> JSON:
    """A value that is no default for each property that a create request sets and a replace request need not.

    Nothing where a body has to be of one of several forms: a property may then forbid another.
    """
    root = world.document.data
    sent, replaced = (body_schema(resource.verbs[verb]) for verb in (Verb.CREATE, Verb.REPLACE))
    if any(_has_forms(root, schema) for schema in (sent, replaced)):
        return {}
    options = properties(root, replaced).keys() & properties(root, resource.record).keys()
    options -= required(root, replaced) | resource.stamps.keys() | resource.owner_properties.keys()
    options -= {resource.id_property or "", *(reference.property for reference in resource.references)}
    options -= {part.property for part in resource.embeddings}
    found: JSON = {}
    for name, part in properties(root, sent).items():
        if name in options and not resolve(root, part).get("readOnly"):
            usual = _defaults_of(world, resource, name)
            value = world.value({"allOf": [part, _FILLED], "not": {"enum": usual}}, name)
            if not is_unset(world, resource, name, value):
                found[name] = value
    return found


def full_and_empty(world: World, resource: Resource) -> tuple[JSON, JSON]:
    """Two merge requests: values for what may be emptied, and the empty ones.

    Nothing where a body has to be of one of several forms, or where one of the two breaks the whole schema.
    """
    root, schema = world.document.data, body_schema(resource.verbs[Verb.MERGE])
    if _has_forms(root, schema):
        return {}, {}
    options = properties(root, schema).keys() & properties(root, resource.record).keys()
    options -= {resource.id_property or "", *(reference.property for reference in resource.references)}
    options -= resource.stamps.keys() | resource.owner_properties.keys()
    full: JSON = {}
    empty: JSON = {}
    for name in (each for each in properties(root, schema) if each in options):
        node = resolve(root, properties(root, schema)[name])
        pair = _EMPTIED.get(kind(root, node) or "")
        fits = compile_schema(root, node).is_valid
        if pair and not node.keys() & {"readOnly", "writeOnly"} and all(map(fits, pair)):
            full[name], empty[name] = pair
    fits = compile_schema(root, schema).is_valid
    return (full, empty) if fits(full) and fits(empty) else ({}, {})


def _has_forms(root: JSON, schema: JSON) -> bool:
    node = resolve(root, schema)
    parts = [node, *(resolve(root, part) for part in node.get("allOf", ()))]
    return any(part.keys() & _FORMS for part in parts)


def is_unset(world: World, resource: Resource, name: str, value: Any) -> bool:
    """Whether a value may be what the property reads when nobody set it."""
    if is_bare(value) or any(same(usual, value) for usual in _defaults_of(world, resource, name)):
        return True
    root = world.document.data
    # An object that nobody set may read as what its members default to.
    inner = defaults(root, properties(root, resource.record).get(name, {}))
    return isinstance(value, dict) and all(same(inner.get(key, _NONE), each) for key, each in value.items())


def _defaults_of(world: World, resource: Resource, name: str) -> list[Any]:
    schemas = [body_schema(resource.verbs[verb]) for verb in (Verb.CREATE, Verb.REPLACE)]
    return [defaults(world.document.data, schema).get(name) for schema in (*schemas, resource.record)]


def body_schema(operation: Operation) -> JSON:
    """The schema of a request body; an empty one where there is none."""
    return (operation.body.json_schema if operation.body else None) or {}
