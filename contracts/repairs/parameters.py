"""Repairs of parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.pointers import join, unescape
from contracts.repairs.rule import Draft, Mended, Rule
from contracts.structure import JSON, METHODS, as_list, as_object, clone

_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
_TEMPLATE = re.compile(r"\{([^{}/]+)\}")


def _name_parameters(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("parameter"):
        if not site.node.get("name") and site.pointer.startswith("/components/parameters/"):
            site.node["name"] = unescape(site.pointer.rpartition("/")[2])
            yield Mended(site.pointer, f"The parameter is now named {site.node['name']!r}, as its key.")


def _require_path_parameters(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("parameter"):
        if site.node.get("in") == "path" and site.node.get("required") is not True:
            site.node["required"] = True
            yield Mended(site.pointer, "The path parameter is now required.")


def _declare_path_parameters(draft: Draft) -> Iterator[Mended]:
    for path, written in as_object(draft.root.get("paths")).items():
        item = as_object(written)
        methods = [as_object(item[method]) for method in METHODS if method in item]
        shared = _path_names(draft, item)
        for name in dict.fromkeys(_TEMPLATE.findall(path)):
            if name in shared or all(name in _path_names(draft, operation) for operation in methods):
                continue
            new = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            item["parameters"] = [*as_list(item.get("parameters")), new]
            what = f"The path parameter {name!r} is now declared, as a string."
            yield Mended(join("", "paths", path), what)


def _path_names(draft: Draft, owner: JSON) -> set[str]:
    nodes = [as_object(draft.resolve(entry)) for entry in as_list(owner.get("parameters"))]
    return {str(node.get("name")) for node in nodes if node.get("in") == "path"}


def _drop_stray_path_parameters(draft: Draft) -> Iterator[Mended]:
    for path, written in as_object(draft.root.get("paths")).items():
        item, named = as_object(written), set(_TEMPLATE.findall(path))
        owners = [(item, ""), *((as_object(item[method]), method) for method in METHODS if method in item)]
        for owner, method in owners:
            pointer = join("", "paths", path, *filter(None, [method]), "parameters")
            nodes = [as_object(draft.resolve(entry)) for entry in as_list(owner.get("parameters"))]
            for index in range(len(nodes) - 1, -1, -1):
                if nodes[index].get("in") == "path" and str(nodes[index].get("name")) not in named:
                    del owner["parameters"][index]
                    yield Mended(f"{pointer}/{index}", f"The parameter {nodes[index].get('name')!r} is gone.")


def _mean_response_media_types(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("operation"):
        for index, node in _ignored(draft, site.node):
            if node["name"].lower() != "accept":
                continue
            named = as_list(as_object(node.get("schema")).get("enum"))
            added = _add_media_types(draft, site.node, [name for name in named if isinstance(name, str)])
            del site.node["parameters"][index]
            what = f"; the answer may now also be {', '.join(added)}" if added else ""
            yield Mended(f"{site.pointer}/parameters/{index}", f"The parameter is gone{what}.")


def _add_media_types(draft: Draft, operation: JSON, named: list[str]) -> list[str]:
    """Let each success response that has a body also be of the media types named. Returns those added."""
    added: list[str] = []
    for status, written in as_object(operation.get("responses")).items():
        content = as_object(as_object(draft.resolve(written)).get("content"))
        if not status.startswith("2") or not content:
            continue
        shape = next(iter(content.values()))
        for media_type in named:
            if media_type not in content:
                is_json = media_type == "application/json" or media_type.endswith("+json")
                # An event stream is text to OpenAPI 3.0, and a sequence of objects to 3.2 and to some tools.
                text: JSON = {} if media_type == "text/event-stream" else {"type": "string"}
                content[media_type] = clone(shape) if is_json else {"schema": text}
                added.append(media_type)
    return list(dict.fromkeys(added))


def _drop_ignored_headers(draft: Draft) -> Iterator[Mended]:
    for site in [*draft.sites("operation"), *draft.sites("path item")]:
        for index, node in _ignored(draft, site.node):
            del site.node["parameters"][index]
            yield Mended(f"{site.pointer}/parameters/{index}", f"The parameter {node['name']!r} is gone.")


def _ignored(draft: Draft, owner: JSON) -> list[tuple[int, JSON]]:
    """The header parameters that OpenAPI ignores, the last one first, so that each can be removed."""
    nodes = [as_object(draft.resolve(entry)) for entry in as_list(owner.get("parameters"))]
    found = [
        (index, node)
        for index, node in enumerate(nodes)
        if node.get("in") == "header" and str(node.get("name")).lower() in _IGNORED_HEADERS
    ]
    return found[::-1]


NAME_PARAMETERS = Rule(
    "unnamed-parameter",
    "A parameter must have a name; its key among the components says which.",
    _name_parameters,
)
REQUIRE_PATH_PARAMETERS = Rule(
    "optional-path-parameter",
    "A path parameter must be required (Parameter Object): without it there is no such path.",
    _require_path_parameters,
)
DECLARE_PATH_PARAMETERS = Rule(
    "undeclared-path-parameter",
    "Each template expression of a path must have a path parameter (Paths Object).",
    _declare_path_parameters,
)
DROP_STRAY_PATH_PARAMETERS = Rule(
    "stray-path-parameter",
    "A path parameter that its path does not hold can never be sent (Parameter Object).",
    _drop_stray_path_parameters,
)
MEAN_RESPONSE_MEDIA_TYPES = Rule(
    "accept-parameter",
    "A header parameter Accept is ignored (Parameter Object); its values mean media types of the answer.",
    _mean_response_media_types,
)
DROP_IGNORED_HEADERS = Rule(
    "ignored-header-parameter",
    "A header parameter named Accept, Content-Type or Authorization is ignored (Parameter Object).",
    _drop_ignored_headers,
)
