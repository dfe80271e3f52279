"""Reduces an OpenAPI document to its facts: no prose, no examples, nothing said twice.

`python tests/spec/fact_table.py FILE` prints the table in the form of `published_facts.json`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

METHODS = ("get", "put", "post", "delete", "patch")
PROSE = {"$schema", "title", "description", "example"}

Facts = dict[str, Any]


def fact_table(document: Facts) -> Facts:
    """The facts of a document, by what they are facts of.

    Leaves out the query parameters among the components: each operation shows those it uses.
    """
    components = document["components"]
    return {
        "prefix": urlsplit(document["servers"][0]["url"]).path,
        "security_schemes": {name: _plain(scheme) for name, scheme in components["securitySchemes"].items()},
        "path_parameters": {
            key: {"name": node.get("name"), **_parameter(node)}
            for key, node in sorted(components["parameters"].items())
            if node["in"] == "path"
        },
        "operations": {
            f"{method.upper()} {path}": _operation(document, item, item[method])
            for path, item in sorted(document["paths"].items())
            for method in METHODS
            if method in item
        },
        "schemas": {name: schema_facts(schema) for name, schema in sorted(components["schemas"].items())},
    }


def schema_facts(schema: Any) -> Any:
    """The facts of a schema; a reference is the name it leads to."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    return {key: _keyword(key, value) for key, value in sorted(_plain(schema).items())}


def _keyword(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: schema_facts(part) for name, part in sorted(value.items())}
    if key in ("items", "additionalProperties"):
        return schema_facts(value)
    if key in ("oneOf", "anyOf", "allOf"):
        return [schema_facts(part) for part in value]
    return sorted(value) if key == "required" else value


def _operation(document: Facts, item: Facts, operation: Facts) -> Facts:
    parameters = [
        _resolved(document, node) for node in (*item.get("parameters", ()), *operation.get("parameters", ()))
    ]
    body = operation.get("requestBody")
    return {
        "operationId": operation["operationId"],
        "security": operation.get("security", document["security"]),
        "parameters": {f"{node['in']} {node['name']}": _parameter(node) for node in parameters},
        **({"body": {"required": body.get("required", False), **_content(body)}} if body else {}),
        "responses": {status: _content(response) for status, response in operation["responses"].items()},
    }


def _resolved(document: Facts, node: Facts) -> Facts:
    return document["components"]["parameters"][schema_facts(node)] if "$ref" in node else node


def _parameter(node: Facts) -> Facts:
    return {"required": node.get("required", False), "schema": schema_facts(node["schema"])}


def _content(node: Facts) -> Facts:
    return {media_type: schema_facts(entry["schema"]) for media_type, entry in node["content"].items()}


def _plain(node: Facts) -> Facts:
    """`node` without prose, and without an empty `properties`, which says nothing."""
    return {k: v for k, v in node.items() if k not in PROSE and not (k == "properties" and not v)}


def dump(table: Facts) -> str:
    """The table as JSON, one line for each operation, schema and parameter."""
    parts = []
    for name, part in table.items():
        if isinstance(part, dict):
            lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(facts)}" for key, facts in part.items())
            parts.append(f"{json.dumps(name)}: {{\n{lines}\n}}")
        else:
            parts.append(f"{json.dumps(name)}: {json.dumps(part)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    sys.stdout.write(dump(fact_table(yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8")))))
