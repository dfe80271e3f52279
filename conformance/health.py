"""Whether anything was really tested: a run that reached nothing says nothing."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.resources import ResourceModel


def counting(model: ResourceModel) -> frozenset[str]:
    """The operations that a run can be expected to reach.

    Those of resources whose records arise from something else do not count: it may never happen.
    """
    return frozenset(
        operation.id
        for resource in model.resources.values()
        if resource.arises is None
        for operation in (*resource.verbs.values(), *(action.operation for action in resource.actions))
    ) | frozenset(operation.id for operation in model.unplaced)


def doubt(model: ResourceModel, asked: Iterable[str], reached: Iterable[str], least: float) -> str | None:
    """Why too little was reached for a verdict; None when it was enough.

    Args:
        asked: operationIds that were called.
        reached: those of them that answered 2xx at least once.
        least: the share of the former that is enough.
    """
    counted = counting(model)
    tried = counted & set(asked)
    if not tried:
        return "No operation was called."
    found = tried & set(reached)
    if len(found) >= least * len(tried):
        return None
    never = sorted(tried - found)
    some = ", ".join(never[:5]) + (", …" if len(never) > 5 else "")
    return (
        f"Only {len(found)} of {len(tried)} operations that were called ever answered 2xx, "
        f"{least:.0%} are needed (--min-reached). Never: {some}."
    )
