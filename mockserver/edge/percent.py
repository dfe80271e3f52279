"""Percent-encoded text (RFC 3986 §2.1), read strictly."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from mockserver.problems import Malformed

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def decode(raw: bytes, name: str) -> str:
    """The text that `raw` stands for.

    Args:
        name: what it is, to begin a message with.

    Raises:
        Malformed: a stray percent sign, or bytes that are not UTF-8.
    """
    if _BROKEN.search(raw):
        raise Malformed(f"{name} has a percent sign that begins no percent-encoded byte; write it as %25.")
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"{name} is not UTF-8 once its percent-encoding is undone.") from error


def decode_form(raw: bytes, name: str) -> str:
    """The text of a query component, where `+` is a space (application/x-www-form-urlencoded).

    Raises:
        Malformed: as `decode`.
    """
    if b"%" not in raw and b"+" not in raw and raw.isascii():
        return raw.decode("ascii")
    return decode(raw.replace(b"+", b" "), name)
