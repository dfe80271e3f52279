"""Two servers that are right are accused of nothing: the mock, and one that takes the other choices."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conformance.sabotaged import findings, served

SEEDS = (1, 2, 3)


@pytest.fixture(name="mocks", scope="module")
def fixture_mocks() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.fixture(name="independent", scope="module")
def fixture_independent() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.independent", "--port", "0", "--print-url"]
    command += ["--api-key", "a", "--api-key2", "b"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mock_keeps_the_conventions_too(mocks: str, seed: int) -> None:
    assert findings(f"{mocks}/sound-{seed}/api", seed=seed, strict=True) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_independent_server_keeps_what_is_promised(independent: str, seed: int) -> None:
    found = findings(independent, seed=seed, strict=False)
    assert [finding for finding in found if finding.gates] == []
