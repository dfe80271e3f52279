"""Header fields as they stand in an ASGI scope."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.problems import Malformed, Offence

Headers = Iterable[tuple[bytes, bytes]]


def values(headers: Headers, name: bytes) -> list[bytes]:
    """Every value of a field, in the order sent; `name` in lower case."""
    return [value for key, value in headers if key == name]


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
