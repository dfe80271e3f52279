"""Files as JSON data with the line of every JSON pointer. Nothing is rendered: a file is data as written."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from contracts.errors import DocumentError, Place
from contracts.pointers import escape

_BASE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"

# The core schema of YAML 1.2 (§10.3.2), as OpenAPI 3.0.3 ("Format") asks: `on` and `12:30` are strings.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_JSON_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read.

    Attributes:
        data: what it holds, as JSON data; mapping keys are always strings.
        lines: the 1-based line of each JSON pointer; of a member of an object, the line of its key.
    """

    path: Path
    data: Any
    lines: dict[str, int]

    def place(self, pointer: str) -> Place:
        """The line of `pointer`, or of its nearest ancestor that stands in the file."""
        return Place(self.path, pointer, nearest_line(self.lines, pointer))


def nearest_line(lines: Mapping[str, int], pointer: str) -> int | None:
    """The line of `pointer`, or of its nearest ancestor that has one."""
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer)


def read(path: Path) -> Source:
    """Read a YAML or JSON file.

    Raises:
        DocumentError: there is no such file, it is not UTF-8, neither YAML nor JSON, repeats a key, or
            holds what JSON cannot say.
    """
    text = _text(path)
    looks_like_json = path.suffix.lower() == ".json" or text.lstrip()[:1] in {"{", "["}
    if looks_like_json:
        try:
            return _read_json(path, text)
        except json.JSONDecodeError as error:
            if path.suffix.lower() == ".json":
                place = Place(path, line=error.lineno)
                raise DocumentError(f"This is not valid JSON: {error.msg}.", place=place) from error
    return _read_yaml(path, text)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError("There is no such file.", place=Place(path)) from None
    except IsADirectoryError:
        cure = "Name the file inside it."
        raise DocumentError("This is a directory, not a file.", place=Place(path), cure=cure) from None
    except OSError as error:
        raise DocumentError(f"The file cannot be read: {error.strerror}.", place=Place(path)) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(path, line=raw.count(b"\n", 0, error.start) + 1)
        raise DocumentError("The file is not UTF-8.", place=place, cure="Save it as UTF-8.") from error
    if not text.strip():
        raise DocumentError("The file is empty.", place=Place(path))
    return text


# --- JSON ---------------------------------------------------------------------------------------------------


class _RepeatedKey(Exception):
    """A JSON object has a key twice; raised inside `json.loads`, which knows no line."""


def _read_json(path: Path, text: str) -> Source:
    try:
        data = json.loads(
            text,
            object_pairs_hook=_unrepeated,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_short,
        )
    except _RepeatedKey:
        pointer, line = next(_repeated_json_keys(text))
        raise _repeated(Place(path, pointer, line)) from None
    except _NotJSON as error:
        line = text.count("\n", 0, text.index(str(error))) + 1
        number = str(error)
        shown = number if len(number) < 40 else f"{number[:20]}…"
        raise DocumentError(
            f"{shown} is a number that JSON cannot hold.", place=Place(path, line=line)
        ) from None
    except RecursionError:
        raise _too_deep(path) from None
    return Source(path, data, dict(_json_lines(text)))


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKey
    return found


class _NotJSON(Exception):
    """`NaN` or an infinity, which Python's reader would let pass."""


def _refuse_constant(text: str) -> Any:
    raise _NotJSON(text)


def _short(text: str) -> int:
    try:
        return int(text)
    except ValueError:  # Python reads no more than some thousand digits
        raise _NotJSON(text) from None


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _NotJSON(text)
    return number


def _repeated_json_keys(text: str) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for pointer, line in _json_lines(text):
        if pointer in seen:
            yield pointer, line
        seen.add(pointer)


def _json_lines(text: str) -> Iterator[tuple[str, int]]:
    """Pointer and line of each value of a text that is known to be JSON."""
    line = 1
    here: list[str | int] = []  # a key, or an index, per open container
    key_next = False
    yield "", 1
    for match in _JSON_TOKEN.finditer(text):
        token = match.group()
        if token == "\n":
            line += 1
        elif token in "{[":
            if here and isinstance(here[-1], int):
                yield _spell(here), line
            here.append("" if token == "{" else 0)
            key_next = token == "{"
        elif token in "}]":
            here.pop()
            key_next = False
        elif token == ",":
            if isinstance(here[-1], int):
                here[-1] += 1
            key_next = not isinstance(here[-1], int)
        elif token == ":":
            key_next = False
        elif key_next:
            here[-1] = cast("str", json.loads(token))
            yield _spell(here), line
        elif here and isinstance(here[-1], int):
            yield _spell(here), line


def _spell(tokens: list[str | int]) -> str:
    return "".join(f"/{escape(str(token))}" for token in tokens)


# --- YAML ---------------------------------------------------------------------------------------------------


class _Loader(_BASE_LOADER):  # type: ignore[misc]
    """Composes nodes and leaves plain scalars to `_plain`."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return f"{_TAG}{'plain' if implicit[0] else 'str'}"
        return f"{_TAG}{'seq' if kind is yaml.SequenceNode else 'map'}"


def _read_yaml(path: Path, text: str) -> Source:
    try:
        node = yaml.compose(text, Loader=_Loader)
        builder = _Builder(path, most=10_000 + 10 * len(text))
        data = builder.build(node, "") if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, line=mark.line + 1 if mark else None)
        message = error.problem or error.context
        if error.context and error.context.startswith("expected"):
            message = f"{error.context} {error.problem}"
        cure = "Indent with spaces, not with tabs." if mark and _is_tab(text, mark.index) else None
        raise DocumentError(f"This is not valid YAML: {message}.", place=place, cure=cure) from error
    except yaml.reader.ReaderError as error:
        place = Place(path, line=text.count("\n", 0, error.position) + 1)
        raise DocumentError(f"This is not valid YAML: {error.reason}.", place=place) from error
    except RecursionError:
        raise _too_deep(path) from None
    return Source(path, data, builder.lines)


def _is_tab(text: str, index: int) -> bool:
    return text[index : index + 1] == "\t"


class _Builder:
    """Makes JSON data of composed nodes and notes their lines.

    Args:
        most: how many values there may be. A text has fewer values than characters, unless aliases of aliases
            blow it up.
    """

    def __init__(self, path: Path, most: int) -> None:
        self.path = path
        self.most = most
        self.lines: dict[str, int] = {}
        self._count = 0
        self._open: set[int] = set()

    def build(self, node: yaml.Node, pointer: str) -> Any:
        self._count += 1
        self.lines.setdefault(pointer, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, pointer)
        if id(node) in self._open:
            raise self._error("An alias contains itself.", node, pointer)
        if self._count > self.most:
            raise self._error("Its aliases expand to too many values.", node, pointer)
        if node.tag not in {f"{_TAG}map", f"{_TAG}seq"}:
            raise self._unknown_tag(node, pointer)
        self._open.add(id(node))
        data = (
            self._mapping(node, pointer)
            if isinstance(node, yaml.MappingNode)
            else self._sequence(node, pointer)
        )
        self._open.remove(id(node))
        return data

    def _sequence(self, node: yaml.Node, pointer: str) -> list[Any]:
        return [self.build(entry, f"{pointer}/{index}") for index, entry in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, pointer: str) -> dict[str, Any]:
        data: dict[str, Any] = {}
        merged: list[yaml.Node] = []
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._error("A key must be a string.", key_node, pointer)
            key = cast("str", key_node.value)
            below = f"{pointer}/{escape(key)}"
            if key == "<<" and key_node.tag == f"{_TAG}plain":
                merged += value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                continue
            if key in data:
                raise _repeated(Place(self.path, below, key_node.start_mark.line + 1), self.lines[below])
            self.lines[below] = key_node.start_mark.line + 1
            data[key] = self.build(value_node, below)
        for source in merged:
            self._merge(source, data, pointer)
        return data

    def _merge(self, source: yaml.Node, data: dict[str, Any], pointer: str) -> None:
        """Take over the keys that `data` has not got, as the merge key type of YAML 1.1 lays down."""
        if not isinstance(source, yaml.MappingNode):
            raise self._error("A merge key (<<) must name mappings.", source, pointer)
        inherited = _Builder(self.path, self.most - self._count)
        inherited._open = self._open
        for key, value in inherited.build(source, "").items():
            if key not in data:
                data[key] = value
                token = f"/{escape(key)}"
                below = (token, f"{token}/")
                for inner, line in inherited.lines.items():
                    if inner == below[0] or inner.startswith(below[1]):
                        self.lines[pointer + inner] = line
        self._count += inherited._count

    def _scalar(self, node: yaml.ScalarNode, pointer: str) -> Any:
        tag = node.tag.removeprefix(_TAG)
        if tag in {"plain", "int", "float", "bool", "null"}:
            return self._plain(node, pointer)
        if tag in {"str", "timestamp", "binary"}:
            return node.value
        raise self._unknown_tag(node, pointer)

    def _plain(self, node: yaml.ScalarNode, pointer: str) -> Any:
        text = cast("str", node.value)
        if text in _NULL:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _INTEGER.fullmatch(text):
            return self._integer(text, node, pointer)
        if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
            return number
        if _FLOAT.fullmatch(text) or _NO_JSON_NUMBER.fullmatch(text):
            raise self._error(f"{text} is a number that JSON cannot hold.", node, pointer)
        return text

    def _integer(self, text: str, node: yaml.ScalarNode, pointer: str) -> int:
        try:
            return int(text, 0 if text[:2] in {"0o", "0x"} else 10)
        except ValueError:  # Python reads no more than some thousand digits
            raise self._error(f"{text[:20]}… is a number that JSON cannot hold.", node, pointer) from None

    def _unknown_tag(self, node: yaml.Node, pointer: str) -> DocumentError:
        return self._error(f"The YAML tag {node.tag!r} means nothing in JSON.", node, pointer)

    def _error(self, message: str, node: yaml.Node, pointer: str) -> DocumentError:
        return DocumentError(message, place=Place(self.path, pointer, node.start_mark.line + 1))


def _repeated(place: Place, first: int | None = None) -> DocumentError:
    where = f" (first on line {first})" if first else ""
    return DocumentError(
        f"This key stands twice in one object{where}.", place=place, cure="Keep one of them."
    )


def _too_deep(path: Path) -> DocumentError:
    return DocumentError("The file is nested too deeply.", place=Place(path))
