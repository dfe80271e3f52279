"""Stories as shell scripts: run by real shells against a real server, they say and see the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx
import pytest

from contracts.credentials import KeyForm
from contracts.exchange import Exchange, Request, Response
from contracts.story import Head, as_curl, as_script
from tests.library import Library, running

SHELLS = [name for name in ("sh", "bash", "dash") if shutil.which(name)]
BARE = KeyForm()
JSON_TYPE = ("Content-Type", "application/json")


def tell(library: Library, *requests: Request, key: str = "one") -> list[Exchange]:
    """Asks a server and remembers; ids from before stand in braces: {0} is the id in the first answer."""
    exchanges: list[Exchange] = []
    ids: list[str] = []
    with httpx.Client() as client:
        for request in requests:
            target, body = request.target, request.body
            for index, made in enumerate(ids):
                target = target.replace(f"{{{index}}}", made)
                body = body.replace(f"{{{index}}}".encode(), made.encode())
            sent = Request(request.method, target, request.headers, body, request.identity, request.operation)
            headers = [*sent.headers, ("Authorization", key)]
            came = client.request(sent.method, library.url + target, headers=headers, content=body)
            data = came.json() if came.content else {}
            ids.append(data.get("id", ""))
            captures = {"shelf_1": ("id",)} if sent.method == "POST" else {}
            exchanges.append(Exchange(sent, Response(came.status_code, (), came.content), None, captures))
    return exchanges


def execute(script: str, library: Library | None, shell: str = "sh") -> subprocess.CompletedProcess[bytes]:
    """Runs a script from a file, with the keys of the library if there is one."""
    known = {} if library is None else {"BASE": library.url, "KEY": "one", "KEY2": "two"}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".sh") as file:
        file.write(script)
        file.flush()
        return subprocess.run(
            [shell, file.name], env={"PATH": os.environ["PATH"], **known}, capture_output=True, check=False
        )


def run(script: str, library: Library, shell: str = "sh") -> str:
    """What a script prints that ends well."""
    done = execute(script, library, shell)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout.decode()


def post(path: str, body: object) -> Request:
    return Request("POST", path, (JSON_TYPE,), json.dumps(body).encode())


def wordless(target: str) -> str:
    """A path with its ids blotted out."""
    return "/".join("ID" if len(part) == 36 else part for part in urlsplit(target).path.split("/"))


STORY = (
    post("/shelves", {"label": 'it\'s "here" & $HOME `ls` \\n'}),
    Request("GET", "/shelves/{0}"),
    post("/shelves/{0}/books", {"title": "about {0}"}),
    post("/loans", {"shelf_id": "{0}"}),
    Request("GET", "/loans?limit=2&offset=0&shelf={0}"),
    Request("DELETE", "/shelves/{0}/books/{2}"),
    Request("GET", "/shelves/{0}/books"),
    Request("DELETE", "/shelves/{0}"),
    Request("GET", "/shelves/{0}"),
)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_replays_its_story_on_a_fresh_server(shell: str) -> None:
    with running() as first:
        exchanges = tell(first, *STORY)
    script = as_script(exchanges, Head(title="A story"), BARE)
    with running() as fresh:
        printed = run(script, fresh, shell)
    assert [(method, wordless(target)) for method, target, _, _ in fresh.requests] == [
        (method, wordless(target)) for method, target, _, _ in first.requests
    ]
    statuses = [line for line in printed.splitlines() if line.isdigit() and len(line) == 3]
    assert statuses == [str(exchange.response.status) for exchange in exchanges if exchange.response]
    made = [e.response.json()["id"] for e in exchanges if e.response and e.request.method == "POST"]
    assert len(made) == 3
    assert not any(identifier in script for identifier in made)
    assert json.loads(fresh.requests[0][3]) == json.loads(first.requests[0][3])
    assert json.loads(fresh.requests[3][3])["shelf_id"] in fresh.requests[1][1]


def test_ids_are_named_after_what_they_are_of_and_numbered_as_they_come() -> None:
    with running() as library:
        exchanges = tell(
            library,
            post("/shelves", {"label": "a"}),
            post("/shelves", {"label": "b"}),
            Request("GET", "/shelves/{1}"),
            Request("GET", "/shelves/{0}"),
        )
    script = as_script(exchanges, key_form=BARE)
    assert "shelf_1=$(printf '%s' \"$answer\" | pick id)" in script
    assert script.index('"$BASE/shelves/$shelf_2"') < script.index('"$BASE/shelves/$shelf_1"')


def test_an_id_that_nobody_named_is_captured_where_it_stands() -> None:
    made = "a1b2c3d4-0000-4000-8000-000000000001"
    answer = Response(200, (), json.dumps({"jobs": [{"id": "x"}, made]}).encode())
    script = as_script(
        [Exchange(Request("GET", "/jobs"), answer), Exchange(Request("GET", f"/jobs/{made}"), answer)]
    )
    assert "jobs_1=$(printf '%s' \"$answer\" | pick jobs 1)" in script
    assert '"$BASE/jobs/$jobs_1"' in script


def test_an_id_that_the_client_chose_stays_as_it_is() -> None:
    mine = "a1b2c3d4-0000-4000-8000-000000000001"
    answer = Response(200, (), json.dumps({"id": mine}).encode())
    script = as_script(
        [Exchange(Request("PUT", f"/pets/{mine}"), answer), Exchange(Request("GET", f"/pets/{mine}"))]
    )
    assert f"$BASE/pets/{mine}" in script.replace("'", "")
    assert "pick" not in script


def test_short_and_numeric_ids_are_replaced_only_where_they_are_the_whole_value() -> None:
    def made(identifier: object) -> Exchange:
        answer = Response(201, (), json.dumps({"id": identifier}).encode())
        return Exchange(post("/pets", {}), answer, captures={"pet_1": ("id",)})

    body = json.dumps({"pet": 7, "age": 77, "text": "7", "nested": {"pets": [7, 17]}}).encode()
    later = Exchange(Request("POST", "/v7/pets/7?pet=7&limit=70", (JSON_TYPE,), body))
    script = as_script([made(7), later])
    assert '"$BASE/v7/pets/$pet_1?pet=$pet_1&limit=70"' in script
    assert """'{"pet": '"$pet_1"', "age": 77, "text": "7", "nested": {"pets": ['"$pet_1"', 17]}}'""" in script


def test_an_id_that_a_url_escapes_is_escaped_again() -> None:
    answer = Response(201, (), b'{"id": "a b/c"}')
    with running() as library:
        library.answers["POST", "/pets"] = (201, {}, b'{"id": "d e/f"}')
        library.answers["GET", "/pets/d%20e%2Ff"] = (200, {}, b"{}")
        made = Exchange(post("/pets", {}), answer, captures={"pet_1": ("id",)})
        run(as_script([made, Exchange(Request("GET", "/pets/a%20b%2Fc"))]), library)
    assert library.asked("GET") == ["/api/pets/d%20e%2Ff"]


BODIES: Sequence[bytes] = (
    b"",
    b"@/etc/hostname",
    b'it\'s "quoted" \\ $HOME `id` $(id) %s %d !! #',
    b"line\nline\r\n\ttab\n\n",
    "日本語 😀 e\u0301 \u202e".encode(),
    b"\x00\x01\xff\xfe 'binary' % \\",
    b"no \x00 utf-8 but for the NUL",
    b"{} [] {a,b} *",
    b'"\\u0000"',
    b"x" * 150_000,
    ("{" + '"k": "é\'"' + "}").encode(),
    json.dumps(
        {"a": '“A "long" line\n\\ tail 🚲 \'$x ' * 4_000, "b": "é" * 1_000}, ensure_ascii=False
    ).encode(),
    b"line\n" * 500 + b"`\"$HOME' \\" * 500 + b"%s" * 500,
)


@pytest.mark.parametrize("shell", SHELLS)
def test_any_body_arrives_as_it_was(shell: str) -> None:
    exchanges = [
        Exchange(Request("POST", "/echo", (("Content-Type", "text/plain"),), body), Response(200))
        for body in BODIES
    ]
    with running() as library:
        library.answers["POST", "/echo"] = (200, {}, b"")
        run(as_script(exchanges), library, shell)
    assert [body for _, _, _, body in library.requests] == list(BODIES)
    assert {headers["content-type"] for _, _, headers, _ in library.requests} == {"text/plain"}


def test_long_runs_are_said_once() -> None:
    text = '“A "long" line\n\\ tail 🚲 ' * 4_000
    data = {"label": "x" * 10_000, "note": text, "end": "y" * 100}
    request = Request("POST", "/shelves", (JSON_TYPE,), json.dumps(data, ensure_ascii=False).encode())
    script = as_script([Exchange(request)])
    assert len(script) < 2_000
    assert "$(repeat 10000 x)" in script
    assert "y" * 100 in script


def test_methods_targets_and_headers_arrive_as_they_were() -> None:
    sent = [
        Request("HEAD", "/shelves"),
        Request("OPTIONS", "/shelves"),
        Request("PURGE", "/shelves/../shelves/./x"),
        Request("GET", "/shelves?a[b]={c}&d=%20%2B+e"),
        Request("GET", "/shelves", (("Accept", ""), ("X-Quote", 'it\'s "so" $HOME'))),
        Request("GET", "/shelves", (("Accept", "text/event-stream"),)),
        Request("POST", "/shelves", (), b"x"),
        Request("GET", "/shelves", (("Content-Type", "text/plain"),), b"x"),
    ]
    with running() as library:
        run(as_script([Exchange(request, Response(200)) for request in sent], key_form=BARE), library)
    got = library.requests
    assert [(method, target) for method, target, _, _ in got] == [(r.method, "/api" + r.target) for r in sent]
    assert all(headers["authorization"] == "one" for _, _, headers, _ in got)
    assert "accept" not in got[0][2]
    assert got[4][2]["accept"] == ""
    assert got[4][2]["x-quote"] == 'it\'s "so" $HOME'
    assert got[5][2]["accept"] == "text/event-stream"
    assert "content-type" not in got[6][2]
    assert got[7][3] == b"x"


@pytest.mark.parametrize(
    ("form", "where", "value"),
    [
        (KeyForm(prefix="Bearer "), "authorization", "Bearer two"),
        (KeyForm("header", "X-Key"), "x-key", "two"),
        (KeyForm("cookie", "session"), "cookie", "session=two"),
        (KeyForm(prefix="Basic ", encoded=True), "authorization", "Basic dHdv"),
    ],
)
def test_keys_are_sent_in_their_form(form: KeyForm, where: str, value: str) -> None:
    with running() as library:
        run(as_script([Exchange(Request("GET", "/x", identity="second"))], key_form=form), library)
    assert library.requests[0][2][where] == value


def test_a_key_may_stand_in_the_query_or_in_a_header_of_the_requests_own() -> None:
    asked = Request("GET", "/x", (("Authorization", "Token {key}"),))
    with running() as library:
        run(as_script([Exchange(Request("GET", "/x?a=1"))], key_form=KeyForm("query", "key")), library)
        run(as_script([Exchange(asked)], key_form=BARE), library)
    assert library.requests[0][1] == "/api/x?a=1&key=one"
    assert library.requests[1][2]["authorization"] == "Token one"


def test_nobody_sends_no_key_and_a_stranger_one_that_nobody_issued() -> None:
    exchanges = [Exchange(Request("GET", "/x", identity=who)) for who in ("nobody", "stranger")]
    script = as_script(exchanges, key_form=KeyForm(prefix="Bearer "))
    with running() as library:
        run(script, library)
    assert "KEY" not in script
    assert "authorization" not in library.requests[0][2]
    assert library.requests[1][2]["authorization"] == "Bearer never-issued"


def test_requests_that_were_sent_at_once_are_sent_at_once_again() -> None:
    answer = Response(201, (), b'{"id": "a1b2c3d4-0000-4000-8000-000000000001"}')
    pair = [Exchange(post("/shelves", {"label": str(n)}), answer, batch=1) for n in range(2)]
    last = Exchange(Request("GET", "/shelves/a1b2c3d4-0000-4000-8000-000000000001"))
    script = as_script([*pair, last], key_form=BARE)
    with running() as library:
        printed = run(script, library)
    assert sorted(body for _, _, _, body in library.requests[:2]) == [b'{"label": "0"}', b'{"label": "1"}']
    assert library.requests[2][1].removeprefix("/api") in {path for _, path in library.records}
    assert printed.splitlines().count("201") == 2


def test_a_story_goes_on_where_no_answer_came() -> None:
    lost = Exchange(Request("GET", "/shelves"), failure="no whole answer within 30 seconds")
    script = as_script([lost], Head(title="Silence"), BARE)
    assert "# 1. GET /shelves: no answer: no whole answer within 30 seconds" in script
    with running() as library:
        library.silent = True
        done = execute(script, library)
    assert done.returncode == 0


def test_an_answer_without_the_id_stops_the_script_and_says_so() -> None:
    with running() as library:
        script = as_script(tell(library, *STORY[:2]), key_form=BARE)
        library.answers["POST", "/shelves"] = (200, {}, b'{"other": 1}')
        done = execute(script, library)
    assert done.returncode != 0
    assert done.stderr.decode() == "The answer holds nothing at id.\n"


def test_a_script_without_its_key_says_what_to_set() -> None:
    script = as_script([Exchange(Request("GET", "/x", identity="second"))], key_form=BARE)
    done = execute(script, None)
    assert done.returncode != 0
    assert b"Set KEY2 to an API key" in done.stderr


def test_what_is_told_stays_within_its_comment() -> None:
    head = Head("A title\nrm -rf \x1b[31m'$(id)'", expected="one\rtwo", observed="three\u2028four")
    script = as_script([Exchange(Request("GET", "/x", operation="Get\nid"))], head)
    lines = script.splitlines()
    assert lines[1:5] == [
        "# A title",
        "# rm -rf \\x1b[31m'$(id)'",
        "# Expected: one\\rtwo",
        "# Observed: three\\u2028four",
    ]
    assert "# 1. Get" in lines
    assert "# id: no answer: None" in lines


def test_one_request_is_one_command() -> None:
    request = Request("PATCH", "/pets/1", (JSON_TYPE, ("Accept", "*/*")), b'{"name": "Rex"}')
    assert as_curl(request, KeyForm(prefix="Bearer ")) == (
        'curl -X PATCH "$BASE/pets/1" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        "  -H 'Accept: */*' \\\n"
        '  -H "Authorization: Bearer $KEY" \\\n'
        """  --data-raw '{"name": "Rex"}'"""
    )
