"""`sessions-kit mock` as a user meets it: what it prints, what it serves, how it ends, how it refuses."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from click.testing import CliRunner

from contracts.cli import main
from tests.mockserver.process import Running, running, start
from tests.mockserver.shipped import DOCUMENT

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url: str, key: str | None = "one", sent: Any = None) -> Any:
    """The JSON answer to a GET, or to a POST of `sent`."""
    headers = {"Content-Type": "application/json"} if sent is not None else {}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    body = None if sent is None else json.dumps(sent).encode()
    with OPENER.open(urllib.request.Request(url, body, headers), timeout=30) as answer:
        return json.load(answer)


def text_of(url: str) -> tuple[str, str]:
    """The media type and the text of an answer that needs no key."""
    with OPENER.open(url, timeout=30) as answer:
        return answer.headers["content-type"], answer.read().decode()


def banner_of(process: subprocess.Popen[str]) -> dict[str, str]:
    """What a mock prints when it starts, by the word each line begins with."""
    assert process.stdout is not None
    lines = []
    while not lines or not lines[-1].startswith("Stop"):
        lines.append(process.stdout.readline().rstrip("\n"))
        assert lines[-1], process.communicate()
    return {line.split()[0]: line.split(maxsplit=1)[1] for line in lines}


def stop(process: subprocess.Popen[str]) -> None:
    """Ctrl-C, after which nothing more is said."""
    process.send_signal(signal.SIGINT)
    rest, said = process.communicate(timeout=30)
    assert (process.returncode, rest, said) == (0, "", "")


def refused(*options: str) -> str:
    """The one line of a command that could not do what it was asked to, run in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mockserver.cli._serve", lambda *_: pytest.fail("it was not refused"))
        result = CliRunner().invoke(main, ["mock", "--port", "0", *options])
    return one_line(result.exit_code, result.stdout, result.stderr)


def refused_process(*options: str) -> str:
    """The one line of a command in a process of its own."""
    with start(*options) as process:
        try:
            printed, said = process.communicate(timeout=60)
        finally:
            process.kill()
    return one_line(process.returncode, printed, said)


def one_line(status: int, printed: str, said: str) -> str:
    assert (status, printed) == (2, "")
    assert said.startswith("sessions-kit: ")
    assert said.count("\n") == 1
    return said


def run_curl(line: str) -> Any:
    """What a printed curl line answers; done by hand on a machine without curl."""
    command = shlex.split(line)
    if shutil.which("curl"):
        return json.loads(
            subprocess.run([*command, "-sS"], capture_output=True, check=True, timeout=30).stdout
        )
    assert command[:2] == ["curl", "-H"]
    name, _, value = command[2].partition(": ")
    with OPENER.open(urllib.request.Request(command[3], headers={name: value}), timeout=30) as answer:
        return json.load(answer)


def test_it_answers_as_soon_as_it_has_printed_its_url() -> None:
    began = time.perf_counter()
    with start("--port", "0") as process:
        printed = banner_of(process)
        assert fetch(f"{printed['API']}/agents") == {"items": []}
        print(f"from start to first answer: {time.perf_counter() - began:.2f} s")
        stop(process)


def test_the_banner_says_where_and_how() -> None:
    with start("--port", "0", "--seed", "7", "--api-key", "it's a key", "--api-key", "two") as process:
        printed = banner_of(process)
        assert list(printed) == ["API", "Docs", "Spec", "Key", "Seed", "Try", "Stop"]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api", printed["API"])
        assert text_of(printed["Docs"])[0].startswith("text/html")
        assert "agents-openapi.yaml (10 resources)" in printed["Spec"]
        assert printed["Key"] == "one of those given"
        assert printed["Seed"].startswith("7 (--seed 7 ")
        assert run_curl(printed["Try"]) == {"items": []}
        assert printed["Stop"] == "Ctrl-C"
        stop(process)


def test_without_keys_any_key_opens_a_world_of_its_own() -> None:
    with start("--port", "0") as process:
        printed = banner_of(process)
        assert printed["Key"] == "any; each opens a world of its own"
        assert run_curl(printed["Try"]) == {"items": []}
        made = fetch(f"{printed['API']}/users", "mine", {})["id"]
        assert [user["id"] for user in fetch(f"{printed['API']}/users", "mine")["items"]] == [made]
        assert fetch(f"{printed['API']}/users", "yours") == {"items": []}
        stop(process)


@pytest.mark.parametrize(
    "scheme",
    [
        "{type: apiKey, in: cookie, name: sid}",
        "{type: apiKey, in: header, name: X-Key}",
        "{type: oauth2, flows: {}}",
    ],
)
def test_the_line_to_paste_sends_the_key_where_the_document_wants_it(tmp_path: Path, scheme: str) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        "openapi: 3.0.3\ninfo: {title: t, version: '1'}\nsecurity: [{key: []}]\n"
        f"components: {{securitySchemes: {{key: {scheme}}}}}\n"
        "paths: {/pets: {get: {operationId: l, responses: {'200': {description: ok, content: "
        "{application/json: {schema: {type: array, items: {type: object}}}}}}}}}\n"
    )
    with start("--port", "0", "--spec", str(spec)) as process:
        assert run_curl(banner_of(process)["Try"]) == []
        stop(process)


def test_a_document_without_security_schemes_asks_for_no_key(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n")
    with start("--port", "0", "--spec", str(spec)) as process:
        printed = banner_of(process)
        assert printed["Key"] == "none is asked for"
        assert "-H" not in printed["Try"]
        stop(process)


def test_without_auth_no_key_is_asked_for() -> None:
    with running("--no-auth") as mock:
        made = fetch(f"{mock.url}/users", None, {})["id"]
        assert fetch(f"{mock.url}/users/{made}", None)["id"] == made


@pytest.mark.parametrize("prefix", ["/", "v1", "/deep/er/api/"])
def test_it_stands_under_any_prefix(prefix: str) -> None:
    with running("--prefix", prefix) as mock:
        path = "/" + prefix.strip("/") if prefix.strip("/") else ""
        assert mock.url == mock.origin + path
        assert fetch(f"{mock.url}/agents") == {"items": []}
        served = json.loads(text_of(f"{mock.origin}/openapi.json")[1])
        assert served["servers"] == [{"url": path or "/"}]


def test_the_same_seed_gives_the_same_ids_and_text_in_another_process() -> None:
    def story() -> list[Any]:
        with running("--seed", "11", "--freeze", "2024-05-01T12:00:00Z") as mock:
            answers = [fetch(f"{mock.url}/agents", sent={"name": "Guide"})]
            answers.append(fetch(f"{mock.url}/sessions", sent={"agent_id": answers[0]["id"]}))
            said = {"messages": [{"role": "user", "content": "My chain skips. What now?"}]}
            chat = f"{mock.url}/sessions/{answers[1]['id']}/chat"
            answers += [fetch(chat, sent=said), fetch(chat, sent=said)]
            answers.append(fetch(chat.replace("chat", "history")))
            return answers

    assert story() == story()


def test_ctrl_c_stops_it_though_connections_are_open() -> None:
    with start("--port", "0", "--print-url") as process:
        assert process.stdout is not None
        mock = Running(process.stdout.readline().strip(), process)
        with socket.create_connection((mock.host, mock.port)) as idle:
            idle.sendall(b"GET /api/agents HTTP/1.1\r\nHost: x\r\nAuthorization: one\r\n\r\n")
            assert idle.recv(12) == b"HTTP/1.1 200"
            stop(process)


def test_ctrl_c_stops_it_in_the_middle_of_a_request_without_a_word() -> None:
    head = b"POST /api/users HTTP/1.1\r\nHost: x\r\nAuthorization: one\r\nContent-Length: 100\r\n\r\n{"
    with socket.socket() as half, running() as mock:
        half.connect((mock.host, mock.port))
        half.sendall(head)
        assert fetch(f"{mock.url}/users") == {"items": []}


def test_the_document_may_hold_numbers_of_any_width(tmp_path: Path) -> None:
    file = tmp_path / "wide.yaml"
    wide = 10**30 + 1
    file.write_text(f"openapi: 3.0.3\ninfo: {{title: Wide, version: '1'}}\nx-wide: {wide}\npaths: {{}}\n")
    with running("--spec", str(file)) as mock:
        assert json.loads(text_of(f"{mock.origin}/openapi.json")[1])["x-wide"] == wide


def test_the_document_in_force_is_served_as_json_and_yaml(running_mock: Running) -> None:
    json_type, as_json = text_of(f"{running_mock.origin}/openapi.json")
    yaml_type, as_yaml = text_of(f"{running_mock.origin}/openapi.yaml")
    expected = DOCUMENT.data | {"servers": [{"url": "/api"}]}
    assert (json_type, json.loads(as_json)) == ("application/json", expected)
    assert (yaml_type, yaml.safe_load(as_yaml)) == ("application/yaml", expected)


def test_schemathesis_reads_the_document(running_mock: Running) -> None:
    for name in ("openapi.json", "openapi.yaml"):
        schema = schemathesis.openapi.from_url(f"{running_mock.origin}/{name}")
        found = [operation.ok() for operation in schema.get_all_operations()]
        assert len(found) == 36
        assert {operation.base_url for operation in found} == {running_mock.url}


def test_the_docs_need_no_network(running_mock: Running) -> None:
    """What the page loads stands beside it, and neither the page nor its styles name any other host."""
    page_type, page = text_of(f"{running_mock.origin}/docs")
    assert page_type == "text/html; charset=utf-8"
    assert "//" not in page
    assert 'url: "openapi.json"' in page
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) == 3
    for name in loaded:
        with OPENER.open(f"{running_mock.origin}/{name}", timeout=30) as answer:
            kind, content = answer.headers["content-type"], answer.read()
        assert kind in ("text/css", "text/javascript", "image/png")
        assert len(content) > 500
        if kind == "text/css":
            assert b"@import" not in content
            assert {url[:5] for url in re.findall(rb"url\(['\"]?([^)]*)", content)} <= {b"data:"}
    assert OPENER.open(running_mock.origin, timeout=30).url == f"{running_mock.origin}/docs"


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused_process("--port", str(port))
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said


def test_a_mistake_is_one_line_in_a_process_of_its_own_too() -> None:
    assert "'--port'" in refused_process("--prot", "1")
    assert "nowhere.yaml" in refused_process("--spec", "nowhere.yaml")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "70000"], ["70000", "--port"]),
        (["--port", "http"], ["http", "--port"]),
        (["--seed", "x"], ["'x'", "--seed"]),
        (["extra"], ["extra"]),
        (["--spec", "."], ["directory"]),
        (["--overlay", "nowhere.yaml"], ["nowhere.yaml"]),
        (["--keep-wart", "nothing"], ["nothing"]),
        (["--prefix", "/a?b"], ["/a?b", "Write it like"]),
        (["--prefix", "/a b"], ["/a b"]),
        (["--prefix", "/{id}"], ["/{id}"]),
        (["--prefix", "/a//b"], ["/a//b"]),
        (["--prefix", "/a/../b"], ["/a/../b"]),
        (["--prefix", "/%61"], ["/%61"]),
        (["--prefix", "/é"], ["/é"]),
        (["--freeze", "yesterday"], ["yesterday", "2024-05-01T12:00:00Z"]),
        (["--freeze", "2024-05-01T12:00:00"], ["offset"]),
        (["--freeze", "9999-12-31T23:59:59Z"], ["9999-01-01"]),
        (["--freeze", "1969-12-31T23:59:59Z"], ["1970-01-01"]),
        (["--api-key", ""], ["key is empty"]),
        (["--api-key", "Bearer "], ["key is empty"]),
        (["--api-key", "schlüssel"], ["schlüssel", "ASCII"]),
        (["--api-key", "one", "--no-auth"], ["none is needed"]),
        (["--host", "no.such.host.invalid"], ["no.such.host.invalid", "--host 127.0.0.1"]),
        (["--host", "a..b"], ["a..b"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) and value[0].startswith("-") else "",
)
def test_what_cannot_be_done_is_one_line_that_names_it(options: list[str], words: list[str]) -> None:
    said = refused(*options)
    assert all(word in said for word in words), said


BAD_FILES = {
    "empty.yaml": ("", "empty.yaml"),
    "prose.yaml": ("Not a document at all", "prose.yaml"),
    "broken.yaml": ("openapi: 3.0.3\ninfo: [", "broken.yaml:3"),
    "broken.json": ('{"openapi": "3.0.3",', "broken.json"),
    "old.yaml": ("swagger: '2.0'\ninfo: {title: T, version: '1'}\npaths: {}\n", "2.0"),
    "binary.yaml": ("\x00\x01", "binary.yaml"),
    "no-paths.yaml": ("openapi: 3.0.3\ninfo: {title: T, version: '1'}\n", "paths"),
    "wrong.yaml": (
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/a: {get: []}}\n",
        "wrong.yaml:3",
    ),
    "dangling.yaml": (
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n"
        "        '200': {$ref: '#/nowhere'}\n",
        "/nowhere",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file(tmp_path: Path, name: str) -> None:
    text, word = BAD_FILES[name]
    file = tmp_path / name
    file.write_text(text, "utf-8")
    assert word in refused("--spec", str(file))


@pytest.mark.parametrize(
    ("overlay", "word"),
    [
        ("overlay: 1.0.0\n", "info"),
        ("overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions: [{target: '$[', remove: true}]\n", "$["),
        (
            "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n"
            "- {target: $.info, update: {title: [wrong]}}\n",
            "title",
        ),
        (
            "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n"
            "- target: $.paths['/users'].post\n  update: {x-kit-behaviour: {name: chta}}\n",
            "Did you mean 'chat'?",
        ),
        (
            "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n"
            "- target: $.paths['/users'].post\n  update: {x-kit-behaviour: chat}\n",
            "x-kit-behaviour",
        ),
    ],
    ids=["incomplete", "bad target", "invalid outcome", "unknown behaviour", "nameless behaviour"],
)
def test_a_bad_overlay(tmp_path: Path, overlay: str, word: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(overlay, "utf-8")
    assert word in refused("--overlay", str(file))
