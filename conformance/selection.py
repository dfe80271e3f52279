"""Which cases of a run are tried: `--only` and `--skip`."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from conformance.cases import Case
from conformance.run import Run
from conformance.schemathesis_bridge.catalogue import CHECKS
from conformance.settings import Settings
from contracts.errors import UsageError, did_you_mean
from contracts.laws import LAWS


def check_patterns(run: Run) -> None:
    """Refuses patterns that name nothing.

    Raises:
        UsageError: a pattern names no law, check or operation.
    """
    names = sorted({*(law.name for law in LAWS), *CHECKS, *(operation.id for operation in run.operations)})
    for option, patterns in (("--only", run.settings.only), ("--skip", run.settings.skip)):
        for pattern in patterns:
            if not any(fnmatchcase(name, pattern) for name in names):
                near = did_you_mean(pattern, names)
                cure = near if near.startswith("Did you") else "`sessions-kit laws` lists the laws."
                raise UsageError(f"{option} {pattern!r} names no law, check or operation.", cure=cure)


def is_selected(case: Case, settings: Settings) -> bool:
    """Whether a case is named by `only`, if anything is, and not by `skip`."""
    return (not settings.only or _named(case, settings.only)) and not _named(case, settings.skip)


def _named(case: Case, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for name in (case.rule, *case.operations) for pattern in patterns)
