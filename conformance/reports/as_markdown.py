"""The outcome as Markdown, for a pull request or a step summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.findings import Finding, shortened
from conformance.outcome import Outcome


def markdown_text(outcome: Outcome) -> str:
    """The whole report."""
    return "\n".join(_lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    yield f"# The contract is {outcome.verdict}" if outcome.verdict != "inconclusive" else "# Inconclusive"
    yield ""
    yield (
        f"{outcome.target}: {len(outcome.laws_run)} laws, {outcome.requests} requests, "
        f"{len(outcome.operations_reached)} operations answered 2xx, {outcome.seconds:.1f} s, "
        f"seed {outcome.seed}."
    )
    for doubt in outcome.doubts:
        yield f"\n> {doubt}"
    if outcome.findings:
        yield "\n| | finding | operation | basis | what is wrong |\n|---|---|---|---|---|"
        for finding in outcome.findings:
            yield f"| {_weight(finding)} | {' | '.join(map(_cell, _row(finding)))} |"
    for finding in outcome.findings:
        yield from _details(finding)
    for error in outcome.errors:
        yield f"\nThe suite itself failed in `{error.name}`: {_cell(error.reason)}"
    if outcome.skipped:
        yield f"\n<details><summary>{len(outcome.skipped)} skipped</summary>\n"
        yield from (f"- `{skipped.name}`: {skipped.reason}" for skipped in outcome.skipped)
        yield "\n</details>"


def _row(finding: Finding) -> tuple[str, str, str, str]:
    also = f" (also {', '.join(finding.also)})" if finding.also else ""
    operation = f"{finding.operation or ''}{also}"
    return f"`{finding.rule}`", operation, str(finding.basis), finding.message


def _details(finding: Finding) -> Iterator[str]:
    yield f"\n## {finding.rule}: {finding.operation or 'the server'}"
    yield f"\n{finding.sentence} {finding.message}\n"
    if finding.source:
        yield f"- source: {finding.source}"
    yield f"- expected: {_code(finding.expected)}"
    yield f"- observed: {_code(finding.observed)}"
    if finding.with_it:
        yield f"- broken with it: {', '.join(f'`{name}`' for name in finding.with_it)}"
    if finding.spec:
        yield f"- spec: `{finding.spec}`"
    yield f"- id: `{finding.fingerprint}`"
    if finding.story:
        fence = "`" * (3 + finding.story.count("```"))
        yield f"\n<details><summary>Replay</summary>\n\n{fence}sh"
        yield f"{finding.story.rstrip()}\n{fence}\n\n</details>"


def _weight(finding: Finding) -> str:
    return "gates" if finding.gates else "warns"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _code(value: Any) -> str:
    text = shortened(value)
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}"
