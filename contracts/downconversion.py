"""OpenAPI 3.1 as OpenAPI 3.0.3, which is what servers and validators here understand.

What 3.0 can say in other words is rewritten under the rule name `openapi-3.1`. What it cannot say is left out
under `openapi-3.1-loss`, each place reported: the document then promises less than the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contracts.bundling import Bundle
from contracts.errors import DocumentError, Place
from contracts.pointers import join
from contracts.repairs.nulls import NULL_BRANCH
from contracts.repairs.rule import Mended, Repair
from contracts.structure import JSON, clone, is_reference, walk

_TARGET = "3.0.3"
REWRITTEN = "openapi-3.1"
LOST = "openapi-3.1-loss"
_WHY = {
    REWRITTEN: "OpenAPI 3.0 says this in other words.",
    LOST: "OpenAPI 3.0 has no words for this.",
}
_IDENTITY = ("$schema", "$id", "$anchor", "$comment", "$vocabulary")
_INEXPRESSIBLE = (
    "patternProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "contains",
    "minContains",
    "maxContains",
    "if",
    "then",
    "else",
    "$dynamicRef",
    "$dynamicAnchor",
    "contentSchema",
)


def down_convert(bundle: Bundle) -> tuple[JSON, tuple[Repair, ...]]:
    """The document in OpenAPI 3.0.3, and what was rewritten or lost. A 3.0 document comes back as it is.

    Raises:
        DocumentError: a security scheme is of a type that 3.0 does not know.
    """
    root: JSON = clone(bundle.data)
    if bundle.version == "3.0":
        return root, ()
    found = [*_convert_document(root, bundle.place)]
    return root, tuple(
        Repair(rule, bundle.place(mended.pointer), mended.what, _WHY[rule], rule == LOST)
        for rule, mended in found
    )


def _convert_document(root: JSON, place: Callable[[str], Place]) -> Iterator[tuple[str, Mended]]:
    root["openapi"] = _TARGET
    yield REWRITTEN, Mended("/openapi", f"The document is now OpenAPI {_TARGET}.")
    yield from _drop_document_fields(root)
    _refuse_mutual_tls(root, place)
    yield from _inline_path_items(root)
    yield from _hoist_definitions(root)
    for site in walk(root):
        if site.kind == "schema":
            if isinstance(site.node, bool) and site.slot is not None:
                container, key = site.slot
                container[key] = {} if site.node else {"not": {}}
                yield (
                    REWRITTEN,
                    Mended(site.pointer, f"The schema `{str(site.node).lower()}` is now an object."),
                )
            elif isinstance(site.node, dict):
                yield from convert_schema(site.node, site.pointer)
        elif is_reference(site.node) and site.kind != "path item":
            for field in [name for name in ("summary", "description") if name in site.node]:
                del site.node[field]
                yield REWRITTEN, Mended(f"{site.pointer}/{field}", f"`{field}` beside `$ref` is gone.")


def _drop_document_fields(root: JSON) -> Iterator[tuple[str, Mended]]:
    root.setdefault("paths", {})
    if root.pop("webhooks", None):
        yield LOST, Mended("/webhooks", "The webhooks are gone.")
    if root.pop("jsonSchemaDialect", None):
        yield REWRITTEN, Mended("/jsonSchemaDialect", "The schema dialect is that of OpenAPI 3.0.")
    info = root.get("info")
    if not isinstance(info, dict):
        return
    if "summary" in info:
        summary = info.pop("summary")
        info.setdefault("description", summary)
        yield REWRITTEN, Mended("/info/summary", "The summary is gone, or is now the description.")
    licence = info.get("license")
    if isinstance(licence, dict) and "identifier" in licence:
        identifier = licence.pop("identifier")
        licence.setdefault("url", f"https://spdx.org/licenses/{identifier}.html")
        yield REWRITTEN, Mended("/info/license/identifier", "The licence identifier is now a URL.")


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


def _inline_path_items(root: JSON) -> Iterator[tuple[str, Mended]]:
    components = root.get("components")
    items = components.pop("pathItems", None) if isinstance(components, dict) else None
    paths = root["paths"]
    if not isinstance(items, dict) or not isinstance(paths, dict):
        return
    prefix = "#/components/pathItems/"
    for path, item in paths.items():
        if is_reference(item) and item["$ref"].startswith(prefix):
            name = item["$ref"].removeprefix(prefix)
            shared = items.get(name)
            if isinstance(shared, dict):
                del item["$ref"]
                item.update(clone(shared) | item)
                yield (
                    REWRITTEN,
                    Mended(join("", "paths", path), f"The path item {name!r} now stands in its place."),
                )


def _hoist_definitions(root: JSON) -> Iterator[tuple[str, Mended]]:
    """Make components of the `$defs` inside schemas, since 3.0 has no such keyword."""
    moved: dict[str, str] = {}
    found = [site for site in walk(root) if site.kind == "schema" and isinstance(site.node, dict)]
    for site in found:
        definitions = site.node.pop("$defs", None)
        for name, schema in definitions.items() if isinstance(definitions, dict) else ():
            schemas = root.setdefault("components", {}).setdefault("schemas", {})
            unused = name if name not in schemas else _unused(name, schemas)
            schemas[unused] = schema
            pointer = join(f"{site.pointer}/$defs", name)
            moved[f"#{pointer}"] = join("#/components/schemas", unused)
            yield REWRITTEN, Mended(pointer, f"The definition is now the component {unused!r}.")
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


def convert_schema(node: JSON, pointer: str) -> Iterator[tuple[str, Mended]]:
    """Rewrite the 3.1 keywords of one schema, in place. Yields rule names and what was changed."""
    for keyword in [keyword for keyword in _IDENTITY if keyword in node]:
        del node[keyword]
        yield REWRITTEN, Mended(f"{pointer}/{keyword}", f"`{keyword}` is gone.")
    for rewrite in _REWRITES:
        what = rewrite(node)
        if what:
            yield REWRITTEN, Mended(pointer, what)
    for keyword in [keyword for keyword in _INEXPRESSIBLE if keyword in node]:
        del node[keyword]
        yield LOST, Mended(f"{pointer}/{keyword}", f"`{keyword}` is gone.")
    if isinstance(node.get("prefixItems"), list):
        yield LOST, Mended(f"{pointer}/prefixItems", _convert_tuple(node))


def _wrap_reference(node: JSON) -> str | None:
    """Keywords beside `$ref` count in 3.1; 3.0 ignores them."""
    if not is_reference(node) or len(node) == 1:
        return None
    reference = {"$ref": node.pop("$ref")}
    node["allOf"] = [reference, *_list(node.get("allOf"))]
    return "`$ref` now stands in `allOf`, so that what is beside it counts."


def _convert_const(node: JSON) -> str | None:
    if "const" not in node:
        return None
    node["enum"] = [node.pop("const")]
    return "`const` is now an `enum` of one value."


def _convert_examples(node: JSON) -> str | None:
    if "examples" not in node:
        return None
    examples = node.pop("examples")
    if _list(examples) and "example" not in node:
        node["example"] = examples[0]
    return "The first of `examples` is now the `example`."


def _convert_bounds(node: JSON) -> str | None:
    done = []
    for bound, exclusive, stricter in (
        ("minimum", "exclusiveMinimum", max),
        ("maximum", "exclusiveMaximum", min),
    ):
        limit = node.get(exclusive)
        if not isinstance(limit, int | float) or isinstance(limit, bool):
            continue
        other = node.get(bound, limit)
        node[exclusive] = stricter(limit, other) == limit
        node[bound] = stricter(limit, other)
        if not node[exclusive]:
            del node[exclusive]
        done.append(exclusive)
    return f"`{'` and `'.join(done)}` of 3.1 is now that of 3.0, a Boolean." if done else None


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
    """`type: 'null'` among the branches of a choice."""
    what = None
    for keyword in ("anyOf", "oneOf"):
        branches = _list(node.get(keyword))
        rest = [branch for branch in branches if not _is_null(branch)]
        if len(rest) == len(branches) or not branches:
            continue
        what = "The branch for null is now said with `nullable`."
        only = rest[0] if len(rest) == 1 else None
        if isinstance(only, dict) and isinstance(only.get("type"), str) and not (only.keys() & node.keys()):
            del node[keyword]
            node.update(only, nullable=True)
        else:
            node[keyword] = [*rest, clone(NULL_BRANCH)]
    return what


def _is_null(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    return schema.get("type") in ("null", ["null"]) or ("const" in schema and schema["const"] is None)


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
        node.update(clone(NULL_BRANCH))
        return "The type null is now said with `nullable`."
    if len(types) == 1:
        node["type"] = types[0]
        if nullable:
            node["nullable"] = True
            if _list(node.get("enum")) and None not in node["enum"]:
                node["nullable"] = False  # `enum` never listed null, so null never matched
        return f"`type: {types[0]}` now stands alone" + (", with `nullable`." if nullable else ".")
    branches: list[JSON] = [{"type": name} for name in types]
    if "array" in types:
        branches[types.index("array")]["items"] = node.pop("items", {})
    if nullable:
        branches[0]["nullable"] = True
    if "anyOf" in node:
        node["allOf"] = [*_list(node.get("allOf")), {"anyOf": branches}]
    else:
        node["anyOf"] = branches
    return "The types are now the branches of `anyOf`."


def _convert_tuple(node: JSON) -> str:
    first, rest = node.pop("prefixItems"), node.get("items", {})
    if rest is False:
        node["maxItems"] = min(len(first), node.get("maxItems", len(first)))
        node["items"] = {"anyOf": first}
    else:
        node["items"] = {"anyOf": [*first, rest]} if isinstance(rest, dict) and rest else {}
    return "The array now has one schema for all its items."


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_REWRITES: tuple[Callable[[JSON], str | None], ...] = (
    _convert_null_branches,
    _convert_const,
    _convert_examples,
    _convert_bounds,
    _convert_content,
    _convert_types,
    _wrap_reference,
)
