"""The cases of a run: what is tried, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Protocol

from conformance.findings import Finding, Kind
from conformance.judging import cause_of, finding_of
from conformance.run import Run, seed_of
from conformance.trials import MOST_SHRINKS, Trial, try_to_break
from contracts.laws import LAWS, Law
from contracts.resources import Resource, ResourceModel


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case.

    Attributes:
        skipped: why it could not be tried; None when it was.
        interrupted: the user ended it.
    """

    findings: tuple[Finding, ...] = ()
    skipped: str | None = None
    interrupted: bool = False


class Case(Protocol):
    """One law on one resource, or one check on one operation.

    Attributes:
        name: how users see and select it: "put-replaces[/agents]".
        rule: the name of the law or check.
        operations: operationIds it is about; `--only` and `--skip` name it by them, too.
    """

    @property
    def kind(self) -> Kind: ...

    @property
    def name(self) -> str: ...

    @property
    def rule(self) -> str: ...

    @property
    def operations(self) -> tuple[str, ...]: ...

    def attempt(self, run: Run) -> Result:
        """Tries it.

        Raises:
            SuiteError: the suite failed by itself.
            TargetUnavailable: nothing listens any more.
        """
        ...


@dataclass(frozen=True)
class LawCase:
    """One law on one resource.

    Attributes:
        glance: once, with the simplest values; else with drawn ones.
    """

    law: Law
    resource: Resource
    operations: tuple[str, ...]
    glance: bool = False
    kind: Kind = field(default=Kind.LAW, init=False)

    @property
    def name(self) -> str:
        """How users see and select it."""
        return f"{self.law.name}[{self.resource.path}{' at a glance' if self.glance else ''}]"

    @property
    def rule(self) -> str:
        """The name of the law."""
        return self.law.name

    def attempt(self, run: Run) -> Result:
        """Tries to break the law."""
        seed = seed_of(run.settings.seed, self.name)
        late = run.target.tally.late.total()

        def shrinks(trial: Trial) -> int:
            key = (cause_of(trial), trial.broken.operation if trial.broken else None)
            news = key not in run.known
            run.known.add(key)
            waits = run.target.tally.late.total() > late  # each shorter story would wait as long
            return MOST_SHRINKS if news and not waits else 0

        trial = try_to_break(
            self.law,
            self.resource,
            run.ground,
            seed=seed,
            examples=1 if self.glance else run.examples(self.law),
            over=run.is_over,
            shrinks=shrinks,
            past_simplest=not self.glance,
        )
        if trial.broken is None:
            return Result(skipped=trial.unreachable)
        return Result((finding_of(self.law, self.resource, trial, run, seed),), interrupted=trial.interrupted)


def law_cases(model: ResourceModel) -> Iterator[LawCase]:
    """Each law at a glance, then each law on each resource it concerns, the most telling laws first.

    What breaks a law mostly breaks it everywhere and with any values: the glances, a few requests each, find
    most of what there is to find, and a run that is cut short has tried every law.
    """
    found: list[list[LawCase]] = []
    for law in LAWS:
        concerned = [resource for resource in model.resources.values() if law.concerns(model, resource)]
        acts = bool(concerned) and all(resource.actions for resource in concerned)
        found.append([LawCase(law, resource, _operations(law, resource, acts)) for resource in concerned])
    yield from (replace(cases[0], glance=True) for cases in found if cases)
    for rank in zip_longest(*found):
        yield from (case for case in rank if case is not None)


def _operations(law: Law, resource: Resource, acts: bool) -> tuple[str, ...]:
    """What a law is about: the verbs it needs, else all there are; the actions, if they make it apply."""
    verbs = [operation.id for verb, operation in resource.verbs.items() if not law.needs or verb in law.needs]
    actions = [action.operation.id for action in resource.actions]
    return tuple(actions if acts else verbs)
