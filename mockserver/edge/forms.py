"""Form data as an object: urlencoded and multipart bodies (OpenAPI 3.0.3, Media Type Object)."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from contracts.document import JSON
from mockserver.edge.media_types import read
from mockserver.edge.percent import decode_form
from mockserver.edge.styles import Members, Texts, assemble

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Unreadable(ValueError):
    """Says why a body is no form, as the end of a sentence."""


async def read_form(raw: bytes, content_type: str, members: Members) -> JSON:
    """The members of a form, each as its schema has it; files as base64, as JSON has no bytes.

    Raises:
        Unreadable: it is no form of that media type.
        Undecodable: a percent-encoding in it is broken.
        Misfit: a member spells no value of its type.
    """
    media = read(content_type)
    if media is not None and media.essence == MULTIPART:
        return assemble(members, await _multipart(raw, content_type, media.parameters.get("boundary", "")))
    pairs = [pair.partition(b"=") for pair in raw.split(b"&") if pair]
    return assemble(members, [(decode_form(name), decode_form(value)) for name, _, value in pairs])


async def _multipart(raw: bytes, content_type: str, boundary: str) -> Texts:
    if not boundary:
        raise Unreadable("is multipart, and its Content-Type names no boundary")
    if f"--{boundary}--".encode("latin-1") not in raw:
        raise Unreadable("lacks its closing boundary (RFC 2046 §5.1.1)")

    async def stream() -> AsyncGenerator[bytes, None]:
        yield raw

    parser = MultiPartParser(Headers({"content-type": content_type}), stream())
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, LookupError) as error:
        raise Unreadable(f"is no multipart form: {error}") from error
    try:
        return [(name, await _text(value)) for name, value in form.multi_items()]
    finally:
        await form.close()


async def _text(value: UploadFile | str) -> str:
    if isinstance(value, str):
        return value
    return base64.b64encode(await value.read()).decode("ascii")
