"""The suite can fail: every defect is caught by the law or check it names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from conformance.schemathesis_bridge.catalogue import CHECKS
from contracts.laws import LAWS, Law
from contracts.laws.groundrules import GROUND_RULES
from mockserver.faults.sabotage import DEFECTS
from tests.conformance.sabotaged import findings, served

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
    assert "curl" in caught.story


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
