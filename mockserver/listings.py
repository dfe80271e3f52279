"""From query parameters to a store query, in the dialect of one operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contracts.dialect import Listing, Stamp, stamp_named
from contracts.document import JSON
from mockserver.cursors import read_cursor
from mockserver.problems import Invalid, Malformed, Offence
from mockserver.store.base import Query
from mockserver.strict_json import NotJSON, parse

#: Further than any collection reaches; what stores count with may be narrower than what a client may send.
_FURTHEST = 2**53

_NONE: frozenset[tuple[str, ...]] = frozenset()

_SORTS = {Stamp.CREATED: "created", Stamp.UPDATED: "updated"}


def to_query(listing: Listing, given: Mapping[str, Any]) -> Query:
    """The store query that a list request means.

    Args:
        given: query parameters by name, with the defaults of their schemas.

    Raises:
        Malformed: a filter is not JSON, or a cursor is none.
        Invalid: a filter is JSON, but no object.
    """
    sort, descending = _sort(listing, given)
    equal: list[tuple[tuple[str, ...], Any]] = [
        ((field,), given[name]) for name, field in listing.equal.items() if name in given
    ]
    for name, field in listing.matching.items():
        equal += [((field, member), value) for member, value in _filter(name, given.get(name)).items()]
    searches = [((field,), str(given[name])) for name, field in listing.search.items() if name in given]
    limit = given.get(listing.limit) if listing.limit else None
    query = Query(
        sort=sort,
        descending=descending,
        offset=_within(_offset(listing, given, limit)),
        limit=None if limit is None else _within(limit),
        equal=tuple(equal),
        lenient=_lenient(listing, given) if listing.usual else _NONE,
        several=frozenset((field,) for field in listing.equal.values()) if listing.equal else _NONE,
        contains=searches[0] if searches else None,
    )
    cursor = given.get(listing.cursor) if listing.cursor and listing.next else None
    return replace(query, after=read_cursor(str(listing.cursor), query, cursor)) if cursor else query


def _sort(listing: Listing, given: Mapping[str, Any]) -> tuple[str, bool]:
    descending = listing.descending
    name = str(given.get(listing.sort) or "") if listing.sort else ""
    if name and not listing.order:
        # Where the sort parameter alone decides, a minus turns it round (as JSON:API has it).
        name, descending = name.removeprefix("-"), name.startswith("-")
    order = given.get(listing.order) if listing.order else None
    if order:
        descending = str(order).lower().startswith("desc")
    stamped = stamp_named(name)
    if stamped in _SORTS:
        return _SORTS[stamped], descending
    return name or "created", descending


def _lenient(listing: Listing, given: Mapping[str, Any]) -> frozenset[tuple[str, ...]]:
    """Where a filter has its default, records without the property count as having it."""
    return frozenset(
        (listing.equal[name],) for name, usual in listing.usual.items() if given.get(name) == usual
    )


def _within(number: int) -> int:
    """A number as far as stores count: a document may allow any, negative ones too."""
    return max(0, min(number, _FURTHEST))


def _offset(listing: Listing, given: Mapping[str, Any], limit: int | None) -> int:
    if listing.offset:
        return int(given.get(listing.offset) or 0)
    if listing.page and limit:
        return max(int(given.get(listing.page) or 1) - 1, 0) * limit
    return 0


def _filter(name: str, given: Any) -> JSON:
    """The members a record must have. Validation has parsed what the document declares as JSON."""
    if given is None:
        return {}
    place = f"query/{name}"
    try:
        value = parse(given.encode()) if isinstance(given, str) else given
    except NotJSON as error:
        raise Malformed(f"`{name}` {error}.", (Offence(place, str(error)),)) from error
    if not isinstance(value, dict):
        raise Invalid(
            f"`{name}` is no JSON object.", (Offence(place, 'Send an object such as {"key": "value"}.'),)
        )
    return value
