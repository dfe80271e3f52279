"""Memories, and the jobs that form them."""

from world import NIL_UUID, UNKNOWN, World, equal, holds, ids, refused, say, step

TOLD = "My boat is called Kittiwake."


async def told(world, content, **asked):
    """Say something to an agent and return the session."""
    session = await world.sessions.get((await world.session()).id)
    await world.low.chat(session.id, messages=[say(content)], **asked)
    return session


@step
async def chat_forms_memories(world: World) -> None:
    session = await world.sessions.get((await world.session()).id)
    answer = await world.sessions.chat(session_id=session.id, messages=[say(TOLD)], remember=True)
    holds(answer.jobs, "memories are formed by a job, and the answer names none")
    for job in [await world.finished_job(job_id) for job_id in answer.jobs]:
        equal(job.state, "succeeded")
        holds(job.name and job.updated_at > job.created_at, f"an odd job: {job!r}")
        equal(job.progress if job.has_progress else 100, 100)
    found = await world.memories.list(agent_id=session.agent_id, query="Kittiwake")
    holds(found, "nothing was remembered")
    for memory in found:
        equal((memory.agent_id, memory.user_id), (session.agent_id, session.user_id))
        holds("Kittiwake" in memory.content, f"not what was asked for: {memory!r}")
        holds(-1 <= (memory.sentiment or 0) <= 1, f"sentiment out of bounds: {memory!r}")
    times = [memory.created_at for memory in found]
    equal(times, sorted(times, reverse=True))
    equal(await world.memories.list(agent_id=session.agent_id, query="zeppelin"), [])
    agent = await world.agent("Other guide")
    equal(await world.memories.list(agent_id=agent.id, query="Kittiwake"), [])


@step
async def memories_are_found_by_user(world: World) -> None:
    session = await told(world, TOLD)
    other = await world.users.create(name="Resident", about="Stays")
    of_user = await world.memories.list(agent_id=session.agent_id, query="Kittiwake", user_id=session.user_id)
    equal(ids(of_user), ids(await world.memories.list(agent_id=session.agent_id, query="Kittiwake")))
    equal(await world.memories.list(agent_id=session.agent_id, query="Kittiwake", user_id=other.id), [])
    equal(await world.memories.list(agent_id=session.agent_id, query="Kittiwake", types="belief"), of_user)


@step
async def memories_page(world: World) -> None:
    session = await told(world, TOLD)
    for content in ("The Kittiwake needs a berth.", "The Kittiwake sails at noon."):
        await world.sessions.chat(session_id=session.id, messages=[say(content)])
    agent = {"agent_id": session.agent_id, "query": "Kittiwake"}
    whole = ids(await world.memories.list(**agent))
    holds(len(whole) >= 3, f"too little was remembered: {whole!r}")
    paged = [ids(await world.memories.list(limit=2, offset=start, **agent)) for start in (0, 2)]
    equal(paged, [whole[:2], whole[2:4]])
    equal(await world.memories.list(offset=len(whole), **agent), [])
    with refused(422):
        await world.memories.list(limit=0, **agent)


@step
async def nothing_is_remembered_unasked(world: World) -> None:
    session = await told(world, TOLD, remember=False)
    equal(await world.memories.list(agent_id=session.agent_id, query="Kittiwake"), [])


@step
async def memory_of_no_user_has_the_nil_user(world: World) -> None:
    agent = await world.agent()
    session = await world.sessions.create(agent_id=agent.id)
    await world.sessions.chat(session_id=session.id, messages=[say(TOLD)])
    found = await world.memories.list(agent_id=agent.id, query="Kittiwake")
    equal({memory.user_id for memory in found}, {NIL_UUID})


@step
async def memory_deleted_is_gone(world: World) -> None:
    session = await told(world, TOLD)
    other = await world.agent("Other guide")
    memory, *rest = await world.memories.list(agent_id=session.agent_id, query="Kittiwake")
    with refused(404):
        await world.low.delete_agent_memory(other.id, memory.id)
    equal(await world.low.delete_agent_memory(session.agent_id, memory.id), None)
    equal(ids(await world.memories.list(agent_id=session.agent_id, query="Kittiwake")), ids(rest))
    with refused(404):
        await world.low.delete_agent_memory(session.agent_id, memory.id)
    with refused(404):
        await world.memories.list(agent_id=UNKNOWN, query="Kittiwake")
    equal(len(await world.sessions.history(session_id=session.id)), 2)
