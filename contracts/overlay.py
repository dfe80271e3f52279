"""OpenAPI Overlay 1.0.0: reading an overlay and applying its actions.

Sections named here are those of the Overlay Specification, version 1.0.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonpath

from contracts.errors import DocumentError, Place, did_you_mean
from contracts.pointers import join
from contracts.reading import Source, read
from contracts.structure import JSON, clone

_VERSION = re.compile(r"1\.0\.\d+")
_DOCUMENT_FIELDS = ("overlay", "info", "extends", "actions")
_ACTION_FIELDS = ("target", "description", "update", "remove")


class _Environment(jsonpath.JSONPathEnvironment):
    """Descends as deep as files are read."""

    max_recursion_depth = 900


_DEEP = _Environment(strict=True)


@dataclass(frozen=True, slots=True)
class Action:
    """One action of an overlay, its target compiled.

    Attributes:
        place: where it stands.
    """

    place: Place
    target: str
    query: jsonpath.CompoundJSONPath | jsonpath.JSONPath
    description: str
    update: Any
    remove: bool


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay that was read and found valid.

    Attributes:
        lines: the 1-based line of each JSON pointer of its file.
    """

    path: Path
    title: str
    actions: tuple[Action, ...]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ActionReport:
    """What one action did.

    Attributes:
        matches: how many nodes its target selected. 0: the action did not apply to this document.
        paths: where they stand, as normalized paths (RFC 9535 §2.7).
        written: the JSON pointers of what it wrote, in the document and in the file of the overlay.
    """

    place: Place
    target: str
    description: str
    matches: int
    paths: frozenset[str] = frozenset()
    written: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OverlayReport:
    """What an overlay did to a document."""

    path: Path
    title: str
    actions: tuple[ActionReport, ...]

    @property
    def unmatched(self) -> tuple[ActionReport, ...]:
        """The actions whose target selected nothing."""
        return tuple(action for action in self.actions if not action.matches)


def read_overlay(path: Path) -> Overlay:
    """Read and check an overlay.

    Raises:
        DocumentError: the file cannot be read, or is no valid overlay.
    """
    source = read(path)
    document = _object(source, "", source.data, "An overlay")
    _check_version(source, document)
    _check_fields(source, "", document, _DOCUMENT_FIELDS)
    info = _object(source, "/info", _demanded(source, "", document, "info"), "`info`")
    for name in ("title", "version"):
        _string(source, f"/info/{name}", _demanded(source, "/info", info, name))
    if "extends" in document:
        _string(source, "/extends", document["extends"])
    actions = _demanded(source, "", document, "actions")
    if not isinstance(actions, list) or not actions:
        raise DocumentError(
            "`actions` must be a list of at least one action.", place=source.place("/actions")
        )
    return Overlay(path, info["title"], tuple(_actions(source, actions)), source.lines)


def apply(
    overlay: Overlay, document: JSON, earlier: OverlayReport | None = None
) -> tuple[JSON, OverlayReport]:
    """`document` after the actions of `overlay`, in their order. `document` itself stays as it is.

    Args:
        earlier: what the overlay did before: only what its targets did not select then is acted on.

    Raises:
        DocumentError: an action cannot be applied to what its target selects.
    """
    result = clone(document)
    reports = []
    for index, action in enumerate(overlay.actions):
        known = earlier.actions[index].paths if earlier else frozenset()
        matches = [match for match in _selected(action, result) if match.path not in known]
        _refuse_primitives(action, matches)
        update = _Update(action)
        if action.remove:
            _remove(action, matches)
        else:
            for match in matches:
                update.make(match)
        paths = frozenset(match.path for match in matches)
        reports.append(
            ActionReport(action.place, action.target, action.description, len(matches), paths, update.written)
        )
    return result, OverlayReport(overlay.path, overlay.title, tuple(reports))


# --- applying -----------------------------------------------------------------------------------------------


def _selected(action: Action, document: JSON) -> list[jsonpath.JSONPathMatch]:
    try:
        return list(action.query.finditer(document))
    except jsonpath.JSONPathError as error:  # the document is deeper than is descended
        raise DocumentError(
            f"The target {action.target} cannot be looked for: {error}", place=action.place
        ) from error


def _refuse_primitives(action: Action, matches: list[jsonpath.JSONPathMatch]) -> None:
    """A target selects objects or arrays, nothing else (Action Object)."""
    for match in matches:
        if not isinstance(match.obj, dict | list):
            raise DocumentError(
                f"The target {action.target} selects {match.path}, which is neither object nor array.",
                place=action.place,
                cure="Select the object that contains it.",
            )


def _remove(action: Action, matches: list[jsonpath.JSONPathMatch]) -> None:
    for match in matches:
        parent = match.parent
        if parent is None:
            raise DocumentError("The whole document cannot be removed.", place=action.place)
        container: Any = parent.obj
        if isinstance(container, list):
            # By identity: the index moves when an earlier match of the same array is removed.
            container[:] = [entry for entry in container if entry is not match.obj]
        else:
            container.pop(match.parts[-1], None)


class _Update:
    """The update of an action.

    Attributes:
        written: the JSON pointers of what it wrote, in the document and in the file of the overlay.
    """

    def __init__(self, action: Action) -> None:
        self._action = action
        self.written: dict[str, str] = {}

    def make(self, match: jsonpath.JSONPathMatch) -> None:
        """Update what the target selects.

        Raises:
            DocumentError: the update does not go with it.
        """
        here, there = join("", *map(str, match.parts)), f"{self._action.place.pointer}/update"
        if isinstance(match.obj, list):
            self.written[f"{here}/{len(match.obj)}"] = there
            match.obj.append(clone(self._action.update))
        elif isinstance(match.obj, dict) and isinstance(self._action.update, dict):
            self._merge(match.obj, self._action.update, here, there)
        else:
            raise DocumentError(
                f"The target {self._action.target} selects an object, so `update` must be an object.",
                place=self._action.place,
            )

    def _merge(self, target: JSON, update: JSON, here: str, there: str) -> None:
        """Objects merge, arrays grow at the end, primitives are replaced, new properties are added."""
        for name, value in update.items():
            pointer, source = join(here, name), join(there, name)
            old = target.get(name)
            if isinstance(old, dict) and isinstance(value, dict):
                self._merge(old, value, pointer, source)
            elif isinstance(old, list) and isinstance(value, list):
                for number in range(len(value)):
                    self.written[f"{pointer}/{len(old) + number}"] = f"{source}/{number}"
                old.extend(clone(value))
            elif name in target and (isinstance(old, dict | list) or isinstance(value, dict | list)):
                raise DocumentError(
                    f"`update` has {_kind(value)} for {pointer}, which is {_kind(old)}.",
                    place=self._action.place,
                    cure="Remove the old value with an action of its own first.",
                )
            else:
                self.written[pointer] = source
                target[name] = clone(value)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else f"the value {value!r}"


# --- checking -----------------------------------------------------------------------------------------------


def _actions(source: Source, actions: list[Any]) -> Iterator[Action]:
    for index, written in enumerate(actions):
        pointer = f"/actions/{index}"
        node = _object(source, pointer, written, "An action")
        _check_fields(source, pointer, node, _ACTION_FIELDS)
        target = _string(source, f"{pointer}/target", _demanded(source, pointer, node, "target"))
        if "description" in node:
            _string(source, f"{pointer}/description", node["description"])
        if not isinstance(node.get("remove", False), bool):
            raise DocumentError("`remove` must be true or false.", place=source.place(f"{pointer}/remove"))
        if not node.get("remove") and "update" not in node:
            raise DocumentError("An action needs `update` or `remove: true`.", place=source.place(pointer))
        yield Action(
            place=source.place(pointer),
            target=target,
            query=_query(source, f"{pointer}/target", target),
            description=node.get("description", ""),
            update=node.get("update"),
            remove=node.get("remove", False),
        )


def _query(source: Source, pointer: str, target: str) -> jsonpath.CompoundJSONPath | jsonpath.JSONPath:
    if not target.startswith("$"):
        raise DocumentError("`target` must be a JSONPath that begins with $.", place=source.place(pointer))
    try:
        return _DEEP.compile(target)
    except jsonpath.JSONPathError as error:
        message = (
            f"{target!r} is no JSONPath expression (RFC 9535): {error.args[0] if error.args else error}."
        )
        raise DocumentError(message, place=source.place(pointer)) from error


def _check_version(source: Source, document: JSON) -> None:
    version = document.get("overlay")
    if version is None:
        cure = "An overlay begins with `overlay: 1.0.0`."
        raise DocumentError("This is not an OpenAPI Overlay.", place=source.place(""), cure=cure)
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        cure = "Write 1.0.0, the version understood here."
        raise DocumentError(
            f"Overlay version {version} is not known.", place=source.place("/overlay"), cure=cure
        )


def _check_fields(source: Source, pointer: str, node: JSON, known: tuple[str, ...]) -> None:
    for name in node:
        if name not in known and not name.startswith("x-"):
            message = f"There is no field {name!r} here."
            raise DocumentError(
                message, place=source.place(f"{pointer}/{name}"), cure=did_you_mean(name, known)
            )


def _demanded(source: Source, pointer: str, node: JSON, field: str) -> Any:
    if field not in node:
        raise DocumentError(f"The required field {field!r} is missing.", place=source.place(pointer))
    return node[field]


def _object(source: Source, pointer: str, value: Any, name: str) -> JSON:
    if not isinstance(value, dict):
        raise DocumentError(f"{name} must be an object.", place=source.place(pointer))
    return value


def _string(source: Source, pointer: str, value: Any) -> str:
    if not isinstance(value, str):
        field = pointer.rpartition("/")[2]
        cure = f"Write {str(value)!r}, in quotes." if isinstance(value, int | float) else None
        raise DocumentError(f"{field!r} must be a string.", place=source.place(pointer), cure=cure)
    return value
