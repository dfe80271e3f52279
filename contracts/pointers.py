"""JSON pointers (RFC 6901)."""

from __future__ import annotations

from typing import Any


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
    """What stands at `pointer` (with or without a leading "#").

    Raises:
        LookupError: nothing stands there.
    """
    node = root
    for token in pointer.removeprefix("#").split("/")[1:]:
        key = unescape(token)
        try:
            node = node[int(key)] if isinstance(node, list) else node[key]
        except (ValueError, TypeError) as error:
            raise LookupError(pointer) from error
    return node
