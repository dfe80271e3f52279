"""How an API words what every API has: paging, sorting, filtering, wrapping, stamping.

Nothing here is particular to one API; a name that is missing from these tables is a hint's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.document import JSON, Document
from contracts.operations import Operation, Parameter
from contracts.schemas import kind, properties, resolve

LIMIT_NAMES = frozenset({"limit", "perpage", "pagesize", "maxresults", "count", "take", "first"})
OFFSET_NAMES = frozenset({"offset", "skip", "startindex"})
PAGE_NAMES = frozenset({"page", "pagenumber"})
SORT_NAMES = frozenset({"sortby", "sort", "orderby", "sortfield"})
ORDER_NAMES = frozenset({"order", "direction", "sortorder", "sortdirection", "sortdir"})
TOTAL_NAMES = frozenset({"total", "totalcount", "totalitems", "totalresults", "count"})
CREATED_NAMES = frozenset({"createdat", "created", "createdon", "createtime", "creationtime", "datecreated"})
UPDATED_NAMES = frozenset(
    {"updatedat", "updated", "updatedon", "updatetime", "modifiedat", "lastmodified", "modified"}
)
DELETED_NAMES = frozenset({"deletedat", "deleted", "deletedon", "deletetime"})

FILTER_HINT = "x-kit-filter"
SEARCH_HINT = "x-kit-search"
ORDER_HINT = "x-kit-order"


class Stamp(StrEnum):
    """What a server writes into a record by itself."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list operation pages, sorts, filters and wraps. Names are query parameters.

    Attributes:
        envelope: the property of the answer that holds the records; None when the answer is the array.
        total: the property of the answer that counts them.
        equal: query parameters that select records whose property of that name has that value.
        matching: query parameter (a JSON object) to the property whose members must be equal.
        search: query parameter to the property whose text must contain its words.
        descending: the order when no parameter says otherwise: newest first, unless a hint says "asc".
    """

    envelope: str | None
    total: str | None = None
    limit: str | None = None
    offset: str | None = None
    page: str | None = None
    sort: str | None = None
    order: str | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    matching: Mapping[str, str] = field(default_factory=dict)
    search: Mapping[str, str] = field(default_factory=dict)
    descending: bool = True


def plain(name: str) -> str:
    """A name without case and separators: `created_at`, `createdAt` and `Created-At` are one word."""
    return name.replace("_", "").replace("-", "").lower()


def stamp(root: JSON, name: str, schema: JSON) -> Stamp | None:
    """Whether a property is one of the times a server writes."""
    node = resolve(root, schema)
    if node.get("type") != "string" or node.get("format") != "date-time":
        return None
    return stamp_named(name)


def stamp_named(name: str) -> Stamp | None:
    """The time that a property of that name holds, if it is one that servers write."""
    word = plain(name)
    return next((kind for kind, names in _STAMP_NAMES.items() if word in names), None)


def envelope(root: JSON, schema: JSON | None) -> tuple[bool, str | None, JSON | None]:
    """Whether a success schema is a list of records, the property that holds them, and a record's schema."""
    if schema is None:
        return False, None, None
    node = resolve(root, schema)
    if kind(root, node) == "array":
        items = node.get("items", {})
        return (True, None, items) if kind(root, items) in {"object", None} else (False, None, None)
    arrays = {
        name: resolve(root, part)
        for name, part in properties(root, node).items()
        if kind(root, part) == "array" and kind(root, resolve(root, part).get("items", {})) == "object"
    }
    if len(arrays) != 1:
        return False, None, None
    (name, array), *_ = arrays.items()
    if resolve(root, array["items"]) is node:
        return False, None, None  # a record that holds more of its kind, as a tree does
    others = [kind(root, part) for other, part in properties(root, node).items() if other != name]
    if any(other == "string" for other in others) and "id" in properties(root, node):
        return False, None, None  # a record that happens to hold one list, not a page of records
    return True, name, array["items"]


def listing(document: Document, operation: Operation, record: JSON) -> Listing:
    """The dialect of one list operation.

    Args:
        record: the schema of what it lists.
    """
    root = document.data
    schema = operation.success.json_schema
    _, wrapper, _ = envelope(root, schema)
    answer = properties(root, schema) if schema is not None and wrapper else {}
    queries = [p for p in operation.parameters if p.location == "query"]
    fields = properties(root, record)
    total = next(
        (n for n, s in answer.items() if plain(n) in TOTAL_NAMES and kind(root, s) == "integer"), None
    )
    named = {role: _named(queries, names) for role, names in _ROLES.items()}
    order = named["order"] if named["order"] and _is_order(root, queries, named["order"]) else None
    taken = {name for name in (*named.values(), order) if name}
    return Listing(
        envelope=wrapper,
        total=total,
        limit=named["limit"],
        offset=named["offset"],
        page=named["page"],
        sort=named["sort"],
        order=order,
        equal={
            p.name: p.name for p in queries if p.name in fields and p.name not in taken and not _hinted(p)
        },
        matching={p.name: str(p.extensions[FILTER_HINT]) for p in queries if FILTER_HINT in p.extensions},
        search={p.name: str(p.extensions[SEARCH_HINT]) for p in queries if SEARCH_HINT in p.extensions},
        descending=operation.extensions.get(ORDER_HINT, "desc") != "asc",
    )


_STAMP_NAMES = {Stamp.CREATED: CREATED_NAMES, Stamp.UPDATED: UPDATED_NAMES, Stamp.DELETED: DELETED_NAMES}

_ROLES = {
    "limit": LIMIT_NAMES,
    "offset": OFFSET_NAMES,
    "page": PAGE_NAMES,
    "sort": SORT_NAMES,
    "order": ORDER_NAMES,
}


def _named(parameters: list[Parameter], names: frozenset[str]) -> str | None:
    return next((p.name for p in parameters if plain(p.name) in names), None)


def _hinted(parameter: Parameter) -> bool:
    return FILTER_HINT in parameter.extensions or SEARCH_HINT in parameter.extensions


def _is_order(root: JSON, parameters: list[Parameter], name: str) -> bool:
    parameter = next(p for p in parameters if p.name == name)
    values = {str(value).lower() for value in resolve(root, parameter.schema).get("enum", ())}
    return bool(values & {"asc", "desc", "ascending", "descending"})
