"""Which keys open which workspace (a workspace per key: nothing of one is visible with another)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from contracts.errors import UsageError
from mockserver.ids import workspace_of

_SCHEME = "bearer"


class Accounts(Protocol):
    """Decides on keys."""

    def workspace(self, key: str | None) -> str | None:
        """The workspace that a key opens; None when it, or its absence (None), is refused."""
        ...


class AnyKey:
    """Every key is accepted and opens a workspace of its own."""

    def __init__(self) -> None:
        self._workspace = lru_cache(maxsize=1024)(workspace_of)

    def workspace(self, key: str | None) -> str | None:
        """The workspace of `key`; None without one."""
        return self._workspace(key) if key else None


class IssuedKeys:
    """The keys that were issued are accepted, and no other."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._workspaces = {key: workspace_of(key) for key in keys}

    def workspace(self, key: str | None) -> str | None:
        """The workspace of `key`; None if it was never issued."""
        return self._workspaces.get(key) if key else None


class NoKeyNeeded:
    """Requests without a key share one workspace; a key still opens its own."""

    def __init__(self) -> None:
        self._workspace = lru_cache(maxsize=1024)(workspace_of)

    def workspace(self, key: str | None) -> str | None:
        """The workspace of `key`, or the shared one."""
        return self._workspace(key or "")


def accounts(keys: Sequence[str] = (), *, no_auth: bool = False) -> Accounts:
    """The accounts that the command's options ask for.

    Raises:
        UsageError: an empty key, one that no header can carry, or keys together with `no_auth`.
    """
    if no_auth and keys:
        raise UsageError(
            "Keys were given, and that none is needed.", cure="Leave out one of the two options."
        )
    if no_auth:
        return NoKeyNeeded()
    issued = [key_of(key) for key in keys]
    if None in issued:
        raise UsageError("A key is empty.", cure="Give it at least one character, or leave the option out.")
    for key in issued:
        if key and not (key.isascii() and key.isprintable()):
            # Clients disagree on how a header carries anything else (RFC 9110 §5.5).
            raise UsageError(f"The key {key!r} cannot be sent.", cure="Use printable ASCII characters only.")
    return IssuedKeys([key for key in issued if key]) if keys else AnyKey()


def key_of(authorization: str) -> str | None:
    """The key in the value of an `Authorization` header; `Bearer KEY` and `KEY` are one key.

    The scheme may be written in any case (RFC 9110 §11.1). None when there is no key, as in `Bearer` alone.
    """
    value = authorization.strip(" \t")
    scheme, _, rest = value.replace("\t", " ").partition(" ")
    if scheme.lower() == _SCHEME:
        value = rest.strip(" ")
    return value or None
