"""How a parameter's texts spell one value: the styles of OpenAPI 3.0.3, Parameter Object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.document import JSON
from contracts.operations import Parameter, is_json
from contracts.schemas import kind, properties, resolve
from mockserver.edge.scalars import Scalar, readers
from mockserver.strict_json import NotJSON, parse

_DEEPEST = 4

#: (member, text) pairs as sent; the member is "" except in objects whose members are sent one by one.
Texts = Sequence[tuple[str, str]]

_DELIMITERS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


class NotCompilable(Exception):
    """This module does not read that style (label, matrix); Connexion's stock stage has to."""


class Misfit(ValueError):
    """A text that spells no value of its type.

    Attributes:
        detail: why, as the end of a sentence.
        pointer: of the member or item within the parameter.
    """

    def __init__(self, detail: str, pointer: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer


#: Reads the texts of one parameter; raises Misfit.
Decoder = Callable[[Texts], Any]


def decoder(root: JSON, parameter: Parameter, fits: Callable[[Any], bool]) -> Decoder:
    """What reads the texts of `parameter`.

    Args:
        fits: whether a value fits the parameter's schema; decides between types that read the same text.

    Raises:
        NotCompilable: the style is not among those read here.
    """
    if parameter.media_type is not None:
        return _single(_document if is_json(parameter.media_type) else _Scalar((str,)))
    shape = kind(root, parameter.schema)
    if parameter.style == "deepObject":
        return _Members(member_readers(root, parameter.schema))
    delimiter = _DELIMITERS.get(parameter.style)
    if delimiter is None:
        raise NotCompilable(f"style {parameter.style}")
    if shape == "array":
        items = _Scalar(readers(root, resolve(root, parameter.schema).get("items", {})))
        exploded = parameter.explode and parameter.style != "simple"
        return _Array(items, None if exploded else delimiter)
    if shape == "object":
        members = member_readers(root, parameter.schema)
        if parameter.explode and parameter.style == "form":
            return _Members(members)
        return _Flat(members, delimiter, pairs=parameter.explode)
    return _single(_Scalar(readers(root, parameter.schema), fits))


def is_exploded_object(root: JSON, parameter: Parameter) -> bool:
    """Whether each member of the object is a query parameter of its own name."""
    plain = parameter.media_type is None and parameter.style == "form" and parameter.explode
    return plain and kind(root, parameter.schema) == "object"


@dataclass(frozen=True, slots=True)
class _Scalar:
    """One text as one of several types."""

    readers: tuple[Scalar, ...]
    fits: Callable[[Any], bool] | None = None

    def __call__(self, text: str, pointer: str = "") -> Any:
        candidates = []
        reason = ""
        for read in self.readers:
            try:
                value = read(text)
            except ValueError as error:
                reason = reason or str(error)
                continue
            if self.fits is None or len(self.readers) == 1 or self.fits(value):
                return value
            candidates.append(value)
        if not candidates:
            raise Misfit(reason, pointer)
        return candidates[0]


def _single(read: Callable[[str], Any]) -> Decoder:
    def decode(texts: Texts) -> Any:
        if len(texts) > 1:
            raise Misfit("was sent more than once; send it once")
        return read(texts[0][1])

    return decode


def _document(text: str) -> Any:
    try:
        return parse(text.encode("utf-8", "surrogatepass"))
    except NotJSON as error:
        raise Misfit(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Array:
    items: _Scalar
    delimiter: str | None

    def __call__(self, texts: Texts) -> list[Any]:
        parts = [text for _, text in texts]
        if self.delimiter is not None:
            if len(parts) > 1:
                raise Misfit("was sent more than once; send its items in one, parted by commas")
            parts = parts[0].split(self.delimiter)
        if parts == [""]:
            return []
        return [self.items(part, f"/{index}") for index, part in enumerate(parts)]


@dataclass(frozen=True, slots=True)
class _Flat:
    """`a,1,b,2`, or `a=1,b=2` when `pairs`."""

    members: Members
    delimiter: str
    pairs: bool

    def __call__(self, texts: Texts) -> JSON:
        if len(texts) > 1:
            raise Misfit("was sent more than once; send it once")
        text = texts[0][1]
        parts = text.split(self.delimiter) if text else []
        if self.pairs:
            split = [tuple(part.partition("=")[::2]) for part in parts]
        elif len(parts) % 2:
            raise Misfit("must list names and values by turns")
        else:
            split = list(zip(parts[::2], parts[1::2], strict=True))
        return assemble(self.members, [(name, value) for name, value in split])


@dataclass(frozen=True, slots=True)
class _Members:
    """An object whose members were sent one by one; or `whole`, as JSON, where that is allowed."""

    members: Members
    whole: bool = False

    def __call__(self, texts: Texts) -> Any:
        if self.whole and len(texts) == 1 and not texts[0][0]:
            return _document(texts[0][1])
        if any(not name for name, _ in texts):
            raise Misfit("is an object; send its members as name[member]=value")
        return assemble(self.members, texts)


Members = Mapping[str, _Scalar | _Array | _Members]


def assemble(members: Members, texts: Texts) -> JSON:
    """An object of (member, text) pairs; a member within a member is called `outer][inner`.

    Raises:
        Misfit: a member spells no value of its type.
    """
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name, text in texts:
        outer, _, inner = name.partition("][")
        if inner.count("][") > _DEEPEST:
            raise Misfit(f"nests members deeper than {_DEEPEST} levels", f"/{outer}")
        grouped.setdefault(outer, []).append((inner, text))
    return {name: _member(members.get(name), name, group) for name, group in grouped.items()}


def _member(read: _Scalar | _Array | _Members | None, name: str, texts: Texts) -> Any:
    if read is None:
        read = _Members({}) if texts[0][0] else _TEXT
    try:
        if not isinstance(read, _Scalar):
            return read(texts)
        if len(texts) > 1 or texts[0][0]:
            raise Misfit("is one value; send it once, as it is")
        return read(texts[0][1])
    except Misfit as misfit:
        raise Misfit(misfit.detail, f"/{name}{misfit.pointer}") from misfit


def member_readers(root: JSON, schema: JSON, depth: int = _DEEPEST) -> Members:
    """What reads each member of an object; below `depth` objects, which recursive schemas have, as text."""
    return {name: _member_reader(root, member, depth) for name, member in properties(root, schema).items()}


def _member_reader(root: JSON, schema: JSON, depth: int) -> _Scalar | _Array | _Members:
    match kind(root, schema):
        case "object" if depth:
            return _Members(member_readers(root, schema, depth - 1), whole=True)
        case "array":
            return _Array(_Scalar(readers(root, resolve(root, schema).get("items", {}))), None)
    return _Scalar(readers(root, schema))


_TEXT = _Scalar((str,))
