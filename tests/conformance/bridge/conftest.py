"""Two correct servers, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from contracts.document import Document, load
from contracts.inference import infer
from contracts.resources import ResourceModel
from tests.conformance.bridge.servers import Bench
from tests.mockserver.process import ROOT, environment, running


@pytest.fixture(scope="session")
def document() -> Document:
    return load()


@pytest.fixture(scope="session")
def model(document: Document) -> ResourceModel:
    return infer(document)


@pytest.fixture(scope="session")
def mock(document: Document, model: ResourceModel) -> Iterator[Bench]:
    with running("--api-key", "A", "--api-key", "B") as process:
        yield Bench(process.url, document, model)


@pytest.fixture(scope="session")
def independent(document: Document, model: ResourceModel) -> Iterator[Bench]:
    keys = ["--api-key", "A", "--api-key2", "B"]
    command = [sys.executable, "-m", "tests.independent", "--port", "0", "--print-url", *keys]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Bench(process.stdout.readline().strip(), document, model)
        process.terminate()
