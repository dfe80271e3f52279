"""One contract, two uses, for any document: the mock of a file keeps what the suite demands of that file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.commands import sessions_kit

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("articles", "12 of 12"),
        ("habits", "14 of 14"),
        ("kinds", "6 of 6"),
        ("complaints", "4 of 4"),
        ("museum", "8 of 8"),
        ("pages", "20 of 20"),
        ("pets", "9 of 9"),
        ("shop", "17 of 17"),
    ],
)
def test_the_mock_of_a_document_keeps_it(tmp_path: Path, name: str, reached: str) -> None:
    done = sessions_kit(tmp_path, "check", "--spec", str(DATA / f"{name}.yaml"))
    assert done.returncode == 0, done.stdout
    assert f"{reached} answered 2xx" in done.stdout
    assert "error" not in done.stdout


def test_the_published_file_with_all_its_warts_is_kept(tmp_path: Path) -> None:
    done = sessions_kit(tmp_path, "check", "--spec", str(DATA / "published-warts.yaml"), "--depth", "smoke")
    assert done.returncode == 0, done.stdout
