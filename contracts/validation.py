"""Whether a document is valid OpenAPI 3.0: the meta-schema, then what no schema can say.

The meta-schema is the one openapi-spec-validator carries; jsonschema-rs checks it in milliseconds where that
package, imports included, takes most of a second.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import jsonschema_rs

from contracts.endless import MOST_JOINED, endless_schemas
from contracts.errors import DocumentError, Place, did_you_mean
from contracts.hints import wrong_hints
from contracts.pointers import join, lookup, unescape
from contracts.structure import JSON, METHODS, Kind, Site, is_reference, walk

_META_SCHEMA = Path("resources", "schemas", "v3.0", "schema.json")
_BOUNDS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
_TEMPLATE = re.compile(r"\{([^{}/]*)\}")


class Problem(NamedTuple):
    """One reason why a document is not valid."""

    pointer: str
    message: str
    cure: str | None = None


class Validator:
    """The rules of OpenAPI 3.0, read once for several documents."""

    def __init__(self) -> None:
        self._meta = _meta_schema()
        # Formats stay unchecked: the meta-schema's `regex` is stricter than what `pattern` compiles.
        self._schema = jsonschema_rs.Draft4Validator(self._meta, mask="this", validate_formats=False)

    def validate(self, root: JSON, place: Callable[[str], Place], subject: str = "") -> None:
        """Refuse a document that is not valid.

        Args:
            place: from a JSON pointer to where it stands.
            subject: what the message begins with, when the file alone does not say whose fault it is.

        Raises:
            DocumentError: the first problem, and how many more there are.
        """
        problems = self._problems(root)
        if not problems:
            return
        first = problems[0]
        more = f"(There are {len(problems) - 1} more problems.)" if len(problems) > 1 else ""
        cure = f"{first.cure or ''} {more}".strip() or None
        raise DocumentError(f"{subject}{first.message}", place=place(first.pointer), cure=cure)

    def is_valid(self, root: JSON) -> bool:
        """Whether a document is valid."""
        return not self._problems(root)

    def _problems(self, root: JSON) -> list[Problem]:
        """What is wrong: what later rules look at has passed the earlier ones."""
        return (
            list(self._schema_problems(root))
            or list(_semantic_problems(root))
            or [Problem(*found) for found in (*endless_schemas(root), *wrong_hints(root))]
        )

    def _schema_problems(self, root: JSON) -> Iterator[Problem]:
        if not self._schema.is_valid(root):
            for error in self._schema.iter_errors(root):
                yield from _problems(_causes(error), root, self._meta)


# --- the meta-schema ----------------------------------------------------------------------------------------


def _meta_schema() -> JSON:
    package = importlib.util.find_spec("openapi_spec_validator")  # found, not imported: that takes 0.2 s
    if package is None or package.origin is None:
        raise DocumentError(
            "openapi-spec-validator is not installed.", cure="Install sessions-kit with all it depends on."
        )
    loaded: JSON = json.loads(Path(package.origin).parent.joinpath(_META_SCHEMA).read_bytes())
    return loaded


def _causes(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """Why a choice failed: the deepest errors of the branches that were meant, all at one place."""
    branches = [branch for branch in getattr(error.kind, "context", None) or () if branch]
    meant = [branch for branch in branches if not _is_other_choice(branch)] or branches
    if not meant:
        return [error]
    causes = [cause for branch in meant for cause in _causes(branch[0])]
    deepest = max((list(cause.instance_path) for cause in causes), key=len)
    return [cause for cause in causes if list(cause.instance_path) == deepest]


def _is_other_choice(branch: list[jsonschema_rs.ValidationError]) -> bool:
    """Whether a branch is the Reference Object, which an object without `$ref` was never meant to be."""
    return any(getattr(error.kind, "property", "") == "$ref" for error in branch)


def _problems(causes: list[jsonschema_rs.ValidationError], root: JSON, meta: JSON) -> Iterator[Problem]:
    """One violation in words: a problem for each name that is wrong."""
    pointer = join("", *(str(token) for token in causes[0].instance_path))
    kind = causes[0].kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        for name in kind.unexpected:
            yield _unknown_field(pointer, name, _known_fields(causes[0], meta))
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        yield Problem(pointer, f"The required field {kind.property!r} is missing.")
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.Type):
        found = _spell_value(root, pointer)
        yield Problem(pointer, f"Here must stand {_spell_types(kind.types)}, not {found}.")
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.Enum):
        options = [option for cause in causes for option in getattr(cause.kind, "options", ())]
        allowed = ", ".join(dict.fromkeys(str(option) for option in options))
        found = _spell_value(root, pointer)
        yield Problem(pointer, f"{found} is not allowed here. It must be one of: {allowed}.")
    else:
        yield Problem(pointer, f"{_spell_value(root, pointer)} is not valid here: {causes[0].message}.")


def _known_fields(error: jsonschema_rs.ValidationError, meta: JSON) -> list[str]:
    """The fields of the object where one was unexpected."""
    owner = lookup(meta, join("", *(str(token) for token in error.schema_path[:-1])))
    return list(owner.get("properties", ()))


def _unknown_field(pointer: str, name: str, known: list[str]) -> Problem:
    place = join(pointer, name)
    if pointer == "/paths":
        return Problem(place, f"{name!r} is no path: it does not begin with a slash.", f"Write '/{name}'.")
    if re.fullmatch(r"/paths/[^/]+/[a-z]+/responses", pointer):
        return Problem(place, f"{name!r} is no status: a response is named 200, 4XX or default.")
    near = did_you_mean(name, known)
    cure = near if near.startswith("Did") else "A field of your own must begin with x-."
    return Problem(place, f"OpenAPI 3.0 knows no field {name!r} here.", cure)


def _spell_types(types: list[str]) -> str:
    return " or ".join(f"{'an' if name[0] in 'aeio' else 'a'} {name}" for name in types)


def _spell_value(root: JSON, pointer: str) -> str:
    value = lookup(root, pointer)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


# --- what no schema can say ---------------------------------------------------------------------------------


def _semantic_problems(root: JSON) -> Iterator[Problem]:
    yield from _security_problems(root, root, "")
    lengths: dict[str, int] = {}
    kinds = {site.pointer: site.kind for site in walk(root)}
    for site in walk(root):
        if is_reference(site.node):
            yield from list(_reference_problems(root, site, lengths)) or _kind_problems(site, kinds)
        elif site.kind == "operation":
            yield from _security_problems(root, site.node, site.pointer)
        elif site.kind == "schema" and isinstance(site.node, dict):
            yield from _pattern_problems(site)
            yield from _bound_problems(site)
    yield from _path_problems(root)
    for index, server in enumerate(root.get("servers", ())):
        if re.search(r"\s", server["url"]):
            message = f"The server URL {server['url']!r} holds a blank."
            yield Problem(f"/servers/{index}/url", message, "Write it as %20.")


def _reference_problems(root: JSON, site: Site, lengths: dict[str, int]) -> Iterator[Problem]:
    """What is wrong with a reference.

    Args:
        lengths: of references seen to lead to an end, over how many others they do.
    """
    reference = site.node["$ref"]
    chain: dict[str, None] = {}
    pointer = f"{site.pointer}/$ref"
    while reference not in lengths:
        if not reference.startswith("#"):
            yield Problem(pointer, f"The reference {reference!r} leads out of the document.")
            return
        if reference in chain:
            yield Problem(pointer, f"The reference {reference!r} leads back to itself and nowhere else.")
            return
        try:
            node = lookup(root, reference)
        except LookupError:
            names = _neighbours(root, reference)
            wrong = reference.rpartition("/")[2]
            yield Problem(pointer, f"The reference {reference!r} leads nowhere.", did_you_mean(wrong, names))
            return
        if not is_reference(node):
            lengths[reference] = 0
            break
        chain[reference] = None
        reference = node["$ref"]
    for passed in reversed(chain):
        lengths[passed] = lengths[reference] + 1
        reference = passed
    if lengths[reference] > MOST_JOINED:
        yield Problem(pointer, f"The reference leads over more than {MOST_JOINED} others.", "Name the last.")


def _kind_problems(site: Site, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    """Whether a reference leads to what belongs where it stands; an extension may hold anything."""
    tokens = unquote(site.node["$ref"].removeprefix("#")).split("/")[1:]
    target = join("", *map(unescape, tokens))
    if kinds.get(target) == site.kind or any(token.startswith("x-") for token in tokens):
        return
    found = f"a {kinds[target]}" if target in kinds else "something else"
    message = f"Here belongs a {site.kind}; the reference {site.node['$ref']!r} leads to {found}."
    yield Problem(f"{site.pointer}/$ref", message)


def _neighbours(root: JSON, reference: str) -> list[str]:
    try:
        parent = lookup(root, reference.rpartition("/")[0])
    except LookupError:
        return []
    return [str(name) for name in parent] if isinstance(parent, dict) else []


def _bound_problems(site: Site) -> Iterator[Problem]:
    for least, most in _BOUNDS:
        low, high = site.node.get(least), site.node.get(most)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            message = f"No value fits: {least} is {low}, and {most} is {high}."
            yield Problem(f"{site.pointer}/{least}", message)


def _pattern_problems(site: Site) -> Iterator[Problem]:
    pattern = site.node.get("pattern")
    if pattern is None:
        return
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        message = f"The pattern {pattern!r} is no regular expression (ECMA-262)."
        yield Problem(f"{site.pointer}/pattern", message)


def _path_problems(root: JSON) -> Iterator[Problem]:
    for path, item in root["paths"].items():
        if path.startswith("x-"):
            continue
        pointer = join("", "paths", path)
        rest = _TEMPLATE.sub("", path)
        names = _TEMPLATE.findall(path)
        if "{" in rest or "}" in rest or "{}" in path:
            yield Problem(pointer, f"The braces of the path {path!r} do not match.")
        elif len(names) > len(set(names)):
            yield Problem(pointer, f"The path {path!r} names a parameter twice.", "Give each its own name.")
        elif "?" in rest or "#" in rest:
            cure = "Declare what follows as query parameters." if "?" in rest else None
            yield Problem(pointer, f"The path {path!r} holds more than a path.", cure)
        for owner in ("", *METHODS):
            node = item.get(owner, {}) if owner else item
            yield from _repeated_parameters(root, node, f"{pointer}/{owner}" if owner else pointer)


def _repeated_parameters(root: JSON, node: JSON, pointer: str) -> Iterator[Problem]:
    seen: set[tuple[Any, Any]] = set()
    for index, written in enumerate(node.get("parameters", [])):
        parameter = lookup(root, written["$ref"]) if is_reference(written) else written
        identity = (parameter.get("in"), parameter.get("name"))
        if identity in seen:
            message = f"The {identity[0]} parameter {identity[1]!r} is declared twice."
            yield Problem(f"{pointer}/parameters/{index}", message, "Keep one of them.")
        seen.add(identity)


def _security_problems(root: JSON, owner: JSON, pointer: str) -> Iterator[Problem]:
    schemes = root.get("components", {}).get("securitySchemes", {})
    for index, alternative in enumerate(owner.get("security", [])):
        for name in [name for name in alternative if name not in schemes]:
            place = join(f"{pointer}/security/{index}", name)
            yield Problem(place, f"There is no security scheme {name!r}.", did_you_mean(name, schemes))
