"""Refusals, and their form on the wire: problem+json (RFC 9457) with a `type` from a fixed list.

Problem
├── Malformed          400  what was sent cannot be parsed
├── Unauthorized       401  no key, or a key that is not accepted
├── NotFound           404  no such record, or a reference to one
├── NoSuchPath         404  no such path in the document
├── MethodNotAllowed   405  the path has other methods
├── RequestTimeout     408  the body never came
├── Conflict           409  an id given by the client is taken
├── BodyTooLarge       413  more than the mock reads
├── UnsupportedMedia   415  a body of a media type that is not declared
├── Invalid            422  it parses and breaks the schema
└── InternalError      500  a defect of the mock itself
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import orjson

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:sessions-kit:problem:"


@dataclass(frozen=True, slots=True)
class Offence:
    """One offending place: a JSON pointer into the body, or `query/limit`, `path/id`, `header/…`."""

    pointer: str
    detail: str


@dataclass
class Problem(Exception):
    """A refusal. Raised anywhere in the mock, written to the wire in one place."""

    detail: str
    errors: tuple[Offence, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"

    def __str__(self) -> str:
        return self.detail

    def body(self) -> bytes:
        """The problem details object."""
        return orjson.dumps(
            {
                "type": TYPE_PREFIX + self.slug,
                "title": self.title,
                "status": self.status,
                "detail": self.detail,
                "errors": [{"pointer": error.pointer, "detail": error.detail} for error in self.errors],
            }
        )


class Malformed(Problem):
    """What was sent cannot be parsed."""

    status, slug, title = 400, "malformed", "The request cannot be parsed"


class Unauthorized(Problem):
    """No key, or a key that is not accepted."""

    status, slug, title = 401, "unauthorized", "A key is needed"


class NotFound(Problem):
    """No such record, or a reference to one."""

    status, slug, title = 404, "not-found", "No such record"


class NoSuchPath(Problem):
    """No such path in the document."""

    status, slug, title = 404, "no-such-path", "No such path"


class MethodNotAllowed(Problem):
    """The path has other methods; `Allow` names them (RFC 9110 §15.5.6)."""

    status, slug, title = 405, "method-not-allowed", "The path does not have this method"

    @classmethod
    def of(cls, method: str, path: str, allowed: Iterable[str]) -> MethodNotAllowed:
        """The refusal of `method`, with the header the RFC demands."""
        allow = ", ".join(allowed)
        return cls(f"{path} has no {method}; it has {allow}.", headers={"allow": allow})


class RequestTimeout(Problem):
    """The rest of a request never came (RFC 9110 §15.5.9)."""

    status, slug, title = 408, "request-timeout", "The request did not arrive"


class Conflict(Problem):
    """An id given by the client is taken (RFC 9110 §15.5.10)."""

    status, slug, title = 409, "conflict", "The id is taken"


class BodyTooLarge(Problem):
    """More than the mock reads (RFC 9110 §15.5.14)."""

    status, slug, title = 413, "body-too-large", "The body is too large"


class UnsupportedMedia(Problem):
    """A body of a media type that is not declared (RFC 9110 §15.5.16)."""

    status, slug, title = 415, "unsupported-media-type", "The media type is not accepted"


class Invalid(Problem):
    """It parses and breaks the schema (RFC 9110 §15.5.21)."""

    status, slug, title = 422, "invalid", "The request does not fit its schema"


class InternalError(Problem):
    """A defect of the mock itself; never the client's fault."""
