"""Nothing is said against a correct server, whatever the seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from conformance.schemathesis_bridge.bridge import Bridge
from conformance.schemathesis_bridge.failures import CheckFailure
from conformance.target import Keys, Target
from contracts.document import Document
from contracts.resources import ResourceModel

SEEDS = (1, 2, 3)


@contextmanager
def bridged(url: str, document: Document, model: ResourceModel, seed: int) -> Iterator[Bridge]:
    """A bridge to a server; what it made is gone afterwards."""
    with Target(url, Keys("A", "B")) as target:
        bridge = Bridge(document, model, target, seed)
        yield bridge
        assert bridge.close() == []


def failures_of(bridge: Bridge) -> list[CheckFailure]:
    return [failure for operation in bridge.operations for failure in bridge.check(operation).failures]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mock_keeps_conventions_too(
    mock_url: str, document: Document, model: ResourceModel, seed: int
) -> None:
    with bridged(mock_url, document, model, seed) as bridge:
        assert failures_of(bridge) == []
        reached = bridge.target.tally.reached
        assert {operation.id for operation in bridge.operations} == set(reached)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_independent_server_keeps_what_is_promised(
    independent_url: str, document: Document, model: ResourceModel, seed: int
) -> None:
    with bridged(independent_url, document, model, seed) as bridge:
        failures = failures_of(bridge)
        assert [failure for failure in failures if failure.gates] == []
        assert {failure.check for failure in failures} <= {
            "content_type_conformance",  # its errors have a form of their own
            "negative_data_rejection",  # it bounds no list that the file does not bound
            "positive_data_acceptance",  # it refuses null where the file does not allow it
        }
        assert {operation.id for operation in bridge.operations} == set(bridge.target.tally.reached)
