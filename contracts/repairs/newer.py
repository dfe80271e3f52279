"""Repairs of schemas that use keywords of JSON Schema which OpenAPI 3.0 does not know."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.downconversion import rewrite_schemas
from contracts.repairs.rule import Draft, Mended, Rule
from contracts.structure import JSON

_NOTHING: tuple[object, ...] = ({"not": {}}, False)
_INEXPRESSIBLE = (
    "patternProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "dependencies",
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


def _rewrite_newer_keywords(draft: Draft) -> Iterator[Mended]:
    yield from rewrite_schemas(draft.root)


def _drop_inexpressible(draft: Draft) -> Iterator[Mended]:
    for site in draft.sites("schema"):
        for keyword in [keyword for keyword in _INEXPRESSIBLE if keyword in site.node]:
            del site.node[keyword]
            yield Mended(f"{site.pointer}/{keyword}", f"`{keyword}` is gone: the schema now allows more.")
        if isinstance(site.node.get("prefixItems"), list):
            yield Mended(f"{site.pointer}/prefixItems", _loosen_tuple(site.node))


def _loosen_tuple(node: JSON) -> str:
    first, rest = node.pop("prefixItems"), node.get("items", {})
    if rest in _NOTHING:
        node["maxItems"] = min(len(first), node.get("maxItems", len(first)))
        node["items"] = {"anyOf": first}
    else:
        node["items"] = {"anyOf": [*first, rest]} if rest else {}
    return "`prefixItems` is gone: each of its schemas may now stand anywhere in the array."


REWRITE_NEWER_KEYWORDS = Rule(
    "newer-keyword",
    "The file says that it is OpenAPI 3.0, which says this in other words than JSON Schema 2020-12.",
    _rewrite_newer_keywords,
)
DROP_INEXPRESSIBLE = Rule(
    "inexpressible-keyword",
    "OpenAPI 3.0 has no words for this.",
    _drop_inexpressible,
    changes_contract=True,
)
