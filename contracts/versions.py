"""Which OpenAPI version a file is written in."""

from __future__ import annotations

import re
from typing import Literal

from contracts.errors import DocumentError
from contracts.reading import Source

Version = Literal["3.0", "3.1"]

_KNOWN = re.compile(r"3\.([01])(?:\.\d+(?:-.+)?)?")


def openapi_version(source: Source) -> Version:
    """The version line of an OpenAPI file.

    Raises:
        DocumentError: the file is no OpenAPI document, or of a version that is not understood here.
    """
    if not isinstance(source.data, dict):
        raise DocumentError("An OpenAPI document is an object; this file holds none.", place=source.place(""))
    if "swagger" in source.data:
        raise DocumentError(
            f"This is a Swagger {source.data['swagger']} file, not OpenAPI 3.",
            place=source.place("/swagger"),
            cure="Convert it to OpenAPI 3.0 first; most API editors export it.",
        )
    written = source.data.get("openapi")
    if written is None:
        cure = "An OpenAPI file begins with `openapi: 3.0.3`."
        if "overlay" in source.data:
            cure = "It is an overlay: pass it with --overlay."
        raise DocumentError(
            "This is no OpenAPI document: it has no field `openapi`.", place=source.place(""), cure=cure
        )
    if not isinstance(written, str):
        raise DocumentError(
            f"The OpenAPI version must be a string, not the number {written}.",
            place=source.place("/openapi"),
            cure='Write it in full and in quotes: "3.0.3".',
        )
    known = _KNOWN.fullmatch(written)
    if known is None:
        raise DocumentError(
            f"OpenAPI version {written} is not understood.",
            place=source.place("/openapi"),
            cure="Versions 3.0 and 3.1 are.",
        )
    return "3.0" if known[1] == "0" else "3.1"
