"""The document as Schemathesis is to read it: what it means said in OpenAPI's own words, and linked."""

from __future__ import annotations

from conformance.schemathesis_bridge.links import links
from conformance.schemathesis_bridge.slots import Slots
from contracts.document import JSON, Document
from contracts.hints import FILTER
from contracts.operations import is_json
from contracts.pointers import lookup
from contracts.resources import ResourceModel
from contracts.structure import METHODS, clone, walk


def translated(document: Document, model: ResourceModel, slots: tuple[Slots, ...]) -> JSON:
    """A copy of the document in force for Schemathesis, of these calls alone.

    Left out, because something else tests it: keys (the target sends them, laws and a check of the
    bridge's own leave them out) and the document's own links (the resource model draws all of them).
    """
    data: JSON = clone(document.data)
    data.pop("security", None)
    data.get("components", {}).pop("securitySchemes", None)
    for site in walk(data):
        if not isinstance(site.node, dict):
            continue
        if site.kind == "operation":
            site.node.pop("security", None)
        elif site.kind == "parameter":
            _say_filter(site.node)
        elif site.kind == "schema":
            _say_binary(site.node)
        elif site.kind == "response":
            site.node.pop("links", None)
            _say_text(site.node)
    kept = {(call.operation.path, call.operation.method.lower()) for call in slots}
    for path, item in data["paths"].items():
        for method in [method for method in METHODS if method in item and (path, method) not in kept]:
            del item[method]
    for link in links(model, slots, document.data):
        responses = lookup(data, link.source.pointer)["responses"]
        written = responses[link.status]
        if "$ref" in written:  # the links of one operation are not those of another
            responses[link.status] = written = clone(lookup(data, written["$ref"]))
        written.setdefault("links", {})[link.name] = link.definition
    return data


def _say_filter(parameter: JSON) -> None:
    """A filter holds the JSON text of an object, whatever its schema says; hardly any string does."""
    if FILTER in parameter and "schema" in parameter:
        for keyword in ("schema", "style", "explode", "example", "examples"):
            parameter.pop(keyword, None)
        parameter["content"] = {"application/json": {"schema": {"type": "object"}}}


def _say_binary(schema: JSON) -> None:
    """Bytes are text in JSON; Schemathesis draws objects of its own for them, which no validator takes."""
    if isinstance(schema, dict) and schema.get("format") == "binary":
        del schema["format"]


def _say_text(response: JSON) -> None:
    """What is no JSON is described by no schema.

    `type: string` says of an event stream only that it is text; it would be held against its events.
    """
    for media_type, entry in response.get("content", {}).items():
        if not is_json(media_type) and isinstance(entry, dict):
            entry.pop("schema", None)
