"""Header fields as they stand in an ASGI scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mockserver.problems import Malformed, Offence

Headers = Iterable[tuple[bytes, bytes]]


def values(headers: Headers, name: bytes) -> list[bytes]:
    """Every value of a field, in the order sent; `name` in lower case."""
    return [value for key, value in headers if key == name]


def cookies(headers: Headers) -> Iterator[tuple[str, str]]:
    """The cookies of a request as (name, value) pairs (RFC 6265 §4.2.1)."""
    for line in values(headers, b"cookie"):
        for pair in line.decode("latin-1").split(";"):
            name, equals, value = pair.strip().partition("=")
            if equals:
                yield name, value.strip('"')


def single(headers: Headers, name: bytes) -> bytes | None:
    """The value of a field that may stand only once; None when it is not there.

    Raises:
        Malformed: it stands more than once, with different values (RFC 9110 §5.3).
    """
    found = None
    for key, value in headers:
        if key == name:
            if found is not None and found != value:
                field = name.decode("latin-1")
                detail = "was sent more than once, with different values; send it once"
                raise Malformed(f"The header {field} {detail}.", (Offence(f"header/{field}", detail),))
            found = value
    return found
