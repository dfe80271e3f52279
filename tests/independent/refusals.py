"""Why a request is not carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True)
class Fault:
    """One place in a request and what is wrong there."""

    place: str
    message: str


class Refused(Exception):
    """The request is answered with an error and has no effect."""

    def __init__(
        self,
        status: int,
        message: str,
        faults: tuple[Fault, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.faults = faults
        self.headers = headers


def no_such(kind: str, identifier: str) -> NoReturn:
    """Refuse because the path names nothing.

    Raises:
        Refused: always, with 404 (RFC 9110, section 15.5.5).
    """
    raise Refused(404, f"There is no {kind} {identifier!r}.")


def unusable(place: str, message: str) -> NoReturn:
    """Refuse because a value is understood but not allowed.

    Raises:
        Refused: always, with 400.
    """
    raise Refused(400, "The request is not valid.", (Fault(place, message),))


def unreadable(place: str, message: str) -> NoReturn:
    """Refuse because a value cannot be understood at all.

    Raises:
        Refused: always, with 422.
    """
    raise Refused(422, "The request cannot be read.", (Fault(place, message),))
