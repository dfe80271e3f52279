"""Ids that a server chose, and where later requests of a story say them again."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from contracts.exchange import Exchange, Request
from contracts.shell import Variable

Place = tuple[str | int, ...]
Part = str | Variable

# Long enough, and odd enough, to be taken for an id wherever it stands.
_TELLING = re.compile(r"(?=.*\d)[0-9A-Za-z_-]{8,}")
_JSON_STYLES: tuple[dict[str, Any], ...] = tuple(
    {"ensure_ascii": ascii_only, "separators": separators}
    for separators in ((", ", ": "), (",", ":"))
    for ascii_only in (False, True)
)


@dataclass(frozen=True, slots=True)
class Capture:
    """An id in an answer.

    Attributes:
        name: of the variable that is to hold it.
        place: where it stands in the answer, as keys from the root.
    """

    name: str
    place: Place
    value: str | int

    @property
    def telling(self) -> bool:
        """Whether its text is an id wherever it stands, be it within other text."""
        return _TELLING.fullmatch(str(self.value)) is not None


def captures(exchanges: Sequence[Exchange]) -> list[list[Capture]]:
    """For each exchange, the ids in its answer that a later request says again.

    An id that a request said before any answer did was the client's choice, and is left as it is.
    """
    found: list[list[Capture]] = [[] for _ in exchanges]
    known: set[str | int] = set()
    said = ""
    names: Counter[str] = Counter()
    for index, exchange in enumerate(exchanges):
        said += _said(exchange.request)
        later = [other for other in exchanges[index + 1 :] if not _at_once(exchange, other)]
        for label, place, value in _candidates(exchange):
            capture = Capture(label, place, value)
            if value in known or (capture.telling and str(value) in said):
                continue
            if any(mentions(capture, other.request) for other in later):
                names[label] += 1
                found[index].append(Capture(f"{label}_{names[label]}", place, value))
                known.add(value)
    return found


def mentions(capture: Capture, request: Request) -> bool:
    """Whether a request says an id."""
    if str(capture.value) not in _said(request):
        return False
    parts = [*in_target(request.target, [capture]), *in_body(request.body, [capture])]
    parts += [part for _, value in request.headers for part in in_text(value, [capture])]
    return any(isinstance(part, Variable) for part in parts)


def in_target(target: str, known: Sequence[Capture]) -> list[Part]:
    """A path and query, with variables where they say known ids."""
    path, mark, query = target.partition("?")
    parts: list[Part] = []
    for index, segment in enumerate(path.split("/")):
        parts += ["/"] if index else []
        parts += _in_encoded(segment, known)
    parts.append(mark)
    for index, pair in enumerate(query.split("&")):
        name, equals, value = pair.partition("=")
        parts += [*(["&"] if index else []), name, equals, *_in_encoded(value, known)]
    return parts


def in_body(body: bytes, known: Sequence[Capture]) -> list[Part]:
    """A body in UTF-8, with variables where it says known ids; of JSON, whole values and telling parts."""
    try:
        text = body.decode()
        data = json.loads(text)
    except ValueError:
        return in_text(body.decode("utf-8", "replace"), known)
    style = next((style for style in _JSON_STYLES if json.dumps(data, **style) == text), None)
    if style is None:
        return in_text(text, known)
    return _unmarked(json.dumps(_marked(data, known), **style), known)


def in_text(text: str, known: Sequence[Capture]) -> list[Part]:
    """A text, with variables where telling ids stand in it."""
    telling = {str(capture.value): capture for capture in known if capture.telling}
    if not telling:
        return [text]
    alternatives = "|".join(map(re.escape, sorted(telling, key=len, reverse=True)))
    pieces = re.split(f"(?<![0-9A-Za-z_-])({alternatives})(?![0-9A-Za-z_-])", text)
    return [Variable(telling[piece].name) if index % 2 else piece for index, piece in enumerate(pieces)]


def _in_encoded(text: str, known: Sequence[Capture]) -> list[Part]:
    """A percent-encoded part of a target: an id that is all of it, or telling ids within it."""
    for capture in known:
        if unquote(text) == str(capture.value):
            plain = quote(str(capture.value), safe="") == str(capture.value)
            return [Variable(capture.name, None if plain else "$(url {})")]
    return in_text(text, known)


def _marked(data: Any, known: Sequence[Capture]) -> Any:
    """The data with marks in place of known ids."""
    if isinstance(data, dict):
        return {_marked_text(name, known): _marked(value, known) for name, value in data.items()}
    if isinstance(data, list):
        return [_marked(value, known) for value in data]
    if isinstance(data, bool) or not isinstance(data, (str, int)):
        return data
    for index, capture in enumerate(known):
        if type(data) is type(capture.value) and data == capture.value and _stands_in_json(capture):
            return _mark(index) if isinstance(data, str) else _mark(index, bare=True)
    return _marked_text(data, known) if isinstance(data, str) else data


def _marked_text(text: str, known: Sequence[Capture]) -> str:
    places = {capture.name: index for index, capture in enumerate(known)}
    return "".join(
        _mark(places[part.name]) if isinstance(part, Variable) else part for part in in_text(text, known)
    )


def _mark(index: int, *, bare: bool = False) -> str:
    """A mark that no sensible text holds; a bare one loses the quotes around it."""
    return f"@@{'bare' if bare else 'text'}:{index}@@"


_MARK = re.compile(r'"@@bare:(\d+)@@"|@@text:(\d+)@@')


def _unmarked(text: str, known: Sequence[Capture]) -> list[Part]:
    parts: list[Part] = []
    end = 0
    for match in _MARK.finditer(text):
        parts += [text[end : match.start()], Variable(known[int(match[1] or match[2])].name)]
        end = match.end()
    return [*parts, text[end:]]


def _stands_in_json(capture: Capture) -> bool:
    """Whether its value is the same inside a JSON text as outside."""
    return json.dumps(capture.value, ensure_ascii=False).strip('"') == str(capture.value)


def _candidates(exchange: Exchange) -> Iterator[tuple[str, Place, str | int]]:
    """Ids in an answer: those that are named, then whatever looks like one."""
    try:
        answer = (
            exchange.response.json() if exchange.response is not None and exchange.response.body else None
        )
    except ValueError:
        return
    for name, place in exchange.captures.items():
        value = _at(answer, place)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            yield re.sub(r"_\d+$", "", name), place, value
    for place, text in _texts(answer, ()):
        if _TELLING.fullmatch(text):
            yield _label(place), place, text


def _texts(data: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(data, str):
        yield place, data
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(data, dict):
        inner = data.items()
    elif isinstance(data, list):
        inner = enumerate(data)
    for key, value in inner:
        yield from _texts(value, (*place, key))


def _label(place: Place) -> str:
    """The name of the nearest property, as the name of a variable."""
    name = next((key for key in reversed(place) if isinstance(key, str)), "")
    return re.sub(r"\W", "_", name, flags=re.ASCII).lstrip("_0123456789").lower() or "id"


def _at(data: Any, place: Place) -> Any:
    for key in place:
        try:
            data = data[key]
        except (LookupError, TypeError):
            return None
    return data


def _said(request: Request) -> str:
    headers = "\n".join(value for _, value in request.headers)
    return f"{unquote(request.target)}\n{headers}\n{request.body.decode('utf-8', 'replace')}\n"


def _at_once(one: Exchange, other: Exchange) -> bool:
    return one.batch is not None and one.batch == other.batch
