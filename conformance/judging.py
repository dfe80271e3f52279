"""Judging: what a broken law rests on, whether it gates, and where it stands in the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.findings import Finding, Kind, Spot, plain, shortened, slug
from conformance.run import Run
from conformance.trials import Trial, try_again, try_to_break
from conformance.validity import Reader
from contracts.document import Document
from contracts.exchange import Exchange, as_json
from contracts.laws import Basis, Law
from contracts.laws.groundrules import GROUND_RULES, GroundRule
from contracts.operations import operations
from contracts.resources import Resource
from contracts.story import Head, as_script

# Where the values that broke a law may owe it to a convention, others are drawn. One that breaks it may take
# longer to come up.
EXAMPLES_WITHOUT_CONVENTIONS = 20


def finding_of(law: Law, resource: Resource, trial: Trial, run: Run, seed: int) -> Finding:
    """The finding that a broken law is."""
    broken = trial.broken
    assert broken is not None
    rule: Law | GroundRule = GROUND_RULES[broken.rule] if broken.rule else law
    cause = cause_of(trial)
    written = rule.basis if isinstance(rule, GroundRule) else rule.basis_on(run.model, resource)
    basis = _basis(written, law, resource, trial, run, seed)
    return Finding(
        kind=Kind.LAW,
        rule=rule.name,
        sentence=rule.sentence,
        basis=basis,
        source=rule.source,
        cause=cause,
        operation=broken.operation,
        gates=gates(basis, strict=run.settings.strict),
        message=broken.message,
        expected=plain(broken.expected),
        observed=plain(broken.observed),
        spec=spot(run.document, broken.operation),
        exchanges=tuple(as_json(exchange) for exchange in trial.trail),
        story=story(rule.name, broken.message, broken.expected, broken.observed, trial.trail, run),
    )


def story(
    rule: str, message: str, expected: Any, observed: Any, exchanges: Sequence[Exchange], run: Run
) -> str:
    """What shows a finding, as a shell script."""
    head = Head(
        title=f"{rule}: {message}",
        expected=_short(expected),
        observed=_short(observed),
        base_url=run.target.base_url,
    )
    return as_script(exchanges, head, run.target.keys.form)


def _short(value: Any) -> str:
    return shortened("" if value is None else value)


def gates(basis: Basis, *, strict: bool) -> bool:
    """Whether a violation fails the run: what is promised does; what is reasonable only if asked for."""
    return strict or basis is not Basis.CONVENTION


def cause_of(trial: Trial) -> str:
    """What tells one way of breaking from another, the same on every operation.

    A law's message is a sentence that names the cause. A ground rule's also names the operation: the rule
    and the status that breaks it are the cause.
    """
    broken = trial.broken
    assert broken is not None
    if broken.rule is None:
        return slug(broken.message)
    return broken.rule if broken.status is None else f"{broken.rule}-{broken.status}"


def spot(document: Document, operation: str | None) -> Spot | None:
    """Where an operation stands in the file."""
    found = next((each for each in operations(document) if each.id == operation), None)
    return spot_of(document, found.pointer) if found is not None else None


def spot_of(document: Document, pointer: str) -> Spot:
    """Where a pointer stands in the file."""
    place = document.place(pointer)
    return Spot(pointer, str(place.file), place.line)


def _basis(written: Basis, law: Law, resource: Resource, trial: Trial, run: Run, seed: int) -> Basis:
    """`spec` becomes `convention` where the law holds against the document without its conventions."""
    bare = run.without_conventions
    if written is not Basis.SPEC or bare is None or run.settings.strict:
        return written
    there = bare.model.resources.get(resource.path)
    if there is None or not law.concerns(bare.model, there):
        return Basis.CONVENTION
    cause = cause_of(trial)
    if _reads_the_same(trial.trail, run) and _breaks(try_again(law, there, bare, trial.drawn), cause):
        return written
    anew = try_to_break(
        law,
        there,
        bare,
        seed=seed,
        examples=EXAMPLES_WITHOUT_CONVENTIONS,
        over=run.is_over,
        shrinks=lambda _: 0,
    )
    return written if _breaks(anew, cause) else Basis.CONVENTION


def _breaks(trial: Trial, cause: str) -> bool:
    return trial.broken is not None and cause_of(trial) == cause


def _reads_the_same(trail: Sequence[Exchange], run: Run) -> bool:
    """Whether no request owes it to a convention that it is allowed, or forbidden."""
    document = run.document
    bare = {each.id: each for each in operations(replace(document, data=document.hinted))}
    full = {each.id: each for each in run.operations}
    for request in (exchange.request for exchange in trail):
        if request.operation in full:
            if request.operation not in bare:
                return False
            there = Reader(document.hinted, bare[request.operation]).opinion(request)
            if there is not Reader(document.data, full[request.operation]).opinion(request):
                return False
    return True
