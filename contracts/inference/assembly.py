"""Puts the conclusions together: each draft becomes a resource that keeps its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.dialect import envelope, listing, stamp
from contracts.document import JSON, Document
from contracts.hints import ARISES, BEHAVIOUR, CASCADE
from contracts.inference import relations
from contracts.inference.paths import Arrangement, Draft, last_parameter, path_parameters
from contracts.operations import Operation
from contracts.resources import Action, Behaviour, Resource, ResourceModel, Verb
from contracts.schemas import every_property, kind, properties


def assemble(document: Document, arrangement: Arrangement) -> ResourceModel:
    """The model of all drafts, parents before children."""
    drafts = arrangement.drafts
    ordered = sorted(
        drafts.values(), key=lambda draft: (draft.path.count("/"), list(drafts).index(draft.path))
    )
    resources = {draft.path: _resource(document, draft, drafts) for draft in ordered}
    behaviours = {b.operation.id: b for b in _behaviours(document, arrangement)}
    return ResourceModel(resources, behaviours, tuple(arrangement.unplaced))


def _resource(document: Document, draft: Draft, drafts: dict[str, Draft]) -> Resource:
    root = document.data
    reasons = dict(draft.reasons)
    record, wrapper, reasons["record"] = record_schema(root, draft)
    fields = every_property(root, record)
    id_name = relations.id_property(draft, record, root)
    parent = relations.parent_of(draft, drafts)
    if parent:
        reasons["parent"] = f"{draft.path} continues the path of one record of {parent}"
    if id_name:
        reasons["id"] = _id_reason(draft, id_name)
    owners = relations.owner_properties(draft, fields, id_name)
    found = list(relations.references(draft, fields, drafts, root))
    verbs = draft.verbs
    if by_body := relations.replace_in_body(draft, record, id_name, root):
        verbs = verbs | {Verb.REPLACE: by_body}
        reasons[Verb.REPLACE] = f"nothing replaces {draft.item_path}, and this body holds `{id_name}`"
    requests = relations.requests(draft, verbs, record, id_name, root)
    embedded = list(relations.embeddings(draft, drafts, requests.get(Verb.CREATE), root))
    reasons |= {f"reference {ref.property}": why for ref, why in found}
    reasons |= {f"embedding {part.property}": why for part, why in embedded}
    reasons |= {
        f"owner {name}": f"`{name}` is the parameter {{{p}}} of the path" for name, p in owners.items()
    }
    lister = draft.verbs.get(Verb.LIST)
    return Resource(
        path=draft.path,
        label=relations.label_of(draft),
        singleton=draft.singleton,
        parent=parent,
        owner_parameters=path_parameters(draft.path),
        id_parameter=last_parameter(draft.item_path) if draft.item_path else None,
        id_property=id_name,
        client_id=relations.client_gives_id(requests.get(Verb.CREATE), id_name, root),
        record=record,
        wrapper=wrapper,
        verbs={verb: verbs[verb] for verb in Verb if verb in verbs},
        requests=requests,
        actions=tuple(Action(operation) for operation in draft.actions if operation is not by_body),
        stamps={name: kind for name, schema in fields.items() if (kind := stamp(root, name, schema))},
        owner_properties=owners,
        references=tuple(ref for ref, _ in found),
        embeddings=tuple(part for part, _ in embedded),
        listing=listing(document, lister, record) if lister else None,
        cascades=_hint(draft, CASCADE, Verb.DELETE) or (),
        arises=_hint(draft, ARISES, Verb.LIST, Verb.GET),
        reasons=reasons,
    )


def record_schema(root: JSON, draft: Draft) -> tuple[JSON, str | None, str]:
    """The schema of a record as it is read, the property that wraps it, and where both come from."""
    get, lister = draft.verbs.get(Verb.GET), draft.verbs.get(Verb.LIST)
    if get is not None and get.success.json_schema is not None:
        wrapper, record = unwrapped(root, get.success.json_schema)
        return record, wrapper, f"what {get} answers"
    if lister is not None:
        _, _, record_of_list = envelope(root, lister.success.json_schema)
        if record_of_list is not None:
            return record_of_list, None, f"what {lister} lists"
    for verb in (Verb.REPLACE, Verb.CREATE, Verb.MERGE):
        operation = draft.verbs.get(verb)
        if operation is not None and operation.body is not None and operation.body.json_schema is not None:
            return operation.body.json_schema, None, f"what {operation} takes, as nothing reads one"
    return {}, None, "nothing says what a record is"


def unwrapped(root: JSON, schema: JSON) -> tuple[str | None, JSON]:
    """The property that wraps a record, with the record's schema; none when the schema is the record."""
    fields = properties(root, schema)
    if len(fields) == 1:
        ((name, inner),) = fields.items()
        if kind(root, inner) == "object" and properties(root, inner):
            return name, inner
    return None, schema


def _id_reason(draft: Draft, id_name: str) -> str:
    if draft.item_path is None:
        return f"records have the property `{id_name}`, though no path names one"
    return f"`{id_name}` is what {draft.item_path} names"


def _hint(draft: Draft, name: str, *verbs: Verb) -> Any:
    for verb in verbs:
        if verb in draft.verbs and name in draft.verbs[verb].extensions:
            value = draft.verbs[verb].extensions[name]
            return tuple(value) if isinstance(value, list) else value
    return None


def _behaviours(document: Document, arrangement: Arrangement) -> Iterator[Behaviour]:
    for operation in _all_operations(arrangement):
        hint = operation.extensions.get(BEHAVIOUR)
        if hint is not None:
            yield Behaviour(hint["name"], operation, hint.get("links", {}))


def _all_operations(arrangement: Arrangement) -> Iterator[Operation]:
    for draft in arrangement.drafts.values():
        yield from draft.verbs.values()
        yield from draft.actions
    yield from arrangement.unplaced
