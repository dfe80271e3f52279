"""What the lists share: pages, order and filters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from . import strict_json
from .refusals import unreadable, unusable

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
_ANSWERED = TypeVar("_ANSWERED", bound="Answered")
_SORTED = TypeVar("_SORTED", bound="Sorted")


class Answered(Protocol):
    """A record that can be listed."""

    def answer(self) -> dict[str, Any]: ...


class Sorted(Answered, Protocol):
    """A record that a list can sort and filter."""

    @property
    def metadata(self) -> dict[str, Any]: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def updated_at(self) -> datetime: ...


@dataclass(frozen=True)
class Bounds:
    """What a list allows for its pages. The published file gives no bounds for some lists."""

    limit: bool = True
    offset: bool = True


BOUNDED = Bounds()
UNBOUNDED = Bounds(limit=False, offset=False)


def page(query: Mapping[str, str], records: Sequence[_ANSWERED], bounds: Bounds = BOUNDED) -> dict[str, Any]:
    """One page of a list. Where nothing bounds them, a negative offset counts as 0, and so does a limit.

    Raises:
        Refused: if `limit` or `offset` is no integer or out of its bounds.
    """
    limit = _integer(query, "limit", 100)
    offset = _integer(query, "offset", 0)
    if bounds.limit and not 1 <= limit <= 1000:
        unusable("query/limit", "An integer from 1 to 1000 is needed.")
    if bounds.offset and offset < 0:
        unusable("query/offset", "An integer from 0 is needed.")
    start = max(offset, 0)
    return {"items": [record.answer() for record in records[start : start + max(limit, 0)]]}


def newest_first(records: Iterable[_ANSWERED]) -> list[_ANSWERED]:
    """Records that came in order, the last one first."""
    return list(records)[::-1]


def arranged(query: Mapping[str, str], records: Iterable[_SORTED]) -> list[_SORTED]:
    """The records that pass `metadata_filter`, in the order that `sort_by` and `order` ask for.

    Raises:
        Refused: if one of the three cannot be used.
    """
    wanted = _filter(query.get("metadata_filter", "{}"))
    by = _choice(query, "sort_by", "created_at", "updated_at")
    descending = _choice(query, "order", "desc", "asc") == "desc"
    passed = [record for record in records if _holds(record.metadata, wanted)]
    passed.sort(key=lambda record: record.updated_at if by == "updated_at" else record.created_at)
    return passed[::-1] if descending else passed


def _holds(metadata: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(name in metadata and strict_json.same(metadata[name], value) for name, value in wanted.items())


def _filter(text: str) -> dict[str, Any]:
    wanted = strict_json.parse(text, "query/metadata_filter")
    if not isinstance(wanted, dict):
        unusable("query/metadata_filter", "A JSON object is needed.")
    return wanted


def _integer(query: Mapping[str, str], name: str, default: int) -> int:
    literal = query.get(name)
    if literal is None:
        return default
    if _INTEGER.fullmatch(literal) is None:
        unreadable(f"query/{name}", "An integer is needed.")
    # Beyond any list, and beyond what Python converts: all such numbers mean the same here.
    return int(literal[:20])


def _choice(query: Mapping[str, str], name: str, default: str, other: str) -> str:
    value = query.get(name, default)
    if value not in (default, other):
        unusable(f"query/{name}", f"{default} or {other} is needed.")
    return value
