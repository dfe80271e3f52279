"""Which findings say nothing new: a defect that breaks one rule often breaks others as well.

One root cause is to be one finding. What else it breaks stands under that finding's `also`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto

from conformance.findings import Finding
from contracts.resources import ResourceModel


class Reach(Enum):
    """Where the other rule has to be broken, for a finding to be its echo."""

    SAME_OPERATION = auto()
    SAME_RECORD = auto()  # of the same resource, or of one that owns it
    ANYWHERE = auto()


Leaders = dict[str, Reach]  # rule → where it has to be broken

_SAME_IDS: Leaders = {"ids-are-unique": Reach.SAME_RECORD}
_STILL_THERE: Leaders = {"deleted-is-gone": Reach.SAME_RECORD}
_NO_KEY: Leaders = {"key-is-needed": Reach.ANYWHERE}
_SERVER_ERROR: Leaders = {"no-request-makes-the-server-fail": Reach.ANYWHERE}
_SPILLS: Leaders = {"writes-touch-nothing-else": Reach.SAME_RECORD}

#: Rule, or cause, → the rules that it follows from.
FOLLOWS: Mapping[str, Leaders] = {
    "not_a_server_error": _SERVER_ERROR,
    "not_a_server_error-a-request-is-not-answered": {"every-request-is-answered": Reach.ANYWHERE},
    "not_a_server_error-a-request-with-a-method-that-the-path-does-not-have-is-not-answered": {
        "every-request-is-answered": Reach.ANYWHERE
    },
    "positive_data_acceptance": {"valid-requests-are-accepted": Reach.SAME_OPERATION},
    "negative_data_rejection": {
        "invalid-body-is-refused": Reach.SAME_OPERATION,
        "bounds-of-parameters-hold": Reach.SAME_OPERATION,
    },
    "unsupported_method": {"method-not-allowed-names-the-allowed": Reach.SAME_OPERATION},
    # Who need not say a key is nobody, or anybody.
    "ignored_auth": _NO_KEY,
    "refused-calls-have-no-effect": _NO_KEY,
    "unissued-keys-see-nothing": _NO_KEY,
    # What is still there can be read, written, deleted again, and referred to.
    "use_after_free": _STILL_THERE | {"children-go-with-their-parent": Reach.SAME_RECORD},
    "deleted-takes-no-writes": _STILL_THERE,
    "second-delete-is-404": _STILL_THERE,
    "children-go-with-their-parent": _STILL_THERE,
    "referrers-go-too": _STILL_THERE | _SAME_IDS,
    # Of two records that are one, each shows what was done to the other.
    "delete-spares-the-rest": _SAME_IDS,
    "writes-touch-nothing-else": _SAME_IDS,
    "lists-are-in-order": _SAME_IDS,
    "pages-partition": _SAME_IDS,
    "filters-select": _SAME_IDS,
    "filters-compare-by-type": _SAME_IDS,
    "child-is-listed-under-its-parent-alone": _SAME_IDS,
    "child-is-reached-through-its-parent-alone": _SAME_IDS,
    # The time of a write that spills orders other records, too.
    "sorting-sorts": _SAME_IDS | _SPILLS,
    "foreign-reference-is-refused": {"unknown-reference-is-refused": Reach.SAME_OPERATION},
}


def without_echoes(findings: Sequence[Finding], model: ResourceModel) -> list[Finding]:
    """All but the echoes, whose operations stand under `also` of what they follow from.

    What gates is no echo of what does not.
    """
    owners = _owners(model)
    leads = [_leader(finding, findings, owners) for finding in findings]
    also: dict[int, dict[str, None]] = {}
    for index, finding in enumerate(findings):
        root = index
        while (leader := leads[root]) is not None:
            root = leader
        if root != index:
            also.setdefault(root, {}).update(dict.fromkeys(finding.operations))
    return [
        replace(finding, also=tuple(dict.fromkeys((*finding.also, *also.get(index, ())))))
        for index, finding in enumerate(findings)
        if leads[index] is None
    ]


def _leader(finding: Finding, findings: Sequence[Finding], owners: Mapping[str, Sequence[str]]) -> int | None:
    """The index of a finding that this one follows from."""
    leaders = FOLLOWS.get(finding.cause) or FOLLOWS.get(finding.rule, {})
    for rule, reach in leaders.items():
        for index, other in enumerate(findings):
            leads = other.rule == rule and other.gates >= finding.gates
            if leads and _is_near(finding, other, reach, owners):
                return index
    return None


def _is_near(echo: Finding, other: Finding, reach: Reach, owners: Mapping[str, Sequence[str]]) -> bool:
    if reach is Reach.ANYWHERE or echo.operation == other.operation:
        return True
    if reach is Reach.SAME_OPERATION or echo.operation is None or other.operation is None:
        return False
    mine, theirs = owners.get(echo.operation, ()), owners.get(other.operation, ())
    return bool(theirs) and theirs[0] in mine


def _owners(model: ResourceModel) -> dict[str, list[str]]:
    """The resource of each operation, then those that own it, outwards."""
    found: dict[str, list[str]] = {}
    for resource in model.resources.values():
        chain = [resource.path]
        while (parent := model.resources[chain[-1]].parent) is not None and parent in model.resources:
            chain.append(parent)
        found |= {operation.id: chain for _, operation in resource.operations()}
    return found
