"""Defects of judging requests: what is let in, what is kept out, and whose key it is."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.document import JSON, Document
from mockserver.accounts import Accounts
from mockserver.faults.sabotage.defect import Defect

_BOUNDS = ("minimum", "maximum", "enum", "exclusiveMinimum", "exclusiveMaximum")


def _edited(edit: Callable[[JSON], None]) -> Callable[[Document], Document]:
    """A copy of the document with every schema, parameter and body changed."""

    def change(document: Document) -> Document:
        data = copy.deepcopy(document.data)
        for node in _objects(data):
            edit(node)
        return replace(document, data=data)

    return change


def _objects(node: Any) -> Iterator[JSON]:
    if isinstance(node, dict):
        yield node
        for value in list(node.values()):
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


def _any_body(node: JSON) -> None:
    if isinstance(node.get("requestBody"), dict):
        for media in node["requestBody"].get("content", {}).values():
            media["schema"] = {"type": "object"}


def _any_parameter(node: JSON) -> None:
    if node.get("in") == "query" and isinstance(node.get("schema"), dict):
        for bound in _BOUNDS:
            node["schema"].pop(bound, None)


def _short_text(node: JSON) -> None:
    if node.get("type") == "string" and not node.keys() & {"enum", "format", "in"}:
        node["maxLength"] = 1000


def _closed(node: JSON) -> None:
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        node["additionalProperties"] = False


class _Shared:
    """Accounts that remember the workspace of the last good key."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._last: str | None = None

    def workspace(self, key: str | None) -> str | None:
        found = self._accounts.workspace(key)
        if found is None:
            return self._fallback(key)
        self._last = found
        return found

    def _fallback(self, key: str | None) -> str | None:
        return self._last


class _AnyKeyIsGood(_Shared):
    """Without a key it still refuses."""

    def _fallback(self, key: str | None) -> str | None:
        return self._last if key else None


class _RefusesTooLate:
    """Answers 401 without a key, after the work is done."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = scope["type"] != "http" or any(name == b"authorization" for name, _ in scope["headers"])

        async def sending(message: Message) -> None:
            if not named and message["type"] == "http.response.start":
                message = {**message, "status": 401}
            await send(message)

        await self._app(scope, receive, sending)


DEFECTS = (
    Defect(
        "accepts-any-body",
        "Bodies are not validated.",
        "invalid-body-is-refused",
        document=_edited(_any_body),
    ),
    Defect(
        "accepts-any-parameter",
        "Query parameters have no bounds.",
        "bounds-of-parameters-hold",
        document=_edited(_any_parameter),
    ),
    Defect(
        "refuses-long-text",
        "Text over 1,000 characters is refused.",
        "long-text-survives",
        document=_edited(_short_text),
    ),
    Defect(
        "refuses-unknown-properties",
        "A property that the schema does not name is refused.",
        "unknown-properties-are-ignored",
        document=_edited(_closed),
    ),
    Defect("asks-for-no-key", "A call without a key is answered.", "key-is-needed", accounts=_Shared),
    Defect(
        "any-key-is-good",
        "A key that was never issued opens the world of the last one.",
        "unissued-keys-see-nothing",
        accounts=_AnyKeyIsGood,
    ),
    Defect(
        "refuses-too-late",
        "A call without a key is refused after its work is done.",
        "refused-calls-have-no-effect",
        accounts=_Shared,
        app=_RefusesTooLate,
    ),
)
