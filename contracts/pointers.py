"""JSON pointers (RFC 6901)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote


def escape(token: str) -> str:
    """One reference token, escaped."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """One reference token, as the key it names."""
    return token.replace("~1", "/").replace("~0", "~")


def join(pointer: str, *tokens: str) -> str:
    """`pointer` followed by the keys `tokens`."""
    return pointer + "".join("/" + escape(token) for token in tokens)


def lookup(root: Any, pointer: str) -> Any:
    """What stands at `pointer`: a JSON pointer, or one as a URI fragment (with "#" and percent-encoding, §6).

    Raises:
        LookupError: nothing stands there.
    """
    if pointer.startswith("#"):
        pointer = unquote(pointer[1:])
    if pointer and not pointer.startswith("/"):  # the name of an anchor, say
        raise LookupError(pointer)
    node = root
    for token in pointer.split("/")[1:]:
        key = unescape(token)
        if isinstance(node, list) and key.isascii() and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            raise LookupError(pointer)
    return node
