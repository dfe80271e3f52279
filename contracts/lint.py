"""What `sessions-kit spec lint` shows: each repair, as text, table or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from contracts.document import Document
from contracts.errors import KitError
from contracts.repairs.rule import Repair


def as_text(document: Document) -> str:
    """One line per repair, then the summary."""
    return "\n".join([*map(_line, document.repairs), summary(document)])


def _line(repair: Repair) -> str:
    changes = " This changes the contract." if repair.changes_contract else ""
    return f"{repair.place}: {repair.rule}: {repair.what} {repair.why}{changes}"


def print_table(document: Document) -> None:
    """For a terminal: the repairs under the rule that made them, with its reason, then the summary."""
    from rich.console import Console  # here, since only a terminal needs rich
    from rich.table import Table

    table = Table(title=str(document.path), title_justify="left")
    for heading in ("Line", "Where", "What was done"):
        table.add_column(heading, overflow="fold")
    for rule, repairs in groupby(sorted(document.repairs, key=lambda r: r.rule), key=lambda r: r.rule):
        made = list(repairs)
        changes = ", changes the contract" if made[0].changes_contract else ""
        table.add_section()
        table.add_row("", f"[bold]{rule}[/bold] ({len(made)}{changes})", f"[italic]{made[0].why}[/italic]")
        for repair in made:
            table.add_row(_line_number(document, repair), _escape(repair.pointer), _escape(repair.what))
    console = Console()
    console.print(table)
    console.print(_escape(summary(document)), highlight=False)


def _line_number(document: Document, repair: Repair) -> str:
    line = str(repair.place.line or "")
    return line if repair.place.file == document.path else f"{repair.place.file.name}:{line}"


def _escape(text: str) -> str:
    return text.replace("[", r"\[")


def summary(document: Document) -> str:
    """Whether the file can be used, and at what price."""
    if not document.repairs:
        return f"{document.path} needs no repair."
    rules = {repair.rule for repair in document.repairs}
    changing = sorted({repair.rule for repair in document.repairs if repair.changes_contract})
    repairs = _count(len(document.repairs), "repair")
    text = f"{document.path} is usable after {repairs} by {_count(len(rules), 'rule')}."
    return text + f" Changing the contract: {', '.join(changing)} (see --keep-wart)." if changing else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(document: Document) -> str:
    """The repairs for programs."""
    return _dump({"file": str(document.path), "usable": True, "repairs": [*_facts(document.repairs)]})


def failure_as_json(path: Path | None, error: KitError) -> str:
    """Why a file cannot be used, for programs."""
    place = error.place
    facts = {
        "message": error.message,
        "file": str(place.file) if place else None,
        "pointer": place.pointer if place else "",
        "line": place.line if place else None,
        "cure": error.cure,
    }
    return _dump({"file": str(path) if path else None, "usable": False, "error": facts})


def _facts(repairs: tuple[Repair, ...]) -> Iterator[dict[str, Any]]:
    for repair in repairs:
        yield {
            "rule": repair.rule,
            "file": str(repair.place.file),
            "pointer": repair.pointer,
            "line": repair.place.line,
            "what": repair.what,
            "why": repair.why,
            "changes_contract": repair.changes_contract,
        }


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
