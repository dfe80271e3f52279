"""The summary a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from conformance.findings import Finding, shortened
from conformance.outcome import Outcome, Verdict

_RULE = "# " + "-" * 78
_VERDICTS = {
    Verdict.KEPT: "kept: the contract holds wherever it was tried",
    Verdict.BROKEN: "broken: the server does not keep its contract",
    Verdict.INCONCLUSIVE: "inconclusive: this says nothing about the server",
}


def finding_lines(finding: Finding) -> Iterator[str]:
    """A finding, with all that shows it."""
    weight = "gates" if finding.gates else "a warning"
    basis = f"{finding.basis}, {finding.source}" if finding.source else str(finding.basis)
    yield f"{finding.rule}  {finding.operation or ''}  ({basis}; {weight})"
    yield f"  {finding.sentence}"
    yield f"  broken    {finding.message}"
    yield f"  expected  {shortened(finding.expected)}"
    yield f"  observed  {shortened(finding.observed)}"
    if finding.also:
        yield f"  also      {', '.join(finding.also)}"
    if finding.with_it:
        yield f"  with it   {', '.join(finding.with_it)}"
    if finding.spec is not None:
        yield f"  spec      {finding.spec}"
    yield f"  id        {finding.fingerprint}"


def story_lines(finding: Finding) -> Iterator[str]:
    """How to see it again, as a script that can be copied: indented, it would be another one."""
    if finding.story:
        yield "  replay    the script between these lines"
        yield _RULE
        yield from finding.story.rstrip().splitlines()
        yield _RULE


def summary_lines(outcome: Outcome) -> Iterator[str]:
    """The whole outcome; the verdict comes last, where a terminal shows it."""
    for number, finding in enumerate(outcome.findings, 1):
        yield ""
        lines = finding_lines(finding)
        yield f"{number}. {next(lines)}"
        yield from lines
        yield from story_lines(finding)
    yield ""
    if outcome.errors:
        yield "The suite itself failed here; this says nothing about the server:"
        yield from (f"  {error.name}  {error.reason}" for error in outcome.errors)
    if outcome.skipped:
        yield f"skipped     {len(outcome.skipped)}"
        reasons = Counter(skipped.reason for skipped in outcome.skipped)
        yield from (f"  {count:>4}      {reason}" for reason, count in reasons.most_common())
    if outcome.left:
        yield f"left        {len(outcome.left)} records could not be deleted"
        yield from (f"            {left}" for left in outcome.left[:10])
    if outcome.laws_run or outcome.checks_run:
        yield f"tried       {len(outcome.laws_run)} laws" + _checks(outcome)
        yield f"operations  {len(outcome.operations_reached)} of {outcome.operations} answered 2xx"
        yield f"requests    {outcome.requests} in {outcome.seconds:.1f} s, seed {outcome.seed}"
    yield from (f"doubt       {doubt}" for doubt in outcome.doubts)
    yield f"verdict     {_VERDICTS[outcome.verdict]}{_weights(outcome)}"


def _weights(outcome: Outcome) -> str:
    gating = sum(finding.gates for finding in outcome.findings)
    warnings = len(outcome.findings) - gating
    said = [f"{gating} gating"] * bool(gating) + [f"{warnings} warning{'s' * (warnings > 1)}"] * bool(
        warnings
    )
    return f" ({', '.join(said)})" if said else ""


def _checks(outcome: Outcome) -> str:
    return f", {len(outcome.checks_run)} checks" if outcome.checks_run else ""
