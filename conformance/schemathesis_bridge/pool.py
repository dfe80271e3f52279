"""Live records for the cases of one operation to name, each with the story of its making."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from conformance.schemathesis_bridge.arising import Provoker
from conformance.worlds.drawing import Value
from conformance.worlds.making import Maker
from conformance.worlds.trail import Trail
from conformance.worlds.world import Ground
from contracts.exchange import Exchange
from contracts.resources import Resource, Verb
from contracts.world import Broken, Identity, Thing, Unreachable

MOST = 2  # records of one kind that cases choose from


@dataclass(frozen=True)
class Record:
    """A record that is there.

    Attributes:
        story: all that made it, what it stands on included.
    """

    thing: Thing
    story: tuple[Exchange, ...]

    @property
    def id(self) -> str:
        """Its id."""
        return self.thing.id


@dataclass
class Pool:
    """Records, made when they are first asked for, of the simplest valid bodies.

    Attributes:
        missing: collections of which no record can be made, and why.
    """

    ground: Ground
    missing: dict[str, str] = field(default_factory=dict)
    _records: dict[str, list[Record]] = field(default_factory=dict)

    def of(self, resource: Resource) -> list[Record]:
        """Records of a kind; empty where none can be made."""
        if resource.path not in self._records:
            found = [self.fresh(resource) for _ in range(MOST)]
            self._records[resource.path] = [record for record in found if record is not None]
        return self._records[resource.path]

    def fresh(self, resource: Resource) -> Record | None:
        """A record of its own; None where none can be made."""
        if resource.path in self.missing:
            return None
        ground = self.ground
        trail = Trail(ground.target, ground.model, ground.ledger, ground.stage)
        maker = Maker(ground.document, ground.model, ground.sources, trail, drawn_once, ground.ids)
        try:
            if Verb.CREATE in resource.verbs or resource.arises is None:
                thing = maker.live(resource, Identity.FIRST)
            else:
                thing = Provoker(ground.document, ground.model, maker, trail).provoke(resource)
        except (
            Broken,
            Unreachable,
        ) as reason:  # whether it can be made, laws and the create's own checks say
            self.missing[resource.path] = str(reason)
            return None
        story = tuple(trail.story)
        entry = ground.stage.entries.get((resource.path, Identity.FIRST))
        if entry is not None:
            ground.stage.remove(entry)  # nothing else is to stand on it: cases will change it
        return Record(thing, story)


def drawn_once(strategy: st.SearchStrategy[Value], label: object = None) -> Value:
    """The simplest value of a strategy, for what has none without drawing."""
    return hypothesis.find(
        strategy,
        lambda _: True,
        settings=hypothesis.settings(
            max_examples=50,
            database=None,
            derandomize=True,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=tuple(HealthCheck),
        ),
    )
