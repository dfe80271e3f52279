"""Reports show what they are given, each in its form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from conformance.findings import Kind
from conformance.outcome import Outcome, Skipped, Verdict
from conformance.reports.as_json import SCHEMA, json_text
from conformance.reports.as_markdown import markdown_text
from conformance.reports.console import summary_lines
from conformance.reports.files import prepare_reports, write_reports
from conformance.settings import Report
from contracts.errors import UsageError
from contracts.laws import Basis
from tests.conformance.examples import finding, outcome

FIELDS = "verdict seed requests seconds operations_reached findings laws_run skipped"
FINDING = "fingerprint law operation also with_it basis gates message expected observed spec exchanges"
OUTCOMES = [
    outcome(),
    outcome(findings=(finding(operation=None, spec=None, exchanges=(), story="", expected=None),)),
    outcome(findings=(finding(kind=Kind.CHECK, rule="not_a_server_error", basis=Basis.HTTP),)),
    outcome(verdict=Verdict.KEPT, findings=()),
    outcome(verdict=Verdict.INCONCLUSIVE, findings=(), laws_run=(), doubts=("Nothing answers.",), requests=0),
    outcome(errors=(Skipped("put-replaces[/books]", "KeyError('x') in worlds.py:3"),), left=("/books/1",)),
]


def console(told: Outcome) -> str:
    return "\n".join(summary_lines(told))


def validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize("told", OUTCOMES, ids=lambda told: f"{told.verdict}-{len(told.findings)}")
def test_the_json_report_fits_its_schema(told: Outcome) -> None:
    validator().validate(json.loads(json_text(told)))


def test_the_json_report_has_the_fields_that_are_promised() -> None:
    report = json.loads(json_text(outcome()))
    assert list(report) == FIELDS.split()
    assert list(report["findings"][0]) == FINDING.split()
    assert report["findings"][0]["also"] == ["patch_book"]
    assert report["findings"][0]["spec"] == {
        "pointer": "/paths/~1books~1{id}/put",
        "file": "library.yaml",
        "line": 12,
    }


def test_the_schema_describes_every_field_and_allows_no_other() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    assert list(schema["properties"]) == FIELDS.split()
    described = schema["properties"] | schema["$defs"]["finding"]["properties"]
    assert [name for name, part in described.items() if "description" not in part] == []
    assert not validator().is_valid(json.loads(json_text(outcome())) | {"more": 1})


def test_a_check_is_no_law_in_the_json_report() -> None:
    (found,) = json.loads(json_text(OUTCOMES[2]))["findings"]
    assert found["check"] == "not_a_server_error"
    assert "law" not in found


def test_doubts_and_errors_of_the_suite_stand_among_what_was_skipped() -> None:
    told = outcome(doubts=("Too little.",), errors=(Skipped("put-replaces[/books]", "KeyError('x')"),))
    skipped = json.loads(json_text(told))["skipped"]
    assert skipped[0] == {"name": "run", "reason": "Too little."}
    assert skipped[1] == {"name": "put-replaces[/books]", "reason": "the suite itself failed: KeyError('x')"}


def test_no_report_tells_a_key() -> None:
    for text in (json_text(outcome()), markdown_text(outcome()), console(outcome())):
        assert "secret" not in text


def test_the_summary_says_all_there_is_to_say_of_a_finding() -> None:
    text = console(outcome())
    for said in (
        "1. put-reads-back  put_book  (spec; gates)",
        "What a replace request says is what is read afterwards.",
        "A property does not read as it was replaced.",
        'expected  {"/title": "ü"}',
        'observed  {"/title": "u"}',
        "also      patch_book",
        "spec      library.yaml:12 at /paths/~1books~1{id}/put",
        finding().fingerprint,
    ):
        assert said in text


def test_a_script_is_shown_so_that_it_can_be_copied() -> None:
    lines = console(outcome()).splitlines()
    start = lines.index("#!/bin/sh")
    assert lines[start - 1] == lines[start + 2]
    assert lines[start - 1].startswith("# ---")
    assert lines[start + 1] == 'curl -X PUT "$BASE/books/1"'


def test_the_verdict_comes_last() -> None:
    assert console(outcome()).splitlines()[-1].startswith("verdict     broken:")
    assert console(outcome()).endswith("(1 gating)")
    warning = finding(gates=False, basis=Basis.CONVENTION)
    text = console(outcome(verdict=Verdict.KEPT, findings=(warning, warning)))
    assert text.splitlines()[-1].startswith("verdict     kept:")
    assert text.endswith("(2 warnings)")


def test_the_summary_counts_reasons() -> None:
    assert "     2      a second key is needed (--api-key2)" in console(outcome())


def test_an_error_of_the_suite_is_told_from_a_finding() -> None:
    text = console(OUTCOMES[-1])
    assert "The suite itself failed here; this says nothing about the server:" in text
    assert "  put-replaces[/books]  KeyError('x') in worlds.py:3" in text
    assert "1 records could not be deleted" in text


def test_markdown_holds_a_table_and_each_finding() -> None:
    text = markdown_text(outcome(findings=(finding(message="a | b <c>"), finding(story="```\ncurl\n"))))
    assert text.startswith("# The contract is broken\n")
    assert "| gates | `put-reads-back` | put_book | spec | a \\| b &lt;c> |" in text
    assert "- spec: `library.yaml:12 at /paths/~1books~1{id}/put`" in text
    assert "\n````sh\n```\ncurl\n````\n" in text
    assert "<summary>2 skipped</summary>" in text


def test_markdown_says_why_nothing_can_be_said() -> None:
    text = markdown_text(OUTCOMES[4])
    assert text.startswith("# Inconclusive\n")
    assert "> Nothing answers." in text


def test_files_are_written(tmp_path: Path) -> None:
    reports = [Report("json", tmp_path / "new" / "r.json"), Report("markdown", tmp_path / "r.md")]
    prepare_reports(reports)
    write_reports(outcome(), reports)
    assert json.loads(reports[0].file.read_text("utf-8"))["seed"] == 7
    assert reports[1].file.read_text("utf-8") == markdown_text(outcome())


def test_a_file_that_cannot_be_written_is_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be written .*Name another file"):
        prepare_reports([Report("json", tmp_path)])


def shown(value: Any) -> str:
    return markdown_text(outcome(findings=(finding(expected=value),)))


def test_markdown_shows_values_as_code() -> None:
    assert '- expected: ` {"a": "b"} `' in shown({"a": "b"})
    assert "- expected: `` a`b ``" in shown("a`b")
