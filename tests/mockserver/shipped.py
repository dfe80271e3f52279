"""The shipped document, read once for all tests."""

from __future__ import annotations

from contracts.document import load
from contracts.inference import infer
from contracts.operations import Operation
from contracts.resources import Verb
from contracts.schemas import properties

DOCUMENT = load()
MODEL = infer(DOCUMENT)


def with_verb(verb: Verb) -> list[str]:
    """The resources that have a verb."""
    return [path for path, resource in MODEL.resources.items() if verb in resource.verbs]


def sent_by(operation: Operation) -> set[str]:
    """The properties that the request of an operation declares."""
    assert operation.body is not None
    return set(properties(DOCUMENT.data, operation.body.json_schema or {}))
