"""The extensions by which a document says what OpenAPI has no words for: all of them, and what each takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from contracts.errors import did_you_mean
from contracts.pointers import join
from contracts.structure import JSON, Kind, Site, walk

PREFIX = "x-kit-"

BEHAVIOUR = "x-kit-behaviour"
ARISES = "x-kit-arises"
FILTER = "x-kit-filter"
SEARCH = "x-kit-search"
ORDER = "x-kit-order"
REFUSABLE = "x-kit-refusable"
CASCADE = "x-kit-cascade"
NULL_MEANS = "x-kit-null-means"
REFERENCE_CHECK = "x-kit-reference-check"
MERGE = "x-kit-merge"


@dataclass(frozen=True, slots=True)
class Hint:
    """What a hint stands on and what it says.

    Attributes:
        owner: the kind of object that it stands on.
        takes: what its value must be, in words.
    """

    owner: Kind
    takes: str
    fits: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _are_paths(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(path, str) and path.startswith("/") for path in value)


def _is_behaviour(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _is_text(value.get("name"))
        and value.keys() <= {"name", "links"}
        and isinstance(value.get("links", {}), dict)
    )


def _one_of(*words: str) -> Hint:
    return Hint("document", " or ".join(words), lambda value: value in words)


HINTS = {
    BEHAVIOUR: Hint("operation", "an object with a name and, perhaps, links", _is_behaviour),
    ARISES: Hint("operation", "the name of a behaviour", _is_text),
    FILTER: Hint("parameter", "the name of a property", _is_text),
    SEARCH: Hint("parameter", "the name of a property", _is_text),
    ORDER: Hint("operation", "asc or desc", lambda value: value in ("asc", "desc")),
    REFUSABLE: Hint("schema", "true or false", _is_truth),
    CASCADE: Hint("operation", "a list of the paths of collections", _are_paths),
    NULL_MEANS: _one_of("absent", "null"),
    REFERENCE_CHECK: Hint("document", "true or false", _is_truth),
    MERGE: _one_of("deep", "shallow"),
}


class WrongHint(NamedTuple):
    """Where a hint is wrong, and how."""

    pointer: str
    message: str
    cure: str


def wrong_hints(root: JSON) -> Iterator[WrongHint]:
    """The hints of a document that are none, stand in the wrong place or say what they cannot."""
    for site in walk(root):
        if isinstance(site.node, dict):
            for name in site.node:
                if name.startswith(PREFIX):
                    yield from _wrong(site, name)


def _wrong(site: Site, name: str) -> Iterator[WrongHint]:
    pointer, hint = join(site.pointer, name), HINTS.get(name)
    if hint is None:
        yield WrongHint(pointer, f"There is no hint {name!r}.", did_you_mean(name, HINTS))
    elif hint.owner != site.kind:
        owner = "the document itself" if hint.owner == "document" else f"a {hint.owner}"
        message = f"The hint {name!r} says nothing about this {site.kind}."
        yield WrongHint(pointer, message, f"It stands on {owner.replace('a o', 'an o')}.")
    elif not hint.fits(site.node[name]):
        yield WrongHint(pointer, f"The hint {name!r} does not take this value.", f"It takes {hint.takes}.")
