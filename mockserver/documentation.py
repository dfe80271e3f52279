"""The document in force, and Swagger UI for it, served from this process alone: both work offline."""

from __future__ import annotations

import json
import mimetypes
from functools import cached_property
from pathlib import Path, PurePosixPath

import swagger_ui_bundle
import yaml
from starlette.types import ASGIApp, Receive, Scope, Send

from contracts.document import JSON, Document

_HTML = "text/html; charset=utf-8"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({{url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, persistAuthorization: true,
  presets: [SwaggerUIBundle.presets.apis], validatorUrl: null}});
</script>
</body>
</html>
"""


class Documentation:
    """Answers `/`, `/docs`, `/openapi.json` and `/openapi.yaml`, and hands everything else on.

    Args:
        prefix: where the API stands; the documents name it as their only server.
        app: what answers everything else.
    """

    def __init__(self, document: Document, prefix: str, app: ASGIApp) -> None:
        self._document = document
        self._prefix = prefix
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; only GET and HEAD are answered here."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            found = self._find(scope["path"])
            if found is not None:
                await _send(scope, send, *found)
                return
        await self._app(scope, receive, send)

    def _find(self, path: str) -> tuple[int, bytes, str] | None:
        match path:
            case "/":
                return 307, b"", "docs"
            case "/docs/":
                return 307, b"", "../docs"
            case "/docs":
                return 200, self._page, _HTML
            case "/openapi.json":
                return 200, self._json, "application/json"
            case "/openapi.yaml":
                return 200, self._yaml, "application/yaml"
        if path.startswith("/docs/"):
            return _asset(path.removeprefix("/docs/"))
        return None

    @cached_property
    def _served(self) -> JSON:
        return self._document.data | {"servers": [{"url": self._prefix or "/"}]}

    @cached_property
    def _json(self) -> bytes:
        # A document may hold integers of any width, which orjson refuses.
        return json.dumps(self._served, ensure_ascii=False, indent=2).encode("utf-8", "replace")

    @cached_property
    def _yaml(self) -> bytes:
        return yaml.safe_dump(self._served, sort_keys=False, allow_unicode=True, width=110).encode()

    @cached_property
    def _page(self) -> bytes:
        title = str(self._document.data.get("info", {}).get("title", "API"))
        return _PAGE.format(title=title.replace("&", "&amp;").replace("<", "&lt;")).encode()


def _asset(name: str) -> tuple[int, bytes, str] | None:
    if not name or len(PurePosixPath(name).parts) != 1 or name == "..":
        return None
    file = Path(swagger_ui_bundle.swagger_ui_path) / name
    if not file.is_file():
        return None
    return 200, file.read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream"


async def _send(scope: Scope, send: Send, status: int, body: bytes, kind: str) -> None:
    head = (b"location", kind.encode()) if status == 307 else (b"content-type", kind.encode())
    headers = [head, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
