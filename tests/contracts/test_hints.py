"""Hints are what the table says, wherever they come from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.document import load
from contracts.errors import DocumentError
from contracts.hints import HINTS, PREFIX, wrong_hints

ROOT = Path(__file__).parents[2]

WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "misspelt": (
        {"x-kit-orderr": "asc"},
        "x-kit-orderr",
        "There is no hint 'x-kit-orderr'. Did you mean 'x-kit-order'",
    ),
    "misplaced": (
        {"x-kit-merge": "deep"},
        "x-kit-merge",
        "'x-kit-merge' says nothing about this operation. It stands on the document",
    ),
    "no order": ({"x-kit-order": "up"}, "x-kit-order", "does not take this value. It takes asc or desc."),
    "no list": ({"x-kit-cascade": "/sessions"}, "x-kit-cascade", "It takes a list of the paths"),
    "no path": ({"x-kit-cascade": ["sessions"]}, "x-kit-cascade", "It takes a list of the paths"),
    "no name": ({"x-kit-behaviour": {"links": {}}}, "x-kit-behaviour", "It takes an object with a name"),
    "no behaviour": ({"x-kit-arises": True}, "x-kit-arises", "It takes the name of a behaviour"),
}


def overlay(path: Path, target: str, update: dict[str, Any]) -> Path:
    action = {"target": target, "update": update}
    path.write_text(
        yaml.safe_dump({"overlay": "1.0.0", "info": {"title": "O", "version": "1"}, "actions": [action]})
    )
    return path


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_hint_of_an_overlay_is_refused(tmp_path: Path, name: str) -> None:
    update, hint, says = WRONG[name]
    path = overlay(tmp_path / "o.yaml", "$.paths['/agents'].get", update)
    with pytest.raises(DocumentError, match=says) as refused:
        load(overlays=[path])
    assert refused.value.message.startswith(f"With the overlay {path} applied: ")
    assert refused.value.place is not None
    assert refused.value.place.pointer == f"/paths/~1agents/get/{hint}"


@pytest.mark.parametrize(
    "update", [{"x-kit-merge": "sideways"}, {"x-kit-null-means": None}, {"x-kit-reference-check": "yes"}]
)
def test_a_wrong_setting_of_the_document_is_refused(tmp_path: Path, update: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match="does not take this value"):
        load(overlays=[overlay(tmp_path / "o.yaml", "$", update)])


def test_a_convention_can_be_taken_back(tmp_path: Path) -> None:
    update = {"x-kit-merge": "shallow", "x-kit-null-means": "null", "x-kit-reference-check": False}
    document = load(overlays=[overlay(tmp_path / "o.yaml", "$", update)])
    assert {name: document.data[name] for name in update} == update


def test_the_shipped_overlays_use_every_hint_and_no_other() -> None:
    data = load().data
    assert list(wrong_hints(data)) == []
    assert set(re.findall(rf"{PREFIX}[a-z-]+", str(data))) == HINTS.keys()


def test_hints_are_named_in_one_module_alone() -> None:
    sources = [
        path for part in ("contracts", "mockserver", "conformance") for path in (ROOT / part).rglob("*.py")
    ]
    naming = [
        path.name for path in sources if re.search(rf'"{PREFIX}[a-z]', path.read_text(encoding="utf-8"))
    ]
    assert naming == ["hints.py"]


def test_the_readme_of_the_spec_explains_each() -> None:
    text = (ROOT / "spec" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(rf"^\| `({PREFIX}[a-z-]+)` \|", text, re.MULTILINE)) == HINTS.keys()
