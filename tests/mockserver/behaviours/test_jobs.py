"""Jobs: states by the clock, forward only."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.behaviours.jobs import Policy, status
from mockserver.ids import NIL
from mockserver.problems import NotFound
from tests.mockserver.behaviours.world import World, told

ORDER = ["pending", "in_progress", "succeeded"]
TIMES = st.integers(0, 5_000_000)


@given(
    TIMES, st.builds(Policy, waits=TIMES, works=TIMES, steps=st.integers(1, 50)), st.lists(TIMES, max_size=20)
)
def test_a_job_only_moves_forward_and_ends_whole(created: int, policy: Policy, later: list[int]) -> None:
    times = [created, *sorted(created + after for after in later), created + policy.waits + policy.works]
    seen = [status(created, policy, now) for now in sorted(times)]
    for before, after in pairwise(seen):
        assert ORDER.index(before.state) <= ORDER.index(after.state)
        assert before.progress <= after.progress
        assert created <= before.since <= after.since
    assert all((s.progress == 100) == (s.state == "succeeded") for s in seen)
    assert all(s.since <= now for s, now in zip(seen, sorted(times), strict=True))
    end = status(created, policy, created + policy.waits + policy.works)
    assert (end.state, end.progress) == ("succeeded", 100)


@told
async def test_a_job_goes_from_pending_to_succeeded_as_time_goes_by(world: World) -> None:
    session = await world.session()
    (id,) = (await world.chat(session.id, "My dog is called Barnaby.")).answer["jobs"]
    world.clock.advance(1_000)
    seen = []
    for _ in range(15):
        seen.append(await world.job(id))
        world.clock.advance(100_000)
    states = [job["state"] for job in seen]
    assert sorted(set(states), key=states.index) == ORDER
    assert [job["progress"] for job in seen] == sorted(job["progress"] for job in seen)
    assert seen[-1]["progress"] == 100
    assert seen[-1]["updated_at"] > seen[0]["updated_at"] >= seen[0]["created_at"]
    assert {(job["id"], job["name"], job["has_progress"], job["created_at"]) for job in seen} == {
        (id, "Form memories", True, seen[0]["created_at"])
    }


@told
async def test_reading_a_job_writes_nothing(world: World) -> None:
    session = await world.session()
    (id,) = (await world.chat(session.id, "My dog is called Barnaby.")).answer["jobs"]
    before = await world.records.store.get("w", "/jobs", "", id)
    world.clock.advance(10_000_000)
    assert await world.job(id) == await world.job(id.upper())
    assert await world.records.store.get("w", "/jobs", "", id) == before


@told
async def test_an_unknown_job_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        await world.job(NIL)


@told
async def test_a_job_made_by_hand_is_read_as_it_is(world: World) -> None:
    made = await world.create("/jobs", name="By hand", state="failed", reason="No luck.")
    assert await world.job(made.id) == json.loads(made.body)
