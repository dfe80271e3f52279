"""Findings and outcomes made by hand."""

from __future__ import annotations

from typing import Any

from conformance.findings import Finding, Kind, Spot
from conformance.outcome import Outcome, Skipped, Verdict
from contracts.exchange import Exchange, Request, Response, as_json
from contracts.laws import Basis

EXCHANGE = Exchange(
    Request("PUT", "/books/1", (("Authorization", "secret"),), b'{"title": "\xc3\xbc"}', "first", "put_book"),
    Response(200, (("Content-Type", "application/json"),), b'{"title": "u"}', 0.25),
)
SILENT = Exchange(Request("GET", "/books/1", identity="nobody"), failure="no whole answer within 30 seconds")


def finding(**changes: Any) -> Finding:
    """A finding, changed."""
    made: dict[str, Any] = {
        "kind": Kind.LAW,
        "rule": "put-reads-back",
        "sentence": "What a replace request says is what is read afterwards.",
        "basis": Basis.SPEC,
        "source": None,
        "cause": "a-property-does-not-read-as-it-was-replaced",
        "operation": "put_book",
        "gates": True,
        "message": "A property does not read as it was replaced.",
        "expected": {"/title": "ü"},
        "observed": {"/title": "u"},
        "spec": Spot("/paths/~1books~1{id}/put", "library.yaml", 12),
        "exchanges": (as_json(EXCHANGE), as_json(SILENT)),
        "story": '#!/bin/sh\ncurl -X PUT "$BASE/books/1"\n',
    }
    return Finding(**made | changes)


def outcome(**changes: Any) -> Outcome:
    """An outcome, changed."""
    made: dict[str, Any] = {
        "verdict": Verdict.BROKEN,
        "target": "http://host/api",
        "seed": 7,
        "strict": False,
        "seconds": 1.5,
        "requests": 42,
        "operations": 5,
        "operations_reached": ("put_book", "get_book"),
        "findings": (finding(also=("patch_book",)),),
        "laws_run": ("put-reads-back", "put-replaces"),
        "checks_run": (),
        "skipped": (Skipped("foreign-is-not-read[/books]", "a second key is needed (--api-key2)"),) * 2,
    }
    return Outcome(**made | changes)
