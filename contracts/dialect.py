"""How an API words what every API has: paging, sorting, filtering, wrapping, stamping.

Nothing here is particular to one API; a name that is missing from these tables is a hint's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contracts.document import JSON, Document
from contracts.hints import FILTER, ORDER, SEARCH
from contracts.operations import Operation, Parameter
from contracts.schemas import every_property, kind, properties, resolve

LIMIT_NAMES = frozenset({"limit", "perpage", "pagesize", "maxresults", "count", "take", "first"})
OFFSET_NAMES = frozenset({"offset", "skip", "startindex"})
PAGE_NAMES = frozenset({"page", "pagenumber"})
CURSOR_NAMES = frozenset({"cursor", "after", "startingafter", "pagetoken", "nexttoken", "continuationtoken"})
SORT_NAMES = frozenset({"sortby", "sort", "orderby", "sortfield"})
ORDER_NAMES = frozenset({"order", "direction", "sortorder", "sortdirection", "sortdir"})
TOTAL_NAMES = frozenset({"total", "totalcount", "totalitems", "totalresults", "totalelements", "count"})
PAGES_NAMES = frozenset({"pages", "totalpages", "pagecount", "lastpage"})
NEXT_NAMES = frozenset({"next", "nextcursor", "nextpagetoken", "nexttoken", "endcursor", "continuationtoken"})
MORE_NAMES = frozenset({"hasmore", "hasnext", "hasnextpage", "more"})
CREATED_NAMES = frozenset({"createdat", "created", "createdon", "createtime", "creationtime", "datecreated"})
UPDATED_NAMES = frozenset(
    {"updatedat", "updated", "updatedon", "updatetime", "modifiedat", "lastmodified", "modified"}
)
DELETED_NAMES = frozenset({"deletedat", "deleted", "deletedon", "deletetime"})


class Stamp(StrEnum):
    """What a server writes into a record by itself."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


class Member(StrEnum):
    """What a list answer says beside its records."""

    TOTAL = "total"
    LIMIT = "limit"
    OFFSET = "offset"
    PAGE = "page"
    PAGES = "pages"
    NEXT = "next"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list operation pages, sorts, filters and wraps. Names are query parameters.

    Attributes:
        envelope: the property of the answer that holds the records; None when the answer is the array.
        total: the property of the answer that counts them; one level down, `meta.total`.
        cursor: the query parameter that says after which record a page begins.
        next: the path of the answer's member that says so of the next page; empty where there is none, and
            the id of the last record says it.
        more: the path of the member that says whether there is a next page; empty where there is none.
        equal: query parameters that select records whose property of that name has that value.
        usual: those of them that have a default, and it: records without the property count as having it.
        matching: query parameter (a JSON object) to the property whose members must be equal.
        search: query parameter to the property whose text must contain its words.
        descending: the order when no parameter says otherwise: newest first, unless a hint says "asc".
    """

    envelope: str | None
    total: str | None = None
    limit: str | None = None
    offset: str | None = None
    page: str | None = None
    cursor: str | None = None
    next: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    sort: str | None = None
    order: str | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, Any] = field(default_factory=dict)
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
    fields = every_property(root, record)
    members = members_of(root, wrapper, answer)
    named = {role: _named(queries, names) for role, names in _ROLES.items()}
    cursor = _cursor(root, queries)
    order = named["order"] if named["order"] and _is_order(root, queries, named["order"]) else None
    taken = {name for name in (*named.values(), order, cursor) if name}
    equal = [p for p in queries if p.name in fields and p.name not in taken and not _hinted(p)]
    defaults = {p.name: resolve(root, p.schema).get("default") for p in equal}
    return Listing(
        envelope=wrapper,
        total=".".join(members.get(Member.TOTAL, ())) or None,
        limit=named["limit"],
        offset=named["offset"],
        page=named["page"],
        cursor=cursor,
        next=members.get(Member.NEXT, ()) if cursor else (),
        more=members.get(Member.MORE, ()),
        sort=named["sort"],
        order=order,
        equal={p.name: p.name for p in equal},
        usual={name: default for name, default in defaults.items() if default is not None},
        matching={p.name: str(p.extensions[FILTER]) for p in queries if FILTER in p.extensions},
        search={p.name: str(p.extensions[SEARCH]) for p in queries if SEARCH in p.extensions},
        descending=operation.extensions.get(ORDER, "desc") != "asc",
    )


def member(root: JSON, envelope: str | None, name: str, schema: JSON) -> Member | None:
    """What a property of a list answer says, by its name and type, if it says something of the page.

    Args:
        envelope: the property that holds the records; `articlesCount` counts what `articles` holds.
    """
    word, noun = plain(name), plain(envelope or "")
    nouns = {noun, noun.removesuffix("s")} - {""}
    counts = {each for noun in nouns for each in (f"{noun}count", f"{noun}total", f"total{noun}")}
    node = resolve(root, schema)
    match kind(root, schema):
        case "integer":
            if word in counts:
                return Member.TOTAL
            return next((role for role, names in _COUNTS.items() if word in names), None)
        case "string" if word in NEXT_NAMES and "format" not in node and "enum" not in node:
            return Member.NEXT
        case "boolean" if word in MORE_NAMES:
            return Member.MORE
    return None


def members_of(root: JSON, envelope: str | None, answer: Mapping[str, JSON]) -> dict[Member, tuple[str, ...]]:
    """Where a list answer says what of its page: beside the records, or one level down (`meta`)."""
    found: dict[Member, tuple[str, ...]] = {}
    for name, schema in answer.items():
        if role := member(root, envelope, name, schema):
            found.setdefault(role, (name,))
    for name, schema in answer.items():
        for inner, part in properties(root, schema).items() if kind(root, schema) == "object" else ():
            if role := member(root, envelope, inner, part):
                found.setdefault(role, (name, inner))
    return found


_COUNTS = {
    Member.TOTAL: TOTAL_NAMES,
    Member.LIMIT: LIMIT_NAMES,
    Member.OFFSET: OFFSET_NAMES,
    Member.PAGE: PAGE_NAMES | {"currentpage"},
    Member.PAGES: PAGES_NAMES,
}

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


def _cursor(root: JSON, parameters: list[Parameter]) -> str | None:
    """A text of no particular format: `after` may also be a time to filter by."""
    texts = [
        p
        for p in parameters
        if kind(root, p.schema) == "string" and resolve(root, p.schema).get("format") in (None, "byte")
    ]
    return _named(texts, CURSOR_NAMES)


def _hinted(parameter: Parameter) -> bool:
    return FILTER in parameter.extensions or SEARCH in parameter.extensions


def _is_order(root: JSON, parameters: list[Parameter], name: str) -> bool:
    parameter = next(p for p in parameters if p.name == name)
    values = {str(value).lower() for value in resolve(root, parameter.schema).get("enum", ())}
    return bool(values & {"asc", "desc", "ascending", "descending"})
