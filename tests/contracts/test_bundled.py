"""The shipped files: in the wheel, else in the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts import bundled


def test_the_checkout_has_them_beside_the_package() -> None:
    files = bundled.shipped()
    root = Path(bundled.__file__).resolve().parent.parent
    assert files.spec == root / "spec" / "agents-openapi.yaml"
    assert files.spec.is_file()
    assert files.hints.is_file()
    assert files.conventions.is_file()


def test_the_wheel_carries_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_spec").mkdir()
    monkeypatch.setattr(bundled, "_PACKAGE", tmp_path)
    assert bundled.shipped().hints == tmp_path / "_spec" / "hints.overlay.yaml"
