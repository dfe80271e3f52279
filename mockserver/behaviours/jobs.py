"""Jobs: set off by a chat, and read as far as they have come by now.

A job does not run. Its state is a function of when it was set off, of a policy kept with it, and of the
time: nothing ticks in the background, and two readers at one time see the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from contracts.document import JSON, Document
from contracts.resources import Behaviour, Resource
from mockserver.behaviours.target import Target
from mockserver.call import Answer, Call, Handler
from mockserver.clock import to_text
from mockserver.receipts import receipt
from mockserver.records import Records
from mockserver.strict_json import dump, load
from mockserver.synth import Synth

_POLICY = "job"


@dataclass(frozen=True, slots=True)
class Policy:
    """How a job goes on, in microseconds and steps: it waits, then works through equal steps."""

    waits: int = 200_000
    works: int = 800_000
    steps: int = 10


@dataclass(frozen=True, slots=True)
class Status:
    """How far a job has come.

    Attributes:
        since: when it came so far, in microseconds.
    """

    state: str
    progress: float
    since: int


def status(created: int, policy: Policy, now: int) -> Status:
    """The state of a job: pending → in_progress → succeeded; its progress only rises, to 100 at the end."""
    worked = now - created - policy.waits
    if worked < 0:
        return Status("pending", 0, created)
    step = policy.steps if policy.works <= 0 else min(policy.steps, worked * policy.steps // policy.works)
    since = created + policy.waits + policy.works * step // policy.steps
    state = "succeeded" if step == policy.steps else "in_progress"
    return Status(state, 100 * step // policy.steps, since)


async def set_off(records: Records, workspace: str, resource: Resource, name: str) -> str:
    """Sets off a job.

    Returns:
        Its id.
    """
    policy = Policy()
    begun = {"name": name, "has_progress": True, "progress": 0, "state": "pending"}
    record = await records.create(workspace, resource, "", begun, hidden={_POLICY: asdict(policy)})
    return record.id


def job_progress(behaviour: Behaviour, records: Records, document: Document) -> Handler:
    """What reads a job: its record, as far as it has come by the clock.

    Raises:
        DocumentError: the operation does not read one record of a collection.
    """
    target = Target(behaviour, records, document)
    synth = Synth(document.data, records.ids)
    answer = receipt(document, synth, target.resource, behaviour.operation)

    async def read(call: Call) -> Answer:
        record = await target.record(call)
        hidden = load(record.hidden)
        if _POLICY in hidden:
            now = status(record.created, Policy(**hidden[_POLICY]), records.clock.now())
            body = _shown(load(record.body), now)
            record = replace(record, updated=now.since, body=dump(body))
        return answer(record, 0)

    return read


def _shown(body: JSON, now: Status) -> JSON:
    """A job with the properties that change, as far as the document gives it any."""
    changing = {"state": now.state, "progress": now.progress, "updated_at": to_text(now.since)}
    return body | {name: value for name, value in changing.items() if name in body}
