"""Each repair rule alone: what it mends, what it leaves alone, and that once is enough."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from contracts.errors import Place, UsageError
from contracts.pointers import lookup
from contracts.repairs.catalogue import RULES, check_kept, mend
from contracts.structure import JSON, clone

CASES: list[JSON] = yaml.safe_load((Path(__file__).parent / "repair_cases.yaml").read_text())
MENDED = [case for case in CASES if "after" in case]
UNTOUCHED = [case for case in CASES if "after" not in case]


def _place(pointer: str) -> Place:
    return Place(Path("file.yaml"), pointer)


@dataclass
class Part:
    """A document, and the pointer of the part that a case is about."""

    document: JSON
    pointer: str

    @property
    def value(self) -> Any:
        return lookup(self.document, self.pointer)


def _part(case: JSON) -> Part:
    document: JSON = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {
            "schemas": {"Other": {"type": "object"}},
            "parameters": {
                "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            },
        },
    }
    if "schema" in case:
        document["components"]["schemas"]["X"] = clone(case["schema"])
        return Part(document, "/components/schemas/X")
    if "operation" in case:
        method = case.get("method", "get")
        document["paths"]["/x"] = {method: clone(case["operation"])}
        return Part(document, f"/paths/~1x/{method}")
    if "path" in case:
        document["paths"]["/x/{id}"] = clone(case["path"])
        return Part(document, "/paths/~1x~1{id}")
    return Part(document | clone(case["document"]), "")


@pytest.mark.parametrize("case", MENDED, ids=lambda case: case["case"])
def test_a_wart_is_mended_by_the_rule_of_that_name_and_no_other(case: JSON) -> None:
    part = _part(case)
    repairs = mend(part.document, _place)
    expected = part.document | case["after"] if "document" in case else case["after"]
    assert part.value == expected
    assert {repair.rule for repair in repairs} == {case["rule"]}
    assert all(repair.pointer.startswith(part.pointer) for repair in repairs)


@pytest.mark.parametrize("case", UNTOUCHED, ids=lambda case: case["case"])
def test_what_is_right_is_left_alone(case: JSON) -> None:
    part = _part(case)
    before = clone(part.document)
    assert mend(part.document, _place) == ()
    assert part.document == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_once_is_enough_and_the_outcome_is_valid(case: JSON) -> None:
    document = _part(case).document
    mend(document, _place)
    once = clone(document)
    assert mend(document, _place) == ()
    assert document == once
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []


def test_every_rule_has_a_case_and_names_are_unique() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert set(names) == {case["rule"] for case in MENDED}


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.changes_contract], ids=lambda rule: rule.name
)
def test_a_rule_that_changes_the_contract_can_be_kept_off(rule: Any) -> None:
    for case in [case for case in MENDED if case["rule"] == rule.name]:
        part = _part(case)
        before = clone(part.document)
        check_kept([rule.name])
        assert mend(part.document, _place, keep=[rule.name]) == ()
        assert part.document == before


def test_only_rules_that_change_the_contract_can_be_kept_off() -> None:
    with pytest.raises(UsageError, match="does not change the contract") as refused:
        check_kept(["schema-dialect"])
    assert "request-body-required" in str(refused.value)
    with pytest.raises(UsageError, match="Did you mean 'request-body-required'"):
        check_kept(["request-body-require"])
