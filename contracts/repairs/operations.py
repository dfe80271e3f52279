"""Repairs of operations, their bodies, their responses and the security schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.pointers import join
from contracts.repairs.rule import Draft, Mended, Rule
from contracts.structure import JSON, METHODS, as_object, clone, is_reference

_SCHEME_FIELDS = {
    "apiKey": {"type", "description", "name", "in"},
    "http": {"type", "description", "scheme", "bearerFormat"},
    "oauth2": {"type", "description", "flows"},
    "openIdConnect": {"type", "description", "openIdConnectUrl"},
}
_METHODS_WITH_BODY = ("post", "put", "patch")


def _operations(draft: Draft) -> Iterator[tuple[str, str, str, JSON]]:
    """Pointer, method, path and node of each operation under `paths`."""
    for path, item in as_object(draft.root.get("paths")).items():
        for method in METHODS:
            if isinstance(as_object(item).get(method), dict):
                yield join("", "paths", path, method), method, path, item[method]


def _inline_path_items(draft: Draft) -> Iterator[Mended]:
    for site in draft.all_sites("path item"):
        target = draft.resolve(site.node) if is_reference(site.node) else {}
        if isinstance(target, dict) and target:
            reference = site.node.pop("$ref")
            site.node.update(clone(target) | site.node)
            yield Mended(site.pointer, f"What stands at {reference!r} now stands here.")


def _add_operation_ids(draft: Draft) -> Iterator[Mended]:
    taken = {str(node.get("operationId")) for _, _, _, node in _operations(draft)}
    for pointer, method, path, node in _operations(draft):
        if node.get("operationId") in (None, ""):
            words = [method, *re.findall(r"[A-Za-z0-9]+", path)]
            node["operationId"] = _unused("_".join(words), taken)
            yield Mended(pointer, f"The operation is now named {node['operationId']!r}.")


def _separate_operation_ids(draft: Draft) -> Iterator[Mended]:
    taken: set[str] = set()
    for pointer, method, _, node in _operations(draft):
        name = node.get("operationId")
        if isinstance(name, str) and name in taken:
            node["operationId"] = _unused(f"{name}_{method}", taken)
            yield Mended(f"{pointer}/operationId", f"The second {name!r} is now {node['operationId']!r}.")
        taken.add(str(node.get("operationId")))


def _unused(name: str, taken: set[str]) -> str:
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    taken.add(candidate)
    return candidate


def _drop_empty_bodies(draft: Draft) -> Iterator[Mended]:
    for pointer, method, _, node in _operations(draft):
        body = node.get("requestBody")
        if isinstance(body, dict) and "$ref" not in body and not body.get("content"):
            del node["requestBody"]
            yield Mended(
                f"{pointer}/requestBody", f"The empty request body of this {method.upper()} is gone."
            )


def _require_bodies(draft: Draft) -> Iterator[Mended]:
    for pointer, method, _, node in _operations(draft):
        body = draft.resolve(node.get("requestBody"))
        if (
            method in _METHODS_WITH_BODY
            and isinstance(body, dict)
            and body.get("content")
            and "required" not in body
        ):
            body["required"] = True
            yield Mended(
                f"{pointer}/requestBody", f"The request body of this {method.upper()} is now required."
            )


def _add_responses(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("operation"):
        if not site.node.get("responses"):
            site.node["responses"] = {"default": {"description": "Any answer."}}
            yield Mended(site.pointer, "A default response was added.")


def _describe_responses(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("response"):
        if not isinstance(site.node.get("description"), str):
            status = site.pointer.rpartition("/")[2]
            site.node["description"] = f"Answer {status}." if status[:1].isdigit() else "Any other answer."
            yield Mended(site.pointer, "A description was added.")


def _drop_foreign_scheme_fields(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("security scheme"):
        kind = site.node.get("type")
        known = _SCHEME_FIELDS.get(kind) if isinstance(kind, str) else None
        for field in [
            name for name in site.node if known and name not in known and not name.startswith("x-")
        ]:
            del site.node[field]
            yield Mended(
                f"{site.pointer}/{field}", f"`{field}` is gone: a scheme of type {kind} has no such field."
            )


def _quote_version(draft: Draft) -> Iterator[Mended]:
    info = draft.root.get("info")
    version = info.get("version") if isinstance(info, dict) else None
    if isinstance(info, dict) and isinstance(version, int | float) and not isinstance(version, bool):
        info["version"] = str(version)
        yield Mended("/info/version", f"The version is now the string {str(version)!r}.")


INLINE_PATH_ITEMS = Rule(
    "path-item-reference",
    "Servers and test tools look for operations where their path stands.",
    _inline_path_items,
)
QUOTE_VERSION = Rule(
    "unquoted-version", "The version is a string; without quotes YAML reads a number.", _quote_version
)
ADD_RESPONSES = Rule(
    "missing-responses", "An operation must declare at least one response (Operation Object).", _add_responses
)
DESCRIBE_RESPONSES = Rule(
    "response-description",
    "Each response must have a description (Response Object); validators refuse the file.",
    _describe_responses,
)
DROP_FOREIGN_SCHEME_FIELDS = Rule(
    "security-scheme-field",
    "Each type of security scheme has fields of its own; validators refuse the others, and they say nothing.",
    _drop_foreign_scheme_fields,
)
DROP_EMPTY_BODIES = Rule(
    "empty-request-body",
    "A request body without a media type describes no body; servers stumble over it.",
    _drop_empty_bodies,
)
REQUIRE_BODIES = Rule(
    "request-body-required",
    "POST, PUT and PATCH with a declared body make no sense without one; left unsaid, it would be optional.",
    _require_bodies,
    changes_contract=True,
)
ADD_OPERATION_IDS = Rule(
    "missing-operation-id", "Operations are told apart and reported by their operationId.", _add_operation_ids
)
SEPARATE_OPERATION_IDS = Rule(
    "duplicate-operation-id", "An operationId must be unique (Operation Object).", _separate_operation_ids
)
