"""The checks: their names are those of Schemathesis, what they demand is said by the contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """A check.

    Attributes:
        name: part of a finding's fingerprint, so it never changes.
        sentence: what it demands.
        source: the section of an RFC that decides it.
        stateful: it looks at what was called before; only stories try it.
    """

    name: str
    sentence: str
    source: str | None = None
    stateful: bool = False


NOT_A_SERVER_ERROR = Check(
    "not_a_server_error",
    "Every request is answered, and none with a 5xx status.",
    "RFC 9110 §15.6",
)
IGNORED_AUTH = Check("ignored_auth", "A call without a key is refused.")
POSITIVE_DATA_ACCEPTANCE = Check(
    "positive_data_acceptance", "A request that the document allows is accepted."
)
NEGATIVE_DATA_REJECTION = Check("negative_data_rejection", "A request that the document forbids is refused.")
MISSING_REQUIRED_HEADER = Check(
    "missing_required_header", "A request without a header that the document requires is refused."
)
STATUS_CODE_CONFORMANCE = Check(
    "status_code_conformance", "An answer has a status that the document declares."
)
CONTENT_TYPE_CONFORMANCE = Check(
    "content_type_conformance", "An answer has a media type that the document declares."
)
RESPONSE_HEADERS_CONFORMANCE = Check(
    "response_headers_conformance", "An answer has the headers that the document declares."
)
RESPONSE_SCHEMA_CONFORMANCE = Check("response_schema_conformance", "An answer fits its schema.")
UNSUPPORTED_METHOD = Check(
    "unsupported_method",
    "A method that a path does not have is answered 405 with `Allow`, or refused otherwise.",
    "RFC 9110 §15.5.6",
)
USE_AFTER_FREE = Check("use_after_free", "What was deleted cannot be read.", stateful=True)
ENSURE_RESOURCE_AVAILABILITY = Check(
    "ensure_resource_availability", "What was created, and not deleted, can be reached.", stateful=True
)

CHECKS = {
    check.name: check
    for check in (
        NOT_A_SERVER_ERROR,
        IGNORED_AUTH,
        POSITIVE_DATA_ACCEPTANCE,
        NEGATIVE_DATA_REJECTION,
        MISSING_REQUIRED_HEADER,
        STATUS_CODE_CONFORMANCE,
        CONTENT_TYPE_CONFORMANCE,
        RESPONSE_HEADERS_CONFORMANCE,
        RESPONSE_SCHEMA_CONFORMANCE,
        UNSUPPORTED_METHOD,
        USE_AFTER_FREE,
        ENSURE_RESOURCE_AVAILABILITY,
    )
}
