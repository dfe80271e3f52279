"""A second opinion on answers: what one layer of the document does not allow, and where it says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from conformance.schemathesis_bridge.catalogue import (
    CONTENT_TYPE_CONFORMANCE,
    RESPONSE_HEADERS_CONFORMANCE,
    RESPONSE_SCHEMA_CONFORMANCE,
    STATUS_CODE_CONFORMANCE,
    Check,
)
from contracts.document import JSON
from contracts.exchange import Response
from contracts.operations import Content, Operation, is_json
from contracts.pointers import join, lookup
from contracts.schemas import compile_schema, resolve


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in an answer that the document does not allow.

    Attributes:
        message: a sentence without generated values.
        pointer: where the document says otherwise.
    """

    check: Check
    message: str
    expected: Any
    observed: Any
    pointer: str


class AnswerReader:
    """Reads answers of one operation, as one layer of the document has it."""

    def __init__(self, root: JSON, operation: Operation) -> None:
        self._root = root
        self._operation = operation
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def faults(self, response: Response) -> Iterator[Fault]:
        """All that is wrong with an answer."""
        status, declared = self._declared(response.status)
        if self._is_left_open(response.status, status):
            return
        if declared is None:
            yield Fault(
                STATUS_CODE_CONFORMANCE,
                f"The status {response.status} is not declared.",
                list(self._operation.responses),
                response.status,
                f"{self._operation.pointer}/responses",
            )
            return
        yield from self._media_type(response, status, declared)
        yield from self._headers(response, status, declared)
        yield from self._schema(response, status, declared)

    def _is_left_open(self, status: int, name: str) -> bool:
        """Whether the document says no success at all, or says by one default what success is."""
        success = self._operation.success_name
        if success is None:
            return 200 <= status < 300
        return success == name == "default" and status >= 400

    def _declared(self, status: int) -> tuple[str, Content | None]:
        """The response that declares a status: a code before a range (OpenAPI 3.0.3, Responses Object)."""
        for name in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if name in self._operation.responses:
                return name, self._operation.responses[name]
        return "", None

    def _media_type(self, response: Response, status: str, declared: Content) -> Iterator[Fault]:
        if declared.media and not any(_matches(known, response.media_type) for known in declared.media):
            said = f"is {response.media_type}" if response.media_type else "is not said"
            yield Fault(
                CONTENT_TYPE_CONFORMANCE,
                f"The media type of a {status} {said}.",
                list(declared.media),
                response.header("content-type"),
                join(declared.pointer, "content"),
            )

    def _headers(self, response: Response, status: str, declared: Content) -> Iterator[Fault]:
        written = resolve(self._root, lookup(self._root, join(self._operation.pointer, "responses", status)))
        for name, header in written.get("headers", {}).items():
            node = resolve(self._root, header)
            value = response.header(name)
            if value is None and node.get("required", False):
                message = f"A {status} lacks the header {name}."
                yield Fault(
                    RESPONSE_HEADERS_CONFORMANCE, message, name, None, join(declared.pointer, "headers", name)
                )

    def _schema(self, response: Response, status: str, declared: Content) -> Iterator[Fault]:
        if not is_json(response.media_type):
            return
        known = [media_type for media_type in declared.media if _matches(media_type, response.media_type)]
        if not known:
            return
        pointer = join(declared.pointer, "content", known[0], "schema")
        try:
            value = response.json()
        except (ValueError, RecursionError):
            message = f"A {status} is no JSON, although it says so."
            yield Fault(RESPONSE_SCHEMA_CONFORMANCE, message, "JSON", response.text[:200], pointer)
            return
        if pointer not in self._validators:
            self._validators[pointer] = compile_schema(self._root, declared.media[known[0]], "response")
        for error in self._validators[pointer].iter_errors(value):
            yield _fault_of(error, status, pointer)


def _fault_of(error: jsonschema_rs.ValidationError, status: str, pointer: str) -> Fault:
    place = _place(error.evaluation_path)
    keyword = str(error.schema_path[-1]) if error.schema_path else "schema"
    detail: Any = error.kind.value if hasattr(error.kind, "value") else None
    if keyword == "required":
        missing = getattr(error.kind, "property", "")
        message = f"{_subject(f'{place}/{missing}', status)} is missing."
        return Fault(RESPONSE_SCHEMA_CONFORMANCE, message, "required", None, pointer)
    if keyword == "type" and error.instance is None:  # who writes null for what is unset does so everywhere
        message = f"A property of a {status} is null, which its schema does not allow."
        return Fault(RESPONSE_SCHEMA_CONFORMANCE, message, {place: detail}, {place: None}, pointer)
    message = f"{_subject(place, status)} breaks `{keyword}` of its schema."
    return Fault(RESPONSE_SCHEMA_CONFORMANCE, message, detail or error.message[:200], error.instance, pointer)


def _subject(place: str, status: str) -> str:
    return f"{place} of a {status}" if place else f"A {status}"


def _place(evaluated: Sequence[str | int]) -> str:
    """Where in an answer a schema speaks of, without indices and without names that the client chose."""
    tokens: list[str] = []
    path = list(evaluated)
    index = 0
    while index < len(path):
        if path[index] == "properties" and index + 1 < len(path):
            tokens.append(str(path[index + 1]))
            index += 1
        elif path[index] in {"items", "additionalProperties", "patternProperties"}:
            tokens.append("*")
        index += 1
    return "".join(f"/{token}" for token in tokens)


def _matches(declared: str, given: str) -> bool:
    """Whether a media type is one of a declared range."""
    known = declared.partition(";")[0].strip().lower()
    if known in {given, "*/*"}:
        return True
    kind, _, subtype = known.partition("/")
    return subtype == "*" and given.startswith(f"{kind}/")
