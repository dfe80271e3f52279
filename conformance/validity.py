"""A second opinion on requests: what the document says of one, as it stands on the wire.

Schemathesis knows how it made a case; a server sees bytes. Whether these are allowed is judged here, by the
contract's own validators, before anybody is accused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

from contracts.document import JSON
from contracts.exchange import Request
from contracts.hints import REFUSABLE
from contracts.operations import Operation, Parameter, is_json
from contracts.schemas import combined, compile_schema, kind, required, resolve

_FARTHEST = 2**53 - 1
_DEEPEST = 64


class Opinion(StrEnum):
    """What a document says of a request."""

    ALLOWED = "allowed"
    ALLOWED_WITHOUT_NULLS = (
        "allowed without nulls"  # explicit null: some take it for "not sent", some refuse it
    )
    FORBIDDEN = "forbidden"
    UNCLEAR = "unclear"  # nothing is to be concluded from how it is answered


class Reader:
    """Reads requests of one operation, as one layer of the document has it."""

    def __init__(self, root: JSON, operation: Operation) -> None:
        self._root = root
        self._operation = operation

    def opinion(self, request: Request) -> Opinion:
        """What the document says of a request."""
        opinions = [self._of_path(request), self._of_query(request), self._of_headers(request)]
        opinions.append(self._of_body(request))
        for worst in (Opinion.FORBIDDEN, Opinion.UNCLEAR, Opinion.ALLOWED_WITHOUT_NULLS):
            if worst in opinions:
                return worst
        return Opinion.ALLOWED

    def forbidden_at(self, request: Request) -> str:
        """The pointer of what forbids it; of the operation when nothing does."""
        if self._of_body(request) is Opinion.FORBIDDEN and self._operation.body is not None:
            return self._operation.body.pointer
        for parameter in self._operation.parameters:
            if self._of_parameter(request, parameter) is Opinion.FORBIDDEN:
                return parameter.pointer
        return self._operation.pointer

    def is_refusable(self, request: Request) -> bool:
        """Whether a request that fits may be refused all the same.

        For what it means, or for what correct servers differ on.
        """
        schema = self._operation.body.json_schema if self._operation.body else None
        says = schema is not None and any(
            _says(self._root, schema, value, REFUSABLE) for value in parsed_json(request.body)
        )
        return says or _beyond_the_interoperable(request)

    @cached_property
    def _validators(self) -> dict[str, Any]:
        return {}

    def _valid(self, pointer: str, schema: JSON, value: Any) -> bool:
        if pointer not in self._validators:
            self._validators[pointer] = compile_schema(self._root, schema)
        return bool(self._validators[pointer].is_valid(value))

    def _of_path(self, request: Request) -> Opinion:
        return self._of_all(request, "path")

    def _of_query(self, request: Request) -> Opinion:
        return self._of_all(request, "query")

    def _of_headers(self, request: Request) -> Opinion:
        return self._of_all(request, "header")

    def _of_all(self, request: Request, location: str) -> Opinion:
        declared = [p for p in self._operation.parameters if p.location == location]
        opinions = {self._of_parameter(request, parameter) for parameter in declared}
        return next(
            (worst for worst in (Opinion.FORBIDDEN, Opinion.UNCLEAR) if worst in opinions), Opinion.ALLOWED
        )

    def _of_parameter(self, request: Request, parameter: Parameter) -> Opinion:
        texts = _sent(request, self._operation, parameter)
        if texts is None:
            return Opinion.UNCLEAR
        if not texts:
            return Opinion.FORBIDDEN if parameter.required else Opinion.ALLOWED
        types = kind(self._root, parameter.schema)
        if len(texts) > 1 and types != "array":
            return Opinion.UNCLEAR  # which of them counts is not said
        if texts == [""] and not (types == "string" or parameter.media_type):
            return Opinion.UNCLEAR  # no value, or none sent: servers differ
        readings = list(self._readings(parameter, texts, types))
        if not readings and types == "object" and not parameter.media_type:
            return Opinion.UNCLEAR
        good = any(self._valid(parameter.pointer, parameter.schema, value) for value in readings)
        return Opinion.ALLOWED if good else Opinion.FORBIDDEN

    def _readings(self, parameter: Parameter, texts: list[str], types: str | None) -> Iterator[Any]:
        """What the text of a parameter may be read as."""
        if parameter.media_type:
            if is_json(parameter.media_type):
                yield from parsed_json(texts[0].encode())
            else:
                yield texts[0]
        elif types == "array":
            items = resolve(self._root, parameter.schema).get("items", {})
            item = kind(self._root, items)
            split = texts if parameter.explode and len(texts) > 1 else re.split("[,| ]", texts[0])
            yield [next(_scalars(text, item), text) for text in split]
        elif types != "object":
            yield from _scalars(texts[0], types)

    def _of_body(self, request: Request) -> Opinion:
        body = self._operation.body
        if body is None:
            return Opinion.UNCLEAR if request.body else Opinion.ALLOWED
        if not request.body:
            return Opinion.FORBIDDEN if body.required else Opinion.ALLOWED
        media_type = _media_type(request)
        schema = body.json_schema
        if schema is None or not is_json(media_type):
            return Opinion.UNCLEAR
        for value in parsed_json(request.body):
            if self._valid(body.pointer, schema, value):
                return Opinion.ALLOWED
            bare = without_nulls(self._root, schema, value)
            return (
                Opinion.ALLOWED_WITHOUT_NULLS
                if self._valid(body.pointer, schema, bare)
                else Opinion.FORBIDDEN
            )
        return Opinion.FORBIDDEN


def _beyond_the_interoperable(request: Request) -> bool:
    """Whether a request says what correct servers differ on.

    NUL, surrogates, numbers outside I-JSON (RFC 7493 §2.2), nesting without end.
    """
    query = [value for _, value in parse_qsl(request.target.partition("?")[2], keep_blank_values=True)]
    texts = [unquote(request.target), *query]
    values = [
        value for text in (request.body, *(text.encode() for text in query)) for value in parsed_json(text)
    ]
    return any(_peculiar(value, 0) for value in (*texts, *values))


def _says(root: JSON, schema: JSON, value: Any, hint: str) -> bool:
    """Whether a value has a property, however deep, that carries a hint."""
    parts = combined(root, schema)
    if isinstance(value, list):
        items = [part["items"] for part in parts if "items" in part]
        return any(_says(root, inner, item, hint) for inner in items[:1] for item in value)
    if not isinstance(value, dict):
        return False
    declared = _declared(parts)
    return any(
        hint in resolve(root, declared[name]) or _says(root, declared[name], item, hint)
        for name, item in value.items()
        if name in declared and item is not None
    )


def _declared(parts: list[JSON]) -> dict[str, JSON]:
    return {name: schema for part in parts for name, schema in part.get("properties", {}).items()}


def without_nulls(root: JSON, schema: JSON, value: Any) -> Any:
    """The value without the nulls of declared optional properties; what is free-form stays as it is."""
    node = resolve(root, schema)
    if isinstance(value, list):
        items = [part["items"] for part in combined(root, node) if "items" in part]
        return [without_nulls(root, items[0], item) for item in value] if items else value
    if not isinstance(value, dict):
        return value
    declared = _declared(combined(root, node))
    needed = required(root, node)
    return {
        name: without_nulls(root, declared[name], item) if name in declared else item
        for name, item in value.items()
        if not (item is None and name in declared and name not in needed)
    }


def _sent(request: Request, operation: Operation, parameter: Parameter) -> list[str] | None:
    """The texts that a request gives to a parameter; None where nothing can be said."""
    path, _, query = request.target.partition("?")
    if parameter.location == "path":
        values = path_values(operation, path)
        return None if values is None else [values[parameter.name]]
    if parameter.location == "query":
        return [value for name, value in parse_qsl(query, keep_blank_values=True) if name == parameter.name]
    if parameter.location == "header":
        wanted = parameter.name.lower()
        return [value for name, value in request.headers if name.lower() == wanted]
    return None


def path_values(operation: Operation, path: str) -> Mapping[str, str] | None:
    """The path parameters of a path; None when it is not one of the operation's."""
    pieces = re.split(r"(\{[^}]+\})", operation.path)
    pattern = "".join("([^/]*)" if piece.startswith("{") else re.escape(piece) for piece in pieces)
    match = re.fullmatch(pattern, path)
    if match is None:
        return None
    names = [piece[1:-1] for piece in pieces if piece.startswith("{")]
    return dict(zip(names, map(unquote, match.groups()), strict=True))


def _media_type(request: Request) -> str:
    given = [value for name, value in request.headers if name.lower() == "content-type"]
    return given[0].partition(";")[0].strip().lower() if given else ""


def _scalars(text: str, types: str | None) -> Iterator[Any]:
    """What a text may be read as, the stricter readings first."""
    if types in ("integer", "number", None) and re.fullmatch(r"-?\d{1,400}", text, re.ASCII):
        yield int(text)
    if types in ("integer", "number", None) and re.fullmatch(
        r"[+-]?[\d.]+([eE][+-]?\d{1,4})?", text, re.ASCII
    ):
        yield from parsed_json(text.encode())
    if types in ("boolean", None) and text in {"true", "false"}:
        yield text == "true"
    if types in ("string", None):
        yield text


def parsed_json(text: bytes) -> Iterator[Any]:
    """The value of a JSON text, when it is one (RFC 8259: NaN and Infinity are none)."""
    try:
        yield json.loads(text.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return


def _no_number(text: str) -> None:
    raise ValueError(text)


def _peculiar(value: Any, depth: int) -> bool:
    if depth > _DEEPEST:
        return True
    if isinstance(value, dict):
        return any(_peculiar(item, depth + 1) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return any(_peculiar(item, depth + 1) for item in value)
    if isinstance(value, str):
        return any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) > _FARTHEST
    return isinstance(value, float) and (value != value or abs(value) == float("inf"))
