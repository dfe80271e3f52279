"""Strings of the formats that OpenAPI and JSON Schema name, and strings that are clearly none of them."""

from __future__ import annotations

import base64
import datetime
import ipaddress

from hypothesis import strategies as st

Strings = st.SearchStrategy[str]

_WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
_HOSTS = _WORD.map(lambda word: f"{word}.example.com")
_MOMENTS = st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2100, 1, 1))
_DAYS = st.dates(datetime.date(1970, 1, 1), datetime.date(2100, 1, 1))


def of_format(name: str) -> Strings | None:
    """Strings of a format; None when it says nothing about them (`password`, or a name of somebody's own)."""
    return _FORMATS.get(name)


def not_of_format(name: str) -> tuple[str, ...]:
    """Strings that are not of a format; empty when any string is."""
    return _NOT.get(name, ())


_FORMATS: dict[str, Strings] = {
    "uuid": st.uuids(version=4).map(str),
    "date-time": _MOMENTS.map(lambda moment: f"{moment.isoformat(timespec='milliseconds')}Z"),
    "date": _DAYS.map(datetime.date.isoformat),
    "time": _MOMENTS.map(lambda moment: f"{moment.time().isoformat(timespec='seconds')}Z"),
    "duration": st.integers(1, 9_999).map(lambda days: f"P{days}D"),
    "email": st.builds("{}@{}".format, _WORD, _HOSTS),
    "idn-email": st.builds("{}@{}".format, _WORD, _HOSTS),
    "hostname": _HOSTS,
    "idn-hostname": _HOSTS,
    "ipv4": st.ip_addresses(v=4).map(str),
    "ipv6": st.ip_addresses(v=6).map(lambda address: str(ipaddress.ip_address(address))),
    "uri": st.builds("https://{}/{}?{}=1".format, _HOSTS, _WORD, _WORD),
    "url": st.builds("https://{}/{}".format, _HOSTS, _WORD),
    "uri-reference": st.builds("/{}/{}#{}".format, _WORD, _WORD, _WORD),
    "iri": st.builds("https://{}/{}".format, _HOSTS, _WORD),
    "iri-reference": st.builds("/{}".format, _WORD),
    "uri-template": st.builds("/{}/{{{}}}".format, _WORD, _WORD),
    "json-pointer": st.builds("/{}/0".format, _WORD),
    "relative-json-pointer": st.builds("1/{}".format, _WORD),
    "regex": st.builds("^[a-z]+{}$".format, _WORD),
    "byte": st.binary(max_size=48).map(lambda data: base64.b64encode(data).decode("ascii")),
}

_NOT: dict[str, tuple[str, ...]] = {
    "uuid": ("not-a-uuid", "12345678-1234-1234-1234-12345678901", "12345678-1234-1234-1234-12345678901g"),
    "date-time": ("not a time", "2024-13-01T00:00:00Z", "2024-02-30T00:00:00Z"),
    "date": ("not a date", "2024-02-30"),
    "time": ("not a time", "25:00:00Z"),
    "duration": ("not a duration", "P"),
    "email": ("not an address", "nobody"),
    "idn-email": ("not an address", "nobody"),
    "hostname": ("-not a host-", "two..dots"),
    "ipv4": ("not an address", "256.1.1.1"),
    "ipv6": ("not an address", "1::2::3"),
    "uri": ("not a uri", "//no.scheme/"),
    "json-pointer": ("no/slash/first",),
    # `regex` is left out: which patterns compile is a matter of the engine, and whether one is compiled at
    # all, of the other settings it stands beside.
}
