"""A small correct server over real HTTP, and its document: shelves own books, loans refer to shelves."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.document import Document
from contracts.inference import infer
from contracts.resources import ResourceModel

ID = {"type": "string", "format": "uuid"}
SHELF = {
    "type": "object",
    "required": ["label"],
    "properties": {"label": {"type": "string"}, "meta": {"type": "object"}},
}
BOOK = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string"}, "pages": {"type": "integer", "minimum": 1}},
}
LOAN = {
    "type": "object",
    "required": ["shelf_id"],
    "properties": {"shelf_id": ID, "note": {"type": "string"}},
}
PAGE = [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 3, "default": 3}},
    {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
]


def _record(body: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": ["id"], "properties": {"id": ID, **body["properties"]}}


def _answer(status: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}} if schema else {}
    return {status: {"description": "done", "content": content}}


def _takes(body: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}}


def _collection(name: str, body: dict[str, Any]) -> dict[str, Any]:
    items = {
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "items": _record(body)}},
    }
    created = {"type": "object", "required": ["id"], "properties": {"id": ID}}
    return {
        "post": {"operationId": f"create_{name}", **_takes(body), "responses": _answer("201", created)},
        "get": {"operationId": f"list_{name}", "parameters": PAGE, "responses": _answer("200", items)},
    }


def _item(name: str, body: dict[str, Any], parameter: str, above: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "parameters": [_path(other) for other in (*above, parameter)],
        "get": {"operationId": f"get_{name}", "responses": _answer("200", _record(body))},
        "patch": {
            "operationId": f"patch_{name}",
            **_takes(body | {"required": []}),
            "responses": _answer("200"),
        },
        "delete": {"operationId": f"delete_{name}", "responses": _answer("204")},
    }


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": ID}


def _only(item: dict[str, Any], *kept: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key in {"parameters", *kept}}


DATA: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Library", "version": "1"},
    "security": [{"key": []}],
    "paths": {
        "/shelves": _collection("shelf", SHELF),
        "/shelves/{shelf_id}": _item("shelf", SHELF, "shelf_id"),
        "/shelves/{shelf_id}/books": {"parameters": [_path("shelf_id")], **_collection("book", BOOK)},
        "/shelves/{shelf_id}/books/{book_id}": _only(_item("book", BOOK, "book_id", ("shelf_id",)), "delete"),
        "/loans": _collection("loan", LOAN),
        "/loans/{loan_id}": _item("loan", LOAN, "loan_id"),
    },
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}}},
}


def document() -> Document:
    """The document of the server."""
    return Document(Path("library.yaml"), DATA, DATA, DATA, {})


def model() -> ResourceModel:
    """Its resource model."""
    return infer(document())


@dataclass
class Library:
    """What the server holds, what it was asked, and how it can be made to misbehave."""

    url: str = ""
    keys: tuple[str, ...] = ("one", "two")
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    records: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    answers: dict[tuple[str, str], tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    silent: bool = False

    def asked(self, method: str) -> list[str]:
        """The paths that were asked with a method."""
        return [target for verb, target, _, _ in self.requests if verb == method]

    def answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        path = urlsplit(target).path.removeprefix("/api")
        if (method, path) in self.answers:
            return self.answers[method, path]
        key = headers.get("authorization", "").removeprefix("Bearer ")
        if key not in self.keys:
            return 401, {}, b""
        match = re.fullmatch(
            r"(?P<owner>/shelves/[^/]+)?/(?P<kind>shelves|books|loans)(?:/(?P<id>[^/]+))?", path
        )
        if match is None or (match["owner"] and (key, match["owner"]) not in self.records):
            return 404, {}, b""
        try:
            sent = json.loads(body) if body else None
        except ValueError:
            return 400, {}, b""
        return self._act(method, key, path, match["id"], sent, parse_qs(urlsplit(target).query))

    def _act(
        self, method: str, key: str, path: str, identifier: str | None, sent: Any, query: dict[str, list[str]]
    ) -> tuple[int, dict[str, str], bytes]:
        if identifier is None and method == "POST":
            return self._create(key, path, sent)
        if identifier is None:
            inside = [
                record
                for (owner, place), record in self.records.items()
                if owner == key and place.rpartition("/")[0] == path
            ]
            start, size = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["3"])[0])
            return _json(200, {"items": inside[start : start + size]})
        if (key, path) not in self.records:
            return 404, {}, b""
        if method == "DELETE":
            for known in [known for known in self.records if f"{known[1]}/".startswith(f"{path}/")]:
                del self.records[known]
            return 204, {}, b""
        if method == "PATCH":
            self.records[key, path] |= sent
        return _json(200, self.records[key, path])

    def _create(self, key: str, path: str, sent: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if "shelf_id" in sent and (key, f"/shelves/{sent['shelf_id']}") not in self.records:
            return 404, {}, b""
        made = str(uuid.uuid4())
        self.records[key, f"{path}/{made}"] = {"id": made, **sent}
        return _json(201, {"id": made})


def _json(status: int, data: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(data).encode()


@contextmanager
def running(library: Library | None = None) -> Iterator[Library]:
    """A server that listens."""
    state = library or Library()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._serve
            raise AttributeError(name)

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.requests.append((self.command, self.path, headers, body))
            if state.silent:
                self.close_connection = True
                return
            status, extra, content = state.answer(self.command, self.path, headers, body)
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing: the requests are in the library."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/api"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
