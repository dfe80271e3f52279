"""JSON Schemas that come with a request: nobody's word is taken for what they cost.

A schema is refused that is no JSON Schema, that leads out of itself, that no value satisfies, or that takes
more than a bounded amount of work to draw a value of or to check one by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Never

import jsonschema_rs

from contracts.document import JSON
from contracts.pointers import join
from mockserver.behaviours.reply.schema_cost import too_costly
from mockserver.problems import Invalid, Offence
from mockserver.strict_json import dump
from mockserver.synth import Synth, Unsatisfiable

_LARGEST = 100_000
_DRAWS = 3
_OPEN = frozenset({"type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const"})
PATTERNS = jsonschema_rs.RegexOptions(size_limit=2**20, dfa_size_limit=2**20)


class UserSchemas:
    """Draws values that are valid against schemas which a request brings along."""

    def __init__(self, synth: Synth) -> None:
        self._synth = synth

    def values(self, schema: JSON, draw: str, pointer: str) -> Iterator[Any]:
        """Values that are valid against `schema`, objects where it leaves the type open.

        The first ones tell something, the later ones are short.

        Args:
            draw: names the draws: the same one gives the same values.
            pointer: where the schema stands in the request.

        Raises:
            Invalid: the schema cannot be used.
        """
        validator = _compiled(schema, pointer)
        wanted = schema if _OPEN & schema.keys() else {"type": "object"} | schema
        refusal = "It contradicts itself."
        found = 0
        for sparse in (False, True):
            for number in range(_DRAWS):
                try:
                    value = self._synth.value("answer", wanted, f"{draw}{number}", wanted, sparse=sparse)
                except Unsatisfiable as error:
                    refusal = str(error)
                    break
                if too_costly(schema, value):
                    refusal = "Checking a value by it is too costly."
                elif validator.is_valid(value):
                    found += 1
                    yield value
        if not found:
            raise _refusal(pointer, f"The mock finds no value for this schema. {refusal}")


def _compiled(schema: JSON, pointer: str) -> jsonschema_rs.Draft202012Validator:
    if len(dump(schema)) > _LARGEST:
        raise _refusal(pointer, f"The schema is larger than {_LARGEST} bytes.")
    try:
        return jsonschema_rs.Draft202012Validator(schema, pattern_options=PATTERNS, retriever=_refuse)
    except jsonschema_rs.ValidationError as error:
        place = join(pointer, *(str(token) for token in error.instance_path))
        raise _refusal(place, f"This is no JSON Schema: {error.message}") from error
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise _refusal(pointer, f"This schema cannot be used: {error}") from error


def _refuse(address: str) -> Never:
    raise ValueError(f"{address} is not part of the schema, and nothing is fetched.")


def _refusal(pointer: str, detail: str) -> Invalid:
    return Invalid("A schema in the request cannot be used.", (Offence(pointer, detail[:500]),))
