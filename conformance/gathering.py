"""What comes of the cases, gathered from every process that tries them, and judged at the end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace

from conformance.echoes import without_echoes
from conformance.findings import Finding, Kind, from_text, grouped, to_text
from conformance.health import doubt
from conformance.outcome import Outcome, Skipped, Verdict
from conformance.run import Run
from conformance.schemathesis_bridge.catalogue import CHECKS
from conformance.target import Tally
from contracts.laws import LAWS
from contracts.laws.groundrules import GROUND_RULES

#: Why a case is skipped when the time of the run is up.
OUT_OF_TIME = "the time was up (--max-time)"


@dataclass(frozen=True, slots=True)
class Count:
    """What one process has sent until now.

    Attributes:
        asked: operationIds that were called.
        reached: those that answered 2xx.
    """

    requests: int = 0
    asked: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()


def counted(tally: Tally) -> Count:
    """A tally as it stands now."""
    return Count(tally.requests, tuple(tally.asked), tuple(tally.reached))


@dataclass(frozen=True, slots=True)
class Note:
    """What came of one case, or of the end of a process.

    Attributes:
        worker: the process it comes from.
        name: of the case; empty at the end of a process.
        error: how the suite itself failed.
        fatal: why no further case can be tried.
        left: what was created and could not be deleted.
    """

    worker: str
    count: Count
    name: str = ""
    kind: Kind = Kind.LAW
    rule: str = ""
    findings: tuple[Finding, ...] = ()
    skipped: str | None = None
    error: str | None = None
    fatal: str | None = None
    interrupted: bool = False
    left: tuple[str, ...] = ()

    def text(self) -> str:
        """It as ASCII text, for the way between processes."""
        return json.dumps(
            asdict(replace(self, findings=())) | {"findings": [to_text(each) for each in self.findings]}
        )


def note_from(text: str) -> Note:
    """The note that a text was made of."""
    data = json.loads(text)
    count = data["count"]
    return Note(
        **data
        | {
            "count": Count(count["requests"], tuple(count["asked"]), tuple(count["reached"])),
            "kind": Kind(data["kind"]),
            "findings": tuple(from_text(each) for each in data["findings"]),
            "left": tuple(data["left"]),
        }
    )


def told(findings: Sequence[Finding], run: Run) -> tuple[Finding, ...]:
    """Findings of many cases as a report tells them, one for each cause."""
    rules = [*GROUND_RULES, *(law.name for law in LAWS), *CHECKS]
    operations = (operation.id for operation in run.operations)
    return grouped(without_echoes(findings, run.model), rules, operations)


@dataclass
class Gathering:
    """All notes of a run.

    Attributes:
        interrupted: the user ended it.
        fatal: why it ended before its time.
    """

    notes: list[Note] = field(default_factory=list)
    interrupted: bool = False
    fatal: str | None = None

    def add(self, note: Note) -> None:
        """Takes a note."""
        self.notes.append(note)
        self.fatal = self.fatal or note.fatal
        self.interrupted = self.interrupted or note.interrupted

    @property
    def requests(self) -> int:
        """How many were sent until now."""
        latest = {note.worker: note.count.requests for note in self.notes}
        return sum(latest.values())

    def findings(self, run: Run) -> tuple[Finding, ...]:
        """What was found until now, one for each cause."""
        return told([finding for note in self.notes for finding in note.findings], run)

    def outcome(self, run: Run, seconds: float) -> Outcome:
        """What the run says of the server. Broken beats inconclusive."""
        findings = self.findings(run)
        reached = {name for note in self.notes for name in note.count.reached}
        doubts = tuple(self._doubts(run, reached))
        if any(finding.gates for finding in findings):
            verdict = Verdict.BROKEN
        else:
            verdict = Verdict.INCONCLUSIVE if doubts else Verdict.KEPT
        return Outcome(
            verdict=verdict,
            target=run.settings.target or "",
            seed=run.settings.seed,
            strict=run.settings.strict,
            seconds=round(seconds, 3),
            requests=self.requests,
            operations=len(run.operations),
            operations_reached=tuple(each.id for each in run.operations if each.id in reached),
            findings=findings,
            laws_run=self._tried(Kind.LAW),
            checks_run=self._tried(Kind.CHECK),
            skipped=tuple(Skipped(note.name, note.skipped) for note in self.notes if note.skipped),
            doubts=doubts,
            errors=tuple(Skipped(note.name, note.error) for note in self.notes if note.error),
            left=tuple(dict.fromkeys(left for note in self.notes for left in note.left)),
        )

    def _tried(self, kind: Kind) -> tuple[str, ...]:
        tried = (note for note in self.notes if note.name and note.skipped is None and note.error is None)
        return tuple(dict.fromkeys(note.rule for note in tried if note.kind is kind))

    def _doubts(self, run: Run, reached: set[str]) -> Iterable[str]:
        if self.interrupted:
            yield "It was interrupted."
        if self.fatal is not None:
            yield self.fatal
            return
        cases = [note for note in self.notes if note.name]
        if not any(note.skipped is None and note.error is None for note in cases):
            yield "Nothing could be tried."
            return
        late = sum(note.skipped == OUT_OF_TIME for note in cases)
        if late > (1 - run.settings.min_reached) * len(cases):
            yield f"The time was up before {late} of {len(cases)} cases were tried (--max-time)."
        failed = [note.name for note in self.notes if note.error]
        if failed:
            yield f"The suite itself failed in {len(failed)} of its cases, {failed[0]} first."
        asked = {name for note in self.notes for name in note.count.asked}
        little = doubt(run.model, asked, reached, run.settings.min_reached)
        if little is not None and not self.interrupted:
            yield little
