"""One document of one or many files: what stands in other files is taken over as components.

References inside the document stay references, so names are kept and recursion stays possible. Nothing is
fetched: a reference to the network is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.errors import DocumentError, Place
from contracts.pointers import join, lookup, unescape
from contracts.reading import Source, nearest_line, read
from contracts.structure import COMPONENT_KINDS, JSON, Kind, Site, as_object, clone, is_reference, walk
from contracts.versions import Version, openapi_version

_SECTIONS: Mapping[Kind, str] = {kind: section for section, kind in COMPONENT_KINDS.items()}
_FILE = re.compile(r"[^#]+\.(?:ya?ml|json)(?:#.*)?|[^#]*/[^#]*(?:#.*)?|[^#]+#.*", re.DOTALL)


@dataclass(frozen=True)
class Bundle:
    """A document that refers to no other file.

    Attributes:
        lines: the 1-based line of each JSON pointer, in the file it came from.
        files: for what came from other files, its JSON pointer here and its file.
    """

    path: Path
    version: Version
    data: JSON
    lines: dict[str, int]
    files: dict[str, Path] = field(default_factory=dict)

    def place(self, pointer: str) -> Place:
        """The file and line of `pointer`, or of its nearest ancestor that stands in a file."""
        return locate(self.path, self.lines, self.files, pointer)


def locate(path: Path, lines: Mapping[str, int], files: Mapping[str, Path], pointer: str) -> Place:
    """The file and line of `pointer`, or of its nearest ancestor that stands in a file."""
    taken_over = pointer
    while taken_over and taken_over not in files:
        taken_over = taken_over.rpartition("/")[0]
    return Place(files.get(taken_over, path), pointer, nearest_line(lines, pointer))


def bundle(path: Path) -> Bundle:
    """Read an OpenAPI file and all files it refers to.

    Raises:
        DocumentError: a file cannot be read, is no OpenAPI document, or a reference leads nowhere.
    """
    source = read(path)
    bundler = _Bundler(source, openapi_version(source))
    if _refers_to_files(source.data):
        bundler.run()
    return bundler.bundle


def _refers_to_files(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_refers_to_files, value))
    if not isinstance(value, dict):
        return False
    if is_reference(value) and not value["$ref"].startswith("#"):
        return True
    mapped = as_object(value.get("mapping")).values()  # of a discriminator, perhaps
    return any(map(_names_a_file, mapped)) or any(map(_refers_to_files, value.values()))


def _names_a_file(value: Any) -> bool:
    return isinstance(value, str) and _FILE.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class _Target:
    """What a reference leads to."""

    source: Source
    pointer: str
    kind: Kind


class _Bundler:
    def __init__(self, root: Source, version: Version) -> None:
        self.root = root
        self.bundle = Bundle(root.path, version, root.data, root.lines)
        self._sources = {root.path.resolve(): root}
        self._references: dict[tuple[Path, str, Kind], str] = {}
        self._open: list[_Target] = []

    def run(self) -> None:
        """Take over all that other files hold."""
        self._inline_container("/components")
        components = self.bundle.data.get("components")
        sections = components if isinstance(components, dict) else {}
        origins = {
            f"/components/{section}": self._inline_container(f"/components/{section}") for section in sections
        }
        origins["/paths"] = self._inline_container("/paths")
        entries = [*self._entries(origins)]
        claimed = [self._claim(site, source) for site, source in entries]
        for (site, source), target in zip(entries, claimed, strict=True):
            if target is None:
                self._take_over_references(site.node, site.kind, site.pointer, source)
            else:
                site.node.clear()
                site.node.update(self._copy_object(target, site.pointer))
                self._take_over_references(site.node, site.kind, site.pointer, target.source)

    def _inline_container(self, pointer: str) -> Source:
        """Bring in a whole map (`paths`, `components`, one of its sections) that is only a reference."""
        node = self._find(pointer)
        if not is_reference(node) or node["$ref"].startswith("#"):
            return self.root
        target = self._target(node["$ref"], "document", self.root, pointer)
        node.clear()
        node.update(self._copy_object(target, pointer))
        section = pointer.rpartition("/")[2]
        for name in node if section in COMPONENT_KINDS else ():
            own = join(target.pointer, name)
            self._references[(target.source.path.resolve(), own, COMPONENT_KINDS[section])] = join(
                f"#{pointer}", name
            )
        return target.source

    def _entries(self, origins: Mapping[str, Source]) -> Iterator[tuple[Site, Source]]:
        """The path items and components of the document, each with the file it stands in."""
        for pointer, source in origins.items():
            container = self._find(pointer)
            kind = COMPONENT_KINDS.get(pointer.rpartition("/")[2], "path item")
            for name in container if isinstance(container, dict) else ():
                yield Site(kind, join(pointer, name), container[name], (container, name)), source

    def _claim(self, site: Site, source: Source) -> _Target | None:
        """Let a component that is only a reference to a file be the place of what it refers to."""
        if site.kind == "path item" or not is_reference(site.node):
            return None
        target = self._target(site.node["$ref"], site.kind, source, site.pointer)
        key = (target.source.path.resolve(), target.pointer, target.kind)
        if target.source is self.root or key in self._references:
            return None
        self._references[key] = f"#{site.pointer}"
        return target

    def _take_over_references(self, node: Any, kind: Kind, pointer: str, source: Source) -> None:
        for site in list(walk(node, kind, pointer)):
            if is_reference(site.node):
                self._take_over(site, source)
            elif site.kind == "schema" and isinstance(site.node, dict):
                self._take_over_mapping(site, source)

    def _take_over(self, site: Site, source: Source) -> None:
        reference = site.node["$ref"]
        target = self._target(reference, site.kind, source, f"{site.pointer}/$ref")
        if target.source is self.root:
            site.node["$ref"] = f"#{target.pointer}"
        elif site.kind == "path item":
            self._take_over_path_item(site, target)
        elif site.kind in _SECTIONS:
            site.node["$ref"] = self._reference(target)

    def _take_over_path_item(self, site: Site, target: _Target) -> None:
        """Path items are no components of OpenAPI 3.0: what a file holds comes in where it is referred to."""
        if target in self._open:
            message = f"The reference {site.node['$ref']!r} leads back to itself."
            raise DocumentError(message, place=self.bundle.place(f"{site.pointer}/$ref"))
        del site.node["$ref"]
        site.node.update(self._copy_object(target, site.pointer) | site.node)
        self._open.append(target)
        self._take_over_references(site.node, site.kind, site.pointer, target.source)
        self._open.pop()

    def _take_over_mapping(self, site: Site, source: Source) -> None:
        """A discriminator maps values to names of schemas or to references (Discriminator Object)."""
        discriminator = site.node.get("discriminator")
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        if not isinstance(mapping, dict):
            return
        for value, reference in mapping.items():
            if _names_a_file(reference) or (isinstance(reference, str) and reference.startswith("#")):
                pointer = join(f"{site.pointer}/discriminator/mapping", value)
                target = self._target(reference, "schema", source, pointer)
                own = target.source is self.root
                mapping[value] = f"#{target.pointer}" if own else self._reference(target)

    def _reference(self, target: _Target) -> str:
        """The reference, inside the document, to what was taken over from a file."""
        key = (target.source.path.resolve(), target.pointer, target.kind)
        if key not in self._references:
            section = self.bundle.data.setdefault("components", {}).setdefault(_SECTIONS[target.kind], {})
            name = _unused(unescape(target.pointer.rpartition("/")[2]) or target.source.path.stem, section)
            pointer = join("/components", _SECTIONS[target.kind], name)
            self._references[key] = f"#{pointer}"  # before what it holds, which may refer back to it
            section[name] = self._copy(target, pointer)
            self._take_over_references(section[name], target.kind, pointer, target.source)
        return self._references[key]

    def _target(self, reference: str, kind: Kind, source: Source, pointer: str) -> _Target:
        place = self.bundle.place(pointer)
        url = urlsplit(reference)
        if url.netloc or url.scheme not in {"", "file"}:
            raise DocumentError(
                f"The reference {reference!r} leads to the network, which is never asked.",
                place=place,
                cure="Save that file beside this one and refer to it by its relative path.",
            )
        path = source.path.parent / unquote(url.path) if url.path else source.path
        fragment = unquote(url.fragment)
        other = self._source(path, reference, place)
        try:
            if fragment and not fragment.startswith("/"):
                raise LookupError(fragment)
            lookup(other.data, fragment)
        except LookupError:
            raise DocumentError(f"The reference {reference!r} leads nowhere.", place=place) from None
        return _Target(other, fragment, kind)

    def _source(self, path: Path, reference: str, place: Place) -> Source:
        key = path.resolve()
        if key not in self._sources:
            if not key.is_file():
                raise DocumentError(f"The reference {reference!r} leads to no file.", place=place)
            self._sources[key] = read(path)
        return self._sources[key]

    def _copy(self, target: _Target, pointer: str) -> Any:
        """A copy of what a file holds, its lines noted as those of `pointer`."""
        self.bundle.files[pointer] = target.source.path
        for below, line in target.source.lines.items():
            if below == target.pointer or below.startswith(f"{target.pointer}/"):
                self.bundle.lines[pointer + below.removeprefix(target.pointer)] = line
        return clone(lookup(target.source.data, target.pointer))

    def _copy_object(self, target: _Target, pointer: str) -> JSON:
        copied = self._copy(target, pointer)
        if not isinstance(copied, dict):
            place = target.source.place(target.pointer)
            raise DocumentError("This is referred to as an object and is none.", place=place)
        return copied

    def _find(self, pointer: str) -> Any:
        try:
            return lookup(self.bundle.data, pointer)
        except LookupError:
            return None


def _unused(name: str, section: JSON) -> str:
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    candidate, number = plain, 2
    while candidate in section:
        candidate, number = f"{plain}_{number}", number + 1
    return candidate
