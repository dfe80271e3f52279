"""Files that cannot be used: each gets one clear error with the place and, where there is one, the cure."""

from __future__ import annotations

import contextlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.document import load
from contracts.errors import DocumentError, KitError
from contracts.reading import read
from contracts.structure import clone

DATA = Path(__file__).parent.parent / "data"
HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
GET = "  /a:\n    get:\n      operationId: A\n      responses: {'200': {description: D}}\n"

# name: (text, line, pointer, what the message says)
BAD: dict[str, tuple[str, int | None, str, str]] = {
    "empty": ("  \n", None, "", "The file is empty"),
    "a list": ("- a\n", 1, "", "is an object; this file holds none"),
    "swagger": (
        "swagger: '2.0'\ninfo: {}\n",
        1,
        "/swagger",
        "This is a Swagger 2.0 file.*Convert it to OpenAPI 3.0",
    ),
    "no version": ("info: {}\n", 1, "", "has no field `openapi`.*begins with `openapi: 3.0.3`"),
    "a long number": (
        f"{HEAD}x-n: {'1' * 5000}\npaths: {{}}\n",
        3,
        "/x-n",
        "1{20}… is a number that JSON cannot hold",
    ),
    "an anchor": (
        HEAD + "paths:\n" + GET + "components: {schemas: {A: {$ref: '#b'}}}\n",
        8,
        "/components/schemas/A/$ref",
        "The reference '#b' leads nowhere",
    ),
    "an overlay": ("overlay: 1.0.0\n", 1, "", "pass it with --overlay"),
    "version 4": (
        "x-a: 1\nopenapi: 4.0.0\n",
        2,
        "/openapi",
        "version 4.0.0 is not understood. Versions 3.0 and 3.1",
    ),
    "version 3.2": ("openapi: 3.2.0\n", 1, "/openapi", "version 3.2.0 is not understood"),
    "broken yaml": ("openapi: 3.0.3\ninfo: a: b\n", 2, "", "not valid YAML: mapping values are not allowed"),
    "a tab": ("openapi: 3.0.3\n\tinfo: x\n", 2, "", "not valid YAML: found a tab character"),
    "a tab before a key": (f"{HEAD}paths:\n\t/a: {{}}\n", 4, "", "not valid YAML: .*Indent with spaces"),
    "a control character": ("openapi: 3.0.3\na: \x01\n", 2, "", "not valid YAML: control characters"),
    "two documents": (f"{HEAD}---\na: 1\n", 3, "", "expected a single document"),
    "a repeated key": ("a: 1\nb: 2\na: 3\n", 3, "/a", r"stands twice in one object \(first on line 1\)"),
    "a tag": (f"{HEAD}paths: !mine {{}}\n", 3, "/paths", "tag '!mine' means nothing in JSON"),
    "not a number": (f"{HEAD}x-a: .nan\n", 3, "/x-a", ".nan is a number that JSON cannot hold"),
    "an endless alias": (f"{HEAD}paths: &a {{x: *a}}\n", 3, "/paths/x", "An alias contains itself"),
    "a merge of nothing": (f"{HEAD}paths: {{<<: 5}}\n", 3, "/paths", "merge key .* must name mappings"),
    "a key that is a list": (f"{HEAD}? [a]\n: 1\n", 3, "", "A key must be a string"),
    "too deep": ("[" * 100_000, None, "", "nested too deeply"),
    "no paths": (HEAD, 1, "", "required field 'paths' is missing"),
    "paths of nothing": (f"{HEAD}paths:\n", 3, "/paths", "must stand an object, not null"),
    "a misspelt field": (
        f"{HEAD}paths:\n{GET}      opertionId: A\n",
        8,
        "/paths/~1a/get/opertionId",
        "knows no field 'opertionId' here. Did you mean 'operationId'",
    ),
    "a field from nowhere": (
        f"{HEAD}paths: {{}}\nqqq: 1\n",
        4,
        "/qqq",
        "A field of your own must begin with x-",
    ),
    "a path without a slash": (
        f"{HEAD}paths:\n  a: {{}}\n",
        4,
        "/paths/a",
        "does not begin with a slash. Write '/a'",
    ),
    "unmatched braces": (
        f"{HEAD}paths:\n{GET.replace('/a', '/a/{b')}",
        4,
        "/paths/~1a~1{b",
        "braces .* do not match",
    ),
    "no such status": (
        f"{HEAD}paths:\n{GET.replace('200', '20O')}",
        7,
        "/paths/~1a/get/responses/20O",
        "'20O' is no status: a response is named 200, 4XX or default",
    ),
    "no such type": (
        f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {{type: strng}}\n",
        6,
        "/components/schemas/A/type",
        '"strng" is not allowed here. It must be one of: array, boolean',
    ),
    "a property that is no schema": (
        f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A:\n      properties:\n        a: 5\n",
        8,
        "/components/schemas/A/properties/a",
        "must stand an object, not 5",
    ),
    "a parameter nowhere": (
        f"{HEAD}paths:\n{GET}      parameters:\n      - {{name: a, in: quey, schema: {{}}}}\n",
        9,
        "/paths/~1a/get/parameters/0/in",
        '"quey" is not allowed here. It must be one of: query',
    ),
    "a parameter without a schema": (
        f"{HEAD}paths:\n{GET}      parameters:\n      - {{name: a, in: query}}\n",
        9,
        "/paths/~1a/get/parameters/0",
        "required field 'schema' is missing",
    ),
    "a parameter twice": (
        f"{HEAD}paths:\n{GET}      parameters:\n"
        "      - {name: a, in: query, schema: {}}\n      - {name: a, in: query, schema: {type: string}}\n",
        10,
        "/paths/~1a/get/parameters/1",
        "query parameter 'a' is declared twice. Keep one",
    ),
    "a reference to nothing": (
        f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n"
        "    Cat: {items: {$ref: '#/components/schemas/Cta'}}\n",
        6,
        "/components/schemas/Cat/items/$ref",
        "'#/components/schemas/Cta' leads nowhere. Did you mean 'Cat'",
    ),
    "a reference in a circle": (
        f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {{$ref: '#/components/schemas/A'}}\n",
        6,
        "/components/schemas/A/$ref",
        "leads back to itself",
    ),
    "bounds that exclude each other": (
        f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {{type: integer, minimum: 5, maximum: 3}}\n",
        6,
        "/components/schemas/A/minimum",
        "No value fits: minimum is 5, and maximum is 3",
    ),
    "a reference to what is no schema": (
        f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {{items: {{$ref: '#/info'}}}}\n",
        6,
        "/components/schemas/A/items/$ref",
        "Here belongs a schema; the reference '#/info' leads to something else",
    ),
    "a reference to another kind": (
        f"{HEAD}paths: {{}}\ncomponents:\n  headers: {{H: {{schema: {{}}}}}}\n"
        "  schemas:\n    A: {$ref: '#/components/headers/H'}\n",
        7,
        "/components/schemas/A/$ref",
        "leads to a header",
    ),
    "a query in a path": (
        f"{HEAD}paths:\n  /a?b=1:\n    get: {{responses: {{}}}}\n",
        4,
        "/paths/~1a?b=1",
        "holds more than a path. Declare what follows as query parameters",
    ),
    "one name for two places": (
        f"{HEAD}paths:\n  /a/{{id}}/b/{{id}}: {{}}\n",
        4,
        "/paths/~1a~1{id}~1b~1{id}",
        "names a parameter twice. Give each its own",
    ),
    "a blank in a server URL": (
        f"{HEAD}servers:\n  - url: 'http://example.com/a b'\npaths: {{}}\n",
        4,
        "/servers/0/url",
        "holds a blank. Write it as %20",
    ),
    "a version that is a number": (
        "openapi: 3.0\ninfo: {title: T, version: '1'}\npaths: {}\n",
        1,
        "/openapi",
        'must be a string, not the number 3.0. Write it in full and in quotes: "3.0.3"',
    ),
    "a reference to the network": (
        f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {{$ref: 'https://example.com/a.yaml'}}\n",
        6,
        "/components/schemas/A",
        "leads to the network, which is never asked. Save that file beside this one",
    ),
    "a pattern that is none": (
        f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A: {{type: string, pattern: '('}}\n",
        6,
        "/components/schemas/A/pattern",
        r"The pattern '\(' is no regular expression",
    ),
    "an unknown security scheme": (
        f"{HEAD}paths: {{}}\nsecurity: [{{keey: []}}]\n"
        "components: {securitySchemes: {key: {type: http, scheme: basic}}}\n",
        4,
        "/security/0/keey",
        "no security scheme 'keey'. Did you mean 'key'",
    ),
    "mutual TLS": (
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
        "components: {securitySchemes: {a: {type: mutualTLS}}}\n",
        4,
        "/components/securitySchemes/a/type",
        "mutualTLS cannot be said",
    ),
}
BAD_JSON: dict[str, tuple[str, int | None, str, str]] = {
    "broken json": ('{"openapi": "3.0.3",\n "a": }', 2, "", "not valid JSON: Expecting value"),
    "a repeated key": ('{"a": 1,\n"b": [{"c": 1,\n"c": 2}]}', 3, "/b/0/c", "stands twice"),
    "not a number": ('{"a": 1,\n"b": NaN}', 2, "", "NaN is a number that JSON cannot hold"),
    "a number beyond all": ('{"a": 1,\n"b": 1e999}', 2, "", "1e999 is a number that JSON cannot hold"),
    "too deep": ("[" * 100_000, None, "", "nested too deeply"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_yaml_file(tmp_path: Path, name: str) -> None:
    _refused(tmp_path / "api.yaml", *BAD[name])


@pytest.mark.parametrize("name", BAD_JSON)
def test_a_bad_json_file(tmp_path: Path, name: str) -> None:
    _refused(tmp_path / "api.json", *BAD_JSON[name])


def _refused(path: Path, text: str, line: int | None, pointer: str, says: str) -> None:
    path.write_text(text)
    with pytest.raises(DocumentError, match=says) as refused:
        load(path)
    place = refused.value.place
    assert place is not None
    assert (place.file, place.line, place.pointer) == (path, line, pointer)
    assert "\n" not in str(refused.value)


def test_further_problems_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(f"{HEAD}paths: {{}}\none: 1\ntwo: 2\nthree: 3\n")
    with pytest.raises(DocumentError, match=r"There are 2 more problems"):
        load(path)


def test_no_file_a_directory_and_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="There is no such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(DocumentError, match="This is a directory, not a file"):
        load(tmp_path)
    path = tmp_path / "latin.yaml"
    path.write_bytes(HEAD.encode() + b"x-a: caf\xe9\n")
    with pytest.raises(DocumentError, match="not UTF-8") as refused:
        load(path)
    assert refused.value.place is not None
    assert refused.value.place.line == 3


VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, "", "x", [], {}, [None], [[]], {"a": None}, ["a", {}], {"x-a": 1}),
    *(
        {"$ref": "#/components/schemas/User"},
        {"$ref": "#/nowhere"},
        {"$ref": 5},
        {"type": ["string", "null"]},
    ),
]
KEYWORDS = [
    *("type", "oneOf", "anyOf", "allOf", "not", "required", "properties", "nullable", "enum", "default"),
    *("items", "$ref", "const", "examples", "$defs", "prefixItems", "exclusiveMinimum", "minimum", "pattern"),
    *("contentEncoding", "discriminator", "additionalProperties", "example", "title", "if", "$schema"),
    *("parameters", "requestBody", "responses", "content", "schema", "name", "in", "security", "operationId"),
]


@pytest.fixture(scope="module")
def documents() -> list[Any]:
    return [read(DATA / name).data for name in ("published-warts.yaml", "modern.yaml")]


@given(seed=st.integers(0, 2**32), changes=st.integers(1, 5))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_document_spoilt_anywhere_is_used_or_refused_and_nothing_else(
    documents: list[Any], tmp_path: Path, seed: int, changes: int
) -> None:
    chance = random.Random(seed)
    spoilt = clone(chance.choice(documents))
    for _ in range(changes):
        _spoil(spoilt, chance)
    path = tmp_path / "spoilt.json"
    path.write_text(json.dumps(spoilt))
    with contextlib.suppress(KitError):
        assert load(path).data["openapi"].startswith("3.0")


def _spoil(document: Any, chance: random.Random) -> None:
    holder: Any = document
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = chance.choice(keys)
        inner = holder[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.85:
            holder = inner
            continue
        action = chance.choice(("replace", "remove", "add"))
        if action == "replace":
            holder[key] = clone(chance.choice(VALUES))
        elif action == "remove":
            del holder[key]
        elif isinstance(holder, dict):
            holder[chance.choice(KEYWORDS)] = clone(chance.choice(VALUES))
        return


def test_long_numbers_are_refused_in_json_too(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text('{"openapi": "3.0.3",\n"x-n": ' + "1" * 5000 + "}")
    with pytest.raises(DocumentError, match=r"long\.json:2: 1{20}… is a number that JSON cannot hold"):
        load(path)


def test_overlays_find_their_targets_in_deep_files(tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(f"{HEAD}x-d: {'[' * 200}{']' * 200}\npaths: {{}}\n")
    assert load(path).data["x-d"]
