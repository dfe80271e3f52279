"""Cursors: after which record a page begins, as a text that only the mock reads."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from typing import Any

from mockserver.problems import Malformed, Offence
from mockserver.store.base import Position, Query, Record
from mockserver.strict_json import NotJSON, dump, load, parse

_STAMPS = ("created", "updated")


def cursor_after(query: Query, record: Record) -> str:
    """The cursor of what comes after a record in the order of a query."""
    order = f"{query.sort} {query.descending}"
    return urlsafe_b64encode(bytes(dump([order, *position_of(query, record)]))).decode().rstrip("=")


def position_of(query: Query, record: Record) -> Position:
    """Where a record stands."""
    value = None if query.sort in _STAMPS else load(record.body).get(query.sort)
    return Position(record.created, record.updated, value)


def read_cursor(name: str, query: Query, text: str) -> Position:
    """The position that a cursor holds.

    Args:
        name: of the query parameter.

    Raises:
        Malformed: it is none that `cursor_after` made for the same order.
    """
    try:
        said: Any = parse(b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (NotJSON, ValueError):
        said = None
    match said:
        case [str(order), int(created), int(updated), value] if order == f"{query.sort} {query.descending}":
            return Position(created, updated, value)
    raise unknown_cursor(name)


def unknown_cursor(name: str) -> Malformed:
    """The refusal of a cursor that leads nowhere."""
    detail = "is no cursor of this list in this order"
    return Malformed(f"`{name}` {detail}.", (Offence(f"query/{name}", detail),))
