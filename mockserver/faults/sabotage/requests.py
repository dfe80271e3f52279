"""Defects of judging requests: what is let in, what is kept out, and whose key it is."""

from __future__ import annotations

import re

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contracts.document import JSON
from contracts.resources import Verb
from contracts.schemas import every_property
from mockserver.accounts import Accounts
from mockserver.call import Answer, Call, Handler
from mockserver.faults.sabotage.defect import Defect, Seat, edited, on
from mockserver.problems import Invalid, Malformed

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BOUNDS = ("minimum", "maximum", "enum", "exclusiveMinimum", "exclusiveMaximum")


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


def _closed(seat: Seat, handler: Handler) -> Handler:
    schema = (seat.operation.body.json_schema if seat.operation.body else None) or {}
    named = every_property(seat.document.data, schema)

    async def handle(call: Call) -> Answer:
        unknown = call.body.keys() - named.keys() if isinstance(call.body, dict) else set()
        if unknown:
            raise Invalid(f"{', '.join(sorted(unknown))}: no such property.")
        return await handler(call)

    return handle


def _without_maximum(node: JSON) -> None:
    highest = node.get("maximum")
    if isinstance(highest, int | float) and node.get("default") != highest:
        node["exclusiveMaximum"] = True


def _ten(node: JSON) -> None:
    schema = node.get("schema")
    if node.get("in") == "query" and isinstance(schema, dict) and schema.get("default", 0) == 100:
        node["schema"] = {**schema, "default": 10}


def _any_filter(node: JSON) -> None:
    if node.get("in") == "query" and "content" in node:
        del node["content"]
        node["schema"] = {"type": "string"}


def _any_id(node: JSON) -> None:
    if node.get("in") == "path" and isinstance(node.get("schema"), dict):
        node["schema"].pop("format", None)


def _everything_instead(seat: Seat, handler: Handler) -> Handler:
    matching = seat.resource.listing.matching if seat.resource.listing else {}

    async def handle(call: Call) -> Answer:
        try:
            return await handler(call)
        except (Malformed, Invalid):
            call.query = {name: v for name, v in call.query.items() if name not in matching}
            return await handler(call)

    return handle


def _nothing_instead(seat: Seat, handler: Handler) -> Handler:
    async def handle(call: Call) -> Answer:
        good = all(_UUID.fullmatch(str(value)) for value in call.path.values())
        return await handler(call) if good else Answer(seat.operation.success_status, b"{}")

    return handle


class _RepeatsBodies:
    """Reads a body that is no JSON as the last one that was, of the same request line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._last: dict[tuple[str, str], bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "DELETE"}:
            await self._app(scope, receive, send)
            return
        pieces, more = [], True
        while more:
            message = await receive()
            pieces.append(message.get("body", b""))
            more = message.get("more_body", False)
        body, line = b"".join(pieces), (scope["method"], scope["path"])
        try:
            orjson.loads(body)
            self._last[line] = body
        except orjson.JSONDecodeError:
            body = self._last.get(line, body)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, again, send)


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
                headers = [*message["headers"], (b"www-authenticate", b"Bearer")]
                message = {**message, "status": 401, "headers": headers}
            await send(message)

        await self._app(scope, receive, sending)


DEFECTS = (
    Defect(
        "accepts-any-body",
        "Bodies are not validated.",
        "invalid-body-is-refused",
        document=edited(_any_body),
    ),
    Defect(
        "accepts-any-parameter",
        "Query parameters have no bounds.",
        "bounds-of-parameters-hold",
        document=edited(_any_parameter),
    ),
    Defect(
        "refuses-long-text",
        "Text over 1,000 characters is refused.",
        "long-text-survives",
        document=edited(_short_text),
    ),
    Defect(
        "refuses-unknown-properties",
        "A property that the schema does not name is refused.",
        "unknown-properties-are-ignored",
        wrap=_closed,
    ),
    Defect(
        "refuses-the-maximum",
        "A number that is the greatest allowed is refused.",
        "valid-requests-are-accepted",
        document=edited(_without_maximum),
    ),
    Defect(
        "lists-ten",
        "A list that is asked for without a limit holds ten records.",
        "default-limit-holds",
        document=edited(_ten),
    ),
    Defect(
        "takes-any-filter",
        "A filter that is no JSON object selects everything.",
        "filters-must-be-objects",
        document=edited(_any_filter),
        wrap=on({Verb.LIST}, _everything_instead),
    ),
    Defect(
        "takes-any-id",
        "A malformed id names an empty record.",
        "malformed-id-is-refused",
        document=edited(_any_id),
        wrap=_nothing_instead,
    ),
    Defect(
        "repeats-bodies",
        "A body that is no JSON counts as the one before it.",
        "broken-json-is-refused",
        app=_RepeatsBodies,
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
