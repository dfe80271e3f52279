"""A call of an operation, written as a request: path, query, headers and body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from contracts.exchange import Request
from contracts.operations import Operation, Parameter, is_json
from contracts.world import Step, Unreachable

EVENT_STREAM = "text/event-stream"
PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"

_SEPARATORS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def request_of(step: Step, *, streaming: bool = False) -> Request:
    """The request that a step describes, without its key.

    Args:
        streaming: server-sent events are asked for.

    Raises:
        Unreachable: the body is of a media type that cannot be written.
    """
    operation = step.operation
    headers = {"Accept": accept_of(operation, streaming=streaming)}
    body = b""
    if step.body is not None:
        media_type, body = _body(operation, step.body)
        headers["Content-Type"] = media_type
    for name, value in step.headers.items():
        headers = {known: kept for known, kept in headers.items() if known.lower() != name.lower()}
        headers[name] = value
    return Request(
        operation.method,
        path_of(operation, step.path) + _query(operation, step.query),
        tuple(headers.items()),
        body,
        str(step.identity),
        operation.id,
    )


def path_of(operation: Operation, values: Mapping[str, str]) -> str:
    """The path of an operation with its parameters filled in.

    Raises:
        KeyError: a parameter has no value.
    """
    return re.sub(r"\{([^}]+)\}", lambda match: quote(str(values[match[1]]), safe=""), operation.path)


def json_body(value: Any) -> bytes:
    """A JSON text in UTF-8, its characters unescaped wherever JSON allows it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def accept_of(operation: Operation, *, streaming: bool = False) -> str:
    """The media types that a call asks for: JSON where there is some, and the form of problems."""
    if streaming:
        return EVENT_STREAM
    offered = [media_type for media_type in operation.success.media if is_json(media_type)]
    if not offered:
        return "*/*"
    return ", ".join(dict.fromkeys([*offered, PROBLEM]))


def _body(operation: Operation, value: Any) -> tuple[str, bytes]:
    media = list(operation.body.media) if operation.body else []
    media_type = next((known for known in media if is_json(known)), None)
    if media_type is not None or not media:
        return media_type or "application/json", json_body(value)
    if FORM in media and isinstance(value, dict):
        return FORM, urlencode({name: text_of(item) for name, item in value.items()}).encode()
    if isinstance(value, str):
        return media[0], (value or "x").encode()  # an empty text is no body at all
    raise Unreachable(f"a body of {media[0]} cannot be written")


def _query(operation: Operation, query: Mapping[str, Any]) -> str:
    pairs: list[str] = []
    for name, value in query.items():
        if value is not None:
            pairs += _pairs(operation.parameter(name), name, value)
    return f"?{'&'.join(pairs)}" if pairs else ""


def _pairs(parameter: Parameter | None, name: str, value: Any) -> Iterator[str]:
    """OpenAPI 3.0.3, Parameter Object, Style Values."""
    key = quote(name, safe="")
    if parameter is None or parameter.media_type or not isinstance(value, (list, dict)):
        yield f"{key}={quote(text_of(value), safe='')}"
    elif isinstance(value, list):
        items = [quote(text_of(item), safe="") for item in value]
        if parameter.explode:
            yield from (f"{key}={item}" for item in items)
        else:
            yield f"{key}={_SEPARATORS.get(parameter.style, ',').join(items)}"
    elif parameter.style == "deepObject":
        yield from (
            f"{key}{quote(f'[{inner}]', safe='')}={quote(text_of(item), safe='')}"
            for inner, item in value.items()
        )
    elif parameter.schema.get("type") == "string":  # a text that is said to hold an object
        yield f"{key}={quote(text_of(value), safe='')}"
    elif parameter.explode:
        yield from (f"{quote(k, safe='')}={quote(text_of(item), safe='')}" for k, item in value.items())
    else:
        yield f"{key}={','.join(quote(text_of(part), safe='') for pair in value.items() for part in pair)}"


def text_of(value: Any) -> str:
    """A value as the text of a parameter."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
