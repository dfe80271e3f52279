"""From records to a page: the answer of one list operation, with what it says beside its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from contracts.dialect import Listing, Member, member, members_of
from contracts.document import JSON
from contracts.marks import compile_marks
from contracts.operations import Operation
from contracts.schemas import kind, properties, required, resolve
from mockserver.call import Answer
from mockserver.cursors import cursor_after
from mockserver.store.base import Query, Record
from mockserver.strict_json import dump
from mockserver.synth import Synth


class Page(NamedTuple):
    """What a list request found.

    Attributes:
        total: how many records it selects, its slice aside.
        given: the query parameters.
        more: whether there are records behind these.
    """

    records: list[Record]
    total: int
    query: Query = Query()
    given: Mapping[str, Any] = MappingProxyType({})
    more: bool = False


_Maker = Callable[[Page], Any]

#: What is left out of the answer.
_UNSAID = object()


class PageWriter:
    """Writes the pages of one operation.

    Attributes:
        counts: whether it needs to know how many records there are in all.
        looks_ahead: whether it needs to know if there are more.
    """

    def __init__(self, root: JSON, synth: Synth, listing: Listing, operation: Operation) -> None:
        self._status = operation.success_status
        self._makers = _Makers(root, synth, listing, operation)
        self._envelope = listing.envelope
        schema = operation.success.json_schema or {}
        answer = properties(root, schema) if listing.envelope is not None else {}
        roles = members_of(root, listing.envelope, answer).keys()
        self.counts = not roles.isdisjoint({Member.TOTAL, Member.PAGES})
        self.looks_ahead = not roles.isdisjoint({Member.MORE, Member.NEXT})
        self._head = b"[" if listing.envelope is None else b"{" + orjson.dumps(listing.envelope) + b":["
        self._said = self._makers.of(schema, 1, apart=listing.envelope) if answer else {}

    def write(self, page: Page) -> Answer:
        """The answer. Stored bodies are joined as they are; no record is parsed on its way out."""
        body = self._head + b",".join([record.body for record in page.records])
        if self._envelope is None:
            return Answer(self._status, body + b"]")
        said = _made(self._said, page) if self._said else None
        return Answer(self._status, body + (b"]," + dump(said)[1:] if said else b"]}"))


@dataclass(frozen=True, slots=True)
class _Makers:
    """Finds out how each member of an answer gets its value."""

    root: JSON
    synth: Synth
    listing: Listing
    operation: Operation

    def of(self, schema: JSON, levels: int, apart: str | None = None) -> dict[str, _Maker]:
        """The members that have a role or must be there.

        Args:
            levels: how many levels down roles are looked for.
            apart: the member that needs no maker.
        """
        marks, needed = compile_marks(self.root, schema, "writeOnly"), required(self.root, schema)
        return {
            name: maker
            for name, part in properties(self.root, schema).items()
            if name != apart
            and not (marks and name in marks.names)
            and (maker := self._maker(name, part, levels, needed=name in needed)) is not None
        }

    def _maker(self, name: str, schema: JSON, levels: int, *, needed: bool) -> _Maker | None:
        role = member(self.root, self.listing.envelope, name, schema)
        if role is Member.NEXT and self.listing.cursor:
            nullable = bool(resolve(self.root, schema).get("nullable"))
            return _next(None if nullable else "" if needed else _UNSAID)
        if role is not None and role is not Member.NEXT:
            return _role(role, self.listing)
        inner = properties(self.root, schema) if kind(self.root, schema) == "object" and levels else {}
        if members_of(self.root, self.listing.envelope, inner):
            makers = self.of(schema, levels - 1)
            return lambda page: _made(makers, page)
        if not needed:
            return None
        if kind(self.root, schema) == "array" and not resolve(self.root, schema).get("minItems"):
            return lambda page: []
        drawn = cache(lambda: self.synth.value(name, schema, str(self.operation)))
        return lambda page: drawn()


def _made(makers: Mapping[str, _Maker], page: Page) -> JSON:
    return {name: value for name, make in makers.items() if (value := make(page)) is not _UNSAID}


def _next(last: Any) -> _Maker:
    """The cursor of the next page; `last` where there is none."""
    return lambda page: cursor_after(page.query, page.records[-1]) if page.more and page.records else last


def _role(role: Member, listing: Listing) -> _Maker:
    match role:
        case Member.TOTAL:
            return lambda page: page.total
        case Member.MORE:
            return lambda page: page.more
        case Member.LIMIT:
            return lambda page: _size(listing, page)
        case Member.OFFSET:
            return lambda page: page.query.offset
        case Member.PAGE:
            return lambda page: _number(listing, page)
    return lambda page: -(-page.total // (_size(listing, page) or 1))


def _size(listing: Listing, page: Page) -> int:
    """How many records a page may have: as many as it has, where nothing says."""
    given = page.given.get(listing.limit) if listing.limit else None
    return len(page.records) if given is None else int(given)


def _number(listing: Listing, page: Page) -> int:
    if listing.page:
        return int(page.given.get(listing.page) or 1)
    return page.query.offset // (_size(listing, page) or 1) + 1
