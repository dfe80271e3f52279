"""Where the shipped spec and its overlays are: in the wheel, else in the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Shipped:
    """The files that ship with this package."""

    spec: Path
    hints: Path
    conventions: Path


def shipped() -> Shipped:
    """The shipped files: those the wheel carries as `contracts/_spec`, else `spec/` beside the package."""
    in_wheel = _PACKAGE / "_spec"
    folder = in_wheel if in_wheel.is_dir() else _PACKAGE.parent / "spec"
    return Shipped(
        spec=folder / "agents-openapi.yaml",
        hints=folder / "hints.overlay.yaml",
        conventions=folder / "conventions.overlay.yaml",
    )
