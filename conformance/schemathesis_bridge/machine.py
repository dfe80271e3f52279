"""Telling stories: Schemathesis' state machine draws the steps, a story takes them."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import hypothesis
from schemathesis.core.errors import NoLinksFound
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.stateful.state_machine import StepInput, StepOutput
from schemathesis.specs.openapi.schemas import OpenApiSchema

from conformance.schemathesis_bridge.stories import Stage
from conformance.searching import ended_search, escaping, settings_for


def tell(schema: OpenApiSchema, stage: Stage, seed: int, stories: int, steps: int) -> None:
    """Tells stories until one fails, and then shorter ones that fail in the same way.

    Args:
        stage: takes what is found.
        stories: how many at most, before one fails.
        steps: calls of one story at most.

    Raises:
        TargetUnavailable: nothing listens any more.
    """
    base: Any = schema.build_state_machine(feedback=NO_FEEDBACK, link_calibration=None)

    class Machine(base):  # type: ignore[misc]  # its class is made for the document
        """Sends what Schemathesis' state machine draws on the trail of a story."""

        def setup(self) -> None:
            """Begin a story."""
            self.story = stage.begin()

        def teardown(self) -> None:
            """End it, unless something has."""
            if sys.exc_info()[0] is None:
                with escaping():
                    self.story.end()

        def step(self, input: StepInput) -> StepOutput | None:
            """Take one step of it."""
            with escaping():
                return self.story.step(input.case)

    with suppress(NoLinksFound), ended_search():
        hypothesis.seed(seed)(Machine).run(settings=settings_for(stories, steps))
