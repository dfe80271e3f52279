"""The report files that were asked for."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.outcome import Outcome
from conformance.reports.as_json import json_text
from conformance.reports.as_markdown import markdown_text
from conformance.settings import Report
from contracts.errors import UsageError

_FORMS = {"json": json_text, "markdown": markdown_text}


def prepare_reports(reports: Iterable[Report]) -> None:
    """Sees that the files can be written, while there is nothing to lose.

    Raises:
        UsageError: one cannot.
    """
    for report in reports:
        try:
            report.file.parent.mkdir(parents=True, exist_ok=True)
            with report.file.open("a"):
                pass
        except OSError as error:
            message = f"--report: {report.file} cannot be written ({error.strerror})."
            raise UsageError(message, cure="Name another file.") from error


def write_reports(outcome: Outcome, reports: Iterable[Report]) -> None:
    """Writes them; JUnit's is pytest's own business.

    Raises:
        OSError: a file cannot be written.
    """
    for report in reports:
        form = _FORMS.get(report.form)
        if form is not None:
            report.file.write_text(form(outcome), encoding="utf-8")
