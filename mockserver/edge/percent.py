"""Percent-encoded text (RFC 3986 §2.1), read strictly."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Undecodable(ValueError):
    """Says what is wrong, as the end of a sentence."""


def decode(raw: bytes) -> str:
    """The text that `raw` stands for.

    Raises:
        Undecodable: a stray percent sign, or bytes that are not UTF-8.
    """
    if b"%" not in raw and raw.isascii():
        return raw.decode("ascii")
    if _BROKEN.search(raw):
        raise Undecodable("has a percent sign that begins no percent-encoded byte; write it as %25")
    try:
        return unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Undecodable("is not UTF-8 once its percent-encoding is undone") from error


def decode_form(raw: bytes) -> str:
    """The text of a query component, where `+` is a space (application/x-www-form-urlencoded).

    Raises:
        Undecodable: as `decode`.
    """
    return decode(raw.replace(b"+", b" ")) if b"+" in raw else decode(raw)
