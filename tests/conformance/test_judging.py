"""Judging: what a broken law rests on, and whether it gates."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.cases import LawCase, law_cases
from conformance.findings import Finding
from conformance.judging import gates
from conformance.options import Depth
from conformance.run import Run
from conformance.settings import Settings
from contracts.document import Document, load
from contracts.laws import LAWS, Basis
from tests.conformance import careful
from tests.library import DATA, Library, running


@contextmanager
def run(library: Library, document: Document, *, strict: bool = False) -> Iterator[Run]:
    """A run that is open."""
    with running(library) as state:
        settings = Settings(target=state.url, api_key="one", api_key2="two", strict=strict)
        made = Run(settings, document)
        made.open()
        yield made
        made.close()


def case(on: Run, name: str) -> LawCase:
    return next(case for case in law_cases(on.model) if case.name == name)


def document(*, page_is_convention: bool = False) -> Document:
    """The library's; its bounds of pages may be a convention."""
    data = copy.deepcopy(DATA)
    hinted: Any = data
    if page_is_convention:
        hinted = copy.deepcopy(DATA)
        for parameter in hinted["paths"]["/shelves"]["get"]["parameters"]:
            parameter["schema"] = {"type": "integer"}
    lines = {"/paths/~1shelves/get": 17}
    return Document(Path("library.yaml"), hinted, hinted, data, lines)


class Unbounded(careful.CarefulLibrary):
    """Takes any page."""

    def in_bounds(self, query: dict[str, list[str]]) -> bool:
        """Always."""
        return True

    def page(self, inside: list[dict[str, Any]], start: int, size: int) -> list[dict[str, Any]]:
        """The first records."""
        return inside[:3]


def bounds(page_is_convention: bool, *, strict: bool = False) -> Finding:
    with run(Unbounded(), document(page_is_convention=page_is_convention), strict=strict) as on:
        (found,) = case(on, "bounds-of-parameters-hold[/shelves]").attempt(on).findings
    return found


def test_what_stands_in_the_document_is_spec() -> None:
    found = bounds(page_is_convention=False)
    assert (found.basis, found.gates) == (Basis.SPEC, True)


def test_what_a_convention_alone_demands_is_convention() -> None:
    found = bounds(page_is_convention=True)
    assert (found.basis, found.gates) == (Basis.CONVENTION, False)


class Choosy(careful.CarefulLibrary):
    """Forgets the pages of books that have one number of them, which hardly ever comes up again."""

    number = 0

    def _create(self, key: str, path: str, sent: dict[str, Any]) -> careful.Answer:
        self.number = self.number or (sent.get("pages", 0) if sent.get("pages", 0) > 1000 else 0)
        if self.number and sent.get("pages") == self.number:
            sent = {name: value for name, value in sent.items() if name != "pages"}
        return super()._create(key, path, sent)


def test_what_only_rare_values_show_is_spec_where_no_convention_plays_a_part() -> None:
    library, known = Choosy(), document()
    elsewhere = replace(known, hinted=known.hinted | {"info": {"title": "Unconventional", "version": "1"}})
    with run(library, elsewhere) as on:
        for seed in range(1, 10):
            on.settings = replace(on.settings, seed=seed)
            found = case(on, "create-reads-back[/shelves/{shelf_id}/books]").attempt(on).findings
            if found:
                break
    assert [finding.basis for finding in found] == [Basis.SPEC]
    assert library.number > 1000


def test_strictly_conventions_gate_too() -> None:
    assert bounds(page_is_convention=True, strict=True).gates


@pytest.mark.parametrize(
    ("basis", "strict", "gating"),
    [
        (Basis.SPEC, False, True),
        (Basis.HTTP, False, True),
        (Basis.CONVENTION, False, False),
        (Basis.CONVENTION, True, True),
    ],
)
def test_what_is_promised_gates(basis: Basis, strict: bool, gating: bool) -> None:
    assert gates(basis, strict=strict) is gating


def test_a_finding_says_all_there_is_to_say() -> None:
    found = bounds(page_is_convention=False)
    assert (found.rule, found.operation) == ("bounds-of-parameters-hold", "list_shelf")
    assert found.cause.endswith("is-accepted-outside-its-bounds")
    assert found.observed == 200
    assert str(found.spec) == "library.yaml:17 at /paths/~1shelves/get"
    assert found.exchanges[-1]["operation"] == "list_shelf"
    assert found.story.startswith("#!/bin/sh\n# bounds-of-parameters-hold: ")


def test_a_server_error_is_blamed_on_the_rule_beneath_all_laws() -> None:
    with run(careful.Failing(), document()) as on:
        (found,) = case(on, "long-text-survives[/shelves]").attempt(on).findings
    assert (found.rule, found.basis) == ("no-request-makes-the-server-fail", Basis.HTTP)
    assert found.cause == "no-request-makes-the-server-fail-500"
    assert found.source == "RFC 9110 §15.6"


def test_the_same_case_sends_the_same_in_every_run() -> None:
    sent = []
    for _ in range(2):
        library = careful.CarefulLibrary()
        with run(library, document()) as on:
            case(on, "create-reads-back[/shelves]").attempt(on)
        sent.append([(method, body) for method, _, _, body in library.requests])
    assert sent[0] == sent[1]


def test_no_two_cases_draw_the_same() -> None:
    bodies = []
    for name in ("create-reads-back[/shelves]", "receipt-names-the-record[/shelves]"):
        library = careful.CarefulLibrary()
        with run(library, document()) as on:
            case(on, name).attempt(on)
        bodies.append([body for method, _, _, body in library.requests if method == "POST"][1:])
    assert bodies[0] != bodies[1]


class OldestFirst(careful.CarefulLibrary):
    """Lists in the other order."""

    def page(self, inside: list[dict[str, Any]], start: int, size: int) -> list[dict[str, Any]]:
        """A slice from the beginning."""
        return super().page(inside[::-1], start, size)


@pytest.mark.parametrize("order", [None, "desc"])
def test_an_order_that_the_document_does_not_say_is_a_convention(order: str | None) -> None:
    said = document()
    if order:
        said.data["paths"]["/shelves"]["get"]["x-kit-order"] = order
    with run(OldestFirst(), said) as on:
        (found,) = case(on, "lists-are-in-order[/shelves]").attempt(on).findings
    assert (found.basis, found.gates) == ((Basis.SPEC, True) if order else (Basis.CONVENTION, False))


def test_a_document_of_few_resources_is_tried_with_more_values() -> None:
    few = {law.varied: Run(Settings(depth=Depth.CI), document()).examples(law) for law in LAWS}
    many = {law.varied: Run(Settings(depth=Depth.CI), load()).examples(law) for law in LAWS}
    assert few[True] > many[True] > many[False]
    assert few[False] > many[False]
    assert Run(Settings(depth=Depth.SMOKE), document()).examples(LAWS[1]) == 1
