"""The verdict: gathered from many processes, and worth something only if something was tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.gathering import OUT_OF_TIME, Count, Gathering, Note, note_from
from conformance.outcome import Outcome, Skipped, Verdict
from conformance.run import Run
from conformance.settings import Settings
from contracts.document import Document
from contracts.laws import Basis
from tests.conformance.examples import finding
from tests.library import DATA

LISTS = ("list_shelf", "list_book", "list_loan")
ENOUGH = Count(10, LISTS, LISTS)
WARNING = finding(gates=False, basis=Basis.CONVENTION, cause="another")


def note(name: str = "put-replaces[/shelves]", count: Count = ENOUGH, **changes: Any) -> Note:
    return Note("", count, name, rule=name.partition("[")[0], **changes)


def judged(*notes: Note, **changes: Any) -> Outcome:
    run = Run(Settings(target="http://host/api", seed=3), Document(Path("x"), DATA, DATA, DATA, {}))
    gathering = Gathering(**changes)
    for each in notes:
        gathering.add(each)
    return gathering.outcome(run, 1.25)


@pytest.mark.parametrize(
    ("notes", "verdict"),
    [
        ([note()], Verdict.KEPT),
        ([note(findings=(WARNING,))], Verdict.KEPT),
        ([note(findings=(finding(),))], Verdict.BROKEN),
        ([], Verdict.INCONCLUSIVE),
        ([note(skipped="no second key")], Verdict.INCONCLUSIVE),
        ([note(), note(error="KeyError('x')")], Verdict.INCONCLUSIVE),
        ([note(findings=(finding(),)), note(error="KeyError('x')")], Verdict.BROKEN),
        ([note(findings=(finding(),), fatal="Nothing answers.")], Verdict.BROKEN),
        ([note(), note(fatal="Nothing answers.", skipped="Nothing answers.")], Verdict.INCONCLUSIVE),
        ([note(interrupted=True)], Verdict.INCONCLUSIVE),
        ([note(), note(skipped=OUT_OF_TIME)], Verdict.INCONCLUSIVE),
        ([note(), note(), note(skipped=OUT_OF_TIME)], Verdict.KEPT),
    ],
)
def test_broken_beats_inconclusive_and_nothing_tested_is_not_kept(
    notes: list[Note], verdict: Verdict
) -> None:
    assert judged(*notes).verdict is verdict


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict.KEPT, 0), (Verdict.BROKEN, 1), (Verdict.INCONCLUSIVE, 3)]
)
def test_exit_codes(verdict: Verdict, code: int) -> None:
    assert verdict.exit_code == code


def test_too_few_operations_that_answer_are_no_test() -> None:
    asked = ("list_shelf", "list_book", "list_loan", "create_shelf", "create_book")
    told = judged(note(count=Count(9, asked, asked[:2])))
    assert told.verdict is Verdict.INCONCLUSIVE
    assert told.doubts == (
        "Only 2 of 5 operations that were called ever answered 2xx, 60% are needed (--min-reached). "
        "Never: create_book, create_shelf, list_loan.",
    )
    assert judged(note(count=Count(9, asked, asked[:3]))).verdict is Verdict.KEPT


def test_a_run_without_a_call_is_no_test() -> None:
    assert judged(note(count=Count())).doubts == ("No operation was called.",)


def test_each_process_counts_for_itself() -> None:
    told = judged(
        Note("gw0", Count(5, LISTS[:1], LISTS[:1]), "a[/x]", rule="a"),
        Note("gw1", Count(7, LISTS[1:], LISTS[1:]), "b[/x]", rule="b"),
        Note("gw0", Count(9, LISTS[:1], LISTS[:1]), "c[/x]", rule="c"),
        Note("gw1", Count(8), left=("/shelves/1",)),
    )
    assert (told.requests, told.operations_reached) == (17, ("list_shelf", "list_book", "list_loan"))
    assert (told.laws_run, told.left) == (("a", "b", "c"), ("/shelves/1",))


def test_what_was_tried_skipped_or_failed_is_told_apart() -> None:
    told = judged(note("a[/x]"), note("b[/x]", skipped="why"), note("c[/x]", error="KeyError('x')"))
    assert told.laws_run == ("a",)
    assert told.skipped == (Skipped("b[/x]", "why"),)
    assert told.errors == (Skipped("c[/x]", "KeyError('x')"),)
    assert told.doubts == ("The suite itself failed in 1 of its cases, c[/x] first.",)


def test_a_note_survives_the_way_between_processes() -> None:
    told = note(findings=(finding(), WARNING), skipped="why", fatal="x", left=("/shelves/1",))
    assert told.text().isascii()
    assert note_from(told.text()) == told
