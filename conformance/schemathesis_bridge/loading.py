"""The translated document, loaded into Schemathesis with every setting said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.schemas import OpenApiSchema

from contracts.document import JSON

# Nothing is ever sent there: Schemathesis only writes requests against it, and the target sends them.
BASE_URL = "http://target.invalid"

# Said in full, so that no settings file of a user's changes what is tried.
_SETTINGS: Mapping[str, Any] = {
    "base-url": BASE_URL,
    "generation": {
        "allow-x00": False,  # correct servers differ on NUL
        "codec": "utf-8",
        "with-security-parameters": False,
        "database": "none",
    },
    "phases": {
        "stateful": {
            "inference": {"algorithms": []},  # the links are those of the resource model
            "generation": {"mode": "positive"},  # what is to be refused, single calls try
        }
    },
    "output": {"sanitization": {"enabled": False}},
}

Operations = Mapping[tuple[str, str], Any]


def loaded(data: JSON) -> OpenApiSchema:
    """The document as Schemathesis holds it."""
    config = schemathesis.Config.from_dict(dict(_SETTINGS))
    return schemathesis.openapi.from_dict(data, config=config)


def by_method_and_path(schema: OpenApiSchema) -> Operations:
    """Schemathesis' operations, by method in upper case and path as written."""
    found = (result.ok() for result in schema.get_all_operations() if isinstance(result, Ok))
    return {(operation.method.upper(), operation.path): operation for operation in found}
