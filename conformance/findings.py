"""A finding: one cause by which a server breaks its contract, with all that shows it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from contracts.laws import Basis


class Kind(StrEnum):
    """What was broken."""

    LAW = "law"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the document it stands what was broken; `line` is None where it stands in no file."""

    pointer: str
    file: str
    line: int | None

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line} at {self.pointer}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a server breaks.

    Attributes:
        rule: the name of the law, ground rule or check.
        sentence: what it demands, in general.
        source: the section of an RFC that decides it.
        cause: how it was broken, as a word that survives rewording; no generated value is in it.
        operation: the operationId to blame.
        also: further operations that break it in the same way.
        with_it: further laws and checks that the same cause breaks.
        gates: whether it fails the run.
        message: how it was broken, as a sentence.
        exchanges: the shortest way there that was found, each as `contracts.exchange.as_json` says it.
        story: the same as a shell script.
    """

    kind: Kind
    rule: str
    sentence: str
    basis: Basis
    source: str | None
    cause: str
    operation: str | None
    gates: bool
    message: str
    expected: Any
    observed: Any
    spec: Spot | None
    exchanges: tuple[Mapping[str, Any], ...]
    story: str
    also: tuple[str, ...] = ()
    with_it: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Made of rule, operation and cause, never of values or wording.

        The same in every run that meets the cause on the same operation first.
        """
        parts = (self.kind, self.rule, self.operation or "", self.cause)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @property
    def rules(self) -> tuple[str, ...]:
        """All that its cause breaks."""
        return (self.rule, *self.with_it)

    @property
    def operations(self) -> tuple[str, ...]:
        """All that break it."""
        return ((self.operation,) if self.operation else ()) + self.also


def to_text(finding: Finding) -> str:
    """A finding as ASCII text, for the way from one process to another."""
    return json.dumps(asdict(finding))


def from_text(text: str) -> Finding:
    """A finding from the text that `to_text` made of it."""
    data = json.loads(text)
    spot = data.pop("spec")
    data |= {"kind": Kind(data["kind"]), "basis": Basis(data["basis"])}
    data |= {"exchanges": tuple(data["exchanges"]), "also": tuple(data["also"])}
    data |= {"with_it": tuple(data["with_it"])}
    return Finding(**data, spec=Spot(**spot) if spot else None)


def plain(value: Any) -> Any:
    """A value as JSON data; what JSON has no form for, as text."""
    return json.loads(json.dumps(value, default=str, skipkeys=True))


def shortened(value: Any, longest: int = 400) -> str:
    """A value on one line, cut where it grows long."""
    text = " ".join(
        (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)).split()
    )
    return text if len(text) <= longest else f"{text[:longest]}…"


def slug(sentence: str) -> str:
    """A sentence as one word: lower case, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", sentence.lower()).strip("-")


def grouped(
    findings: Iterable[Finding], rules: Iterable[str], operations: Iterable[str]
) -> tuple[Finding, ...]:
    """One finding for each cause, and for what it rests on.

    The same cause may be met by several laws and on several operations. The first in order stands for all,
    by the story that is the shortest to read, so that the same causes have the same fingerprints in every
    run. What gates stands before what does not.

    Args:
        rules: names of laws and checks, in the order they count.
        operations: operationIds, in the order they count.
    """
    by_rule = {name: index for index, name in enumerate(rules)}
    by_operation = {name: index for index, name in enumerate(operations)}

    def place(finding: Finding) -> tuple[bool, int, str, int, str, str, int, int, str]:
        return (
            not finding.gates,
            by_rule.get(finding.rule, len(by_rule)),
            finding.rule,
            by_operation.get(finding.operation or "", len(by_operation)),
            finding.operation or "",
            finding.cause,
            len(finding.story),
            len(finding.exchanges),
            finding.story,
        )

    causes: dict[tuple[Kind, str, Basis], list[Finding]] = {}
    for finding in sorted(findings, key=place):
        causes.setdefault((finding.kind, finding.cause, finding.basis), []).append(finding)
    return tuple(_united(group) for group in causes.values())


def _united(group: list[Finding]) -> Finding:
    first = group[0]
    also = dict.fromkeys(name for finding in group for name in finding.operations)
    with_it = dict.fromkeys(name for finding in group for name in finding.rules)
    return replace(
        first,
        also=tuple(name for name in also if name != first.operation),
        with_it=tuple(name for name in with_it if name != first.rule),
    )
