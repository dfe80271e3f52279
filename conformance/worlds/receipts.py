"""What an answer to a create request says: the id of what was made, and where in the answer it stands."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.dialect import plain
from contracts.document import JSON
from contracts.exchange import Response
from contracts.resources import Resource

Place = tuple[str | int, ...]


def parsed(response: Response | None) -> Any:
    """The answer's JSON; None when it is none."""
    if response is None or not response.body:
        return None
    try:
        return response.json()
    except ValueError:
        return None


def record_in(resource: Resource, answer: Any) -> JSON:
    """The record, or the receipt, in an answer; empty when it is no object."""
    inner = answer.get(resource.wrapper, answer) if resource.wrapper and isinstance(answer, dict) else answer
    return inner if isinstance(inner, dict) else {}


def id_place(resource: Resource, answer: Any) -> Place | None:
    """Where the id of a new record stands in the answer, as keys from the root."""
    record = record_in(resource, answer)
    wrapper: Place = (resource.wrapper,) if resource.wrapper and record is not answer else ()
    if name := _id_name(resource, record):
        return (*wrapper, name)
    if len(record) == 1:  # what is listed bare may still be created within a wrapper
        ((key, inner),) = record.items()
        if isinstance(inner, dict) and (name := _id_name(resource, inner)):
            return (*wrapper, key, name)
    return None


def receipt_in(resource: Resource, answer: Any) -> JSON:
    """What the answer to a create request says of the record."""
    *place, _ = id_place(resource, answer) or (None,)
    if not place:
        return record_in(resource, answer)
    for key in place:
        answer = answer[key]
    return answer if isinstance(answer, dict) else {}


def _id_name(resource: Resource, record: JSON) -> str | None:
    for wanted in filter(None, (resource.id_property, resource.id_parameter, "id")):
        for name, value in record.items():
            if plain(name) == plain(wanted) and isinstance(value, (str, int)) and not isinstance(value, bool):
                return name
    return None


def new_id(resource: Resource, response: Response) -> str | None:
    """The id of a new record: from the answer's body, else from its `Location` (RFC 9110 §10.2.2)."""
    answer = parsed(response)
    place = id_place(resource, answer)
    if place is not None:
        for key in place:
            answer = answer[key]
        return str(answer)
    location = response.header("location")
    if location is None:
        return None
    path = re.split("/", urlsplit(location).path.rstrip("/"))
    return unquote(path[-1]) or None
