"""An exchange as an entry of an HTTP archive (HAR 1.2), which browsers and proxies read."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contracts.exchange import Exchange, redacted


def as_har_entry(exchange: Exchange, base_url: str, started: datetime) -> dict[str, Any]:
    """The entry; its headers are redacted, and an answer that never came has status 0.

    Args:
        started: when the request was sent, with its time zone.
    """
    response = exchange.response
    milliseconds = round(response.seconds * 1000, 3) if response is not None else 0
    return {
        "startedDateTime": started.isoformat(),
        "time": milliseconds,
        "request": _request(exchange, base_url),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        **({"comment": exchange.failure} if exchange.failure else {}),
    }


def _request(exchange: Exchange, base_url: str) -> dict[str, Any]:
    request = exchange.request
    query = parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    out: dict[str, Any] = {
        "method": request.method,
        "url": base_url + request.target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        media_type = next((value for name, value in request.headers if name.lower() == "content-type"), "")
        out["postData"] = {"mimeType": media_type, "text": request.body.decode("utf-8", "replace")}
    return out


def _response(exchange: Exchange) -> dict[str, Any]:
    response = exchange.response
    status, headers, body = (response.status, response.headers, response.body) if response else (0, (), b"")
    content: dict[str, Any] = {"size": len(body), "mimeType": response.media_type if response else ""}
    try:
        content["text"] = body.decode()
    except UnicodeDecodeError:
        content |= {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    return {
        "status": status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(headers),
        "content": content,
        "redirectURL": next((value for name, value in headers if name.lower() == "location"), ""),
        "headersSize": -1,
        "bodySize": len(body),
    }


def _headers(headers: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in redacted(tuple(headers))]
