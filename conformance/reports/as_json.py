"""The outcome as JSON, for programs; `report.schema.json` describes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from conformance.findings import Finding
from conformance.outcome import Outcome

SCHEMA = Path(__file__).with_name("report.schema.json")


def json_text(outcome: Outcome) -> str:
    """The whole report."""
    return json.dumps(report(outcome), indent=2, ensure_ascii=False) + "\n"


def report(outcome: Outcome) -> dict[str, Any]:
    """The report as JSON data."""
    apart = [("run", doubt) for doubt in outcome.doubts]
    apart += [(error.name, f"the suite itself failed: {error.reason}") for error in outcome.errors]
    apart += [(skipped.name, skipped.reason) for skipped in outcome.skipped]
    return {
        "verdict": str(outcome.verdict),
        "seed": outcome.seed,
        "requests": outcome.requests,
        "seconds": outcome.seconds,
        "operations_reached": list(outcome.operations_reached),
        "findings": [_finding(finding) for finding in outcome.findings],
        "laws_run": list(outcome.laws_run),
        "skipped": [{"name": name, "reason": reason} for name, reason in apart],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        str(finding.kind): finding.rule,
        "operation": finding.operation,
        "also": list(finding.also),
        "with_it": list(finding.with_it),
        "basis": str(finding.basis),
        "gates": finding.gates,
        "message": finding.message,
        "expected": finding.expected,
        "observed": finding.observed,
        "spec": asdict(finding.spec) if finding.spec else None,
        "exchanges": [dict(exchange) for exchange in finding.exchanges],
    }
