"""Records that only have to be there: owners and references that the laws of a run share.

They are made of the simplest valid bodies and not of drawn ones, so that whether one is on stage already
changes nothing about what a law draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from conformance.worlds.wire import path_of
from contracts.exchange import Exchange, Request
from contracts.resources import ResourceModel, Verb
from contracts.world import Thing

MOST_OWNED = 12  # records that one owner is given, so that no list grows with the run

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(eq=False)
class Staged:
    """A record on stage.

    Attributes:
        exchange: what made it.
        needs: the records on stage that it was made with.
        owned: how often it served as an owner.
    """

    thing: Thing
    exchange: Exchange
    needs: tuple[Staged, ...] = ()
    owned: int = 0

    @property
    def own_path(self) -> str | None:
        """The path of the record; None when no operation names it."""
        resource = self.thing.resource
        for verb in (Verb.GET, Verb.DELETE, Verb.REPLACE, Verb.MERGE):
            if verb in resource.verbs and not (verb in resource.requests and resource.requests[verb].names):
                return path_of(resource.verbs[verb], self.thing.path)
        return None

    def story(self) -> Iterator[Staged]:
        """What it needs, and itself, in the order of making."""
        for need in self.needs:
            yield from need.story()
        yield self


@dataclass
class Stage:
    """The records on stage, one for each resource and identity.

    Attributes:
        lost: records that the server lost though no law touched them.
    """

    model: ResourceModel
    entries: dict[tuple[str, str], Staged] = field(default_factory=dict)
    lost: list[Thing] = field(default_factory=list)

    def find(self, resource: str, identity: str, *, owning: bool) -> Staged | None:
        """A record on stage.

        Args:
            owning: it is to own one more record.
        """
        entry = self.entries.get((resource, identity))
        if entry is None or not owning:
            return entry
        if entry.owned >= MOST_OWNED:
            self.remove(entry)
            return None
        entry.owned += 1
        return entry

    def add(self, entry: Staged, *, owning: bool) -> None:
        """Puts a record on stage."""
        entry.owned += owning
        self.entries[entry.thing.resource.path, entry.thing.identity] = entry

    def remove(self, entry: Staged) -> None:
        """Takes a record off, with all that were made with it."""
        self.entries = {
            key: other
            for key, other in self.entries.items()
            if all(part is not entry for part in other.story())
        }

    def touched(self, request: Request) -> None:
        """Takes off what a request may have changed."""
        if request.method in _READS:
            return
        path = request.target.partition("?")[0]
        for entry in list(self.entries.values()):
            own = entry.own_path
            if own is not None and (
                path == own or (path.startswith(f"{own}/") and self._acts(entry, request))
            ):
                self.remove(entry)

    @property
    def paths(self) -> frozenset[str]:
        """The paths of the records on stage."""
        return frozenset(path for entry in self.entries.values() if (path := entry.own_path) is not None)

    def _acts(self, entry: Staged, request: Request) -> bool:
        """Whether a request below a record is an action on it, not a write of a record that it owns."""
        return any(action.operation.id == request.operation for action in entry.thing.resource.actions)
