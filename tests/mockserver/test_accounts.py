"""Which keys open which workspace."""

from __future__ import annotations

import pytest

from contracts.errors import UsageError
from mockserver.accounts import AnyKey, IssuedKeys, NoKeyNeeded, accounts, key_of
from mockserver.ids import workspace_of


def test_by_default_every_key_opens_its_own_workspace() -> None:
    any_key = accounts()
    assert isinstance(any_key, AnyKey)
    assert any_key.workspace("a") == workspace_of("a")
    assert any_key.workspace("a") != any_key.workspace("b")
    assert any_key.workspace(None) is None
    assert any_key.workspace("") is None


def test_issued_keys_and_no_others() -> None:
    issued = accounts(["one", "Bearer two"])
    assert isinstance(issued, IssuedKeys)
    assert issued.workspace("one") == workspace_of("one")
    assert issued.workspace("two") == workspace_of("two")
    assert [issued.workspace(key) for key in ("three", "Bearer two", "", None)] == [None] * 4


def test_no_key_needed() -> None:
    free = accounts(no_auth=True)
    assert isinstance(free, NoKeyNeeded)
    assert free.workspace(None) == free.workspace("") == workspace_of("")
    assert free.workspace("a") == workspace_of("a")


def test_options_that_contradict_each_other() -> None:
    with pytest.raises(UsageError, match="Leave out one"):
        accounts(["a"], no_auth=True)


@pytest.mark.parametrize("key", ["schlüssel", "a\nb", "🔑", "\x7f"])
def test_a_key_that_no_header_can_carry(key: str) -> None:
    with pytest.raises(UsageError, match="cannot be sent"):
        accounts([key])


@pytest.mark.parametrize("key", ["", " ", "Bearer", "bearer "])
def test_an_empty_key_is_none(key: str) -> None:
    with pytest.raises(UsageError, match="A key is empty"):
        accounts(["a", key])
    assert key_of(key) is None
