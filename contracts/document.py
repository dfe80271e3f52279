"""A document in force: an OpenAPI file, mended, with what overlays add, and the way back to its lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contracts.bundled import shipped
from contracts.bundling import Bundle, bundle, locate
from contracts.downconversion import down_convert
from contracts.errors import DocumentError, Place
from contracts.overlay import Overlay, OverlayReport, apply, read_overlay
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
        hinted: `base` plus the hints overlay and the user's own: what is meant.
        data: the same with the conventions: what the mock keeps and a check demands.
        lines: the 1-based line of each JSON pointer of the file as written.
        files: for what came from other files, overlays too, its JSON pointer here and its file.
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
    hints, conventions = ((files.hints,), (files.conventions,)) if shipped_overlays else ((), ())
    layers = _Layers(validator, bundled)
    hinted = layers.stacked(base, *hints)
    data = layers.stacked(hinted, *conventions, *overlays)
    if overlays:
        data = layers.extended(data, *hints, *conventions)
        hinted = layers.extended(layers.meant(hinted, *overlays), *hints)
    new = new_paths(data, layers.place)
    return Document(
        path=bundled.path,
        base=rename(base, new),
        hinted=rename(hinted, new),
        data=rename(data, new),
        lines=moved(layers.lines, new),
        files=moved(layers.files, new),
        repairs=repairs + as_repairs(new, layers.place),
        overlays=tuple(layers.reports),
    )


class _Layers:
    """Overlays, each applied on top of the last.

    Attributes:
        reports: what each did, in order.
        lines: the line of each JSON pointer, of what they wrote too.
        files: for what does not stand in the document's own file, its JSON pointer and its file.
    """

    def __init__(self, validator: Validator, bundled: Bundle) -> None:
        self._validator = validator
        self._path = bundled.path
        self.reports: list[OverlayReport] = []
        self.lines = dict(bundled.lines)
        self.files = dict(bundled.files)

    def place(self, pointer: str) -> Place:
        """Where a pointer of the document stands by now."""
        return locate(self._path, self.lines, self.files, pointer)

    def stacked(self, document: JSON, *overlays: Path) -> JSON:
        """The document with overlays on top.

        Raises:
            DocumentError: one cannot be used, or not with this document.
        """
        for path in overlays:
            overlay = read_overlay(path)
            result, report = apply(overlay, document)
            self._note(overlay, report)
            self.reports.append(report)
            self._validator.validate(result, self.place, subject=f"With the overlay {path} applied: ")
            document = result
        return document

    def meant(self, document: JSON, *overlays: Path) -> JSON:
        """The document with overlays on top that are sound without conventions; others are conventions."""
        for path in overlays:
            try:
                result, _ = apply(read_overlay(path), document)
            except DocumentError:
                continue  # with the conventions it was applied, so that it is these it builds on
            document = result if self._validator.is_valid(result) else document
        return document

    def extended(self, document: JSON, *overlays: Path) -> JSON:
        """The document in which overlays act on what others have added since."""
        for path in overlays:
            overlay = read_overlay(path)
            earlier = next(report for report in self.reports if report.path == path)
            document, report = apply(overlay, document, earlier)
            self._note(overlay, report)
        self._validator.validate(document, self.place)
        return document

    def _note(self, overlay: Overlay, report: OverlayReport) -> None:
        """Keeps where stands what an overlay wrote."""
        for here, there in (entry for action in report.actions for entry in action.written.items()):
            self.files[here] = overlay.path
            for pointer, line in overlay.lines.items():
                if pointer == there or pointer.startswith(f"{there}/"):
                    self.lines[here + pointer.removeprefix(there)] = line
