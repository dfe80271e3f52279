"""Files as data: what YAML and JSON mean here, and the line of each pointer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DocumentError
from contracts.pointers import join
from contracts.reading import Source, read

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def _read(folder: Path, text: str, name: str = "file.yaml") -> Source:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_plain_scalars_are_those_of_yaml_1_2(tmp_path: Path) -> None:
    source = _read(
        tmp_path,
        """
        booleans: [true, False, yes, on, "true"]
        numbers: [1, -2, 010, 0o10, 0x1F, 1.5, 1e3, .5, 1_000, "1"]
        times: [2024-05-01, 2024-05-01T12:00:00Z, 12:30]
        nothing: [null, ~, "null"]
        template: "{{ not.rendered }}"
        200: {off: 1}
        """,
    )
    assert source.data == {
        "booleans": [True, False, "yes", "on", "true"],
        "numbers": [1, -2, 10, 8, 31, 1.5, 1000.0, 0.5, "1_000", "1"],
        "times": ["2024-05-01", "2024-05-01T12:00:00Z", "12:30"],
        "nothing": [None, None, "null"],
        "template": "{{ not.rendered }}",
        "200": {"off": 1},
    }


def test_anchors_and_merge_keys(tmp_path: Path) -> None:
    source = _read(tmp_path, "base: &b\n  a: 1\n  b: 2\nother:\n  <<: *b\n  b: 3\nlist: [*b, *b]\n")
    assert source.data["other"] == {"a": 1, "b": 3}
    assert source.data["list"] == [{"a": 1, "b": 2}] * 2
    assert source.data["list"][0] is not source.data["list"][1]
    assert source.lines["/other/a"] == 2
    assert source.lines["/other/b"] == 6


def test_lines_of_yaml_are_those_of_keys_and_entries(tmp_path: Path) -> None:
    source = _read(tmp_path, "# comment\na:\n  b/c: 1\nd:\n  - 1\n  -\n    e: 2\n")
    assert source.lines == {"": 2, "/a": 2, "/a/b~1c": 3, "/d": 4, "/d/0": 5, "/d/1": 7, "/d/1/e": 7}


def test_json_has_the_lines_of_the_same_yaml(tmp_path: Path) -> None:
    text = '{\n "a": {"b/c": 1},\n "d": [\n  1,\n  {"e": "x\\n,{y"},\n  []\n ]\n}'
    as_json, as_yaml = _read(tmp_path, text, "a.json"), _read(tmp_path, text.replace("\\n", ""), "a.yml")
    assert as_json.lines == as_yaml.lines
    assert as_json.lines["/d/1/e"] == 5


@given(value=VALUES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_any_json_is_read_as_it_is_and_every_value_has_a_line(
    tmp_path_factory: pytest.TempPathFactory, value: object, indent: int | None, ascii_only: bool
) -> None:
    folder = tmp_path_factory.mktemp("json")
    text = json.dumps({"value": value}, indent=indent, ensure_ascii=ascii_only)
    source = _read(folder, text, "file.json")
    assert source.data == {"value": value}
    assert set(source.lines) == {"", "/value", *_pointers(value, "/value")}
    if indent:
        lines = text.splitlines() if ascii_only else text.split("\n")
        assert all(line <= len(lines) for line in source.lines.values())


def _pointers(value: object, pointer: str) -> set[str]:
    found = {pointer}
    if isinstance(value, dict):
        for key, entry in value.items():
            found |= _pointers(entry, join(pointer, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            found |= _pointers(entry, f"{pointer}/{index}")
    return found


def test_json_inside_a_yaml_file_and_flow_yaml(tmp_path: Path) -> None:
    assert _read(tmp_path, '{"a": "\\ud83d\\ude00"}').data == {"a": "😀"}
    assert _read(tmp_path, "{a: 1, b: [x]}").data == {"a": 1, "b": ["x"]}
    assert _read(tmp_path, "\ufeffa: 1\n").data == {"a": 1}


def test_aliases_that_explode_are_stopped(tmp_path: Path) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    with pytest.raises(DocumentError, match="aliases expand"):
        _read(tmp_path, f"a0: &a0 [x]\n{levels}")
