"""The store protocol. Every call names a workspace; nothing crosses from one to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """One stored thing.

    Attributes:
        id: unique within its collection and owner.
        owner: the path parameters above it, joined by "/"; "" at the top level.
        sequence: rises with every insert and update of the workspace; the tie-break of all orders.
        created: microseconds since the epoch.
        updated: microseconds since the epoch; equal to `created` until the first update.
        body: the record as JSON, as it is answered.
        hidden: what behaviours keep and no answer shows, as JSON.
    """

    id: str
    owner: str
    sequence: int
    created: int
    updated: int
    body: bytes
    hidden: bytes = b"{}"


class Tick(NamedTuple):
    """A place in the order of a workspace: a rising number and a rising time in microseconds."""

    number: int
    time: int


class Position(NamedTuple):
    """Where a record stands in every order, whether it is still there or not.

    Attributes:
        created: microseconds, which no two records of a workspace share.
        updated: likewise.
        value: of the property that is sorted by; None when none is.
    """

    created: int
    updated: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class Query:
    """Which records, in which order, and which slice of them.

    Attributes:
        sort: "created", "updated", or the path of a property of the body.
        equal: (path of a property, value) pairs; all must hold, by type and value. A path is a tuple of keys.
        lenient: paths of `equal` whose absence counts as a match.
        several: paths of `equal` whose value may be a list of those that count as a match.
        contains: a property path and words; one of the words must stand in it, in any case.
        limit: None for all.
        after: only what comes behind this in the order; what `offset` counts from.
    """

    sort: str = "created"
    descending: bool = False
    offset: int = 0
    limit: int | None = None
    equal: Sequence[tuple[tuple[str, ...], Any]] = field(default_factory=tuple)
    lenient: frozenset[tuple[str, ...]] = frozenset()
    several: frozenset[tuple[str, ...]] = frozenset()
    contains: tuple[tuple[str, ...], str] | None = None
    after: Position | None = None


class Store(Protocol):
    """Records by workspace, collection (its path template) and owner."""

    async def tick(self, workspace: str, now: int) -> Tick:
        """The next number of the workspace, and max(now, last time + 1 µs)."""
        ...

    async def insert(self, workspace: str, collection: str, record: Record) -> bool:
        """Adds a record; False, and nothing happens, when its id is taken under that owner."""
        ...

    async def get(self, workspace: str, collection: str, owner: str, id: str) -> Record | None:
        """The record, if it is there."""
        ...

    async def find(self, workspace: str, collection: str, owner: str, query: Query) -> list[Record]:
        """The records of one owner that a query selects."""
        ...

    async def count(self, workspace: str, collection: str, owner: str, query: Query) -> int:
        """How many records of one owner a query selects, its slice aside."""
        ...

    async def update(
        self, workspace: str, collection: str, owner: str, id: str, change: Callable[[Record], Record]
    ) -> Record | None:
        """Replaces a record by `change` of it, atomically; what `change` raises leaves all as it was."""
        ...

    async def delete(self, workspace: str, collection: str, owner: str, id: str) -> bool:
        """Removes a record; False when it was not there."""
        ...

    async def clear(self, workspace: str, collection: str, owner: str) -> int:
        """Removes all records of one owner; how many they were."""
        ...

    async def owners(self, workspace: str, collection: str) -> list[str]:
        """The owners that have records in a collection."""
        ...

    async def close(self) -> None:
        """Releases what the store holds."""
        ...
