"""Loading whole documents: the shipped spec, the published file with its warts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from openapi_spec_validator import OpenAPIV30SpecValidator

from contracts.document import load

WARTS = Path(__file__).parent.parent / "data" / "published-warts.yaml"

REPAIRS_OF_THE_PUBLISHED_FILE = {
    "accept-parameter": 1,
    "contradicting-type": 1,
    "empty-request-body": 3,
    "null-default": 2,
    "nullable-without-type": 1,
    "optional-path-parameter": 8,
    "overlapping-one-of": 1,
    "reference-siblings": 11,
    "request-body-required": 15,
    "required-without-property": 1,
    "response-description": 26,
    "schema-dialect": 25,
    "security-scheme-field": 1,
    "stray-properties": 1,
    "unnamed-parameter": 8,
}


def test_the_shipped_spec_needs_no_repair() -> None:
    assert load(shipped_overlays=False).repairs == ()


def test_the_published_file_is_mended_and_valid() -> None:
    document = load(WARTS, shipped_overlays=False)
    assert Counter(repair.rule for repair in document.repairs) == REPAIRS_OF_THE_PUBLISHED_FILE
    assert list(OpenAPIV30SpecValidator(document.base).iter_errors()) == []
