"""Which paths are collections, which are records, which are neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.dialect import envelope
from contracts.document import JSON, Document
from contracts.operations import Operation
from contracts.resources import Verb
from contracts.schemas import properties

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_ON_COLLECTION = {"GET": Verb.LIST, "POST": Verb.CREATE, "DELETE": Verb.CLEAR}
_ON_RECORD = {"GET": Verb.GET, "PUT": Verb.REPLACE, "PATCH": Verb.MERGE, "DELETE": Verb.DELETE}


@dataclass
class Draft:
    """A resource in the making: its paths and operations, and the reasons so far."""

    path: str
    item_path: str | None = None
    singleton: bool = False
    verbs: dict[Verb, Operation] = field(default_factory=dict)
    actions: list[Operation] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass
class Arrangement:
    """All drafts by collection path, and the operations that belong to none."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    unplaced: list[Operation] = field(default_factory=list)


def arrange(document: Document, operations: Iterable[Operation]) -> Arrangement:
    """Groups operations into resources by the shape of their paths."""
    by_path: dict[str, list[Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path.rstrip("/") or "/", []).append(operation)
    found = Arrangement()
    for path, here in by_path.items():
        if last_parameter(path):
            _place_record(found, path, here)
    rest = {path: here for path, here in by_path.items() if not last_parameter(path)}
    for path, here in rest.items():
        _place_collection(document.data, found, path, here)
    for path, here in rest.items():
        if path not in found.drafts:
            _place_actions(found, here)
    return found


def last_parameter(path: str) -> str | None:
    """The parameter that the last segment of a path is, if it is one and nothing else."""
    match = _PARAMETER.fullmatch(path.rpartition("/")[2])
    return match.group(1) if match else None


def path_parameters(path: str) -> tuple[str, ...]:
    """The parameters of a path template, in order."""
    return tuple(_PARAMETER.findall(path))


def _place_record(found: Arrangement, path: str, here: list[Operation]) -> None:
    collection = path.rpartition("/")[0]
    if not collection or last_parameter(collection):
        found.unplaced.extend(here)
        return
    draft = found.drafts.setdefault(collection, Draft(collection))
    draft.item_path = path
    draft.reasons["collection"] = f"{path} is one record of it"
    _assign(draft, here, _ON_RECORD)


def _place_collection(root: JSON, found: Arrangement, path: str, here: list[Operation]) -> None:
    draft = found.drafts.get(path)
    get = next((operation for operation in here if operation.method == "GET"), None)
    if draft is None and get is None:
        return
    lists = get is not None and _lists(root, get, [] if draft else here)
    if draft is None and get is not None:
        if not lists and not properties(root, get.success.json_schema or {}):
            return  # neither a list nor a record
        draft = found.drafts[path] = Draft(path, singleton=not lists)
        draft.reasons["collection"] = (
            f"{get} answers a list" if lists else f"{get} answers one record, and no path has an id below it"
        )
    if draft is None:
        return
    if draft.singleton:
        _assign(draft, here, _ON_RECORD)
    elif get is not None and not lists:
        draft.actions.append(get)
        _assign(draft, [operation for operation in here if operation is not get], _ON_COLLECTION)
    else:
        _assign(draft, here, _ON_COLLECTION)


def _lists(root: JSON, get: Operation, here: list[Operation]) -> bool:
    """Whether `get` answers a list; an object that can be written at the same path is none."""
    lists, wrapper, _ = envelope(root, get.success.json_schema)
    return lists and (wrapper is None or not any(operation.method in {"PUT", "PATCH"} for operation in here))


def _assign(draft: Draft, here: list[Operation], verbs: dict[str, Verb]) -> None:
    for operation in here:
        verb = verbs.get(operation.method)
        if verb is None:
            draft.actions.append(operation)
            draft.reasons[operation.id] = f"{operation.method} is none of the verbs here: an action"
        else:
            draft.verbs[verb] = operation
            draft.reasons[verb] = str(operation)


def _place_actions(found: Arrangement, here: list[Operation]) -> None:
    for operation in here:
        base = operation.path.rpartition("/")[0]
        above = base.rpartition("/")[0] if last_parameter(base) else base
        draft = found.drafts.get(above)
        if draft is None:
            found.unplaced.append(operation)
        else:
            draft.actions.append(operation)
            draft.reasons[operation.id] = (
                f"{operation} lists nothing and no path has an id below it: an action"
            )
