"""Named semantic defects, so that a test suite can be seen to fail."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.errors import UsageError, did_you_mean
from mockserver.behaviours import sabotage as conversation
from mockserver.faults.sabotage import afterlife, answers, references, requests, storage, tenants, writes
from mockserver.faults.sabotage.defect import SOUND, Defect, Seat

__all__ = ["DEFECTS", "SOUND", "Defect", "Seat", "defect"]

#: Every defect by its name.
DEFECTS: Mapping[str, Defect] = {
    each.name: each
    for each in (
        *writes.DEFECTS,
        *afterlife.DEFECTS,
        *references.DEFECTS,
        *storage.DEFECTS,
        *tenants.DEFECTS,
        *answers.DEFECTS,
        *requests.DEFECTS,
        *conversation.DEFECTS,
    )
}


def defect(name: str | None) -> Defect:
    """The defect of that name; none at all without a name.

    Raises:
        UsageError: there is no such defect.
    """
    if name is None:
        return SOUND
    if name not in DEFECTS:
        raise UsageError(f"There is no sabotage {name!r}.", cure=did_you_mean(name, DEFECTS))
    return DEFECTS[name]
