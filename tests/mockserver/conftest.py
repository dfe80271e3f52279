"""Mocks of the shipped document: one in this process for all tests, a tenant of it for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.accounts import AnyKey
from mockserver.app import Mock, Settings, build
from mockserver.clock import FrozenClock
from tests.mockserver.api import NOON, Api
from tests.mockserver.process import Running, running
from tests.mockserver.shipped import DOCUMENT


@pytest.fixture(scope="session")
def mock() -> Mock:
    settings = Settings(seed=7, check_answers=True, accounts=AnyKey(), clock=FrozenClock(NOON))
    return build(DOCUMENT, settings)


@pytest.fixture
def api(mock: Mock, request: pytest.FixtureRequest) -> Api:
    """A tenant nobody else uses."""
    return Api(mock, request.node.nodeid)


@pytest.fixture(scope="session")
def running_mock() -> Iterator[Running]:
    """The command in a process of its own, with two keys; at the end it must stop cleanly and in silence."""
    with running("--api-key", "one", "--api-key", "two", "--seed", "7", "--check-answers") as mock:
        yield mock
