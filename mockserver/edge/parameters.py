"""The parameters of one operation, compiled: from the request's texts to checked values and defaults."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

from contracts.document import JSON
from contracts.operations import Operation, Parameter
from contracts.schemas import kind, properties, resolve
from mockserver.call import Call
from mockserver.edge.checks import SchemaCheck
from mockserver.edge.headers import cookies, values
from mockserver.edge.offences import MAX_OFFENCES
from mockserver.edge.percent import Undecodable, decode_form
from mockserver.edge.styles import Decoder, Misfit, decoder, is_exploded_object
from mockserver.problems import Invalid, Malformed, Offence

#: By parameter: (member, text) pairs as sent.
_Texts = dict[str, list[tuple[str, str]]]


@dataclass(slots=True)
class _Findings:
    """What is wrong with a request's parameters; what cannot be read outweighs what does not fit."""

    unreadable: list[Offence] = field(default_factory=list)
    unfit: list[Offence] = field(default_factory=list)

    def report(self) -> None:
        """Refuses the request if there are any.

        Raises:
            Malformed: something cannot be read.
            Invalid: all can be read, something does not fit its schema.
        """
        if self.unreadable:
            raise Malformed(_summary(self.unreadable), tuple(self.unreadable[:MAX_OFFENCES]))
        if self.unfit:
            raise Invalid(_summary(self.unfit), tuple(self.unfit[:MAX_OFFENCES]))


def _summary(found: list[Offence]) -> str:
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"The parameter {found[0].pointer} {found[0].detail}{more}."


class _Reader:
    """One parameter."""

    def __init__(self, root: JSON, parameter: Parameter) -> None:
        self.name = parameter.name
        self.pointer = f"{parameter.location}/{parameter.name}"
        self.required = parameter.required
        self.default = resolve(root, parameter.schema).get("default")
        self.is_list = parameter.media_type is None and kind(root, parameter.schema) in ("array", "object")
        # A path that names nothing readable names nothing at all: its values are never merely unfit.
        self._in_path = parameter.location == "path"
        self._check = SchemaCheck(root, parameter.schema)
        self._decode: Decoder = decoder(root, parameter, self._check.is_valid)

    def read(self, texts: list[tuple[str, str]], found: dict[str, Any], findings: _Findings) -> None:
        """Puts the value of `texts` into `found`, or what is wrong with it into `findings`."""
        try:
            value = self._decode(texts)
        except Misfit as misfit:
            findings.unreadable.append(Offence(self.pointer + misfit.pointer, misfit.detail))
            return
        if self._check.is_valid(value):
            found[self.name] = value
        else:
            wrong = findings.unreadable if self._in_path else findings.unfit
            wrong.extend(self._check.offences(value, self.pointer))

    def miss(self, found: dict[str, Any], findings: _Findings) -> None:
        """The parameter was not sent."""
        if self.required:
            findings.unfit.append(Offence(self.pointer, "is required"))
        elif self.default is not None:
            composed = isinstance(self.default, dict | list)
            found[self.name] = copy.deepcopy(self.default) if composed else self.default


class Parameters:
    """All parameters of an operation.

    Raises:
        NotCompilable: one of them has a style that Connexion's stock stage must read.
        ValueError: the schema of one is not valid.
    """

    def __init__(self, root: JSON, operation: Operation) -> None:
        by_location: dict[str, list[_Reader]] = {"path": [], "query": [], "header": [], "cookie": []}
        self._members: dict[str, tuple[_Reader, str]] = {}
        for parameter in operation.parameters:
            if parameter.location == "path" and f"{{{parameter.name}}}" not in operation.path:
                continue
            reader = _Reader(root, parameter)
            by_location[parameter.location].append(reader)
            if parameter.location == "query":
                self._add_query_names(root, parameter, reader)
        self._path = by_location["path"]
        self._query = by_location["query"]
        self._headers = [(reader.name.lower().encode("latin-1"), reader) for reader in by_location["header"]]
        self._cookies = by_location["cookie"]
        self._deep = {p.name for p in operation.parameters if p.style == "deepObject"}

    def read(self, scope: Scope, call: Call) -> None:
        """Fills the call's path, query and headers (cookies join the headers).

        Raises:
            Malformed: a parameter cannot be read, or the path names nothing.
            Invalid: a parameter does not fit its schema.
        """
        findings = _Findings()
        for reader in self._path:
            reader.read([("", call.path[reader.name])], call.path, findings)
        if self._query:
            texts = self._query_texts(scope["query_string"], findings) if scope["query_string"] else {}
            self._read_all(self._query, texts, call.query, findings)
        if self._headers:
            self._read_headers(scope, call, findings)
        if self._cookies:
            self._read_all(self._cookies, _cookie_texts(scope), call.headers, findings)
        if findings.unreadable or findings.unfit:
            findings.report()

    def _add_query_names(self, root: JSON, parameter: Parameter, reader: _Reader) -> None:
        if is_exploded_object(root, parameter):
            for member in properties(root, parameter.schema):
                self._members[member] = (reader, member)
        else:
            self._members[parameter.name] = (reader, "")

    def _query_texts(self, query: bytes, findings: _Findings) -> _Texts:
        texts: _Texts = {}
        for pair in query.split(b"&"):
            raw_name, _, raw_value = pair.partition(b"=")
            reader, member = self._find(raw_name)
            if reader is None:
                continue
            sent = texts.setdefault(reader.name, [])
            try:
                sent.append((member, decode_form(raw_value)))
            except Undecodable as error:
                findings.unreadable.append(Offence(reader.pointer, str(error)))
        return texts

    def _find(self, raw_name: bytes) -> tuple[_Reader | None, str]:
        """The declared parameter a name in the query belongs to; what is not declared is ignored."""
        try:
            name = decode_form(raw_name)
        except Undecodable:
            return None, ""
        if name in self._members:
            return self._members[name]
        outer, bracket, inner = name.partition("[")
        if bracket and outer in self._deep and inner.endswith("]"):
            return self._members[outer][0], inner[:-1]
        return None, ""

    @staticmethod
    def _read_all(
        readers: Iterable[_Reader], texts: _Texts, found: dict[str, Any], findings: _Findings
    ) -> None:
        for reader in readers:
            sent = texts.get(reader.name)
            if sent is None:
                reader.miss(found, findings)
            elif sent:  # an empty list: what was sent could not even be decoded, and that is on record
                reader.read(sent, found, findings)

    def _read_headers(self, scope: Scope, call: Call, findings: _Findings) -> None:
        texts: _Texts = {}
        for name, reader in self._headers:
            lines = [value.decode("latin-1") for value in values(scope["headers"], name)]
            if lines and reader.is_list:
                # RFC 9110 §5.3 and §5.6.1: lines are one list, white space around its commas means nothing.
                lines = [",".join(part.strip(" \t") for line in lines for part in line.split(","))]
            if lines:
                texts[reader.name] = [("", line) for line in lines]
        self._read_all([reader for _, reader in self._headers], texts, call.headers, findings)


def _cookie_texts(scope: Scope) -> _Texts:
    texts: _Texts = {}
    for name, value in cookies(scope["headers"]):
        texts.setdefault(name, []).append(("", value))
    return texts
