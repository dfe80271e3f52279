"""The resource model in words: every conclusion with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.dialect import Listing
from contracts.document import Document
from contracts.operations import Operation
from contracts.resources import Resource, ResourceModel, Verb


def explanation(document: Document, model: ResourceModel) -> str:
    """The resource model of a document as text, with what no inference could place."""
    placed = sum(len(r.verbs) for r in model.resources.values())
    actions = sum(len(r.actions) for r in model.resources.values())
    lines = [
        f"{document.path}: {len(model.resources)} resources, {placed} operations as verbs, "
        f"{actions} as actions, {len(model.unplaced)} unplaced",
        "",
    ]
    for resource in model.resources.values():
        lines += [*_resource(resource, model), ""]
    lines += [
        f"unplaced   {operation}: answered by imitation, without effects" for operation in model.unplaced
    ]
    for report in reversed(document.overlays):  # the user's own first
        for action in report.unmatched:
            why = f" ({action.description})" if action.description else ""
            lines.append(f"overlay    {report.path.name}: nothing matches {action.target}{why}")
    return "\n".join(lines).rstrip()


def table(model: ResourceModel) -> str:
    """The model as one line a resource, for reviews: conclusions alone, no reasons."""
    return "\n".join(" | ".join(_row(resource)) for resource in model.resources.values())


def _resource(resource: Resource, model: ResourceModel) -> Iterator[str]:
    reasons = resource.reasons
    kind = "one record per owner" if resource.singleton else "collection"
    yield f"{resource.path}  ({resource.label}, {kind})"
    yield _line("is", kind, reasons.get("collection"))
    yield _line("record", _name(resource), reasons.get("record"))
    if resource.parent:
        yield _line("parent", resource.parent, reasons.get("parent"))
    if resource.id_property:
        source = "given by the client" if resource.client_id else "given by the server"
        yield _line("id", f"{resource.id_property}, {source}", reasons.get("id"))
    for verb, operation in resource.verbs.items():
        yield _line(verb, str(operation), _reason_of_verb(resource, verb, operation))
    for action in resource.actions:
        behaviour = model.behaviours.get(action.operation.id)
        name = f"behaves as {behaviour.name} (hint)" if behaviour else "no behaviour: answered by imitation"
        yield _line("action", f"{action.operation}, {name}", reasons.get(action.operation.id))
    yield from _relations(resource)
    if resource.listing:
        reason = "the names of the parameters, and the form of the answer"
        yield _line("pages", "; ".join(_dialect(resource.listing)), reason)


def _reason_of_verb(resource: Resource, verb: Verb, operation: Operation) -> str:
    """What was concluded for this operation alone, else what its method says of its path."""
    reason = resource.reasons.get(verb, "")
    if reason and reason != str(operation):
        return reason
    whole = operation.path == resource.path and not resource.singleton
    return f"{operation.method} on {'the collection' if whole else 'one record'}"


def _relations(resource: Resource) -> Iterator[str]:
    reasons = resource.reasons
    for name, parameter in resource.owner_properties.items():
        yield _line("owner", f"{name} is {{{parameter}}}", reasons.get(f"owner {name}"))
    for reference in resource.references:
        yield _line(
            "refers",
            f"{reference.property} → {reference.target}",
            reasons.get(f"reference {reference.property}"),
        )
    for part in resource.embeddings:
        yield _line("embeds", f"{part.property} → {part.target}", reasons.get(f"embedding {part.property}"))
    for path in resource.cascades:
        yield _line("cascades", path, "hint")
    if resource.arises:
        yield _line("arises", f"from {resource.arises}", "hint")
    for name, kind in resource.stamps.items():
        yield _line("stamps", f"{name}: when it was {kind}", "its name, and the format date-time")


def _dialect(listing: Listing) -> Iterator[str]:
    yield f"records in `{listing.envelope}`" if listing.envelope else "records are the answer"
    for role in ("limit", "offset", "page", "cursor", "sort", "order", "total"):
        name = getattr(listing, role)
        if name:
            yield f"{role} by `{name}`" if name != role else role
    for role, path in (("the next cursor", listing.next), ("whether there is more", listing.more)):
        if path:
            yield f"{role} in `{'.'.join(path)}`"
    yield from (f"`{name}` selects by `{field}`" for name, field in listing.equal.items())
    yield from (
        f"`{name}` selects by members of `{field}` (hint)" for name, field in listing.matching.items()
    )
    yield from (f"`{name}` searches `{field}` (hint)" for name, field in listing.search.items())
    yield "newest first" if listing.descending else "oldest first (hint)"


def _row(resource: Resource) -> Iterator[str]:
    yield resource.path
    yield resource.label
    yield f"in {resource.parent}" if resource.parent else "top"
    yield f"{resource.id_parameter or '-'}:{resource.id_property or '-'}"
    yield " ".join(sorted(resource.verbs))
    yield " ".join(f"!{action.operation.id}" for action in resource.actions) or "-"
    yield " ".join([f"{r.property}→{r.target}" for r in resource.references]) or "-"
    yield " ".join([f"{e.property}⇒{e.target}" for e in resource.embeddings]) or "-"
    yield " ".join([f"{name}={kind}" for name, kind in resource.stamps.items()]) or "-"
    yield ", ".join(_dialect(resource.listing)) if resource.listing else "-"
    yield " ".join(f"cascades:{path}" for path in resource.cascades) or "-"
    yield f"arises:{resource.arises}" if resource.arises else "-"


def _name(resource: Resource) -> str:
    ref = resource.record.get("$ref")
    return ref.rpartition("/")[2] if isinstance(ref, str) else "described in place"


def _line(word: str, text: str, reason: str | None = None) -> str:
    return f"  {word:<10} {text}" + (f"  — {reason}" if reason else "")
