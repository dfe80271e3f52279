"""One name for each place of a path: `/users/{id}` beside `/users/{user_id}/posts` speak of one user.

What a path parameter is called is seen by nobody but the document (OpenAPI 3.0.3, Paths Object: templates of
the same hierarchy are identical whatever their names), so a place is called as most of the paths that go on
behind it call it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from contracts.errors import DocumentError, Place
from contracts.hints import BEHAVIOUR, CASCADE
from contracts.pointers import escape, join, lookup
from contracts.repairs.rule import Repair
from contracts.structure import JSON, METHODS, as_list, as_object, clone, is_reference, walk

_WHOLE = re.compile(r"\{([^{}]+)\}")

_RULE = "path-parameter-name"
_WHY = "Paths that differ in the names of their parameters alone are one (Paths Object)."


def new_paths(root: JSON, place: Callable[[str], Place]) -> dict[str, str]:
    """The paths that are to be written otherwise, and how.

    Raises:
        DocumentError: two paths are one, and both say what one of their methods does.
    """
    paths = [path for path in as_object(root.get("paths")) if path.startswith("/")]
    names = _names(paths)
    new = {path: renamed for path in paths if (renamed := _renamed(path, names)) != path}
    seen: dict[tuple[str, str], str] = {}
    for path in paths:
        for method in METHODS:
            other = (
                seen.setdefault((new.get(path, path), method), path)
                if method in root["paths"][path]
                else path
            )
            if other != path:
                raise DocumentError(
                    f"The path {path} is {other} by another name, and both say what {method.upper()} does.",
                    place=place(join("", "paths", path)),
                    cure="Keep one of them.",
                )
    return new


def rename(root: JSON, new: Mapping[str, str]) -> JSON:
    """The document with its paths written otherwise, and all that speaks of them; without any, the same."""
    if not new or not new.keys() & root.get("paths", {}).keys():
        return root
    out: JSON = clone(root)
    links = _links(out, new)
    paths: JSON = {}
    for path, item in out["paths"].items():
        written = new.get(path, path)
        if path in new:
            _rename_parameters(out, item, path, written)
        paths[written] = _joined(out, paths[written], item) if written in paths else item
    out["paths"] = paths
    for link, names in links:
        link["parameters"] = {_new_key(key, names): value for key, value in link["parameters"].items()}
    _rename_in_hints(out, new)
    _rename_references(out, {f"#/paths/{escape(old)}/": f"#/paths/{escape(to)}/" for old, to in new.items()})
    return out


def moved(entries: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """What is known by JSON pointer, known by the new pointers as well."""
    out = dict(entries)
    for old, to in new.items():
        before, after = join("", "paths", old), join("", "paths", to)
        for pointer, entry in entries.items():
            if pointer == before or pointer.startswith(f"{before}/"):
                out.setdefault(after + pointer.removeprefix(before), entry)
    return out


def as_repairs(new: Mapping[str, str], place: Callable[[str], Place]) -> tuple[Repair, ...]:
    """What was written otherwise, as repairs."""
    return tuple(
        Repair(_RULE, place(join("", "paths", old)), f"The path is now {to}.", _WHY, changes_contract=False)
        for old, to in new.items()
    )


def _names(paths: Iterable[str]) -> dict[str, str]:
    """What each place is called: by the path up to it, nameless."""
    found: dict[str, Counter[str]] = {}
    for path in paths:
        segments = path.split("/")
        for number, segment in enumerate(segments):
            if match := _WHOLE.fullmatch(segment):
                goes_on = number + 1 < len(segments)
                found.setdefault(_shape(segments[: number + 1]), Counter())[match.group(1)] += goes_on
    return {place: names.most_common(1)[0][0] for place, names in found.items()}


def _shape(segments: Iterable[str]) -> str:
    return "/".join(
        _WHOLE.sub("{}", segment) if _WHOLE.fullmatch(segment) else segment for segment in segments
    )


def _renamed(path: str, names: Mapping[str, str]) -> str:
    """A path with each place as it is called; as it is written where two would get one name."""
    segments = path.split("/")
    out = [
        f"{{{names[_shape(segments[: number + 1])]}}}" if _WHOLE.fullmatch(segment) else segment
        for number, segment in enumerate(segments)
    ]
    given = _WHOLE.findall("/".join(out))
    return "/".join(out) if len(given) == len(set(given)) else path


def _pairs(path: str, written: str) -> dict[str, str]:
    return dict(zip(_WHOLE.findall(path), _WHOLE.findall(written), strict=True))


def _rename_parameters(root: JSON, item: JSON, path: str, written: str) -> None:
    names = _pairs(path, written)
    for owner in (item, *(item[method] for method in METHODS if method in item)):
        for number, entry in enumerate(as_list(owner.get("parameters"))):
            node = lookup(root, entry["$ref"]) if is_reference(entry) else entry
            if node.get("in") == "path" and names.get(node.get("name"), node.get("name")) != node.get("name"):
                owner["parameters"][number] = {**clone(node), "name": names[node["name"]]}


def _joined(root: JSON, one: JSON, two: JSON) -> JSON:
    """Two path items with different methods as one: what each says of all of its own, it says of each."""
    out: JSON = {}
    for item in (one, two):
        shared = as_list(item.get("parameters"))
        for key, value in item.items():
            if key in METHODS:
                own = as_list(value.get("parameters"))
                known = {_identity(root, parameter) for parameter in own}
                above = [parameter for parameter in shared if _identity(root, parameter) not in known]
                out[key] = {**value, "parameters": [*above, *own]}
            elif key != "parameters":
                out.setdefault(key, value)
    return out


def _identity(root: JSON, parameter: JSON) -> tuple[str, str]:
    node = lookup(root, parameter["$ref"]) if is_reference(parameter) else parameter
    return node["in"], node["name"]


def _links(root: JSON, new: Mapping[str, str]) -> list[tuple[JSON, dict[str, str]]]:
    """The links that lead to what is written otherwise, and the names that change."""
    changes = {
        as_object(item[method]).get("operationId"): _pairs(path, new[path])
        for path, item in root["paths"].items()
        if path in new
        for method in METHODS
        if method in item
    }
    return [
        (site.node, changes[site.node["operationId"]])
        for site in walk(root)
        if site.kind == "link"
        and isinstance(site.node, dict)
        and site.node.get("operationId") in changes
        and site.node.get("parameters")
    ]


def _new_key(key: str, names: Mapping[str, str]) -> str:
    """The key of a link's parameter: a name, or `path.` and a name."""
    where, dot, name = key.rpartition(".")
    return f"{where}{dot}{names.get(name, name)}" if where in ("", "path") else key


def _rename_in_hints(root: JSON, new: Mapping[str, str]) -> None:
    for site in walk(root):
        if site.kind == "operation":
            for name in {CASCADE, BEHAVIOUR} & site.node.keys():
                site.node[name] = _rewritten(site.node[name], new)


def _rewritten(value: Any, new: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _rewritten(entry, new) for key, entry in value.items()}
    if isinstance(value, list):
        return [_rewritten(entry, new) for entry in value]
    return new.get(value, value) if isinstance(value, str) else value


def _rename_references(root: JSON, new: Mapping[str, str]) -> None:
    for site in walk(root):
        if is_reference(site.node):
            reference = unquote(site.node["$ref"])
            old = next((old for old in new if reference.startswith(old)), None)
            if old is not None:
                site.node["$ref"] = new[old] + reference.removeprefix(old)
