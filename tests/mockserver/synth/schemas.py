"""Strategies: schemas that some value keeps, by construction, and schemas that are anything."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mockserver.synth.text import FORMATS

names = st.sampled_from(
    ["name", "email", "tags", "billingCity", "created_at", "x", "größe", "url", "a/b~c", ""]
)
patterns = st.sampled_from(
    [
        "^[a-z]{2,5}$",
        "^\\d{3}-\\d{4}$",
        "[A-Z]+",
        "^(red|green|blue)$",
        "^[^0-9]*$",
        "^(?=.*\\d)(?=.*[a-z]).{8,}$",
        "^v\\d+(\\.\\d+)*$",
        "^(?<year>\\d{4})$",
        "\\w+@\\w+\\.com",
    ]
)


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    low = draw(st.integers(-1000, 1000))
    width = draw(st.integers(2, 500))
    schema: dict[str, Any] = {"type": draw(st.sampled_from(["integer", "number"]))}
    match draw(st.sampled_from(["none", "closed", "3.0", "2020", "step", "low", "high"])):
        case "closed":
            schema |= {"minimum": low, "maximum": low + width}
        case "3.0":
            schema |= {
                "minimum": low,
                "exclusiveMinimum": True,
                "maximum": low + width,
                "exclusiveMaximum": True,
            }
        case "2020":
            schema |= {"exclusiveMinimum": low, "exclusiveMaximum": low + width}
        case "step":
            schema |= {"multipleOf": draw(st.sampled_from([1, 2, 7, 0.5, 0.1, 0.01])), "minimum": low}
        case "low":
            schema |= {"minimum": low * 10**6}
        case "high":
            schema |= {"maximum": low / 8}
    return schema


@st.composite
def strings(draw: st.DrawFn) -> dict[str, Any]:
    least = draw(st.integers(0, 40))
    schema: dict[str, Any] = {"type": "string"}
    match draw(st.sampled_from(["none", "lengths", "long", "pattern", "format", "least"])):
        case "lengths":
            schema |= {"minLength": least, "maxLength": least + draw(st.integers(0, 30))}
        case "long":
            schema |= {"minLength": least * 50}
        case "least":
            schema |= {"maxLength": draw(st.integers(0, 3))}
        case "pattern":
            schema["pattern"] = draw(patterns)
        case "format":
            schema["format"] = draw(st.sampled_from([*FORMATS, "something-else"]))
    return schema


closed = st.one_of(
    numbers(),
    strings(),
    st.just({"type": "boolean"}),
    st.builds(lambda values: {"enum": values}, st.lists(st.text() | st.integers() | st.none(), min_size=1)),
    st.builds(
        lambda value: {"const": value}, st.text() | st.integers() | st.dictionaries(st.text(), st.text())
    ),
    st.builds(lambda part: part | {"nullable": True}, numbers() | strings()),
)


def _arrays(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda part, least, more: {
            "type": "array",
            "items": part,
            "minItems": least,
            **({"maxItems": least + more} if more is not None else {}),
        },
        items,
        st.integers(0, 4),
        st.none() | st.integers(0, 4),
    )


@st.composite
def _objects(draw: st.DrawFn, parts: st.SearchStrategy[Any]) -> dict[str, Any]:
    properties = draw(st.dictionaries(names, parts, max_size=4))
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if properties:
        schema["required"] = sorted(draw(st.sets(st.sampled_from(sorted(properties)))))
    extra = draw(st.sampled_from(["open", "closed", "map", "least"]))
    if extra == "closed":
        schema["additionalProperties"] = False
    elif extra == "map":
        schema["additionalProperties"] = draw(parts)
    elif extra == "least":
        schema["minProperties"] = len(properties) + 2
    return schema


def _combined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(lambda part: {"allOf": [part, part]}, parts),
        st.builds(lambda some: {"anyOf": some}, st.lists(parts, min_size=1, max_size=3)),
        st.builds(lambda part: {"oneOf": [part, {"type": "null"}]}, numbers() | strings()),
        st.builds(lambda part: {"$ref": "#/components/schemas/Part"}, parts),
        st.builds(
            lambda part, value: part | {"default": value, "example": value}, parts, st.integers() | st.text()
        ),
    )


#: Schemas that some value keeps.
satisfiable = st.recursive(
    closed, lambda parts: _arrays(parts) | _objects(parts) | _combined(parts), max_leaves=8
)

_junk = (
    st.none()
    | st.booleans()
    | st.integers(-3, 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
)
_types = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
_sizes = st.integers(0, 4)
_bounds = st.integers(-5, 5) | st.floats(-5, 5) | st.booleans()
_some_names = st.lists(st.sampled_from(["a", "b", "name"]), max_size=2)
_references = st.sampled_from(
    ["#", "#/components/schemas/Part", "#/components/schemas/Tree", "#/nowhere", "https://example.com/schema"]
)
_SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "type": _types | st.lists(_types, max_size=3, unique=True),
    "enum": st.lists(_junk, max_size=4),
    "const": _junk,
    "pattern": patterns | st.sampled_from(["(", "a{3,2}", "\\p{Lu}"]),
    "format": st.sampled_from([*FORMATS, "other"]),
    "nullable": st.booleans(),
    "uniqueItems": st.booleans(),
    "default": _junk,
    "example": _junk,
    "examples": st.lists(_junk, max_size=2),
    "required": _some_names,
    "dependentRequired": st.dictionaries(st.sampled_from(["a", "name"]), _some_names, max_size=2),
    "multipleOf": st.sampled_from([0, 1, 0.3, 5, -1]),
    "$ref": _references,
    **dict.fromkeys(("minLength", "minItems", "minProperties"), _sizes),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), _sizes),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _bounds),
}


def _nested(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    one, some = parts | st.booleans(), st.lists(parts, min_size=1, max_size=3)
    members = st.dictionaries(st.sampled_from(["a", "b", "name"]), one, max_size=3)
    keywords = {
        **_SIMPLE,
        **dict.fromkeys(("not", "if", "then", "else", "items", "contains", "propertyNames"), one),
        "additionalProperties": one,
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), some),
        **dict.fromkeys(("properties", "patternProperties"), members),
    }
    return _few(keywords)


@st.composite
def _few(draw: st.DrawFn, keywords: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """A schema of a few keywords, one in twenty of them with something that does not belong there."""
    chosen = draw(st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True))
    return {word: draw(_junk if draw(st.integers(0, 19)) == 0 else keywords[word]) for word in chosen}


#: Schemas of any kind: contradictory, malformed and sound ones.
anything = st.recursive(_few(_SIMPLE), _nested, max_leaves=8)
