"""A document in force: an OpenAPI file, mended, with what overlays add, and the way back to its lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contracts.bundled import shipped
from contracts.bundling import bundle, locate
from contracts.downconversion import down_convert
from contracts.errors import Place
from contracts.overlay import OverlayReport, apply, read_overlay
from contracts.path_names import as_repairs, moved, new_paths, rename
from contracts.repairs.catalogue import check_kept, mend
from contracts.repairs.rule import Repair
from contracts.structure import JSON
from contracts.validation import Validator

__all__ = ["JSON", "Document", "load"]


@dataclass(frozen=True)
class Document:
    """An OpenAPI 3.0 document in its three layers.

    Attributes:
        path: the file it was read from.
        base: the file after its repairs.
        hinted: `base` plus the hints overlay: what the file means.
        data: `hinted` plus conventions and the user's overlays: what the mock keeps and a check demands.
        lines: the 1-based line of each JSON pointer of the file as written.
        files: for what came from other files, its JSON pointer here and its file.
        repairs: what was changed in the file, in order.
        overlays: what each overlay did, in order.
    """

    path: Path
    base: JSON
    hinted: JSON
    data: JSON
    lines: Mapping[str, int]
    files: Mapping[str, Path] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()
    overlays: tuple[OverlayReport, ...] = ()

    def place(self, pointer: str) -> Place:
        """The file and line of `pointer`, or of its nearest ancestor that stands in a file."""
        return locate(self.path, self.lines, self.files, pointer)


def load(
    path: Path | None = None,
    *,
    overlays: Sequence[Path] = (),
    shipped_overlays: bool = True,
    keep: Collection[str] = (),
) -> Document:
    """Read an OpenAPI file, mend it and apply overlays.

    Args:
        path: the file; the shipped spec when left out.
        overlays: overlays of the user's own, applied last; the shipped ones act on what they add, too.
        shipped_overlays: whether the shipped hints and conventions are applied, wherever their targets exist.
        keep: names of contract-changing repairs that are not to be made.

    Raises:
        DocumentError: the file or an overlay cannot be used.
        UsageError: `keep` names no such repair.
    """
    check_kept(keep)
    files = shipped()
    bundled = bundle(path or files.spec)
    base, converted = down_convert(bundled)
    repairs = converted + mend(base, bundled.place, keep)
    validator = Validator()
    validator.validate(base, bundled.place)
    layers = _Layers(validator, bundled.place)
    hinted = layers.add(base, files.hints) if shipped_overlays else base
    data = layers.add(hinted, files.conventions) if shipped_overlays else hinted
    for overlay in overlays:
        data = layers.add(data, overlay)
    if shipped_overlays and overlays:
        data = layers.extend(data, files.hints, files.conventions)
    new = new_paths(data, bundled.place)
    return Document(
        path=bundled.path,
        base=rename(base, new),
        hinted=rename(hinted, new),
        data=rename(data, new),
        lines=moved(bundled.lines, new),
        files=moved(bundled.files, new),
        repairs=repairs + as_repairs(new, bundled.place),
        overlays=tuple(layers.reports),
    )


@dataclass
class _Layers:
    """Overlays, each applied on top of the last.

    Attributes:
        reports: what each did, in order.
    """

    validator: Validator
    place: Callable[[str], Place]
    reports: list[OverlayReport] = field(default_factory=list)

    def add(self, document: JSON, overlay: Path) -> JSON:
        """The document with an overlay on top."""
        result, report = apply(read_overlay(overlay), document)
        self.reports.append(report)
        self.validator.validate(result, self.place, subject=f"With the overlay {overlay} applied: ")
        return result

    def extend(self, document: JSON, *overlays: Path) -> JSON:
        """The document in which overlays act on what others have added since."""
        for overlay in overlays:
            earlier = next(report for report in self.reports if report.path == overlay)
            document, _ = apply(read_overlay(overlay), document, earlier)
        self.validator.validate(document, self.place)
        return document
