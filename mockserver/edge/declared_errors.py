"""Refusals in the form that the document declares for them, where that is another one than ours.

A document may say that a 404 is `application/json` of a schema `Error`: then clients read that. The schema is
filled as for any answer, and says what the problem says wherever a property has a name for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from contracts.document import JSON
from contracts.operations import Content, Operation, is_json
from contracts.schemas import compile_schema, every_property, kind, resolve
from mockserver.call import Call
from mockserver.problems import MEDIA_TYPE
from mockserver.synth import Unsatisfiable

#: Names that APIs give to what a problem calls `detail`, `type` and `status`; in lower case, without `_`.
_SENTENCES = frozenset(
    {"message", "msg", "detail", "details", "description", "reason", "error", "errormessage"}
    | {"errordescription", "errors", "title"}
)
_WORDS = frozenset({"code", "errorcode", "type", "slug", "kind"})
_STATUSES = frozenset({"status", "statuscode", "httpstatus", "code"})
_PLACES = frozenset({"pointer", "field", "path", "property", "loc", "location", "source", "parameter"})
_SUCCESSES = frozenset({"success", "ok"})
#: What limits a text to something that a problem does not know.
_NARROW = frozenset({"enum", "const", "pattern", "format", "maxLength"})


class Value(Protocol):
    """Draws a value of a schema; see `mockserver.synth.Synth.value`."""

    def __call__(self, name: str, schema: JSON, draw: str, *, sparse: bool = False) -> Any:
        """A value called `name`.

        Raises:
            Unsatisfiable: none was found.
        """


@dataclass(frozen=True)
class Form:
    """What an error is written as."""

    media_type: str
    body: bytes


class DeclaredErrors:
    """The forms that a document gives to errors.

    Args:
        root: the document.
        operations: all that may refuse.
        value: makes up what a problem does not say.
    """

    def __init__(self, root: JSON, operations: Iterable[Operation], value: Value) -> None:
        self._root = root
        self._value = value
        self._declared = {operation.id: _errors(operation) for operation in operations}

    def form(self, call: Call | None, status: int, problem: bytes) -> Form:
        """What a problem is written as.

        Args:
            call: None where no operation was found.
            problem: the problem details object.
        """
        declared = self._declared.get(call.operation.id, {}) if call is not None else {}
        names = (str(status), f"{status // 100}XX", "DEFAULT")
        content = next((declared[name] for name in names if name in declared), None)
        written = self._written(content, orjson.loads(problem)) if content is not None else None
        return written or Form(MEDIA_TYPE, problem)

    def _written(self, content: Content, problem: JSON) -> Form | None:
        for media_type in sorted(content.media, key=lambda name: name != MEDIA_TYPE):
            if is_json(media_type):
                body = self._filled(content.media[media_type], problem, media_type)
                return None if body is None else Form(media_type, orjson.dumps(body))
            if media_type.startswith("text/plain"):
                return Form(media_type, str(problem["detail"]).encode())
        return None

    def _filled(self, schema: JSON, problem: JSON, media_type: str) -> Any:
        """A value of the schema that says as much of a problem as it can; None where there is none."""
        fits = compile_schema(self._root, schema, "response").is_valid
        if media_type == MEDIA_TYPE and fits(problem):
            return problem
        try:
            drawn = self._value("error", schema, "declared error", sparse=True)
        except Unsatisfiable:
            return problem if fits(problem) else None
        said = self._said("error", schema, drawn, problem)
        return said if fits(said) else drawn

    def _said(self, name: str, schema: JSON, drawn: Any, problem: Mapping[str, Any]) -> Any:
        """`drawn`, or what the problem says, if the schema has room for it."""
        node, known = resolve(self._root, schema), name.replace("_", "").lower()
        match kind(self._root, schema):
            case "object":
                return self._members(schema, drawn if isinstance(drawn, dict) else {}, problem)
            case "array":
                return self._items(known, node.get("items", {}), drawn, problem)
            case "string" if not node.keys() & _NARROW:
                return _text(known, drawn, problem)
            case "integer" | "number" if known in _STATUSES and "status" in problem:
                return problem["status"]
            case "boolean" if known in _SUCCESSES:
                return False
        return drawn

    def _members(self, schema: JSON, drawn: JSON, problem: Mapping[str, Any]) -> JSON:
        said = dict(drawn)
        for name, part in every_property(self._root, schema).items():
            found = self._said(name, part, drawn.get(name), problem)
            if name in drawn or found not in (None, {}, []):
                said[name] = found
        return said

    def _items(self, known: str, item: JSON, drawn: Any, problem: Mapping[str, Any]) -> Any:
        """A list of what offends, or the steps to a place; a drawn item shows what else belongs to each."""
        if known in _PLACES:
            return [step for step in str(problem.get("pointer", "")).split("/") if step]
        if known not in _SENTENCES:
            return drawn
        like = drawn[0] if drawn else self._drawn(item)
        offences = problem.get("errors") or [{"pointer": "", "detail": problem["detail"]}]
        return [
            self._said("message", item, like, {**problem, "errors": [], **offence}) for offence in offences
        ]

    def _drawn(self, schema: JSON) -> Any:
        try:
            return self._value("error", schema, "declared error", sparse=True)
        except Unsatisfiable:
            return None


def _text(known: str, drawn: Any, problem: Mapping[str, Any]) -> Any:
    if known in _SENTENCES:
        return problem["title"] if known == "title" else problem["detail"]
    if known in _WORDS:
        return str(problem["type"]).rpartition(":")[2]
    if known in _PLACES:
        return problem.get("pointer", drawn)
    return str(problem["status"]) if known in _STATUSES else drawn


def _errors(operation: Operation) -> dict[str, Content]:
    """The errors that are declared with a body, by their names in capitals."""
    found = {name.upper(): content for name, content in operation.responses.items() if content.media}
    return {
        name: content
        for name, content in found.items()
        if name[0] in "45" or (name == "DEFAULT" and operation.success_name != "default")
    }
