"""Leaving out of a story what it does not need, by telling it again without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conformance.schemathesis_bridge.stories import Stage, Step, Story, Told
from conformance.worlds.receipts import new_id
from contracts.exchange import Request
from contracts.resources import Verb
from contracts.world import Unreachable

_TELLING = 8  # characters by which an id is known wherever it stands


def trimmed(told: Told, stage: Stage) -> Told:
    """The same failure on the fewest steps: leaving out any one of them, it does not show.

    Stories of ids too short to be known in a request stay as they are.
    """
    if any(len(identifier) < _TELLING for step in told.steps if (identifier := _made(step)) is not None):
        return told
    for index in reversed(range(len(told.steps) - 1)):
        if stage.over():
            break
        made = _made(told.steps[index])
        rest = (*told.steps[:index], *told.steps[index + 1 :])
        if made is None or not any(step.names(made) for step in rest):
            told = _again(told, rest, stage) or told
    return told


def _again(told: Told, steps: Sequence[Step], stage: Stage) -> Told | None:
    """The failure on these steps, told on records of their own; None when it does not show."""
    story = Story(stage)
    ids: dict[str, str] = {}
    failures: list[Told] = []
    for old in steps:
        request = _with_ids(old.exchange.request, ids)
        try:
            step = story.take(old.call, request, old.drawn, strangers=old.strangers)
        except Unreachable:
            return None
        failures = story.failures(step)
        before, now = _made(old), _made(step)
        if before is not None and now is not None:
            ids[before] = now
    return next((replace(again, lent=told.lent) for again in failures if again.cause == told.cause), None)


def _made(step: Step) -> str | None:
    """The id of what a step made."""
    response = step.exchange.response
    if step.call.verb is not Verb.CREATE or step.call.resource is None or response is None or not response.ok:
        return None
    return new_id(step.call.resource, response)


def _with_ids(request: Request, ids: Mapping[str, str]) -> Request:
    """The request with other ids."""
    target, body = request.target, request.body
    for before, now in ids.items():
        target, body = target.replace(before, now), body.replace(before.encode(), now.encode())
    return replace(request, target=target, body=body)
