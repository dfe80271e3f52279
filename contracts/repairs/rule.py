"""What a repair is, and the draft that rules work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from contracts.errors import Place
from contracts.pointers import lookup
from contracts.structure import JSON, Kind, Site, is_reference, walk

DEEPEST = 8
"""How far rules look into compositions of compositions; recursive ones have no end."""


class Mended(NamedTuple):
    """One place that a rule mended, and how."""

    pointer: str
    what: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A named way to mend one kind of wart.

    Attributes:
        mend: changes the draft and yields what it changed; on a mended draft it yields nothing.
        why: the reason, as one sentence.
        changes_contract: whether a server could tell the mended file from the one as written. Such a rule
            can be switched off.
    """

    name: str
    why: str
    mend: Callable[[Draft], Iterator[Mended]]
    changes_contract: bool = False


@dataclass(frozen=True, slots=True)
class Repair:
    """What was changed in a file before it was used.

    Attributes:
        rule: the name of the rule, as `--keep-wart` takes it.
        what: what was changed, as one sentence.
        why: the reason of the rule.
    """

    rule: str
    place: Place
    what: str
    why: str
    changes_contract: bool

    @property
    def pointer(self) -> str:
        """The JSON pointer of the place."""
        return self.place.pointer


class Draft:
    """A document while it is mended. Its sites are listed once, and again after a change."""

    def __init__(self, root: JSON) -> None:
        self.root = root
        self._sites: dict[Kind, list[Site]] | None = None

    def sites(self, kind: Kind) -> list[Site]:
        """All objects of a kind, references to such objects left out."""
        return [
            site
            for site in self.all_sites(kind)
            if isinstance(site.node, dict) and not is_reference(site.node)
        ]

    def all_sites(self, kind: Kind) -> list[Site]:
        """Everything that stands where an object of a kind belongs."""
        if self._sites is None:
            self._sites = {}
            for site in walk(self.root):
                self._sites.setdefault(site.kind, []).append(site)
        return self._sites.get(kind, [])

    def changed(self) -> None:
        """Forget the listed sites."""
        self._sites = None

    def resolve(self, node: Any) -> Any:
        """`node`, or what its chain of local references leads to; an empty object where it leads nowhere."""
        seen: set[str] = set()
        while is_reference(node):
            reference = node["$ref"]
            if reference in seen or not reference.startswith("#"):
                return {}
            seen.add(reference)
            try:
                node = lookup(self.root, reference)
            except LookupError:
                return {}
        return node
