"""A run: the server, the document it is held against, and what the cases of the run share."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.cleanup import Left
from conformance.options import Depth
from conformance.settings import Settings
from conformance.target import Keys, Target, TargetUnavailable
from conformance.worlds.making import IdSource
from conformance.worlds.world import Ground
from contracts.credentials import key_forms
from contracts.document import Document, load
from contracts.errors import KitError, UsageError
from contracts.exchange import Request
from contracts.inference import infer
from contracts.laws import Law
from contracts.operations import Operation, operations
from contracts.resources import ResourceModel

if TYPE_CHECKING:
    from conformance.schemathesis_bridge.bridge import Bridge
    from conformance.schemathesis_bridge.failures import CheckResult

EXAMPLES: Mapping[Depth, int] = {Depth.SMOKE: 1, Depth.CI: 2, Depth.DEEP: 20}
VARIED = 2  # times as many, for a law whose findings hang on the values that are drawn
USUAL = 10  # resources of a document; one with fewer has room for more values, in a check of usual depth
#: Systematic cases (None: all) and drawn cases of each operation; stories, and steps of each.
_EFFORTS: Mapping[Depth, tuple[int | None, int, int, int]] = {
    Depth.SMOKE: (10, 3, 6, 10),
    Depth.CI: (40, 12, 25, 15),
    Depth.DEEP: (None, 100, 300, 30),
}
READY_SECONDS = 10.0


def seed_of(seed: int, name: str) -> int:
    """A seed for one thing of a run: it does not depend on what else is tried."""
    return int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:8])


class Inconclusive(KitError):
    """The server cannot be tried at all, and why."""


@dataclass(eq=False)
class Run:
    """What all cases of a run share, within one process.

    Attributes:
        worker: tells this process from others of the same run.
        known: causes and operations of which this process has looked for the shortest trail.
    """

    settings: Settings
    document: Document
    worker: str = ""
    known: set[tuple[str, str | None]] = field(default_factory=set)
    _end: float | None = None
    _checked: dict[str, CheckResult] = field(default_factory=dict)

    @cached_property
    def model(self) -> ResourceModel:
        """The resource model of the document in force."""
        return infer(self.document)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of the document in force."""
        return operations(self.document)

    @cached_property
    def target(self) -> Target:
        """The server.

        Raises:
            UsageError: none is named.
        """
        if self.settings.target is None:
            raise UsageError("No server is named.", cure="Say --target URL.")
        return Target(self.settings.target, Keys(self.settings.api_key, self.settings.api_key2))

    @cached_property
    def ground(self) -> Ground:
        """What the worlds of laws stand on."""
        return Ground(self.document, self.model, self.target, self._ids("laws"))

    @cached_property
    def without_conventions(self) -> Ground | None:
        """The same for the document without its conventions; None where there are none."""
        if self.document.hinted == self.document.data:
            return None
        bare = replace(self.document, data=self.document.hinted)
        return Ground(bare, infer(bare), self.target, self._ids("bare"))

    @cached_property
    def bridge(self) -> Bridge:
        """Schemathesis on this server."""
        # It takes half a second to import, which a run of laws alone need not wait for.
        from conformance.schemathesis_bridge.bridge import Bridge, Effort

        effort = Effort(*_EFFORTS[self.settings.depth])
        return Bridge(self.document, self.model, self.target, self.settings.seed, effort)

    def checked(self, operation: Operation) -> CheckResult:
        """What all checks say of an operation; it is tried when it is first asked for."""
        if operation.id not in self._checked:
            self._checked[operation.id] = self.bridge.check(operation, self.is_over)
        return self._checked[operation.id]

    @cached_property
    def told(self) -> CheckResult:
        """What stories of many operations show; none calls an operation that is to be skipped."""
        skipped = [
            operation.id
            for operation in self.operations
            if any(fnmatchcase(operation.id, pattern) for pattern in self.settings.skip)
        ]
        return self.bridge.stories(self.is_over, without=skipped)

    def examples(self, law: Law) -> int:
        """How many sets of drawn values a law is tried with on a resource."""
        if law.steady:
            return 1
        few = max(1, USUAL // max(1, len(self.model.resources))) if self.settings.depth is Depth.CI else 1
        return EXAMPLES[self.settings.depth] * (VARIED if law.varied else 1) * few

    def is_over(self) -> bool:
        """Whether the time of the run is up."""
        return self._end is not None and time.monotonic() > self._end

    def open(self) -> None:
        """Waits for the server and finds out how it takes its key.

        Raises:
            Inconclusive: it does not answer, refuses the key, or nothing of the document is there.
            UsageError: the URL is none.
        """
        if self.settings.max_time is not None:
            self._end = time.monotonic() + self.settings.max_time
        probes = [_probe(operation) for operation in self.operations if _is_probe(operation)]
        try:
            self.target.wait_until_ready(probes[0] if probes else Request("GET", "/"), READY_SECONDS)
        except TargetUnavailable as error:
            raise Inconclusive(error.message, cure=error.cure) from error
        forms = key_forms(self.document)
        if not probes:
            self.target.take_key_form(next(iter(forms), None))
            return
        if not self.target.settle_key_form(probes[0], forms):
            raise self._refused(sends_key=bool(forms))
        answers = [self.target.send(probe).response for probe in probes]
        if all(answer is not None and answer.status == 404 for answer in answers):
            raise Inconclusive(
                f"Nothing of the document stands below {self.target.base_url}: every list answers 404.",
                cure="Does the base URL lack a prefix like /api?",
            )

    def _refused(self, *, sends_key: bool) -> Inconclusive:
        where = self.target.base_url
        if not sends_key:
            return Inconclusive(
                f"A key is needed by {where}, and the document names no security scheme to send it by.",
                cure="Add one to the document, or with --overlay.",
            )
        if not self.settings.api_key:
            return Inconclusive(f"A key is needed by {where}.", cure="Say one with --api-key.")
        return Inconclusive(f"The key is refused by {where}.", cure="Say another one with --api-key.")

    def sweep(self) -> None:
        """Deletes what the last case created and no other needs."""
        for ground in self._grounds():
            ground.sweep()

    def close(self) -> list[Left]:
        """Deletes all that is left of what was created, and lets go of the server.

        Returns:
            What could not be deleted.
        """
        left = [entry for ground in self._grounds() for entry in ground.sweep(everything=True)]
        if "bridge" in self.__dict__:
            left += self.bridge.close()
        if "target" in self.__dict__:
            self.target.close()
        return left

    def _grounds(self) -> list[Ground]:
        made = (self.__dict__.get("ground"), self.__dict__.get("without_conventions"))
        return [ground for ground in made if isinstance(ground, Ground)]

    def _ids(self, purpose: str) -> IdSource:
        return IdSource(seed_of(self.settings.seed, f"{self.worker} {purpose}"))


def load_run(settings: Settings, worker: str = "") -> Run:
    """The run that the settings ask for; no request is sent yet.

    Raises:
        KitError: the document cannot be used.
    """
    document = load(
        settings.spec,
        overlays=settings.overlay,
        shipped_overlays=not settings.no_overlay,
        keep=settings.keep_wart,
    )
    return Run(settings, document, worker)


def _is_probe(operation: Operation) -> bool:
    needed = [parameter for parameter in operation.parameters if parameter.required]
    return operation.method == "GET" and "{" not in operation.path and not needed


def _probe(operation: Operation) -> Request:
    return Request("GET", operation.path, (("Accept", "*/*"),), operation=operation.id)
