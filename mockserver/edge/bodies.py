"""The body of a request: read within limits, understood by its media type, checked against its schema."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.types import Receive, Scope

from contracts.document import JSON
from contracts.hints import NULL_MEANS
from contracts.operations import Content, is_json
from mockserver.edge.checks import SchemaCheck
from mockserver.edge.failures import ClientGone
from mockserver.edge.forms import MULTIPART, URLENCODED, Unreadable, read_form
from mockserver.edge.headers import single
from mockserver.edge.media_types import match, read
from mockserver.edge.nulls import Pruner, compile_pruner
from mockserver.edge.percent import Undecodable
from mockserver.edge.styles import Members, Misfit, member_readers
from mockserver.edge.wording import shorten
from mockserver.problems import (
    BodyTooLarge,
    Invalid,
    Malformed,
    Offence,
    RequestTimeout,
    UnsupportedMedia,
)
from mockserver.strict_json import NotJSON, parse

_FORMS = frozenset({URLENCODED, MULTIPART})
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a body is read, and how long the mock waits for its next piece."""

    body_bytes: int = 10 * 1024 * 1024
    idle_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class _Media:
    """How a declared media type is checked; text and bytes are not."""

    check: SchemaCheck | None = None
    pruner: Pruner | None = None
    members: Members | None = None


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a Content-Type header comes to.

    Attributes:
        media_type: without parameters, in lower case.
        declared: the key in the document that covers it.
    """

    media_type: str
    declared: str
    charset: str


class Body:
    """The request body of one operation.

    Raises:
        ValueError: its schema is not valid.
    """

    def __init__(self, root: JSON, content: Content, limits: Limits) -> None:
        self.required = content.required
        self._limits = limits
        prunes = root.get(NULL_MEANS) == "absent"
        self._media: Mapping[str, _Media] = {
            media_type: _compile(root, media_type, schema, prunes=prunes)
            for media_type, schema in content.media.items()
        }
        self._understood = lru_cache(maxsize=256)(self._understand)

    async def read(self, scope: Scope, receive: Receive) -> Any:
        """The value of the body; None when there is none and none is needed. Text and bytes pass unchecked.

        Raises:
            Malformed: no body where one is required, or one that cannot be parsed.
            UnsupportedMedia: its media type, charset or coding is not among those declared.
            Invalid: it does not fit its schema.
            BodyTooLarge: it is longer than the limit.
            RequestTimeout: it did not arrive.
        """
        raw = await read_body(scope, receive, self._limits)
        content_type = single(scope["headers"], b"content-type")
        if not raw and not (self.required and self._is_form(content_type)):
            if self.required:
                raise _unreadable("is required, and none was sent")
            return None
        sent = self._understood(content_type)
        _check_coding(scope)
        media = self._media[sent.declared]
        if is_json(sent.media_type):
            value = _parse(raw, media.pruner)
        elif sent.media_type in _FORMS:
            value = await _read_form(raw, content_type or b"", media.members or {})
        else:
            return _decode(raw, sent)
        if media.check is not None and not media.check.is_valid(value):
            found = media.check.offences(value)
            raise Invalid(_summary(found), found)
        return value

    def _is_form(self, content_type: bytes | None) -> bool:
        """Whether no byte at all is a body: a form without entries."""
        media = read(content_type.decode("latin-1")) if content_type else None
        return media is not None and media.essence == URLENCODED and URLENCODED in self._media

    def _understand(self, content_type: bytes | None) -> _Sent:
        """Raises UnsupportedMedia."""
        if content_type is None or not content_type.strip():
            # RFC 9110 §8.3: without a Content-Type the recipient may look at what it got. JSON, if declared.
            declared = next(filter(is_json, self._media), next(iter(self._media)))
            return _Sent(declared.lower(), declared, "utf-8")
        media = read(content_type.decode("latin-1"))
        found = match(media.essence, self._media) if media is not None else None
        if media is None or found is None:
            sent = shorten(content_type.decode("latin-1"))
            raise _unsupported("content-type", f"is {sent}; the operation takes {', '.join(self._media)}")
        charset = media.parameters.get("charset", "utf-8").lower()
        if is_json(media.essence) and charset not in _UTF8:
            raise _unsupported("content-type", f"says {shorten(charset, 40)}; JSON is UTF-8 (RFC 8259 §8.1)")
        return _Sent(media.essence, found[0], charset)


async def read_body(scope: Scope, receive: Receive, limits: Limits) -> bytes:
    """The whole body.

    Raises:
        BodyTooLarge: it is, or says that it is, longer than the limit.
        RequestTimeout: nothing came for too long.
        ClientGone: the connection was closed.
    """
    announced = single(scope["headers"], b"content-length") or b""
    if announced.isdigit() and int(announced[:20]) > limits.body_bytes:
        raise _too_large(limits)
    chunks = []
    size = 0
    more = True
    while more:
        try:
            async with asyncio.timeout(limits.idle_seconds):
                message = await receive()
        except TimeoutError as error:
            raise RequestTimeout(
                f"Nothing of the body came for {limits.idle_seconds:g} seconds.",
                headers={"connection": "close"},
            ) from error
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limits.body_bytes:
            raise _too_large(limits)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(limits: Limits) -> BodyTooLarge:
    return BodyTooLarge(f"The body is longer than {limits.body_bytes} bytes, the most that is read.")


def _compile(root: JSON, media_type: str, schema: JSON, *, prunes: bool) -> _Media:
    media = read(media_type)
    essence = media.essence if media is not None else ""
    if essence in _FORMS:
        return _Media(SchemaCheck(root, schema), members=member_readers(root, schema))
    if is_json(essence) or essence.endswith("*"):
        return _Media(SchemaCheck(root, schema), compile_pruner(root, schema) if prunes else None)
    return _Media()


def _parse(raw: bytes, pruner: Pruner | None) -> Any:
    try:
        value = parse(raw)
    except NotJSON as error:
        raise _unreadable(str(error)) from error
    return pruner.prune(value) if pruner is not None and b"null" in raw else value


async def _read_form(raw: bytes, content_type: bytes, members: Members) -> Any:
    try:
        return await read_form(raw, content_type.decode("latin-1"), members)
    except (Unreadable, Undecodable) as error:
        raise _unreadable(str(error)) from error
    except Misfit as misfit:
        raise Malformed(
            f"{misfit.pointer} {misfit.detail}.", (Offence(misfit.pointer, misfit.detail),)
        ) from misfit


def _check_coding(scope: Scope) -> None:
    coding = single(scope["headers"], b"content-encoding")
    if coding is not None and coding.strip().lower() not in (b"", b"identity"):
        # RFC 9110 §15.5.16: say which codings would do.
        detail = f"is {shorten(coding.decode('latin-1'), 40)}; send the body as it is"
        raise _unsupported("content-encoding", detail, {"accept-encoding": "identity"})


def _decode(raw: bytes, sent: _Sent) -> str | bytes:
    if not sent.media_type.startswith("text/"):
        return raw
    try:
        return raw.decode(sent.charset)
    except LookupError as error:
        raise _unsupported("content-type", f"names no charset: {shorten(sent.charset, 40)}") from error
    except UnicodeDecodeError as error:
        raise _unreadable(f"is not {sent.charset}") from error


def _unreadable(detail: str) -> Malformed:
    return Malformed(f"The body {detail}.", (Offence("", detail),))


def _unsupported(header: str, detail: str, headers: Mapping[str, str] | None = None) -> UnsupportedMedia:
    return UnsupportedMedia(
        f"The header {header} {detail}.", (Offence(f"header/{header}", detail),), headers or {}
    )


def _summary(found: tuple[Offence, ...]) -> str:
    if len(found) == 1:
        return f"{found[0].pointer or 'The body'} {found[0].detail}."
    return f"The body has {len(found)} mistakes."
