"""How a record of a resource is made from request bodies: compiled once per resource at start-up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.dialect import Stamp
from contracts.document import JSON, Document
from contracts.hints import MERGE
from contracts.marks import Marks, compile_marks
from contracts.resources import Resource, Verb
from contracts.schemas import defaults, every_property, kind, required, resolve
from mockserver.clock import to_text
from mockserver.identity import Synthesiser
from mockserver.ids import NIL

_WHOLE = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class Shape:
    """The properties of one resource's records, and where their values come from.

    Attributes:
        declared: the properties a record has; empty when its schema leaves them open.
        writable: verb → the properties its request may set.
        emptied: the properties that a replace request may leave out and that then lose their values.
        filled: verb (create, replace) → the default of each property it sets when left out.
        demanded: properties every record has, though no request need send them.
        secrets: where `writeOnly` properties are, which are taken and never kept, so that none is answered.
        fixed: where `readOnly` properties are inside others, which keep their values whatever is written.
        identifiers: properties whose values are UUIDs naming records, compared in lower case (RFC 9562 §4).
        integers: properties whose values are numbers naming records.
    """

    resource: Resource
    declared: Mapping[str, JSON]
    writable: Mapping[Verb, frozenset[str]]
    emptied: frozenset[str]
    filled: Mapping[Verb, JSON]
    demanded: Mapping[str, JSON]
    identifiers: frozenset[str]
    integers: frozenset[str]
    secrets: Marks | None
    fixed: Marks | None
    deep: bool
    synthesise: Synthesiser

    def created(self, sent: JSON, id: str, owners: Mapping[str, str], time: int) -> JSON:
        """A new record in the order of its schema.

        Args:
            sent: what the request, or a behaviour, says.
            owners: path parameter → value, of the path above.
            time: microseconds; both stamps.
        """
        given = self.filled.get(Verb.CREATE, {}) | self._kept(sent)
        given |= {
            name: self.naming(name, owners[parameter])
            for name, parameter in self.resource.owner_properties.items()
        }
        now = to_text(time)
        given |= {name: now for name, kind in self.resource.stamps.items() if kind is not Stamp.DELETED}
        if self.resource.id_property:
            given[self.resource.id_property] = self.naming(self.resource.id_property, id)
        for name, schema in self.demanded.items():
            if name not in given:
                given[name] = NIL if name in self.identifiers else self.synthesise(name, schema, id)
        return self._completed(
            {name: given[name] for name in (self.declared or given) if name in given}, {}, id
        )

    def naming(self, name: str, id: str) -> str | int:
        """The value by which a property names the record that paths call `id`."""
        return int(id) if name in self.integers and _WHOLE.fullmatch(id) else id

    def named(self, name: str, value: Any) -> str | None:
        """What paths call the record that a property names by `value`; None when it names none."""
        if isinstance(value, str):
            return value.lower() if name in self.identifiers else value
        return str(int(value)) if name in self.integers and value is not None else None

    def replaced(self, old: JSON, sent: JSON, time: int) -> JSON:
        """`old` with every property of the replace request as sent, else its default, else gone (PUT).

        What every record must have, and this request neither says nor has a default for, stays.
        """
        new = {name: value for name, value in old.items() if name not in self.emptied}
        return self._written(new | self.filled[Verb.REPLACE] | self._kept(sent, Verb.REPLACE), old, time)

    def merged(self, old: JSON, sent: JSON, time: int) -> JSON:
        """`old` with the properties that were sent; objects merge when the document says so (PATCH)."""
        new = dict(old)
        for name, value in self._kept(sent, Verb.MERGE).items():
            new[name] = merge(old[name], value) if self.deep and name in old else value
        return self._written(new, old, time)

    def amended(self, old: JSON, changes: JSON, time: int) -> JSON:
        """`old` with `changes` made by the server itself."""
        return self._written(old | changes, old, time)

    def _written(self, new: JSON, old: JSON, time: int) -> JSON:
        stamps = {name: to_text(time) for name, kind in self.resource.stamps.items() if kind is Stamp.UPDATED}
        new |= stamps
        return self._completed(
            {name: new[name] for name in (self.declared or new) if name in new}, old, to_text(time)
        )

    def _completed(self, new: JSON, old: JSON, draw: str) -> JSON:
        if self.fixed is None:
            return new
        whole: JSON = self.fixed.completed(
            new, old, lambda name, schema: self.synthesise(name, schema, f"{draw} {name}")
        )
        return whole

    def _kept(self, sent: JSON, verb: Verb | None = None) -> JSON:
        names = self.writable.get(verb) if verb else None
        if self.secrets is not None:
            sent = self.secrets.without(sent)
        return {
            name: value.lower() if name in self.identifiers and isinstance(value, str) else value
            for name, value in sent.items()
            if (names is None or name in names) and (not self.declared or name in self.declared)
        }


def merge(old: Any, new: Any) -> Any:
    """Objects merged member by member, at every depth; anything else is replaced. Null is a value."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return old | {name: merge(old[name], value) if name in old else value for name, value in new.items()}


def shape(document: Document, resource: Resource, synthesise: Synthesiser) -> Shape:
    """The shape of a resource's records."""
    root = document.data
    bodies = {verb: _body(resource, verb) for verb in (Verb.CREATE, Verb.REPLACE, Verb.MERGE)}
    secrets = _secrets(root, resource, bodies)
    hidden = secrets.names if secrets else frozenset()
    declared = {
        name: part for name, part in every_property(root, resource.record).items() if name not in hidden
    }
    server = {resource.id_property, *resource.stamps, *resource.owner_properties}
    naming = {reference.property for reference in resource.references}
    writable = {verb: _writable(root, body) - server for verb, body in bodies.items()}
    must = required(root, resource.record) & declared.keys()
    return Shape(
        resource=resource,
        declared=declared,
        writable=writable,
        emptied=writable[Verb.REPLACE] - must,
        filled=_filled(root, resource, bodies, declared),
        demanded={name: declared[name] for name in sorted(must - server)},
        identifiers=frozenset(
            name
            for name, schema in declared.items()
            if name in (naming | {resource.id_property} if resource.client_id else naming)
            and resolve(root, schema).get("format") == "uuid"
        ),
        integers=frozenset(
            name
            for name, schema in declared.items()
            if name in naming | {resource.id_property, *resource.owner_properties}
            and kind(root, schema) == "integer"
        ),
        secrets=secrets,
        fixed=_inner(compile_marks(root, resource.record, "readOnly")),
        deep=root.get(MERGE) == "deep",
        synthesise=synthesise,
    )


def _inner(marks: Marks | None) -> Marks | None:
    """What is marked inside the properties; those that are marked themselves are seen to anyway."""
    return Marks(below=marks.below) if marks and marks.below else None


def _body(resource: Resource, verb: Verb) -> JSON:
    return resource.requests[verb].schema if verb in resource.requests else {}


def _secrets(root: JSON, resource: Resource, bodies: Mapping[Verb, JSON]) -> Marks | None:
    """What the record's schema marks; where that leaves its properties open, what the requests' do."""
    own = compile_marks(root, resource.record, "writeOnly")
    if own is not None or every_property(root, resource.record):
        return own
    return compile_marks(root, {"allOf": list(bodies.values())}, "writeOnly")


def _writable(root: JSON, body: JSON) -> frozenset[str]:
    """What a request may set: `readOnly` properties may stand in it, and mean nothing there."""
    fixed = compile_marks(root, body, "readOnly")
    return frozenset(every_property(root, body)) - (fixed.names if fixed else frozenset())


def _filled(
    root: JSON, resource: Resource, bodies: Mapping[Verb, JSON], declared: Mapping[str, JSON]
) -> dict[Verb, JSON]:
    on_create = defaults(root, resource.record) | defaults(root, bodies[Verb.CREATE])
    on_replace = on_create | defaults(root, bodies[Verb.REPLACE])
    replaceable = _writable(root, bodies[Verb.REPLACE]) & declared.keys()
    return {
        Verb.CREATE: {name: value for name, value in on_create.items() if name in declared},
        Verb.REPLACE: {name: value for name, value in on_replace.items() if name in replaceable},
    }
