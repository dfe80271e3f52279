"""A story of exchanges as a shell script that tells it again, to any server.

Ids that the server chose are captured as they come and stand as variables in what follows, so that the
script does not depend on the server the story happened on. It needs a POSIX shell, curl and Python.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from contracts.captures import Capture, captures, in_body, in_target, in_text
from contracts.credentials import KEY, KeyForm
from contracts.exchange import Exchange, Request
from contracts.shell import Variable, Word, comment, octal, quoted, runs

_KEYS = {"first": "KEY", "second": "KEY2"}
_WHOSE = {"second": ", with the second key", "nobody": ", without a key", "stranger": ", with an unknown key"}
_STRANGERS_KEY = "never-issued"
_LARGEST_ARGUMENT = 100_000  # bytes; Linux takes 128 KiB in one argument
_BREAK = " \\\n  "

_CURL = r"""# Each answer is followed by its status.
curl() {
  command curl -sS -w '\n%{http_code}\n' "$@"
}
"""
_PICK = """\
# Prints what stands in a JSON answer under the keys given.
pick() {
  python3 -c 'import json, sys
try:
    value = json.JSONDecoder().raw_decode(sys.stdin.read().lstrip())[0]
    for key in sys.argv[1:]:
        value = value[int(key) if isinstance(value, list) else key]
    print(value)
except (ValueError, LookupError, TypeError):
    sys.exit("The answer holds nothing at " + "/".join(sys.argv[1:]) + ".")' "$@"
}
"""
_REPEAT = """\
# Prints a text many times over.
repeat() {
  python3 -c 'import os, sys; sys.stdout.buffer.write(os.fsencode(sys.argv[2]) * int(sys.argv[1]))' "$@"
}
"""
_URL = """\
# Prints its argument as a part of a URL.
url() {
  python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$1"
}
"""


@dataclass(frozen=True)
class Head:
    """What a script says before it begins.

    Attributes:
        title: what it shows.
        expected: what the last answer should have been; empty when it is not known.
        observed: what it was.
        base_url: where it runs unless the variable BASE says otherwise.
    """

    title: str = ""
    expected: str = ""
    observed: str = ""
    base_url: str = "http://127.0.0.1:8080/api"


def as_script(
    exchanges: Sequence[Exchange], head: Head | None = None, key_form: KeyForm | None = None
) -> str:
    """The whole script.

    Args:
        key_form: how keys are sent, which the script takes from the variables KEY and KEY2; None sends none.
    """
    found = captures(exchanges)
    writer = _Writer(key_form)
    last = len(exchanges) - 1
    body: list[str] = []
    for _, numbered in itertools.groupby(
        enumerate(exchanges), key=lambda pair: pair[1].batch or -pair[0] - 1
    ):
        group = list(numbered)
        lines = (
            writer.together(group, found)
            if len(group) > 1
            else writer.alone(*group[0], found[group[0][0]], last=group[0][0] == last)
        )
        body.append("\n".join(lines))
    text = "\n\n".join(body)
    helpers = [_CURL, _PICK] if "| pick " in text or "pick <" in text else [_CURL]
    helpers += [_REPEAT] if "$(repeat " in text else []
    helpers += [_URL] if "$(url " in text else []
    return "\n".join([*_opening(head or Head(), exchanges, key_form), *helpers, text, ""])


def as_curl(request: Request, key_form: KeyForm | None = None) -> str:
    """One request as a curl command, whose base URL and keys are variables."""
    return _Writer(key_form).command(request)


def _opening(head: Head, exchanges: Sequence[Exchange], key_form: KeyForm | None) -> Iterator[str]:
    yield "#!/bin/sh"
    for label, text in (("", head.title), ("Expected: ", head.expected), ("Observed: ", head.observed)):
        if text:
            yield comment(label + text)
    yield "set -eu"
    yield f': "${{BASE:={head.base_url}}}"'
    used = {exchange.request.identity for exchange in exchanges} if key_form is not None else set()
    for identity, name in _KEYS.items():
        if identity in used:
            yield f': "${{{name}:?Set {name} to an API key}}"'
    yield ""


@dataclass
class _Writer:
    key_form: KeyForm | None
    known: list[Capture] = field(default_factory=list)

    def alone(self, index: int, exchange: Exchange, found: list[Capture], *, last: bool) -> Iterator[str]:
        """The lines of one exchange; the last answer, which mostly shows what is wrong, with its headers."""
        yield self.remark(index, exchange)
        command = self.command(exchange.request, ["--include"] if last and not found else [])
        if exchange.response is None:
            command += " || true"  # no answer came, which is what this shows
        if not found:
            yield command
            return
        yield f"answer=$({command})"
        yield "printf '%s\\n' \"$answer\""
        for capture in found:
            yield f"{capture.name}=$(printf '%s' \"$answer\" | pick {_keys(capture)})"
        self.known += found

    def together(self, group: list[tuple[int, Exchange]], found: Sequence[list[Capture]]) -> Iterator[str]:
        """The lines of exchanges that happened at once."""
        yield "answers=$(mktemp -d)"
        for index, exchange in group:
            yield self.remark(index, exchange)
            yield f'{self.command(exchange.request)} > "$answers/{index + 1}" &'
        yield "wait"
        yield " ".join(["cat", *(f'"$answers/{index + 1}"' for index, _ in group)])
        for index, _ in group:
            for capture in found[index]:
                yield f'{capture.name}=$(pick < "$answers/{index + 1}" {_keys(capture)})'
            self.known += found[index]
        yield 'rm -r "$answers"'

    def remark(self, index: int, exchange: Exchange) -> str:
        """The comment above an exchange."""
        request, response = exchange.request, exchange.response
        parts = in_target(request.target, self.known)
        target = "".join(f"${part.name}" if isinstance(part, Variable) else part for part in parts)
        what = request.operation or f"{request.method} {target}"
        came = f"answered {response.status}" if response is not None else f"no answer: {exchange.failure}"
        return comment(f"{index + 1}. {what}{_WHOSE.get(request.identity, '')}: {came}")

    def command(self, request: Request, options: Sequence[str] = ()) -> str:
        """The curl command of a request."""
        url: list[str | Variable] = [Variable("BASE"), *in_target(request.target, self.known)]
        words = ["curl", *options, *_flags(request)]
        key = self._key(request)
        names = {name.lower() for name, _ in request.headers}
        headers = [self._header(request, name, value) for name, value in request.headers]
        if key is not None and self.key_form is not None:
            name, value = self.key_form.name, self.key_form
            if value.location == "query":
                url += ["&" if "?" in request.target else "?", name, "=", key]
            elif value.location == "cookie":
                headers.append(["Cookie: ", name, "=", key])
            elif name.lower() not in names:
                headers.append([name, ": ", value.prefix, key])
        added_by_curl = ["Accept", *(["Content-Type"] if request.body else [])]
        headers += [[f"{name}:"] for name in added_by_curl if name.lower() not in names]
        words.append(quoted(url))
        lines = [" ".join(words), *(f"-H {quoted(header)}" for header in headers)]
        return self._with_body(request, _BREAK.join(lines))

    def _key(self, request: Request) -> str | Variable | None:
        """The key that a request carries, as the script knows it."""
        if self.key_form is None or request.identity == "nobody":
            return None
        name = _KEYS.get(request.identity)
        if name is None:
            return self.key_form.value(_STRANGERS_KEY).removeprefix(self.key_form.prefix)
        return Variable(name, "$(printf %s {} | base64)" if self.key_form.encoded else None)

    def _header(self, request: Request, name: str, value: str) -> Word:
        if not value:
            return [f"{name};"]  # to curl, a colon without a value takes a header away
        key: str | Variable = (
            Variable(_KEYS[request.identity]) if request.identity in _KEYS else _STRANGERS_KEY
        )
        parts: list[str | Variable] = [f"{name}: "]
        for index, piece in enumerate(value.split(KEY)):
            parts += [*([key] if index else []), *in_text(piece, self.known)]
        return parts

    def _with_body(self, request: Request, command: str) -> str:
        if not request.body:
            return (
                f"{command}{_BREAK}--data-raw ''" if request.method in {"POST", "PUT", "PATCH"} else command
            )
        try:
            request.body.decode()
        except UnicodeDecodeError:
            return f"printf {octal(request.body)} | {command}{_BREAK}--data-binary @-"
        if b"\0" in request.body:
            return f"printf {octal(request.body)} | {command}{_BREAK}--data-binary @-"
        parts = in_body(request.body, self.known)
        word = quoted(
            [piece for part in parts for piece in (runs(part) if isinstance(part, str) else [part])]
        )
        if len(request.body) > _LARGEST_ARGUMENT:
            return f"printf '%s' {word} | {command}{_BREAK}--data-binary @-"
        return f"{command}{_BREAK}--data-raw {word}"


def _flags(request: Request) -> Iterator[str]:
    if request.method == "HEAD":
        yield "--head"
    elif request.method != "GET" or request.body:
        yield f"-X {request.method}"
    if any(mark in request.target for mark in "[]{}"):
        yield "--globoff"
    if "/." in request.target:
        yield "--path-as-is"
    if any(name.lower() == "accept" and "event-stream" in value for name, value in request.headers):
        yield "--no-buffer"


def _keys(capture: Capture) -> str:
    return " ".join(quoted([str(key)]) for key in capture.place)
