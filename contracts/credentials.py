"""Where a request carries its API key, and in what form.

Keys never stand in an exchange: `KEY` stands there in their place until a request is sent or printed.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from contracts.document import JSON, Document
from contracts.schemas import resolve

KEY = "{key}"


@dataclass(frozen=True, slots=True)
class KeyForm:
    """How a key is sent.

    Attributes:
        location: "header", "query" or "cookie".
        name: of the header, query parameter or cookie.
        prefix: what precedes the key, with its space: "Bearer ".
        encoded: the key is a user and a password, sent in base64 (RFC 7617 §2).
    """

    location: str = "header"
    name: str = "Authorization"
    prefix: str = ""
    encoded: bool = False

    def value(self, key: str) -> str:
        """What is sent for a key."""
        return self.prefix + (base64.b64encode(key.encode()).decode() if self.encoded else key)


def key_forms(document: Document) -> tuple[KeyForm, ...]:
    """The forms that a document allows for its keys, the one it names first; none where it asks for no key.

    A key in `Authorization` is tried bare, as the document says it, and after `Bearer`, as clients send it.
    """
    for scheme in _schemes(document.data):
        forms = _forms(scheme)
        if forms:
            return forms
    return ()


def _schemes(root: JSON) -> list[JSON]:
    """The security schemes, those that every operation needs first."""
    schemes: JSON = root.get("components", {}).get("securitySchemes", {})
    needed = [name for need in root.get("security", ()) for name in need]
    names = dict.fromkeys([*(name for name in needed if name in schemes), *schemes])
    return [resolve(root, schemes[name]) for name in names]


def _forms(scheme: JSON) -> tuple[KeyForm, ...]:
    match scheme:
        case {"type": "apiKey", "in": str(location), "name": str(name)}:
            bare = KeyForm(location, name)
            if location == "header" and name.lower() == "authorization":
                return bare, KeyForm(location, name, "Bearer ")
            return (bare,)
        case {"type": "http", "scheme": str(kind)} if kind.lower() == "basic":
            return (KeyForm(prefix="Basic ", encoded=True),)
        case {"type": "http" | "oauth2" | "openIdConnect"}:
            return (KeyForm(prefix="Bearer "),)
    return ()
