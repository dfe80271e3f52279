"""Strings: by format, by pattern, else by the name of the property, within bounds of length."""

from __future__ import annotations

import base64
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from contracts.schemas import compile_schema
from mockserver.synth.budget import Budget, Unsatisfiable
from mockserver.synth.flat import Flat
from mockserver.synth.names import DEFAULT_KIND, Pools, kind_of
from mockserver.synth.patterns import Matching

if TYPE_CHECKING:
    from random import Random

_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
_SPREADS = (6, 6, 3, 1, 0)
_PATTERN_TRIES = 24
_KINDS = {"email": "email", "hostname": "host", "uri": "url", "url": "url"}
_FILLER = "abcdefghijklmnopqrstuvwxyz"


def text(rng: Random, flat: Flat, words: list[str], pools: Pools, budget: Budget) -> str:
    """A string that keeps the format, the patterns and the lengths of `flat`.

    Raises:
        Unsatisfiable: none was found.
    """
    least, most = flat.least.get("minLength", 0), flat.most.get("maxLength")
    if most is not None and most < least:
        raise Unsatisfiable("The schema's bounds leave no length for a text.")
    budget.spend(least)
    if flat.formats and flat.formats[0] in FORMATS:
        candidates = _formatted(rng, pools, flat.formats[0], least, most)
    elif flat.patterns:
        candidates = _matching(rng, flat.patterns[0], least, budget)
    else:
        return _fitted(rng, pools.texts(kind_of(words) or DEFAULT_KIND), least, most)
    return _first_fit(candidates, flat, least, most)


def _first_fit(candidates: Iterator[str], flat: Flat, least: int, most: int | None) -> str:
    demands = [{"pattern": pattern} for pattern in flat.patterns]
    try:
        validator = compile_schema({}, {"allOf": demands}) if demands else None
    except ValueError as error:
        raise Unsatisfiable("A pattern of the schema is no regular expression.") from error
    for found in candidates:
        fits = len(found) >= least and (most is None or len(found) <= most)
        if fits and (validator is None or validator.is_valid(found)):
            return found
    wanted = f"the pattern {flat.patterns[0]!r}" if flat.patterns else f"the format {flat.formats[0]!r}"
    raise Unsatisfiable(f"No text of {wanted} was found within the bounds of length.")


def _matching(rng: Random, pattern: str, least: int, budget: Budget) -> Iterator[str]:
    for attempt in range(_PATTERN_TRIES):
        spread = _SPREADS[attempt % len(_SPREADS)]
        if attempt % 3 == 2:
            spread = max(spread, least)
        found = Matching(rng, budget, spread).draw(pattern)
        yield found
        if len(found) < least:  # what is not anchored may be followed or preceded by anything
            filler = "".join(rng.choices(_FILLER, k=least - len(found)))
            yield found + filler
            yield filler + found


def _fitted(rng: Random, pool: tuple[str, ...], least: int, most: int | None) -> str:
    """A text of the pool, cut between words where it is too long, joined where it is too short."""
    fitting = [found for found in pool if least <= len(found) and (most is None or len(found) <= most)]
    if fitting:
        return rng.choice(fitting)
    found = rng.choice(pool)
    while len(found) < least:
        found = f"{found} {rng.choice(pool)}"
    if most is not None and len(found) > most:
        cut = found[:most].rpartition(" ")[0].rstrip(" ,.;")
        found = cut if len(cut) >= max(least, 1) else found[:most]
    return found


def _formatted(rng: Random, pools: Pools, format: str, least: int, most: int | None) -> Iterator[str]:
    """Texts of a format: a plausible one first, then one as long as demanded and the shortest."""
    make = FORMATS[format]
    if format in _KINDS:
        yield rng.choice(pools.texts(_KINDS[format]))
    yield make(rng, 0)
    if least:
        yield make(rng, least)
    if most is not None:
        yield SHORTEST.get(format, "")


def _moment(rng: Random) -> datetime:
    return _EPOCH + timedelta(seconds=rng.randrange(365 * 86_400))


def _date_time(rng: Random, least: int) -> str:
    return f"{_moment(rng):%Y-%m-%dT%H:%M:%S}Z"


def _date(rng: Random, least: int) -> str:
    return f"{_moment(rng):%Y-%m-%d}"


def _time(rng: Random, least: int) -> str:
    return f"{_moment(rng):%H:%M:%S}Z"


def _duration(rng: Random, least: int) -> str:
    return f"PT{rng.randint(1, 600)}M"


def _uuid(rng: Random, least: int) -> str:
    raw = bytearray(rng.randbytes(16))
    raw[6] = raw[6] & 0x0F | 0x40  # version 4, RFC 9562 §5.4
    raw[8] = raw[8] & 0x3F | 0x80
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _label(rng: Random, size: int) -> str:
    return "".join(rng.choices(string.ascii_lowercase, k=max(size, 3)))


def _host(rng: Random, least: int) -> str:
    labels = [_label(rng, 7), "example", "com"]
    while len(".".join(labels)) < least:
        labels.insert(0, _label(rng, min(least - len(".".join(labels)) - 1, 60)))
    return ".".join(labels)


def _email(rng: Random, least: int) -> str:
    host = _host(rng, least - 64)
    return f"{_label(rng, min(max(least - len(host) - 1, 6), 63))}@{host}"


def _uri(rng: Random, least: int) -> str:
    found = f"https://example.com/{_label(rng, 8)}"
    return found if len(found) >= least else f"{found}/{_label(rng, least - len(found))}"


def _path(rng: Random, least: int) -> str:
    return f"/{_label(rng, max(6, least))}"


def _ipv4(rng: Random, least: int) -> str:
    return f"192.0.2.{rng.randint(1, 254)}"  # RFC 5737 §3: for documentation


def _ipv6(rng: Random, least: int) -> str:
    return f"2001:db8::{rng.randrange(1, 0xFFFF):x}"  # RFC 3849: for documentation


def _base64(rng: Random, least: int) -> str:
    return base64.b64encode(rng.randbytes(max(12, -(-least * 3 // 4)))).decode("ascii")


def _password(rng: Random, least: int) -> str:
    return "".join(rng.choices(string.ascii_letters + string.digits, k=max(12, least)))


def _pointer(rng: Random, least: int) -> str:
    return f"0/{_label(rng, max(5, least))}"


def _expression(rng: Random, least: int) -> str:
    return f"^{_label(rng, max(5, least))}$"


#: Format → a maker of texts at least so long, where the format allows that.
FORMATS = {
    "date-time": _date_time,
    "date": _date,
    "time": _time,
    "duration": _duration,
    "uuid": _uuid,
    "uri": _uri,
    "url": _uri,
    "iri": _uri,
    "uri-reference": _path,
    "iri-reference": _path,
    "uri-template": _uri,
    "email": _email,
    "idn-email": _email,
    "hostname": _host,
    "idn-hostname": _host,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "byte": _base64,
    "binary": _password,
    "password": _password,
    "json-pointer": _path,
    "relative-json-pointer": _pointer,
    "regex": _expression,
}

#: Format → a text as short as it gets, for narrow bounds.
SHORTEST = {
    "uri": "a:b",
    "url": "a:b",
    "iri": "a:b",
    "uri-reference": "a",
    "iri-reference": "a",
    "uri-template": "a",
    "email": "a@b.co",
    "idn-email": "a@b.co",
    "hostname": "a",
    "idn-hostname": "a",
    "ipv4": "8.8.8.8",
    "ipv6": "::1",
    "byte": "",
    "duration": "P1D",
    "binary": "a",
    "password": "a",
    "json-pointer": "",
    "relative-json-pointer": "0",
    "regex": "a",
    "time": "00:00:00Z",
}
