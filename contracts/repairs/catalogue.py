"""All rules, in the order in which they are applied, and their application."""

from __future__ import annotations

from collections.abc import Callable, Collection

from contracts.errors import Place, UsageError, did_you_mean
from contracts.repairs import newer, nulls, operations, parameters, schemas
from contracts.repairs.rule import Draft, Repair, Rule
from contracts.structure import JSON

RULES: tuple[Rule, ...] = (
    operations.QUOTE_VERSION,
    operations.INLINE_PATH_ITEMS,
    schemas.DROP_REFERENCE_SIBLINGS,
    schemas.DROP_DIALECT,
    newer.REWRITE_NEWER_KEYWORDS,
    newer.DROP_INEXPRESSIBLE,
    schemas.DROP_STRAY_OBJECT_KEYWORDS,
    schemas.ADD_ITEMS,
    schemas.DROP_CONTRADICTING_TYPES,
    nulls.TYPE_NULLS,
    nulls.LIST_NULL_IN_ENUMS,
    nulls.DROP_NULL_DEFAULTS,
    schemas.ALLOW_OVERLAP,
    schemas.DROP_UNFIT_DEFAULTS,
    schemas.DROP_REQUIRED_WITHOUT_PROPERTY,
    operations.ADD_OPERATION_IDS,
    operations.SEPARATE_OPERATION_IDS,
    operations.DROP_EMPTY_BODIES,
    operations.REQUIRE_BODIES,
    operations.ADD_RESPONSES,
    operations.DESCRIBE_RESPONSES,
    operations.DROP_FOREIGN_SCHEME_FIELDS,
    parameters.NAME_PARAMETERS,
    parameters.REQUIRE_PATH_PARAMETERS,
    parameters.DECLARE_PATH_PARAMETERS,
    # These remove parameters: the pointers of those behind are then no longer those of the file.
    parameters.DROP_STRAY_PATH_PARAMETERS,
    parameters.MEAN_RESPONSE_MEDIA_TYPES,
    parameters.DROP_IGNORED_HEADERS,
)


def check_kept(keep: Collection[str]) -> None:
    """Refuse names of rules that cannot be switched off.

    Raises:
        UsageError: a name is no rule, or the rule does not change the contract.
    """
    switchable = {rule.name for rule in RULES if rule.changes_contract}
    for name in keep:
        if name in {rule.name for rule in RULES} - switchable:
            cure = f"Only these can be: {', '.join(sorted(switchable))}."
            raise UsageError(
                f"The repair {name!r} does not change the contract and cannot be kept off.", cure=cure
            )
        if name not in switchable:
            raise UsageError(f"There is no repair {name!r} to keep off.", cure=did_you_mean(name, switchable))


def mend(root: JSON, place: Callable[[str], Place], keep: Collection[str] = ()) -> tuple[Repair, ...]:
    """Apply all rules but those in `keep` to `root`, in place.

    Args:
        place: from a JSON pointer to where it stands.
    """
    draft = Draft(root)
    repairs: list[Repair] = []
    for rule in RULES:
        if rule.name in keep:
            continue
        done = list(rule.mend(draft))
        if done:
            draft.changed()
        repairs += [
            Repair(rule.name, place(mended.pointer), mended.what, rule.why, rule.changes_contract)
            for mended in done
        ]
    return tuple(repairs)
