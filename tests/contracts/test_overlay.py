"""OpenAPI Overlay 1.0.0: what actions do, what they report, and which overlays are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.document import load
from contracts.errors import DocumentError
from contracts.overlay import OverlayReport, apply, read_overlay
from contracts.structure import JSON, clone

HEAD = "overlay: 1.0.0\ninfo: {title: Mine, version: '1'}\nactions:\n"
DOCUMENT: JSON = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1", "contact": {"name": "N"}},
    "tags": [{"name": "a"}, {"name": "b"}],
    "paths": {
        "/a": {"get": {"operationId": "A", "tags": ["a"]}, "post": {"operationId": "B"}},
        "/b": {"get": {"operationId": "C"}},
    },
}


def _apply(folder: Path, actions: str) -> tuple[JSON, OverlayReport]:
    path = folder / "overlay.yaml"
    path.write_text(HEAD + actions)
    before = clone(DOCUMENT)
    outcome = apply(read_overlay(path), DOCUMENT)
    assert before == DOCUMENT, "the document given must stay as it is"
    return outcome


def test_update_merges_objects_extends_arrays_and_replaces_primitives(tmp_path: Path) -> None:
    update = "{title: New, contact: {url: u}, x-new: [1]}"
    result, report = _apply(tmp_path, f"- {{target: $.info, description: Why., update: {update}}}\n")
    assert result["info"] == {
        "title": "New",
        "version": "1",
        "contact": {"name": "N", "url": "u"},
        "x-new": [1],
    }
    assert [(a.target, a.description, a.matches) for a in report.actions] == [("$.info", "Why.", 1)]
    result, _ = _apply(tmp_path, "- {target: '$.paths[\"/a\"].get', update: {tags: [c]}}\n")
    assert result["paths"]["/a"]["get"]["tags"] == ["a", "c"]


def test_update_of_an_array_appends_one_entry(tmp_path: Path) -> None:
    result, _ = _apply(tmp_path, "- {target: $.tags, update: {name: c}}\n")
    assert result["tags"] == [{"name": "a"}, {"name": "b"}, {"name": "c"}]


def test_every_match_is_updated_and_none_shares_the_update(tmp_path: Path) -> None:
    result, report = _apply(tmp_path, "- {target: '$.paths.*.get', update: {x-list: [1]}}\n")
    first, second = result["paths"]["/a"]["get"], result["paths"]["/b"]["get"]
    assert first["x-list"] == second["x-list"] == [1]
    assert first["x-list"] is not second["x-list"]
    assert report.actions[0].matches == 2


def test_remove_takes_members_and_entries(tmp_path: Path) -> None:
    result, report = _apply(
        tmp_path,
        "- {target: '$.tags[*]', remove: true}\n"
        "- {target: '$.paths[?@.post]', remove: true, update: {ignored: true}}\n"
        "- {target: $.info.contact, remove: true}\n",
    )
    assert result["tags"] == []
    assert result["paths"].keys() == {"/b"}
    assert "contact" not in result["info"]
    assert [action.matches for action in report.actions] == [2, 1, 1]


def test_remove_takes_only_the_entries_selected(tmp_path: Path) -> None:
    result, _ = _apply(tmp_path, "- {target: \"$.tags[?@.name == 'a']\", remove: true}\n")
    assert result["tags"] == [{"name": "b"}]


def test_actions_apply_in_order(tmp_path: Path) -> None:
    result, _ = _apply(
        tmp_path,
        "- {target: '$.paths[\"/a\"].get.tags', remove: true}\n"
        "- {target: '$.paths[\"/a\"].get', update: {tags: [z]}}\n",
    )
    assert result["paths"]["/a"]["get"]["tags"] == ["z"]


def test_what_matches_nothing_is_reported_with_its_place(tmp_path: Path) -> None:
    result, report = _apply(tmp_path, "- {target: $.servers, description: Why., update: {}}\n")
    assert result == DOCUMENT
    (action,) = report.unmatched
    assert (action.target, action.description, action.place.line) == ("$.servers", "Why.", 4)


OBJECTS = st.recursive(
    st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=12,
)


@given(update=st.dictionaries(st.sampled_from("xyz"), OBJECTS))
def test_an_update_of_new_members_adds_just_these_and_twice_is_once_but_for_arrays(
    tmp_path_factory: pytest.TempPathFactory, update: JSON
) -> None:
    import json

    path = tmp_path_factory.mktemp("overlay") / "overlay.json"
    written = {
        "overlay": "1.0.0",
        "info": {"title": "T", "version": "1"},
        "actions": [{"target": "$.info", "update": update}],
    }
    path.write_text(json.dumps(written))
    overlay = read_overlay(path)
    once, _ = apply(overlay, DOCUMENT)
    assert once["info"] == {**DOCUMENT["info"], **update}
    twice, _ = apply(overlay, once)
    assert _without_lists(twice) == _without_lists(once)


def _without_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lists(entry) for key, entry in value.items()}
    return "list" if isinstance(value, list) else value


# name: (text, line, what the message says)
BAD: dict[str, tuple[str, int, str]] = {
    "no overlay": ("openapi: 3.0.3\n", 1, "not an OpenAPI Overlay. An overlay begins with `overlay: 1.0.0`"),
    "a list": ("- a\n", 1, "An overlay must be an object"),
    "version 2": ("overlay: 2.0.0\ninfo: {}\n", 1, "version 2.0.0 is not known. Write 1.0.0"),
    "no info": ("overlay: 1.0.0\nactions: [{}]\n", 1, "required field 'info' is missing"),
    "no title": (
        "overlay: 1.0.0\ninfo: {version: '1'}\nactions: [{}]\n",
        2,
        "required field 'title' is missing",
    ),
    "a version that is a number": (
        "overlay: 1.0.0\ninfo: {title: T, version: 1.0}\nactions: [{}]\n",
        2,
        "'version' must be a string. Write '1.0', in quotes",
    ),
    "no actions": (
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\n",
        1,
        "required field 'actions' is missing",
    ),
    "no action": (f"{HEAD}  []\n", 3, "at least one action"),
    "an action that is none": (f"{HEAD}- 5\n", 4, "An action must be an object"),
    "a misspelt field": (
        f"{HEAD}- target: $\n  updte: {{}}\n",
        5,
        "no field 'updte' here. Did you mean 'update'",
    ),
    "no target": (f"{HEAD}- update: {{}}\n", 4, "required field 'target' is missing"),
    "a target that is a number": (f"{HEAD}- target: 5\n  update: {{}}\n", 4, "'target' must be a string"),
    "a target without a root": (
        f"{HEAD}- target: paths\n  update: {{}}\n",
        4,
        "must be a JSONPath that begins with",
    ),
    "a broken target": (
        f"{HEAD}- target: $.paths[\n  update: {{}}\n",
        4,
        r"no JSONPath expression \(RFC 9535\)",
    ),
    "a target of another dialect": (
        f"{HEAD}- target: $.a ^ $.b\n  update: {{}}\n",
        4,
        "no JSONPath expression",
    ),
    "nothing to do": (f"{HEAD}- target: $\n", 4, "needs `update` or `remove: true`"),
    "remove by word": (f"{HEAD}- target: $.info\n  remove: 'yes'\n", 5, "`remove` must be true or false"),
    "a description that is a list": (
        f"{HEAD}- target: $\n  description: []\n  update: {{}}\n",
        5,
        "must be a string",
    ),
    "a primitive target": (
        f"{HEAD}- target: $.info.title\n  update: New\n",
        4,
        "neither object nor array.*Select the",
    ),
    "the whole document removed": (
        f"{HEAD}- target: $\n  remove: true\n",
        4,
        "whole document cannot be removed",
    ),
    "an update that is no object": (
        f"{HEAD}- target: $.info\n  update: 5\n",
        4,
        "`update` must be an object",
    ),
    "an object for a string": (
        f"{HEAD}- target: $.info\n  update: {{title: {{}}}}\n",
        4,
        "an object for /info/title, which is the value 'T'. Remove the old value",
    ),
    "a string for an array": (f"{HEAD}- target: $\n  update: {{tags: a}}\n", 4, "which is an array"),
    "a repeated key": (f"{HEAD}- target: $\n  target: $\n", 5, "stands twice"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_overlay(tmp_path: Path, name: str) -> None:
    text, line, says = BAD[name]
    path = tmp_path / "overlay.yaml"
    path.write_text(text)
    with pytest.raises(DocumentError, match=says) as refused:
        apply(read_overlay(path), DOCUMENT)
    place = refused.value.place
    assert place is not None
    assert (place.file, place.line) == (path, line)


def test_an_overlay_that_makes_the_document_invalid_is_named(tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(f"{HEAD}- target: $.info\n  update: {{titel: T}}\n")
    with pytest.raises(
        DocumentError, match=r"With the overlay .*overlay.yaml applied: .*Did you mean 'title'"
    ):
        load(overlays=[path])


def test_a_missing_overlay_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none.yaml: There is no such file"):
        load(overlays=[tmp_path / "none.yaml"])
