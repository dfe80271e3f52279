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
    names = [name for name in (resource.id_property, resource.id_parameter, "id") if name]
    for wanted in names:
        for name, value in record.items():
            if plain(name) == plain(wanted) and isinstance(value, (str, int)) and not isinstance(value, bool):
                return (*wrapper, name)
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
