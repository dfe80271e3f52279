"""One document of several files: what comes in, under which name, from which line; and what is refused."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator
from prance import ResolvingParser

from contracts.bundling import bundle
from contracts.document import Document, load
from contracts.errors import DocumentError

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"


def _files(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return folder / next(iter(files))


def _load(folder: Path, files: dict[str, str]) -> Document:
    document = load(_files(folder, files), shipped_overlays=False)
    assert list(OpenAPIV30SpecValidator(document.data).iter_errors()) == []
    return document


TREE = {
    "api.yaml": """\
        openapi: 3.0.3
        info: {title: Trees, version: '1'}
        paths:
          /trees:
            $ref: paths/trees.yaml
          /leaves:
            $ref: 'paths/all.yaml#/~1leaves'
        components:
          schemas:
            Tree: {$ref: schemas/tree.yaml}
            Own: {type: object, properties: {tree: {$ref: '#/components/schemas/Tree'}}}
        """,
    "paths/trees.yaml": """\
        parameters:
          - $ref: '../shared.json#/parameters/limit'
        get:
          operationId: ListTrees
          responses:
            '200':
              description: D
              content:
                application/json:
                  schema: {$ref: ../schemas/tree.yaml}
            '404':
              $ref: '../shared.json#/responses/Missing'
        """,
    "paths/all.yaml": """\
        /leaves:
          get:
            operationId: ListLeaves
            responses:
              '200':
                description: D
                content:
                  application/json:
                    schema: {$ref: '../schemas/leaf.yaml#/Leaf'}
        """,
    "schemas/tree.yaml": """\
        type: object
        properties:
          leaves:
            type: array
            items: {$ref: 'leaf.yaml#/Leaf'}
          parent: {$ref: tree.yaml}
          own: {$ref: '../api.yaml#/components/schemas/Own'}
        """,
    "schemas/leaf.yaml": """\
        Leaf:
          type: object
          properties:
            colour: {$ref: '#/Colour'}
            tree: {$ref: tree.yaml}
        Colour:
          type: string
          enum: [green, red]
        """,
    "shared.json": """\
        {"parameters": {"limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}},
         "responses": {"Missing": {"description": "None."}}}
        """,
}


def test_what_other_files_hold_becomes_components_and_recursion_stays(tmp_path: Path) -> None:
    data = _load(tmp_path, TREE).data
    schemas = data["components"]["schemas"]
    assert schemas["Tree"]["properties"] == {
        "leaves": {"type": "array", "items": {"$ref": "#/components/schemas/Leaf"}},
        "parent": {"$ref": "#/components/schemas/Tree"},
        "own": {"$ref": "#/components/schemas/Own"},
    }
    assert schemas["Leaf"]["properties"] == {
        "colour": {"$ref": "#/components/schemas/Colour"},
        "tree": {"$ref": "#/components/schemas/Tree"},
    }
    assert schemas["Colour"] == {"type": "string", "enum": ["green", "red"]}
    assert schemas.keys() == {"Tree", "Own", "Leaf", "Colour"}
    trees = data["paths"]["/trees"]
    assert trees["parameters"] == [{"$ref": "#/components/parameters/limit"}]
    assert trees["get"]["responses"]["404"] == {"$ref": "#/components/responses/Missing"}
    assert data["paths"]["/leaves"]["get"]["operationId"] == "ListLeaves"


def test_prance_resolves_the_bundle_to_what_it_resolves_the_files_to(tmp_path: Path) -> None:
    endless = {"parent: {$ref: tree.yaml}": "parent: {}", "tree: {$ref: tree.yaml}": "tree: {}"}
    files = dict(TREE)
    for name, text in files.items():
        for old, new in {**endless, "own: {$ref: '../api.yaml#/components/schemas/Own'}": "own: {}"}.items():
            text = text.replace(old, new)
        files[name] = text
    path = _files(tmp_path, files)
    bundled = tmp_path / "bundled.yaml"
    bundled.write_text(yaml.safe_dump(bundle(path).data))
    backend = {"backend": "openapi-spec-validator"}
    theirs, ours = ResolvingParser(str(path), **backend), ResolvingParser(str(bundled), **backend)
    assert ours.specification["paths"] == theirs.specification["paths"]


def test_places_name_the_file_they_came_from(tmp_path: Path) -> None:
    document = _load(tmp_path, TREE)
    for pointer, name, line in (
        ("/components/schemas/Colour/enum", "leaf.yaml", 8),
        ("/components/schemas/Tree/properties/parent", "tree.yaml", 6),
        ("/components/schemas/Own", "api.yaml", 11),
        ("/paths/~1trees/get/operationId", "trees.yaml", 4),
        ("/components/responses/Missing/description", "shared.json", 2),
    ):
        place = document.place(pointer)
        assert (place.file.name, place.line) == (name, line), pointer


def test_two_files_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    data = _load(
        tmp_path,
        {
            "api.yaml": f"""{HEAD}paths: {{}}
components:
  schemas:
    Both:
      properties:
        a: {{$ref: 'a/x.yaml#/X'}}
        b: {{$ref: 'b/x.yaml#/X'}}
        c: {{$ref: './a/../a/x.yaml#/X'}}
""",
            "a/x.yaml": "X: {type: string}\n",
            "b/x.yaml": "X: {type: integer}\n",
        },
    ).data
    schemas = data["components"]["schemas"]
    assert schemas["Both"]["properties"] == {
        "a": {"$ref": "#/components/schemas/X"},
        "b": {"$ref": "#/components/schemas/X_2"},
        "c": {"$ref": "#/components/schemas/X"},
    }
    assert (schemas["X"], schemas["X_2"]) == ({"type": "string"}, {"type": "integer"})


def test_whole_sections_may_stand_in_files(tmp_path: Path) -> None:
    data = _load(
        tmp_path,
        {
            "api.yaml": f"{HEAD}paths: {{$ref: p.yaml}}\ncomponents:\n  schemas: {{$ref: schemas.yaml}}\n",
            "p.yaml": """\
                /a:
                  get:
                    operationId: A
                    responses:
                      '200':
                        description: D
                        content: {application/json: {schema: {$ref: 'schemas.yaml#/A'}}}
                """,
            "schemas.yaml": "A: {type: object, properties: {b: {$ref: '#/B'}}}\nB: {type: string}\n",
        },
    ).data
    assert data["components"]["schemas"] == {
        "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"type": "string"},
    }
    response = data["paths"]["/a"]["get"]["responses"]["200"]
    assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/A"}


def test_a_discriminator_may_map_to_files(tmp_path: Path) -> None:
    data = _load(
        tmp_path,
        {
            "api.yaml": f"""{HEAD}paths: {{}}
components:
  schemas:
    Pet:
      type: object
      properties: {{kind: {{type: string}}}}
      discriminator:
        propertyName: kind
        mapping: {{cat: cat.yaml, own: Own, far: '#/components/schemas/Own'}}
    Own: {{type: object}}
""",
            "cat.yaml": "type: object\n",
        },
    ).data
    assert data["components"]["schemas"]["Pet"]["discriminator"]["mapping"] == {
        "cat": "#/components/schemas/cat",
        "own": "Own",
        "far": "#/components/schemas/Own",
    }


def test_a_document_of_one_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = _files(
        tmp_path, {"api.yaml": f"{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: '#/x'}}}}}}\n"}
    )
    assert bundle(path).files == {}
    assert bundle(path).data["components"] == {"schemas": {"A": {"$ref": "#/x"}}}


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("other.yaml", "leads to no file"),
        ("there.yaml#/B", "leads nowhere"),
        ("there.yaml#B", "leads nowhere"),
        ("http://127.0.0.1:9/there.yaml", "leads to the network, which is never asked"),
        ("//host/there.yaml", "leads to the network"),
        ("ftp://host/there.yaml", "leads to the network"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named_with_its_line(
    tmp_path: Path, reference: str, says: str
) -> None:
    schema = f"    A:\n      items: {{$ref: '{reference}'}}\n"
    root = f"{HEAD}paths: {{}}\ncomponents:\n  schemas:\n{schema}"
    path = _files(tmp_path, {"api.yaml": root, "there.yaml": "A: {type: string}\n"})
    with pytest.raises(DocumentError, match=says) as refused:
        load(path)
    assert refused.value.place is not None
    assert (refused.value.place.file, refused.value.place.line) == (path, 7)
    assert reference in str(refused.value)


def test_an_error_in_another_file_names_that_file(tmp_path: Path) -> None:
    path = _files(
        tmp_path,
        {
            "api.yaml": f"{HEAD}paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: a.yaml}}}}}}\n",
            "a.yaml": "type: object\nproperties:\n  a: {typ: string}\n",
        },
    )
    with pytest.raises(DocumentError, match="Did you mean 'type'") as refused:
        load(path)
    assert refused.value.place is not None
    assert (refused.value.place.file.name, refused.value.place.line) == ("a.yaml", 3)


def test_path_items_that_refer_to_each_other_for_ever_are_refused(tmp_path: Path) -> None:
    path = _files(
        tmp_path,
        {
            "api.yaml": f"{HEAD}paths: {{/a: {{$ref: a.yaml}}}}\n",
            "a.yaml": "$ref: b.yaml\n",
            "b.yaml": "$ref: a.yaml\n",
        },
    )
    with pytest.raises(DocumentError, match="leads back to itself"):
        load(path)


def test_a_broken_file_behind_a_reference_names_itself(tmp_path: Path) -> None:
    path = _files(
        tmp_path,
        {
            "api.yaml": f"{HEAD}paths: {{/a: {{$ref: a.yaml}}}}\n",
            "a.yaml": "- a list\n",
        },
    )
    with pytest.raises(DocumentError, match="referred to as an object") as refused:
        load(path)
    assert refused.value.place is not None
    assert refused.value.place.file.name == "a.yaml"
