"""`sessions-kit check` from its arguments to its exit code, against real servers."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from conformance.reports.as_json import SCHEMA
from tests.conformance import careful
from tests.conformance.commands import check, command, environment, of, sessions_kit
from tests.library import Library, running

VALIDATOR = jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def test_a_server_that_keeps_its_contract_is_accused_of_nothing(tmp_path: Path) -> None:
    with running(careful.CarefulLibrary()) as library:
        done = check(tmp_path, library, "--strict", "--report", "json=report.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "verdict     kept" in done.stdout
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    VALIDATOR.validate(report)
    assert (report["verdict"], report["findings"], report["seed"]) == ("kept", [], 1)
    assert report["requests"] == len(library.requests)
    assert set(report["operations_reached"]) >= {"create_shelf", "list_book", "patch_loan", "delete_shelf"}
    assert "put-replaces" not in report["laws_run"]
    assert "pages-partition" in report["laws_run"]
    assert library.records == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library.json", "report.json"]


def test_a_server_that_breaks_it_is_told_how(tmp_path: Path) -> None:
    with running(careful.Forgetful()) as library:
        done = check(
            tmp_path,
            library,
            *("--depth", "ci", "--only", "create-*"),
            *("--report", "json=out/report.json", "--report", "junit=junit.xml", "--report", "markdown=r.md"),
        )
    assert done.returncode == 1
    assert "1. create-reads-back  create_book  (spec; gates)" in done.stdout
    assert done.stdout.rstrip().endswith("(1 gating)")
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    VALIDATOR.validate(report)
    (found,) = report["findings"]
    assert (found["law"], found["operation"], found["gates"]) == ("create-reads-back", "create_book", True)
    assert (found["expected"], found["observed"]) == ({"/pages": 1}, {"/pages": None})
    assert found["spec"]["pointer"] == "/paths/~1shelves~1{shelf_id}~1books/post"
    lines = (tmp_path / "library.json").read_text("utf-8").splitlines()
    assert lines[found["spec"]["line"] - 1].strip() == '"post": {'
    assert "one" not in {value for e in found["exchanges"] for _, value in e["request_headers"]}
    (suite,) = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert suite.get("failures") == "1"
    assert suite.get("errors") == "0"
    assert "# The contract is broken" in (tmp_path / "r.md").read_text("utf-8")
    assert library.records == {}


def test_the_script_of_a_finding_shows_it_again(tmp_path: Path) -> None:
    with running(careful.Forgetful()) as library:
        done = check(tmp_path, library, "--depth", "ci", "--only", "create-reads-back")
        script = re.split(r"^# -+$", done.stdout, flags=re.MULTILINE)[1]
        again = subprocess.run(
            ["sh"], input=script, env=environment(KEY="one"), capture_output=True, text=True, timeout=60
        )
    assert (again.returncode, again.stderr) == (0, "")
    assert re.search(r'\{"items": \[\{"id": "[^"]+", "title": "[^"]*"\}', again.stdout)
    assert "pages" not in again.stdout


def test_conventions_warn_and_gate_when_strict(tmp_path: Path) -> None:
    with running(careful.Shallow()) as library:
        lenient = check(tmp_path, library, "--only", "patch-merges-deeply")
        strict = check(tmp_path, library, "--only", "patch-merges-deeply", "--strict")
    assert (lenient.returncode, strict.returncode) == (0, 1)
    assert "(convention; a warning)" in lenient.stdout
    assert "(convention; gates)" in strict.stdout


def test_a_server_error_is_found(tmp_path: Path) -> None:
    with running(careful.Failing()) as library:
        done = check(tmp_path, library, "--only", "long-text-survives")
    assert done.returncode == 1
    assert "no-request-makes-the-server-fail" in done.stdout
    assert "also      create_book, create_loan" in done.stdout


def test_several_processes_find_the_same(tmp_path: Path) -> None:
    with running(careful.Repeating()) as library:
        done = check(tmp_path, library, "-n", "2", "--report", "json=r.json", "--only", "*-*")
    assert done.returncode == 1
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert [found["law"] for found in report["findings"]] == ["pages-partition"]
    assert report["requests"] == len(library.requests)
    assert library.records == {}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--api-key", "wrong"), "The key is refused by "),
        (("--api-key", ""), "A key is needed by "),
    ],
)
def test_a_key_that_is_refused_says_nothing_about_the_server(
    tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    with running(careful.CarefulLibrary()) as library:
        done = check(tmp_path, library, *arguments, "--report", "json=r.json")
    assert done.returncode == 3
    assert reason in done.stdout
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    VALIDATOR.validate(report)
    assert report["verdict"] == "inconclusive"
    assert report["skipped"][0]["reason"].startswith(reason)


def test_a_base_url_without_its_prefix_is_noticed(tmp_path: Path) -> None:
    with running(careful.CarefulLibrary()) as library:
        library.url = library.url.removesuffix("/api") + "/elsewhere"
        done = check(tmp_path, library)
    assert done.returncode == 3
    assert "every list answers 404. Does the base URL lack a prefix like /api?" in done.stdout


class Vanishing(careful.CarefulLibrary):
    """Listens no more after some requests."""

    def __init__(self) -> None:
        super().__init__()
        self.enough, self.gone = threading.Event(), threading.Event()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> careful.Answer:
        """Status, headers and body."""
        if len(self.requests) == 40:
            self.enough.set()
            self.gone.wait()
        status, extra, content = super().answer(method, target, headers, body)
        return status, extra | {"Connection": "close"}, content


def test_a_server_that_goes_away_ends_the_run(tmp_path: Path) -> None:
    library = Vanishing()
    with running(library):
        arguments = [*of(tmp_path, library), "--only", "*-*"]
        process = subprocess.Popen(
            command("check", *arguments), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
        )
        library.enough.wait()
    library.gone.set()
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 3
    assert re.search(r"doubt +Nothing answers at \S+ .* It answered before\.", out)


def test_broken_beats_inconclusive(tmp_path: Path) -> None:
    class ReadOnly(careful.CarefulLibrary):
        def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> careful.Answer:
            found = super().answer(method, target, headers, body)
            return found if method == "GET" else (403, {}, b"")

    with running(ReadOnly()) as library:
        done = check(tmp_path, library, "--only", "created-is-listed")
    assert done.returncode == 1
    assert "valid-requests-are-accepted  create_shelf" in done.stdout


def test_what_could_not_be_tried_is_not_kept(tmp_path: Path) -> None:
    with running(careful.CarefulLibrary()) as library:
        url, *options = of(tmp_path, library)
        alone = [option for option in options if option not in {"--api-key2", "two"}]
        done = sessions_kit(tmp_path, "check", url, *alone, "--only", "foreign-is-not-read")
    assert done.returncode == 3
    assert "4      a second key is needed (--api-key2)" in done.stdout
    assert "Nothing could be tried." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--only", "create-read-back"), "Did you mean 'create-reads-back'?"),
        (("--skip", "create_shelv"), "Did you mean 'create_shelf'?"),
        (("--only", "zzz"), "`sessions-kit laws` lists the laws."),
        (("--report", "json=/dev/null/x"), "cannot be written"),
        (("--seed", "x"), "--seed"),
        (("--settings", "nowhere.toml"), "nowhere.toml: The settings file cannot be read"),
        (("--depht", "ci"), "--depht"),
        (("--api-key", "one\n"), "The key of --api-key begins or ends with white space"),
        (("--api-key", "o\x07ne"), "or holds a control character"),
        (("--api-key2", "one"), "--api-key2 is the same key as --api-key."),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(
    tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    done = check(tmp_path, Library(url="http://127.0.0.1:9"), *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_nought_is_said_too(tmp_path: Path) -> None:
    with running(careful.CarefulLibrary()) as library:
        seeded = check(tmp_path, library, "--seed", "0", "--only", "created-is-listed")
        late = check(tmp_path, library, "--max-time", "0")
    assert "seed 0" in seeded.stdout
    assert (late.returncode, "Nothing could be tried." in late.stdout) == (3, True)


def test_settings_are_read_from_the_folder(tmp_path: Path) -> None:
    careful.spec(tmp_path)
    with running(careful.CarefulLibrary()) as library:
        text = f'target = "{library.url}"\nspec = "library.json"\nonly = ["created-is-listed"]\nseed = 5\n'
        (tmp_path / "sessions-kit.toml").write_text(text, encoding="utf-8")
        done = sessions_kit(tmp_path, "check", SESSIONS_KIT_API_KEY="one")
    assert done.returncode == 0
    assert "seed 5" in done.stdout


def test_the_tests_of_the_user_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("raise SystemError('loaded')\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    with running(careful.CarefulLibrary()) as library:
        arguments = ("check", *of(tmp_path, library), "--only", "created-is-listed")
        done = sessions_kit(tmp_path, *arguments, PYTEST_ADDOPTS="--no-such-option")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_with_what_was_found(tmp_path: Path, sent: signal.Signals) -> None:
    class Interrupting(careful.Shallow):
        """Interrupts the check while a create is under way."""

        process: subprocess.Popen[str]
        done = False

        def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> careful.Answer:
            answer = super().answer(method, target, headers, body)
            if len(self.requests) >= 150 and answer[0] == 201 and not self.done:
                self.done = True
                self.process.send_signal(sent)
            return answer

    state = Interrupting()
    with running(state) as library:
        arguments = [*of(tmp_path, library), "--report", "json=r.json", "--only", "p*"]
        state.process = subprocess.Popen(
            command("check", *arguments),
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        out, _ = state.process.communicate(timeout=120)
    assert state.process.returncode == 3
    assert "doubt       It was interrupted." in out
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert [found["law"] for found in report["findings"]] == ["patch-merges-deeply"]
    assert report["skipped"][0] == {"name": "run", "reason": "It was interrupted."}
    assert library.records == {}


def test_without_a_url_the_installed_mock_is_checked_strictly(tmp_path: Path) -> None:
    done = sessions_kit(tmp_path, "check", "--only", "put-replaces", "--report", "json=r.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(r"Checking http://127\.0\.0\.1:\d+/api ", done.stdout)
    url = re.findall(r"http://127\.0\.0\.1:(\d+)", done.stdout)[0]
    with socket.socket() as gone:
        assert gone.connect_ex(("127.0.0.1", int(url))) != 0
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["laws_run"] == ["put-replaces"]


def test_a_mock_that_does_not_start_is_told_in_its_own_words(tmp_path: Path) -> None:
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import sys\nif 'mock' in sys.argv: sys.exit('no port is free')\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    done = sessions_kit(tmp_path, "check", "--only", "put-replaces", PYTHONPATH=path)
    assert done.returncode == 2
    assert re.search(r"The mock does not start: .*no port is free", done.stderr)


def test_checking_never_imports_the_server(tmp_path: Path) -> None:
    with running(careful.CarefulLibrary()) as library:
        arguments = ["check", *of(tmp_path, library), "--only", "created-is-listed"]
        code = (
            "import sys\nfrom contracts.cli import main\n"
            f"try: main({arguments!r})\nexcept SystemExit as done: assert done.code == 0, done.code\n"
            "print(sorted({'connexion', 'starlette', 'uvicorn', 'mockserver'} & set(sys.modules)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True
        )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_laws_are_listed_without_a_server(tmp_path: Path) -> None:
    text = sessions_kit(tmp_path, "laws")
    listed = sessions_kit(tmp_path, "laws", "--format", "json")
    assert (text.returncode, listed.returncode) == (0, 0)
    laws = json.loads(listed.stdout)
    assert len(laws) == len(text.stdout.splitlines()) > 50
    assert laws[0].keys() == {"name", "sentence", "basis", "source", "resources"}
    assert all(law["resources"] for law in laws)
    for law, line in zip(laws, text.stdout.splitlines(), strict=True):
        assert line.startswith(f"{law['name']} ")
        assert law["sentence"] in line
        assert law["basis"] in line


def test_laws_say_where_they_hold_in_another_document(tmp_path: Path) -> None:
    file = careful.spec(tmp_path)
    text = sessions_kit(tmp_path, "laws", "--spec", str(file))
    listed = sessions_kit(tmp_path, "laws", "--spec", str(file), "--format", "json")
    held = {law["name"]: law["resources"] for law in json.loads(listed.stdout)}
    assert held["created-is-listed"] == ["/shelves", "/loans", "/shelves/{shelf_id}/books"]
    silent = [line.split()[0] for line in text.stdout.splitlines() if line.endswith(" Of no resource here.")]
    assert silent == [name for name, resources in held.items() if not resources]
    assert "put-replaces" in silent
