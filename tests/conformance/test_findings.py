"""Findings: what they are known by, and how they are brought together."""

from __future__ import annotations

import pytest

from conformance.findings import Kind, from_text, grouped, plain, shortened, slug, to_text
from contracts.laws import Basis
from tests.conformance.examples import finding

RULES = ["first-law", "put-reads-back", "last-law"]
OPERATIONS = ["post_book", "put_book", "patch_book"]


def test_a_fingerprint_survives_other_values_and_other_words() -> None:
    known = finding().fingerprint
    reworded = finding(
        message="It reads back otherwise.",
        sentence="Another sentence.",
        expected=1,
        observed=2,
        exchanges=(),
        story="",
        spec=None,
        gates=False,
    )
    assert reworded.fingerprint == known


@pytest.mark.parametrize(
    "change",
    [{"rule": "put-replaces"}, {"operation": "patch_book"}, {"cause": "another"}, {"kind": Kind.CHECK}],
    ids=str,
)
def test_a_fingerprint_tells_rule_operation_and_cause(change: dict[str, object]) -> None:
    assert finding(**change).fingerprint != finding().fingerprint


def test_a_fingerprint_is_the_same_for_ever() -> None:
    assert finding().fingerprint == "2fa6ee6a895a1cc3"


def test_one_cause_is_one_finding() -> None:
    found = [
        finding(operation="patch_book"),
        finding(operation="put_book"),
        finding(operation="post_book"),
        finding(operation="put_book"),
    ]
    (united,) = grouped(found, RULES, OPERATIONS)
    assert (united.operation, united.also) == ("post_book", ("put_book", "patch_book"))


def test_one_cause_met_by_several_laws_stands_under_the_first() -> None:
    found = [
        finding(rule="last-law", operation="put_book"),
        finding(rule="first-law", operation="patch_book"),
    ]
    (united,) = grouped(found, RULES, OPERATIONS)
    assert (united.rule, united.operation, united.also) == ("first-law", "patch_book", ("put_book",))


def test_the_order_in_which_they_were_found_changes_nothing() -> None:
    found = [finding(operation=name, cause=cause) for name in OPERATIONS for cause in ("a", "b")]
    assert grouped(found, RULES, OPERATIONS) == grouped(found[::-1], RULES, OPERATIONS)


def test_what_rests_on_something_else_is_another_finding() -> None:
    found = [finding(basis=Basis.CONVENTION, gates=False, operation="post_book"), finding()]
    assert [each.gates for each in grouped(found, RULES, OPERATIONS)] == [True, False]


def test_a_finding_survives_the_way_between_processes() -> None:
    told = finding(also=("patch_book",), source="RFC 9110 §9.3.4", observed="\ud800 \U0001f6b2")
    assert to_text(told).isascii()
    assert from_text(to_text(told)) == told
    assert from_text(to_text(finding(spec=None, operation=None))) == finding(spec=None, operation=None)


def test_the_shortest_story_is_told() -> None:
    long, short = finding(), finding(exchanges=finding().exchanges[:1])
    assert grouped([long, short], RULES, OPERATIONS) == (short,)
    wordy = finding(exchanges=finding().exchanges[:1], story=finding().story + "# a long comment")
    assert grouped([wordy, long], RULES, OPERATIONS) == (long,)


def test_values_become_json() -> None:
    assert plain({"a": (1, {2}), "b": b"x"}) == {"a": [1, "{2}"], "b": "b'x'"}


def test_sentences_become_words() -> None:
    assert slug("`limit` is accepted, outside its bounds.") == "limit-is-accepted-outside-its-bounds"


def test_values_are_shown_on_one_line() -> None:
    assert shortened({"a": "ü\n"}) == '{"a": "ü\\n"}'
    assert shortened("a\n  b") == "a b"
    assert shortened("x" * 500) == "x" * 400 + "…"
