"""OpenAPI 3.1 as OpenAPI 3.0.3, which is what servers and validators here understand.

What 3.0 can say in other words is rewritten here. What it cannot say is left to the repair
`inexpressible-keyword`, which is reported as a change of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contracts.bundling import Bundle
from contracts.errors import DocumentError, Place
from contracts.pointers import join
from contracts.repairs.nulls import NULL_BRANCH, json_type
from contracts.repairs.operations import INLINE_PATH_ITEMS
from contracts.repairs.rule import Draft, Mended, Repair
from contracts.structure import JSON, as_list, as_object, clone, is_reference, walk

RULE = "openapi-3.1"

_TARGET = "3.0.3"
_WHY = "Servers here speak OpenAPI 3.0."
_ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "$comment",
    }
)
_APPLICATORS = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "const", "$ref"})
_DEFINITIONS = ("$defs", "definitions")


def down_convert(bundle: Bundle) -> tuple[JSON, tuple[Repair, ...]]:
    """A copy of the document in OpenAPI 3.0.3, and what was rewritten. A 3.0 document is only copied.

    Raises:
        DocumentError: a security scheme is of a type that 3.0 does not know.
    """
    root: JSON = clone(bundle.data)
    if bundle.version == "3.0":
        return root, ()
    done = list(_convert_document(root, bundle.place))
    return root, tuple(
        Repair(RULE, bundle.place(mended.pointer), mended.what, _WHY, changes_contract=False)
        for mended in done
    )


def _convert_document(root: JSON, place: Callable[[str], Place]) -> Iterator[Mended]:
    root["openapi"] = _TARGET
    yield Mended("/openapi", f"The document is now OpenAPI {_TARGET}.")
    yield from _drop_document_fields(root)
    _refuse_mutual_tls(root, place)
    yield from _inline_path_items(root)
    for site in walk(root):
        if is_reference(site.node) and site.kind not in {"path item", "schema"}:
            for field in [name for name in ("summary", "description") if name in site.node]:
                del site.node[field]
                yield Mended(f"{site.pointer}/{field}", f"`{field}` beside `$ref` is gone.")
    yield from rewrite_schemas(root)


def _drop_document_fields(root: JSON) -> Iterator[Mended]:
    root.setdefault("paths", {})
    if root.pop("webhooks", None):
        yield Mended("/webhooks", "The webhooks are gone.")
    if root.pop("jsonSchemaDialect", None):
        yield Mended("/jsonSchemaDialect", "The schema dialect is that of OpenAPI 3.0.")
    info = root.get("info")
    if not isinstance(info, dict):
        return
    if "summary" in info:
        summary = info.pop("summary")
        info.setdefault("description", summary)
        yield Mended("/info/summary", "The summary is gone, or is now the description.")
    licence = info.get("license")
    if isinstance(licence, dict) and "identifier" in licence:
        identifier = licence.pop("identifier")
        licence.setdefault("url", f"https://spdx.org/licenses/{identifier}.html")
        yield Mended("/info/license/identifier", "The licence identifier is now a URL.")


def _refuse_mutual_tls(root: JSON, place: Callable[[str], Place]) -> None:
    for site in walk(root):
        if (
            site.kind == "security scheme"
            and isinstance(site.node, dict)
            and site.node.get("type") == "mutualTLS"
        ):
            raise DocumentError(
                "The security scheme type mutualTLS cannot be said in OpenAPI 3.0.",
                place=place(f"{site.pointer}/type"),
                cure="Take the scheme out of the file.",
            )


def _inline_path_items(root: JSON) -> Iterator[Mended]:
    """3.0 has no section for path items."""
    yield from INLINE_PATH_ITEMS.mend(Draft(root))
    as_object(root.get("components")).pop("pathItems", None)


def _hoist_definitions(root: JSON) -> Iterator[Mended]:
    """Make components of the definitions inside schemas, since 3.0 has no keyword for them."""
    moved: dict[str, str] = {}
    found = [site for site in walk(root) if site.kind == "schema" and isinstance(site.node, dict)]
    for site in found:
        for keyword in [keyword for keyword in _DEFINITIONS if isinstance(site.node.get(keyword), dict)]:
            for name, schema in site.node.pop(keyword).items():
                schemas = root.setdefault("components", {}).setdefault("schemas", {})
                unused = name if name not in schemas else _unused(name, schemas)
                schemas[unused] = schema
                pointer = join(f"{site.pointer}/{keyword}", name)
                moved[f"#{pointer}"] = join("#/components/schemas", unused)
                yield Mended(pointer, f"The definition is now the component {unused!r}.")
    for site in walk(root) if moved else ():
        if is_reference(site.node):
            site.node["$ref"] = _moved(site.node["$ref"], moved)


def _moved(reference: str, moved: dict[str, str]) -> str:
    for old in sorted(moved, key=len, reverse=True):
        if reference == old or reference.startswith(f"{old}/"):
            return moved[old] + reference.removeprefix(old)
    return reference


def _unused(name: str, taken: JSON) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


# --- schemas ------------------------------------------------------------------------------------------------


def rewrite_schemas(root: JSON) -> Iterator[Mended]:
    """Say in OpenAPI 3.0, in place, what schemas say with keywords of JSON Schema 2020-12."""
    yield from _hoist_definitions(root)
    for site in walk(root):
        if site.kind != "schema":
            continue
        if isinstance(site.node, bool) and site.slot is not None:
            container, key = site.slot
            container[key] = {} if site.node else {"not": {}}
            yield Mended(site.pointer, f"The schema `{str(site.node).lower()}` is now an object.")
        elif isinstance(site.node, dict):
            for rewrite in _REWRITES:
                what = rewrite(site.node)
                if what:
                    yield Mended(site.pointer, what)


def _wrap_reference(node: JSON) -> str | None:
    """Keywords beside `$ref` count in 3.1; 3.0 ignores them."""
    if not is_reference(node) or len(node) == 1:
        return None
    reference = {"$ref": node.pop("$ref")}
    node["allOf"] = [reference, *as_list(node.get("allOf"))]
    return "`$ref` now stands in `allOf`, so that what is beside it counts."


def _convert_const(node: JSON) -> str | None:
    if "const" not in node:
        return None
    value = node.pop("const")
    node["enum"] = [value]
    if value is not None:
        node.setdefault("type", json_type(value))
    return "`const` is now an `enum` of one value."


def _convert_examples(node: JSON) -> str | None:
    if "examples" not in node:
        return None
    examples = node.pop("examples")
    if as_list(examples) and "example" not in node:
        node["example"] = examples[0]
    return "The first of `examples` is now the `example`."


def _convert_bounds(node: JSON) -> str | None:
    done = []
    for bound, exclusive, stricter in (
        ("minimum", "exclusiveMinimum", max),
        ("maximum", "exclusiveMaximum", min),
    ):
        limit: Any = node.get(exclusive)
        if not _is_number(limit):
            continue
        other: Any = node[bound] if _is_number(node.get(bound)) else limit
        node[exclusive] = stricter(limit, other) == limit
        node[bound] = stricter(limit, other)
        if not node[exclusive]:
            del node[exclusive]
        done.append(exclusive)
    return f"`{'` and `'.join(done)}` of 3.1 is now that of 3.0, a Boolean." if done else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _convert_content(node: JSON) -> str | None:
    encoding, media_type = node.pop("contentEncoding", None), node.pop("contentMediaType", None)
    if encoding is None and media_type is None:
        return None
    if encoding == "base64":
        node.setdefault("format", "byte")
        return "The base64 content is now of the format `byte`."
    if media_type == "application/octet-stream":
        node.setdefault("format", "binary")
        node.setdefault("type", "string")
        return "The content is now of the format `binary`."
    return "`contentEncoding` and `contentMediaType` are gone."


def _convert_null_branches(node: JSON) -> str | None:
    """`type: 'null'` as one of the branches of a choice."""
    what = None
    for keyword in ("anyOf", "oneOf"):
        branches = as_list(node.get(keyword))
        rest = [branch for branch in branches if not _is_null(branch)]
        if len(branches) - len(rest) != 1:
            continue  # none, or null twice, which `oneOf` refuses
        what = "The branch for null is now said with `nullable`."
        if len(rest) == 1 and _is_plain(rest[0]) and _says_nothing_but(node, keyword, rest[0]):
            del node[keyword]
            node.update(rest[0], nullable=True)
        else:
            node[keyword] = [*rest, clone(NULL_BRANCH)]
    return what


def _is_plain(schema: Any) -> bool:
    """Whether `nullable` beside the type of a schema is enough to let it accept null."""
    node = as_object(schema)
    return isinstance(node.get("type"), str) and node["type"] != "null" and not node.keys() & _APPLICATORS


def _says_nothing_but(node: JSON, keyword: str, branch: JSON) -> bool:
    others = node.keys() - {keyword}
    return others <= _ANNOTATIONS and not others & branch.keys()


def _is_null(schema: Any) -> bool:
    """Whether a schema says no more than that the value is null."""
    said = {key: value for key, value in as_object(schema).items() if key not in _ANNOTATIONS}
    return bool(said) and said.items() <= {"type": "null", "const": None}.items()


def _convert_types(node: JSON) -> str | None:
    written = node.get("type")
    if written == "null":
        written = ["null"]
    if not isinstance(written, list):
        return None
    types = [name for name in written if name != "null"]
    nullable = len(types) < len(written)
    del node["type"]
    if not types:
        never = "enum" in node and None not in as_list(node["enum"])
        node.update({"not": {}} if never else clone(NULL_BRANCH))
        return "The type null is now said with `nullable`."
    if len(types) == 1:
        node["type"] = types[0]
        if nullable and ("enum" not in node or None in as_list(node["enum"])):  # else null never matched
            node["nullable"] = True
        return f"`type: {types[0]}` now stands alone" + (", with `nullable`." if "nullable" in node else ".")
    branches: list[JSON] = [{"type": name} for name in types]
    if "array" in types:
        branches[types.index("array")]["items"] = node.pop("items", {})
    if nullable:
        branches[0]["nullable"] = True
    if "anyOf" in node:
        node["allOf"] = [*as_list(node.get("allOf")), {"anyOf": branches}]
    else:
        node["anyOf"] = branches
    return "The types are now the branches of `anyOf`."


_REWRITES: tuple[Callable[[JSON], str | None], ...] = (
    _convert_null_branches,
    _convert_const,
    _convert_examples,
    _convert_bounds,
    _convert_content,
    _convert_types,
    _wrap_reference,
)
