"""The bridge stands on the resource model of any document, and says nothing of correct servers."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest
from schemathesis.checks import CHECKS as REGISTRY
from schemathesis.generation import hypothesis as patches

from conformance.schemathesis_bridge.bridge import Bridge, Effort
from conformance.schemathesis_bridge.isolation import CHANGED
from conformance.target import Keys, Target, TargetUnavailable
from contracts.document import load
from contracts.inference import infer
from tests.conformance.bridge.servers import Bench
from tests.conformance.bridge.test_correct_servers import everything, failures_of
from tests.conformance.careful import CarefulLibrary
from tests.library import Library, document, model, running

WARTS = Path(__file__).parents[2] / "data" / "published-warts.yaml"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_careful_library_is_accused_of_nothing_that_gates(seed: int) -> None:
    with running(CarefulLibrary()) as library, Target(library.url, Keys("one", "two")) as target:
        bridge = Bridge(document(), model(), target, seed)
        assert [failure for failure in failures_of(bridge) if failure.gates] == []
        assert set(target.tally.reached) == everything(bridge)
        assert bridge.close() == []
        assert library.records == {}


def test_the_published_file_with_its_warts_finds_nothing_against_the_mock(mock: Bench) -> None:
    known = load(WARTS)
    bench = Bench(mock.url, known, infer(known))
    with bench.bridge() as bridge:
        for name in ("CreateAgent", "Chat", "GetAgentMemories", "CreateSession"):
            operation = next(each for each in bridge.operations if each.id == name)
            assert bridge.check(operation).failures == ()
            assert name in bridge.target.tally.reached


def test_the_same_seed_sends_the_same_requests() -> None:
    def sent(seed: int) -> list[tuple[str, str, bytes]]:
        with running(CarefulLibrary()) as library, Target(library.url, Keys("one", "two")) as target:
            bridge = Bridge(document(), model(), target, seed)
            for operation in bridge.operations:
                if operation.id in {"create_shelf", "list_shelf"}:
                    bridge.check(operation)
            return [(method, path, body) for method, path, _, body in library.requests if method != "DELETE"]

    assert sent(1) == sent(1)
    assert sent(1) != sent(2)


def test_an_operation_that_is_to_be_left_out_is_in_no_story() -> None:
    with running(CarefulLibrary()) as library, Target(library.url, Keys("one", "two")) as target:
        bridge = Bridge(document(), model(), target, 1, Effort(stories=5))
        assert bridge.stories(without=["patch_shelf", "create_loan", "get_loan"]).failures == ()
        assert target.tally.asked["create_shelf"] > 0
        assert target.tally.asked.keys().isdisjoint({"patch_shelf", "create_loan", "get_loan"})
        assert library.requests
        bridge.close()


def test_time_that_is_up_ends_it_before_it_begins() -> None:
    with running(CarefulLibrary()) as library, Target(library.url, Keys("one", "two")) as target:
        bridge = Bridge(document(), model(), target)
        operation = next(each for each in bridge.operations if each.id == "create_shelf")
        assert bridge.check(operation, over=lambda: True).requests == 0
        assert bridge.stories(over=lambda: True).requests == 0
        assert library.requests == []


def test_a_server_that_goes_away_is_no_failure_of_its() -> None:
    with running(CarefulLibrary()) as library:
        url = library.url
    with Target(url, Keys("one", "two")) as target:
        bridge = Bridge(document(), model(), target)
        operation = next(each for each in bridge.operations if each.id == "create_shelf")
        with pytest.raises(TargetUnavailable):
            bridge.check(operation)
        with pytest.raises(TargetUnavailable):
            bridge.stories()


def test_nothing_of_the_process_is_changed() -> None:
    before = [getattr(module, name) for module, name in CHANGED]
    checks, profile = REGISTRY.get_all_names(), hypothesis.settings.get_current_profile_name()
    with running(CarefulLibrary()) as library, Target(library.url, Keys("one", "two")) as target:
        bridge = Bridge(document(), model(), target, 1, Effort(5, 3, 3, 5))
        for operation in bridge.operations:
            bridge.check(operation)
        bridge.stories()
        bridge.close()
    if not getattr(patches.setup, "_is_patched", False):
        assert [getattr(module, name) for module, name in CHANGED] == before
    assert REGISTRY.get_all_names() == checks
    assert hypothesis.settings.get_current_profile_name() == profile


def test_a_library_that_takes_any_body_is_found_out() -> None:
    with running(Library()) as library, Target(library.url, Keys("one", "two")) as target:
        bridge = Bridge(document(), model(), target)
        operation = next(each for each in bridge.operations if each.id == "create_book")
        gating = {failure.check for failure in bridge.check(operation).failures if failure.gates}
        assert "negative_data_rejection" in gating
        bridge.close()
