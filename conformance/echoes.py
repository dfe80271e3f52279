"""Which findings say nothing new: a defect that breaks one rule often breaks others as well.

One root cause is to be one finding. What else it breaks stands under that finding's `also` and `with_it`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto

from conformance.findings import Finding
from contracts.laws import LAWS
from contracts.resources import ResourceModel


class Reach(Enum):
    """Where the other rule has to be broken, for a finding to be its echo."""

    SAME_OPERATION = auto()
    SAME_RECORD = auto()  # of the same resource, or of one that owns it
    ANYWHERE = auto()


Leaders = dict[str, Reach]  # rule → where it has to be broken

_LOST = "-cannot-be-read"  # how the causes of laws end that made a record and then found none
_OF_MANY = "-*-"  # how the causes of checks name any one item of an array
_LISTED: Leaders = {"created-is-listed": Reach.ANYWHERE}
_SHARED: Leaders = {"child-is-listed-under-its-parent-alone": Reach.ANYWHERE}
_NO_TENANTS: Leaders = {"foreign-is-not-read": Reach.ANYWHERE}
_BAD_BODIES: Leaders = {
    "invalid-body-is-refused": Reach.ANYWHERE,
    # Laws that try the same on an operation of their own.
    **{law.name: Reach.SAME_OPERATION for law in LAWS if "invalid-body-is-refused" in law.follows},
}
_BAD_IDS: Leaders = {"malformed-id-is-refused": Reach.SAME_RECORD}
#: What a record can be lost by: whoever finds none where one was made follows from these.
_LOSES: Leaders = {
    "create-reads-back": Reach.ANYWHERE,
    "created-is-listed": Reach.ANYWHERE,
    "delete-spares-the-rest": Reach.ANYWHERE,
    "emptying-spares-the-record": Reach.ANYWHERE,
    "deleting-spares-the-target": Reach.ANYWHERE,
    "embedded-records-appear": Reach.ANYWHERE,
    "reference-reads-back": Reach.ANYWHERE,
}
_REFUSED: Leaders = {"valid-requests-are-accepted": Reach.SAME_RECORD}
_LISTED_OTHERWISE: Leaders = {"list-and-detail-agree": Reach.ANYWHERE}
_REFERS_ELSEWHERE: Leaders = {"reference-reads-back": Reach.ANYWHERE}
_NOT_KEPT: Leaders = {"create-reads-back": Reach.ANYWHERE}
_MADE_BY_PUT: Leaders = {"put-creates-nothing": Reach.ANYWHERE}
_MISSING_PARTS: Leaders = {"response_schema_conformance": Reach.SAME_RECORD}
_SAME_IDS: Leaders = {"ids-are-unique": Reach.ANYWHERE}
_STILL_THERE: Leaders = {"deleted-is-gone": Reach.SAME_RECORD}
_NO_KEY: Leaders = {"key-is-needed": Reach.ANYWHERE}
_SERVER_ERROR: Leaders = {"no-request-makes-the-server-fail": Reach.ANYWHERE}
_SPILLS: Leaders = {"writes-touch-nothing-else": Reach.SAME_RECORD}

#: Rule, or cause, → the rules that it follows from: what laws say of themselves, and what holds generally.
FOLLOWS: Mapping[str, Leaders] = {
    **{law.name: dict.fromkeys(law.follows, Reach.ANYWHERE) for law in LAWS if law.follows},
    "not_a_server_error": _SERVER_ERROR,
    "not_a_server_error-a-request-is-not-answered": {"every-request-is-answered": Reach.ANYWHERE},
    "not_a_server_error-a-request-with-a-method-that-the-path-does-not-have-is-not-answered": {
        "every-request-is-answered": Reach.ANYWHERE
    },
    "positive_data_acceptance": _REFUSED | {"unknown-properties-are-ignored": Reach.ANYWHERE},
    "negative_data_rejection": {
        **_BAD_BODIES,
        **_BAD_IDS,
        "broken-json-is-refused": Reach.ANYWHERE,
        "bounds-of-parameters-hold": Reach.ANYWHERE,
    },
    "not_a_server_error-a-request-makes-the-server-fail": _SERVER_ERROR
    | {"invalid-body-is-refused": Reach.SAME_RECORD},
    "response_schema_conformance": _BAD_IDS | {"answers-are-what-they-are-said-to-be": Reach.SAME_OPERATION},
    "content_type_conformance": {"answers-are-what-they-are-said-to-be": Reach.ANYWHERE},
    "a-create-answer-disagrees-with-the-record": _MISSING_PARTS,
    "a-list-disagrees-with-the-record": _LISTED | _MISSING_PARTS,
    "update-receipt-names-the-record": {"updates-move-time": Reach.SAME_RECORD},
    # A record that is lost is missing everywhere.
    "valid-requests-are-accepted-404": _LOSES,
    # What is kept otherwise than it was said may be refused where it is needed.
    "valid-requests-are-accepted-422": {
        "defaults-are-filled": Reach.ANYWHERE,
        "patch-keeps-the-rest": Reach.ANYWHERE,
        "unknown-properties-are-ignored": Reach.ANYWHERE,
    },
    "ensure_resource_availability": _LOSES | {"past-the-end-is-empty": Reach.ANYWHERE},
    "a-second-create-request-replaced-the-first-record": _LOSES,
    "created-is-listed": {"create-reads-back": Reach.SAME_RECORD},
    # What is not kept cannot be filtered by, or merged.
    "long-text-survives": _NOT_KEPT | {"valid-requests-are-accepted": Reach.ANYWHERE},
    "nulls-in-objects-are-kept": _NOT_KEPT | _REFUSED | {"patch-reads-back": Reach.ANYWHERE},
    "patch-merges-deeply": _NOT_KEPT
    | {"patch-keeps-the-rest": Reach.ANYWHERE, "patch-reads-back": Reach.ANYWHERE},
    "patch-keeps-the-rest": {"identity-stays": Reach.ANYWHERE},
    "deleting-spares-the-target": {"referring-changes-no-target": Reach.ANYWHERE},
    "unknown-reference-is-refused": _REFERS_ELSEWHERE,
    "a-record-is-reached-through-a-parent-that-is-not-its-own": _MADE_BY_PUT
    | {"child-is-reached-through-its-parent-alone": Reach.ANYWHERE},
    # Whoever finds a record under any id finds one where none should be.
    "unknown-is-404": _MADE_BY_PUT | _REFUSED,
    "deleted-is-gone": {"unknown-is-404": Reach.ANYWHERE},
    "put-creates-nothing": {"deleted-is-gone": Reach.ANYWHERE},
    "foreign-is-not-read": {"unknown-is-404": Reach.ANYWHERE},
    # What no list shows cannot be sorted, paged, filtered or counted either.
    "list-and-detail-agree": _LISTED,
    "embedded-records-appear": _LISTED | _SHARED | _LISTED_OTHERWISE,
    # Who reads what is another's may mostly do with it what its owner may.
    "foreign-is-not-written": _NO_TENANTS | _MADE_BY_PUT,
    "foreign-takes-no-action": _NO_TENANTS,
    "foreign-owner-takes-no-records": _NO_TENANTS,
    "foreign-is-like-unknown": _NO_TENANTS,
    "a-record-is-deleted-with-another-key": _NO_TENANTS | {"foreign-is-not-written": Reach.ANYWHERE},
    "a-call-without-a-key-removes-a-record": {
        "key-is-needed": Reach.ANYWHERE,
        "refused-calls-have-no-effect": Reach.ANYWHERE,
    },
    "put-reads-back": {"put-replaces": Reach.SAME_RECORD},
    "unsupported_method": {"method-not-allowed-names-the-allowed": Reach.ANYWHERE},
    # What is refused although it is valid is refused wherever something else was to be seen.
    "unknown-properties-are-ignored": _REFUSED,
    "unknown-parent-is-404": _REFUSED,
    # Where a list alone shows a record, it reads as it is listed.
    "a-property-does-not-read-as-it-was-created": _LISTED_OTHERWISE,
    "a-property-does-not-read-as-it-was-replaced": _LISTED_OTHERWISE | {"put-replaces": Reach.SAME_RECORD},
    "a-property-does-not-read-as-it-was-merged": _LISTED_OTHERWISE,
    # Who need not say a key is nobody, or anybody.
    "ignored_auth": _NO_KEY,
    "refused-calls-have-no-effect": _NO_KEY,
    "unissued-keys-see-nothing": _NO_KEY | {"refused-calls-have-no-effect": Reach.ANYWHERE},
    # What is still there can be read, written, deleted again, and referred to.
    "use_after_free": _STILL_THERE
    | _MADE_BY_PUT
    | {"children-go-with-their-parent": Reach.SAME_RECORD, "deleted-takes-no-writes": Reach.ANYWHERE},
    "deleted-takes-no-writes": _STILL_THERE | _MADE_BY_PUT | _REFUSED,
    "second-delete-is-404": _STILL_THERE,
    "children-go-with-their-parent": _STILL_THERE | {"unknown-parent-is-404": Reach.ANYWHERE},
    "referrers-go-too": _STILL_THERE
    | _SAME_IDS
    | _REFERS_ELSEWHERE
    | {"delete-spares-the-rest": Reach.ANYWHERE},
    # Of two records that are one, each shows what was done to the other.
    "delete-spares-the-rest": _SAME_IDS,
    "writes-touch-nothing-else": _SAME_IDS,
    "lists-are-in-order": _SAME_IDS | _LISTED,
    "pages-partition": _SAME_IDS | _LISTED | _SHARED,
    "filters-select": _SAME_IDS | _LISTED | _NOT_KEPT,
    "filters-compare-by-type": _SAME_IDS | _LISTED | _NOT_KEPT,
    "child-is-listed-under-its-parent-alone": _SAME_IDS | _LISTED,
    "child-is-reached-through-its-parent-alone": _SAME_IDS | _MADE_BY_PUT,
    # The time of a write that spills orders other records, too.
    "sorting-sorts": _SAME_IDS | _SPILLS | _LISTED,
    "foreign-reference-is-refused": {"unknown-reference-is-refused": Reach.SAME_OPERATION}
    | _NO_TENANTS
    | _REFERS_ELSEWHERE,
}


def without_echoes(findings: Sequence[Finding], model: ResourceModel) -> list[Finding]:
    """All but the echoes, which stand under `also` and `with_it` of what they follow from.

    What gates is no echo of what does not.
    """
    owners = _owners(model)
    leads = _unlooped([_leader(finding, findings, owners) for finding in findings])
    echoes: dict[int, list[Finding]] = {}
    for index, finding in enumerate(findings):
        root = index
        while (leader := leads[root]) is not None:
            root = leader
        echoes.setdefault(root, [])
        if root != index:
            echoes[root].append(finding)
    return [_with(findings[root], echoes[root]) for root in sorted(echoes)]


def _with(root: Finding, echoes: Sequence[Finding]) -> Finding:
    also = (*root.also, *(name for echo in echoes for name in echo.operations))
    with_it = (*root.with_it, *(name for echo in echoes for name in echo.rules if name != root.rule))
    return replace(root, also=tuple(dict.fromkeys(also)), with_it=tuple(dict.fromkeys(with_it)))


def _leader(finding: Finding, findings: Sequence[Finding], owners: Mapping[str, Sequence[str]]) -> int | None:
    """The index of a finding that this one follows from."""
    leaders = FOLLOWS.get(finding.cause) or FOLLOWS.get(finding.rule, {})
    if finding.cause.endswith(_LOST):
        leaders = leaders | _LOSES
    if finding.rule == "response_schema_conformance" and _OF_MANY in finding.cause:
        leaders = leaders | _LISTED_OTHERWISE
    for rule, reach in leaders.items():
        for index, other in enumerate(findings):
            leads = other.rule == rule and other.cause != finding.cause and other.gates >= finding.gates
            if leads and _is_near(finding, other, reach, owners):
                return index
    weightier = (
        index
        for index, other in enumerate(findings)
        if (other.rule, other.cause) == (finding.rule, finding.cause) and other.gates > finding.gates
    )
    return next(weightier, None)


def _unlooped(leads: list[int | None]) -> list[int | None]:
    """The leaders, of which none follows from itself: of those that lead round, the first found stands."""
    out = list(leads)
    for start in range(len(out)):
        way: list[int] = []
        at: int | None = start
        while at is not None and at not in way:
            way.append(at)
            at = out[at]
        if at is not None:
            out[min(way[way.index(at) :])] = None
    return out


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
