"""Nothing is said against a correct server, whatever the seed, and all of it is reached."""

from __future__ import annotations

import pytest

from conformance.schemathesis_bridge.bridge import Bridge
from conformance.schemathesis_bridge.failures import CheckFailure
from tests.conformance.bridge.servers import Bench

SEEDS = (1, 2, 3)
MOST_REQUESTS = 3_000


def failures_of(bridge: Bridge) -> list[CheckFailure]:
    """All failures of a whole run."""
    results = [bridge.check(operation) for operation in bridge.operations]
    return [failure for result in (*results, bridge.stories()) for failure in result.failures]


def everything(bridge: Bridge) -> set[str]:
    return {operation.id for operation in bridge.operations}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mock_keeps_conventions_too(mock: Bench, seed: int) -> None:
    with mock.bridge(seed=seed) as bridge:
        assert failures_of(bridge) == []
        tally = bridge.target.tally
        assert set(tally.reached) == everything(bridge)
        assert tally.reached["Chat"] > tally.asked["Chat"] / 2
        assert tally.requests < MOST_REQUESTS
        assert bridge.close() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_independent_server_keeps_what_is_promised(independent: Bench, seed: int) -> None:
    with independent.bridge(seed=seed) as bridge:
        failures = failures_of(bridge)
        assert [failure for failure in failures if failure.gates] == []
        assert {failure.check for failure in failures} <= {
            "content_type_conformance",  # its errors have a form of their own
            "negative_data_rejection",  # it bounds no list that the file does not bound
            "positive_data_acceptance",  # it refuses null where the file does not allow it
        }
        assert set(bridge.target.tally.reached) == everything(bridge)
        assert bridge.close() == []
