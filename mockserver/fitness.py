"""Does what a client writes fit the record, where the record's schema asks more than the request's did?

Compiled per verb at start. Where a request is described as strictly as the record, as it mostly is, there is
nothing to look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.document import JSON
from contracts.hints import NULL_MEANS
from contracts.pointers import join
from contracts.resources import Request
from contracts.schemas import Direction, properties, required, resolve
from mockserver.edge.checks import SchemaCheck
from mockserver.problems import Invalid, Offence

#: What describes a record as a whole rather than one of its properties.
_WHOLE = frozenset({"oneOf", "anyOf", "not", "if", "minProperties", "maxProperties", "propertyNames"}) | {
    "patternProperties",
    "dependentRequired",
    "dependentSchemas",
}

#: What says nothing of values, or is looked at by itself.
_SILENT = frozenset({"title", "description", "default", "example", "examples", "deprecated", "readOnly"}) | {
    "writeOnly",
    "nullable",
    "discriminator",
    "xml",
    "externalDocs",
    "$comment",
}

#: How many combinations of one schema alone are looked through; a schema may combine itself.
_DEEPEST = 8
#: How deep two schemas are compared.
_COMPARED = 50


class Fitness:
    """What a record must be beyond what its request was checked for.

    Args:
        parts: the schemas of the properties whose values may not fit.
        whole: the record's schema, where it says more than its properties do.
    """

    def __init__(self, root: JSON, parts: Mapping[str, JSON], whole: JSON | None) -> None:
        self._names = frozenset(parts)
        # Required properties that go one way are no part of a value that is written and read.
        self._parts = _check(root, {"properties": dict(parts)}, "part") if parts else None
        self._whole = _check(root, whole, "response") if whole is not None else None

    def demand(self, sent: JSON, record: JSON, prefix: str = "") -> None:
        """Refuses what makes a record break its own schema.

        Args:
            sent: what the client says of the record.
            record: the record that comes of it.
            prefix: the pointer of `sent` within the body.

        Raises:
            Invalid: what was sent does not fit.
        """
        found: tuple[Offence, ...] = ()
        if self._parts is not None:
            written = {name: record[name] for name in sent if name in self._names and name in record}
            if written and not self._parts.is_valid(written):
                found = self._parts.offences(written, prefix)
        if not found and self._whole is not None and not self._whole.is_valid(record):
            # What nobody sent is the server's own: no client can mend it.
            blamed = tuple(join(prefix, name) for name in sent)
            found = tuple(
                offence
                for offence in self._whole.offences(record, prefix)
                if offence.pointer == prefix or _is_within(offence.pointer, blamed)
            )
        if found:
            raise Invalid("The record would no longer fit its own schema.", found)


def fitness(root: JSON, record: JSON, request: Request | None) -> Fitness | None:
    """What is left to check of a request; None where its schema asks for all that the record's does."""
    if request is None or _covers(root, request.schema, record, frozenset()):
        return None
    asked = settable(root, request.schema)
    if root.get(NULL_MEANS) == "absent":
        # The null of an optional property is gone before anything is written.
        needed = required(root, request.schema)
        asked = {name: part if name in needed else _without_null(root, part) for name, part in asked.items()}
    parts = {
        name: schema
        for name, schema in properties(root, record).items()
        if not asked or (name in asked and not _covers(root, asked[name], schema, frozenset()))
    }
    whole = record if _describes_the_whole(root, record) else None
    return Fitness(root, parts, whole) if parts or whole is not None else None


def settable(root: JSON, schema: JSON) -> dict[str, JSON]:
    """The properties that a request may set, with their schemas; none where its schema leaves that open."""
    if any(keyword in resolve(root, schema) for keyword in ("oneOf", "anyOf")):
        return {}
    return properties(root, schema)


def _without_null(root: JSON, schema: JSON) -> JSON:
    node = resolve(root, schema)
    return {word: value for word, value in node.items() if word != "nullable"} if "nullable" in node else node


def _check(root: JSON, schema: JSON, direction: Direction) -> SchemaCheck | None:
    """Nothing can be checked by a schema that is not valid; whether it is one is the edge's business."""
    try:
        return SchemaCheck(root, schema, direction)
    except ValueError:
        return None


def _is_within(pointer: str, places: tuple[str, ...]) -> bool:
    return any(pointer == place or pointer.startswith(f"{place}/") for place in places)


def _describes_the_whole(root: JSON, schema: Any) -> bool:
    node = resolve(root, schema) if isinstance(schema, dict) else {}
    return not _WHOLE.isdisjoint(node) or any(
        _describes_the_whole(root, part) for part in node.get("allOf", ())
    )


def _covers(root: JSON, asked: Any, demanded: Any, above: frozenset[tuple[int, int]]) -> bool:
    """Whether a value that fits `asked` surely fits `demanded`: by its keywords, so it says no too often."""
    if not isinstance(asked, dict) or not isinstance(demanded, dict):
        return bool(asked == demanded or demanded is True)
    asked, demanded = _plain(root, asked), _plain(root, demanded)
    pair = (id(asked), id(demanded))
    if asked is demanded or pair in above:
        return True
    if len(above) > _COMPARED:
        return False
    if demanded.get("nullable") is not True and asked.get("nullable") is True:
        return False
    return all(
        _covers_keyword(root, word, asked.get(word), value, above | {pair})
        for word, value in demanded.items()
        if not _is_silent(word)
    )


def _plain(root: JSON, schema: JSON) -> JSON:
    """A schema without references, and without a combination of one alone."""
    node = resolve(root, schema)
    for _ in range(_DEEPEST):
        words = [word for word in node if not _is_silent(word)]
        if len(words) != 1 or words[0] not in ("allOf", "anyOf", "oneOf") or len(node[words[0]]) != 1:
            break
        node = resolve(root, node[words[0]][0])
    return node


def _is_silent(word: str) -> bool:
    return word in _SILENT or word.startswith("x-")


def _covers_keyword(root: JSON, word: str, asked: Any, value: Any, above: frozenset[tuple[int, int]]) -> bool:
    if asked == value:
        return True
    match word:
        case "properties":
            return isinstance(asked, dict) and all(
                name in asked and _covers(root, asked[name], part, above) for name, part in value.items()
            )
        case "items" | "additionalProperties":
            return value is True or (asked is not None and _covers(root, asked, value, above))
        case "required":
            return set(value) <= set(asked or ())
        case "enum":
            return isinstance(asked, list) and all(item in value for item in asked)
        case "type":
            return asked is not None and _types(asked) <= _types(value)
    return False


def _types(written: Any) -> set[Any]:
    """The types that are meant: every integer is a number."""
    types = set(written) if isinstance(written, list) else {written}
    return types | {"integer"} if "number" in types else types
