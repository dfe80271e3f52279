"""What a property is called tells what its text looks like; Faker supplies the words, in pools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mockserver.ids import Ids

if TYPE_CHECKING:
    from random import Random

    from faker import Faker

POOL_SIZE = 48

#: Name of a property, its words joined → kind of text. The longest ending that is listed wins.
KINDS = {
    "about": "sentence",
    "address": "street",
    "author": "person",
    "avatar": "url",
    "bio": "sentence",
    "body": "paragraph",
    "brand": "company",
    "caption": "title",
    "category": "word",
    "city": "city",
    "code": "code",
    "color": "color",
    "colour": "color",
    "comment": "sentence",
    "company": "company",
    "content": "paragraph",
    "country": "country",
    "countrycode": "countrycode",
    "currency": "currency",
    "description": "sentence",
    "displayname": "person",
    "domain": "host",
    "email": "email",
    "emailaddress": "email",
    "error": "sentence",
    "file": "file",
    "filename": "file",
    "firstname": "firstname",
    "fullname": "person",
    "givenname": "firstname",
    "handle": "handle",
    "headline": "title",
    "host": "host",
    "hostname": "host",
    "href": "url",
    "image": "url",
    "key": "slug",
    "label": "word",
    "lang": "language",
    "language": "language",
    "lastname": "lastname",
    "link": "url",
    "locale": "locale",
    "location": "city",
    "login": "handle",
    "message": "sentence",
    "mimetype": "media",
    "mediatype": "media",
    "name": "name",
    "nickname": "firstname",
    "note": "sentence",
    "notes": "paragraph",
    "organisation": "company",
    "organization": "company",
    "path": "file",
    "phone": "phone",
    "phonenumber": "phone",
    "place": "city",
    "postalcode": "postcode",
    "postcode": "postcode",
    "query": "words",
    "question": "question",
    "reason": "sentence",
    "region": "state",
    "role": "word",
    "slug": "slug",
    "state": "state",
    "street": "street",
    "subject": "title",
    "summary": "sentence",
    "surname": "lastname",
    "tag": "word",
    "text": "paragraph",
    "timezone": "timezone",
    "title": "title",
    "topic": "title",
    "type": "word",
    "uri": "url",
    "url": "url",
    "username": "handle",
    "version": "version",
    "website": "url",
    "zip": "postcode",
    "zipcode": "postcode",
}
DEFAULT_KIND = "words"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MEDIA = ("application/json", "application/pdf", "image/png", "image/jpeg", "text/plain", "text/csv")
_LOCALES = ("en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "it-IT", "ja-JP", "pt-BR")


def words_of(name: str) -> list[str]:
    """The words of a name in any case convention, in lower case: `billingCity` → billing, city."""
    return [word.lower() for word in _WORD.findall(name)]


def kind_of(words: list[str]) -> str | None:
    """The kind of text that a property called so holds, if its name tells."""
    for start in range(len(words)):
        kind = KINDS.get("".join(words[start:]))
        if kind:
            return kind
    return None


def singular(name: str) -> str:
    """What one item of a list called `name` is called."""
    if name.endswith("ies") and len(name) > 4:
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


class Pools:
    """Texts by kind, each kind drawn once, at its first use, from the seed and the kind alone."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._faker: Faker | None = None
        self._pools: dict[str, tuple[str, ...]] = {}

    def texts(self, kind: str) -> tuple[str, ...]:
        """The pool of a kind."""
        pool = self._pools.get(kind)
        if pool is None:
            pool = self._pools[kind] = self._drawn(kind)
        return pool

    def _drawn(self, kind: str) -> tuple[str, ...]:
        faker = self._seeded(kind)
        rng = self._ids.random("pool", kind)
        return tuple(dict.fromkeys(_text(faker, rng, kind) for _ in range(POOL_SIZE)))

    def _seeded(self, kind: str) -> Faker:
        if self._faker is None:
            # Imported here because it takes longer than the rest of a start, and most runs never need it.
            from faker import Faker

            self._faker = Faker("en_US", use_weighting=False)
        self._faker.seed_instance(self._ids.random("faker", kind).getrandbits(64))
        return self._faker


def _text(faker: Faker, rng: Random, kind: str) -> str:
    """One text. Hosts and addresses stay under the domains that RFC 2606 §3 reserves."""
    match kind:
        case "title":
            return _capital(faker.sentence(nb_words=4).rstrip("."))
        case "name":
            return " ".join(_capital(word) for word in faker.words(2))
        case "question":
            return str(faker.sentence(nb_words=8)).rstrip(".") + "?"
        case "slug":
            return "-".join(faker.words(2))
        case "handle":
            return f"{faker.first_name().lower()}{rng.randrange(10, 100)}"
        case "email":
            return f"{faker.first_name().lower()}.{faker.last_name().lower()}@example.com"
        case "host":
            return f"{faker.word().lower()}.example.com"
        case "url":
            return f"https://{faker.word().lower()}.example.com/{'-'.join(faker.words(2)).lower()}"
        case "file":
            return f"{'-'.join(faker.words(2)).lower()}.{rng.choice(('txt', 'md', 'pdf', 'png', 'csv'))}"
        case "code":
            return f"{faker.lexify('???').upper()}-{rng.randrange(100, 1000)}"
        case "phone":
            return f"+1-{rng.randrange(201, 990)}-555-01{rng.randrange(100):02}"  # numbers kept for fiction
        case "version":
            return f"{rng.randrange(1, 6)}.{rng.randrange(0, 20)}.{rng.randrange(0, 10)}"
        case "media":
            return rng.choice(_MEDIA)
        case "locale":
            return rng.choice(_LOCALES)
        case "language":
            return str(faker.language_name())
        case "words":
            return " ".join(faker.words(3))
        case _:
            return str(getattr(faker, _METHODS[kind])())


_METHODS = {
    "city": "city",
    "color": "color_name",
    "company": "company",
    "country": "country",
    "countrycode": "country_code",
    "currency": "currency_code",
    "firstname": "first_name",
    "lastname": "last_name",
    "paragraph": "paragraph",
    "person": "name",
    "postcode": "postcode",
    "sentence": "sentence",
    "state": "state",
    "street": "street_address",
    "timezone": "timezone",
    "word": "word",
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
