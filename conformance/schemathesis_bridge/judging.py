"""Judging: which accusations of Schemathesis' stand, and what they rest on.

A check says that something is wrong. It is believed where the contract's own reading of the same bytes
agrees. It rests on the spec where it stands against the file and its hints alone, without conventions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from schemathesis import Case, CheckContext
from schemathesis import Response as SchemathesisResponse
from schemathesis.config import ChecksConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.openapi.checks import UnsupportedMethodResponse
from schemathesis.specs.openapi import checks as openapi

from conformance.schemathesis_bridge import catalogue
from conformance.schemathesis_bridge.answers import AnswerReader, Fault
from conformance.schemathesis_bridge.catalogue import Check
from conformance.schemathesis_bridge.doubts import Doubts
from conformance.schemathesis_bridge.failures import CheckFailure
from conformance.validity import Opinion, Reader
from contracts.document import Document
from contracts.exchange import Exchange, Request, Response
from contracts.laws import Basis
from contracts.operations import Operation
from contracts.resources import ResourceModel

CheckFunction = Callable[[CheckContext, SchemathesisResponse, Case[Any]], "bool | None"]

_OF_ANSWERS: tuple[tuple[Check, CheckFunction], ...] = (
    (catalogue.STATUS_CODE_CONFORMANCE, openapi.status_code_conformance),
    (catalogue.CONTENT_TYPE_CONFORMANCE, openapi.content_type_conformance),
    (catalogue.RESPONSE_HEADERS_CONFORMANCE, openapi.response_headers_conformance),
    (catalogue.RESPONSE_SCHEMA_CONFORMANCE, openapi.response_schema_conformance),
)
_OF_REQUESTS: tuple[tuple[Check, CheckFunction], ...] = (
    (catalogue.POSITIVE_DATA_ACCEPTANCE, openapi.positive_data_acceptance),
    (catalogue.NEGATIVE_DATA_REJECTION, openapi.negative_data_rejection),
    (catalogue.MISSING_REQUIRED_HEADER, openapi.missing_required_header),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An accusation that stands."""

    check: Check
    basis: Basis
    message: str
    expected: Any
    observed: Any
    pointer: str

    def failure(self, operation: Operation, exchanges: Sequence[Exchange]) -> CheckFailure:
        """It as a failure of an operation, with its story."""
        return CheckFailure(
            check=self.check.name,
            basis=self.basis,
            operation=operation.id,
            message=self.message,
            expected=self.expected,
            observed=self.observed,
            exchanges=tuple(exchanges),
            pointer=self.pointer,
        )


class Judge:
    """Judges the exchanges of one operation."""

    def __init__(
        self, document: Document, model: ResourceModel, operation: Operation, hinted: Operation | None
    ) -> None:
        self._doubts = Doubts(document.data, model, operation)
        self._operation = operation
        self._context = _context()
        self._requests = Reader(document.data, operation)
        self._answers = AnswerReader(document.data, operation)
        self._hinted_requests = Reader(document.hinted, hinted) if hinted is not None else None
        self._hinted_answers = AnswerReader(document.hinted, hinted) if hinted is not None else None

    def verdicts(
        self,
        case: Case[Any],
        exchange: Exchange,
        answer: SchemathesisResponse | None,
        *,
        strangers: bool = False,
    ) -> Iterator[Verdict]:
        """All that is wrong with an exchange.

        Args:
            answer: the answer as Schemathesis reads it; None when none came.
            strangers: whether the request names records that are not there, for which it may be refused.
        """
        if exchange.response is None or answer is None:
            foreign = "" if exchange.request.operation else " with a method that the path does not have"
            yield self._of_server(f"A request{foreign} is not answered.", "an answer", exchange.failure)
            return
        context = self._context
        if exchange.request.operation is None:
            yield from self._of_method(context, case, exchange.response, answer)
            return
        if exchange.response.status >= 500:  # Schemathesis' own check sends requests of its own
            observed = f"{exchange.response.status} {exchange.response.text[:2_000]}".rstrip()
            yield self._of_server("A request makes the server fail.", "below 500", observed)
            return
        yield from self._of_answer(context, case, exchange.response, answer)
        for verdict in self._of_request(context, case, exchange, answer):
            if not (strangers and verdict.check is catalogue.POSITIVE_DATA_ACCEPTANCE):
                yield verdict

    def _of_server(self, message: str, expected: str, observed: Any) -> Verdict:
        check = catalogue.NOT_A_SERVER_ERROR
        return Verdict(check, Basis.HTTP, message, expected, observed, self._operation.pointer)

    def _of_method(
        self, context: CheckContext, case: Case[Any], response: Response, answer: SchemathesisResponse
    ) -> Iterator[Verdict]:
        """Which refusal it is, servers differ on; that a 405 names the methods is a rule of HTTP."""
        for failure in _failures(openapi.unsupported_method, context, answer, case):
            lacks = isinstance(failure, UnsupportedMethodResponse) and not failure.allow_header_present
            if lacks and response.status == 405 and response.header("allow") is None:
                message = "A 405 does not name the methods that are allowed."
                check = catalogue.UNSUPPORTED_METHOD
                yield Verdict(check, Basis.HTTP, message, "Allow", None, self._operation.pointer)
        if response.status >= 500 and response.status != 501:  # RFC 9110 §15.6.2: it may not know the method
            message = "A method that the path does not have makes the server fail."
            yield self._of_server(message, "below 500, or 501", response.status)

    def _of_answer(
        self, context: CheckContext, case: Case[Any], response: Response, answer: SchemathesisResponse
    ) -> Iterator[Verdict]:
        accused = {
            check.name for check, function in _OF_ANSWERS if any(_failures(function, context, answer, case))
        }
        if not accused:
            return
        faults = [fault for fault in self._answers.faults(response) if fault.check.name in accused]
        promised = self._promised(response)
        for fault in _first_of_each_check(faults):
            basis = Basis.SPEC if _stands(fault, promised) else Basis.CONVENTION
            yield Verdict(fault.check, basis, fault.message, fault.expected, fault.observed, fault.pointer)

    def _promised(self, response: Response) -> list[Fault]:
        """What is wrong with an answer without the conventions.

        An error that the file does not declare may have any status and any form; success it declares in full.
        """
        if self._hinted_answers is None:
            return []
        faults = list(self._hinted_answers.faults(response))
        declared = all(fault.check is not catalogue.STATUS_CODE_CONFORMANCE for fault in faults)
        return faults if response.ok or declared else []

    def _of_request(
        self, context: CheckContext, case: Case[Any], exchange: Exchange, answer: SchemathesisResponse
    ) -> Iterator[Verdict]:
        response = exchange.response
        assert response is not None
        for check, function in _OF_REQUESTS:
            if not any(_failures(function, context, answer, case)):
                continue
            if check is catalogue.POSITIVE_DATA_ACCEPTANCE:
                if 400 <= response.status < 500 and self.allowed(exchange.request):
                    basis = self._basis_where(exchange.request, Opinion.ALLOWED)
                    observed = f"{response.status} {response.text[:2_000]}".rstrip()
                    message = "A request that the document allows is refused."
                    yield Verdict(check, basis, message, "2xx", observed, self._operation.pointer)
            elif response.ok and self._requests.opinion(exchange.request) is Opinion.FORBIDDEN:
                basis = self._basis_where(exchange.request, Opinion.FORBIDDEN)
                pointer = self._requests.forbidden_at(exchange.request)
                message = "A request that the document forbids is accepted."
                yield Verdict(check, basis, message, "4xx", response.status, pointer)

    def allowed(self, request: Request) -> bool:
        """Whether a request has to be accepted, as far as its form goes."""
        if self._requests.opinion(request) is not Opinion.ALLOWED:
            return False
        return not (self._requests.is_refusable(request) or self._doubts.has(request))

    def _basis_where(self, request: Request, opinion: Opinion) -> Basis:
        hinted = self._hinted_requests
        return Basis.SPEC if hinted is not None and hinted.opinion(request) is opinion else Basis.CONVENTION


def _context() -> CheckContext:
    return CheckContext(
        override=None,
        auth=None,
        headers=None,
        config=ChecksConfig.from_dict({}),
        transport_kwargs=None,
        response_checks=None,
    )


def _failures(
    check: CheckFunction, context: CheckContext, answer: SchemathesisResponse, case: Case[Any]
) -> Sequence[Failure]:
    """What a check of Schemathesis' says, without its list of all checks, which the whole process shares."""
    try:
        check(context, answer, case)
    except FailureGroup as group:
        return group.exceptions
    except Failure as failure:
        return [failure]
    return []


def _first_of_each_check(faults: Sequence[Fault]) -> list[Fault]:
    """One fault for each check: what else is wrong of the same kind shows once this is mended."""
    first: dict[str, Fault] = {}
    for fault in sorted(faults, key=lambda fault: (fault.pointer, fault.message)):
        first.setdefault(fault.check.name, fault)
    return list(first.values())


def _stands(fault: Fault, promised: Sequence[Fault]) -> bool:
    return any(other.check is fault.check and other.message == fault.message for other in promised)
