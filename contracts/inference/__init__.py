"""Draws the resource model from a document: paths first, then verbs, records and how they hang together."""

from __future__ import annotations

from contracts.document import Document
from contracts.inference.assembly import assemble
from contracts.inference.paths import arrange
from contracts.operations import operations
from contracts.resources import ResourceModel

__all__ = ["infer"]


def infer(document: Document) -> ResourceModel:
    """The resource model of the document in force.

    State semantics are decided here and nowhere else: the mock keeps this model, the suite checks it.
    """
    return assemble(document, arrange(document, operations(document)))
