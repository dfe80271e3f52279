"""The suite can fail: every defect is caught by the law or check it names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from conformance.schemathesis_bridge.catalogue import CHECKS
from contracts.laws import LAWS, Law
from contracts.laws.groundrules import GROUND_RULES
from mockserver.faults.sabotage import DEFECTS
from tests.conformance.sabotaged import findings, replayed, served, told

#: Defects that break many laws, each for another reason; the matrix of the night tries all.
SPREADING = (
    "asks-for-no-key",
    "creates-once",
    "forgets-creates",
    "lists-late",
    "refuses-unknown-properties",
    "unknown-is-empty",
)
RULES = {*(law.name for law in LAWS), *GROUND_RULES, *CHECKS}


@pytest.fixture(name="mocks", scope="module")
def fixture_mocks() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_caught_by_what_it_names(mocks: str, name: str) -> None:
    rule = DEFECTS[name].caught_by
    found = findings(f"{mocks}/{name}-1/api", seed=1, strict=True, rule=rule)
    (caught,) = [finding for finding in found if finding.rule == rule]
    assert caught.gates
    assert caught.operation
    assert caught.exchanges
    statuses = [exchange.get("status") for exchange in caught.exchanges]
    again = replayed(caught, f"{mocks}/{name}-101/api")
    assert len(again) == len(statuses)
    assert [came if status else None for status, came in zip(statuses, again, strict=True)] == statuses


@pytest.mark.parametrize("name", SPREADING)
def test_a_defect_that_breaks_many_laws_is_one_finding(mocks: str, name: str) -> None:
    found = findings(f"{mocks}/{name}-4/api", seed=4, strict=False)
    assert len({finding.rule for finding in found}) > 1
    (one,) = told(found)
    assert DEFECTS[name].caught_by in one.rules
    assert {finding.rule for finding in found} == set(one.rules)


@pytest.mark.parametrize("seed", [1, 3, 9])
def test_what_put_keeps_is_seen_on_every_resource_whatever_is_drawn(mocks: str, seed: int) -> None:
    found = findings(
        f"{mocks}/put-merges-{seed}/api", seed=seed, strict=True, rule="put-replaces", everywhere=True
    )
    assert {finding.operation for finding in found} == {"UpdateAgent", "UpdateSession", "UpdateUser"}


def test_most_defects_are_found_in_the_first_six_hundred_requests(mocks: str) -> None:
    found = [name for name in DEFECTS if findings(f"{mocks}/{name}-2/api", seed=2, strict=True, most=600)]
    assert len(found) > 0.75 * len(DEFECTS)


def test_there_are_thirty_defects_and_more_and_each_names_a_rule() -> None:
    assert len(DEFECTS) >= 30
    assert [name for name, defect in DEFECTS.items() if defect.caught_by not in RULES] == []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_every_law_catches_a_defect(law: Law) -> None:
    assert [defect.name for defect in DEFECTS.values() if defect.caught_by == law.name]


def test_names_are_kebab_case_and_sentences_end() -> None:
    for each in (*DEFECTS.values(), *LAWS):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.name)
        assert each.sentence.endswith(".")
