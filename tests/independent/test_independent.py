"""The server as a program, what it is made of, and how it takes requests that are broken."""

from __future__ import annotations

import ast
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from .application import ROUTES
from .conftest import COMMAND, ROOT
from .visitor import UNKNOWN, Visitor

HERE = Path(__file__).parent
NOT_TO_BE_SHARED = {"contracts", "mockserver", "conformance"}


def test_no_module_imports_the_product() -> None:
    imported = set()
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    assert imported
    assert not imported & NOT_TO_BE_SHARED


def test_the_running_server_has_loaded_nothing_of_the_product() -> None:
    script = (
        "import sys, tests.independent.__main__; print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "uvicorn" in loaded
    assert not loaded & NOT_TO_BE_SHARED


def test_it_has_each_operation_of_the_published_file() -> None:
    facts = json.loads((ROOT / "tests/spec/published_facts.json").read_text())
    served = {
        (method, len(template), tuple(part for part in template if part))
        for template, handlers in ROUTES.items()
        for method in handlers
    }
    published = set()
    for operation in facts["operations"]:
        method, path = operation.split()
        parts = path.strip("/").split("/")
        published.add((method, len(parts), tuple(part for part in parts if not part.startswith("{"))))
    assert len(served) == 36
    assert served == published


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    with subprocess.Popen(
        [*COMMAND, "--port", "0", "--api-key", "key", "--print-url"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/users", headers={"Authorization": "key"}).status_code == 200
        process.send_signal(number)
        rest, complaints = process.communicate(timeout=20)
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--port", port, "--api-key", "key"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert port in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("keys", [["--api-key", ""], ["--api-key", "one", "--api-key2", "one"], []])
def test_keys_that_open_nothing_are_refused(keys: list[str]) -> None:
    done = subprocess.run([*COMMAND, *keys], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "key" in done.stderr


BROKEN_BODIES = {
    "empty": b"",
    "not JSON": b"{",
    "two values": b"{} {}",
    "not UTF-8": b'{"name": "\xff"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"name": "n", "metadata": {"a": NaN}}',
    "Infinity": b'{"name": "n", "metadata": {"a": -Infinity}}',
    "beyond double": b'{"name": "n", "metadata": {"a": 1e999}}',
    "below double": b'{"name": "n", "metadata": {"a": 1e-999}}',
    "beyond exact integers": b'{"name": "n", "metadata": {"a": 9007199254740993}}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "lone surrogate in a name": b'{"name": "n", "metadata": {"\\udfff": 1}}',
    "NUL": b'{"name": "a\\u0000"}',
    "bare control character": b'{"name": "a\nb"}',
    "repeated name": b'{"name": "a", "name": "b"}',
    "deep": b'{"name": "n", "metadata": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
    "very deep": b"[" * 200_000,
    "null": b"null",
    "array": b"[]",
    "text": b'"agent"',
}


@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused_and_changes_nothing(api: Visitor, body: bytes) -> None:
    agent = api.agent()
    before = (api.read(f"/agents/{agent}"), api.items("/agents", limit=1000))
    headers = {"Content-Type": "application/json"}
    assert api.refused("POST", "/agents", content=body, headers=headers) in (400, 422)
    assert api.refused("PATCH", f"/agents/{agent}", content=body, headers=headers) in (400, 422)
    assert (api.read(f"/agents/{agent}"), api.items("/agents", limit=1000)) == before


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", "x", "*/*"])
def test_another_content_type_is_refused(api: Visitor, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    assert api.refused("POST", "/users", content=b"{}", headers=headers) == 422


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=UTF-8", None])
def test_json_is_taken_however_it_is_declared(api: Visitor, media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    api.ask("POST", "/users", 201, content=b' {"name": "U"}\n', headers=headers)


def test_a_body_in_pieces_is_put_together(api: Visitor) -> None:
    pieces = iter([b'{"na', b"", b'me": "in ', b'pieces"}'])
    made = api.ask("POST", "/users", 201, content=pieces, headers={"Content-Type": "application/json"})
    assert api.read(f"/users/{made['id']}")["name"] == "in pieces"


@pytest.mark.parametrize(
    "query",
    [
        "limit=%FF",
        "offset=%00",
        "limit=1&limit=2",
        "metadata_filter=%7B%22a%22%3A%22%00%22%7D",
        "order=%ED%A0%80",
    ],
)
def test_a_broken_query_is_refused(api: Visitor, query: str) -> None:
    assert api.refused("GET", f"/users?{query}") in (400, 422)


@pytest.mark.parametrize(
    "path",
    ["", "/", "/nothing", "/users/", "//users", "/users/%FF", "/users/%00", "/users/..%2Fagents", "/Users"],
)
def test_a_path_that_leads_nowhere_is_404(api: Visitor, path: str) -> None:
    assert api.refused("GET", path) == 404


def test_what_lies_outside_the_prefix_is_404(api: Visitor) -> None:
    outside = urlsplit(api.url)._replace(path="/v1/chat/completions").geturl()
    assert httpx.post(outside, json={}).status_code == 404


def test_an_encoded_slash_separates_nothing(api: Visitor) -> None:
    session = api.session()
    assert api.refused("GET", f"/sessions/{session}%2Fhistory") == 404


@pytest.mark.parametrize(
    "request_text",
    [
        b"GET /api/users HTTP/1.1\r\n\r\n",
        b"GET /api/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"POST /api/users HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    ],
)
def test_what_is_not_http_is_answered_with_a_4xx(api: Visitor, request_text: bytes) -> None:
    parts = urlsplit(api.url)
    assert parts.hostname
    assert parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(request_text)
        status = connection.recv(4096).split()[1]
    assert status.startswith(b"4")


def test_a_key_is_needed_before_anything_else_is_looked_at(server_url: str) -> None:
    with httpx.Client(base_url=server_url) as stranger:
        for method, path in [("GET", "/nothing"), ("PUT", "/users"), ("GET", f"/users/{UNKNOWN}")]:
            assert stranger.request(method, path).status_code == 403
