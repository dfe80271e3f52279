"""Agents: written, read, merged, overwritten, deleted."""

from world import UNKNOWN, World, equal, holds, ids, refused, step

PILOTAGE = {
    "description": "Books a pilot",
    "name": "book_pilot",
    "parameters": {"type": "object", "properties": {"draught": {"type": "number"}}, "required": ["draught"]},
}


@step
async def agent_reads_as_written(world: World) -> None:
    name = 'Harbour "guide"\n\u2693 \U0001f9ed'
    limits = {"daily": 3, "notes": ["a", None], "open": True}
    created = await world.agents.create(
        name=name,
        about="Knows every berth",
        instructions=["Answer briefly", "Name the berth"],
        tools=[{"type": "function", "function": PILOTAGE}],
        default_settings={"temperature": 0.5, "top_p": 0.9, "preset": "creative"},
        model="julep-ai/samantha-1",
        docs=[{"title": "Tides", "content": "High water at noon"}],
        metadata={"tier": "gold", "limits": limits},
    )
    agent = await world.agents.get(created.id)
    equal((agent.id, agent.created_at), (created.id, created.created_at))
    equal((agent.name, agent.about, agent.model), (name, "Knows every berth", "julep-ai/samantha-1"))
    equal(agent.instructions, ["Answer briefly", "Name the berth"])
    equal(agent.default_settings.dict(), {"temperature": 0.5, "top_p": 0.9, "preset": "creative"})
    holds(agent.updated_at >= agent.created_at, "updated before it was created")
    # The client drops metadata when it reads, so a filter has to prove what was stored.
    equal(ids(await world.agents.list(metadata_filter={"tier": "gold", "limits": limits})), [agent.id])
    equal(await world.agents.list(metadata_filter={"limits": {"daily": 3}}), [])

    (doc,) = await world.docs.list(agent_id=agent.id)
    equal((doc.title, doc.content), ("Tides", "High water at noon"))
    (tool,) = await world.tools.get(agent_id=agent.id)
    equal((tool.type, tool.function.dict()), ("function", PILOTAGE))


@step
async def agent_gets_defaults(world: World) -> None:
    created = await world.agents.create(name="Harbour guide")
    equal(created.jobs, [])
    agent = await world.agents.get(created.id)
    equal((agent.about, agent.model), ("", "julep-ai/samantha-1-turbo"))
    equal(agent.instructions or [], [])
    equal(await world.docs.list(agent_id=agent.id), [])
    equal(await world.tools.get(agent_id=agent.id), [])


@step
async def agent_takes_functions_as_tools(world: World) -> None:
    agent = await world.agents.create(name="Harbour guide", functions=[PILOTAGE])
    (tool,) = await world.tools.get(agent_id=agent.id)
    equal((tool.type, tool.function.dict()), ("function", PILOTAGE))


@step
async def agent_update_merges(world: World) -> None:
    created = await world.agents.create(
        name="Harbour guide",
        about="Knows every berth",
        instructions=["Answer briefly"],
        default_settings={"temperature": 0.5, "top_p": 0.9},
        model="julep-ai/samantha-1",
        metadata={"tier": "gold", "limits": {"daily": 3}},
    )
    before = await world.agents.get(created.id)
    updated = await world.agents.update(
        agent_id=created.id,
        name="Night guide",
        default_settings={"temperature": 0.7},
        metadata={"limits": {"weekly": 9}},
    )
    equal(updated.id, created.id)
    agent = await world.agents.get(created.id)
    equal((agent.name, agent.about, agent.model), ("Night guide", "Knows every berth", "julep-ai/samantha-1"))
    equal(agent.instructions, ["Answer briefly"])
    equal(agent.default_settings.dict(), {"temperature": 0.7, "top_p": 0.9})
    equal((agent.created_at, agent.updated_at), (before.created_at, updated.updated_at))
    holds(agent.updated_at > before.updated_at, "an update did not move updated_at")
    merged = {"tier": "gold", "limits": {"daily": 3, "weekly": 9}}
    equal(ids(await world.agents.list(metadata_filter=merged)), [agent.id])


@step
async def agent_overwrite_replaces(world: World) -> None:
    created = await world.agents.create(
        name="Harbour guide",
        about="Knows every berth",
        instructions=["Answer briefly"],
        tools=[{"type": "function", "function": PILOTAGE}],
        default_settings={"temperature": 0.5},
        model="julep-ai/samantha-1",
        docs=[{"title": "Tides", "content": "High water at noon"}],
        metadata={"tier": "gold"},
    )
    updated = await world.agents.update(
        agent_id=created.id, name="Night guide", about="Awake", overwrite=True
    )
    agent = await world.agents.get(created.id)
    equal((agent.name, agent.about, agent.model), ("Night guide", "Awake", "julep-ai/samantha-1-turbo"))
    equal(agent.instructions or [], [])
    equal(agent.default_settings.temperature if agent.default_settings else None, None)
    equal((agent.created_at, agent.updated_at), (created.created_at, updated.updated_at))
    equal(await world.agents.list(metadata_filter={"tier": "gold"}), [])
    equal(len(await world.docs.list(agent_id=agent.id)), 1)
    equal(len(await world.tools.get(agent_id=agent.id)), 1)


@step
async def agent_deleted_is_gone(world: World) -> None:
    kept = await world.agent("Day guide")
    agent = await world.agent("Night guide")
    session = await world.sessions.create(agent_id=agent.id)
    await world.docs.create(agent_id=agent.id, doc={"title": "Tides", "content": "High water at noon"})
    equal(await world.agents.delete(agent.id), None)

    equal(ids(await world.agents.list()), [kept.id])
    for call in (
        world.agents.get(agent.id),
        world.agents.update(agent_id=agent.id, name="Back again"),
        world.agents.update(agent_id=agent.id, name="Back again", about="", overwrite=True),
        world.agents.delete(agent.id),
        world.docs.list(agent_id=agent.id),
        world.tools.get(agent_id=agent.id),
        world.memories.list(agent_id=agent.id, query="tides"),
        world.sessions.get(session.id),
        world.sessions.create(agent_id=agent.id),
    ):
        with refused(404):
            await call


@step
async def unknown_agent_is_not_found(world: World) -> None:
    for call in (
        world.agents.get(UNKNOWN),
        world.agents.update(agent_id=UNKNOWN, name="Nobody home"),
        world.agents.update(agent_id=UNKNOWN, name="Nobody home", about="", overwrite=True),
        world.agents.delete(UNKNOWN),
    ):
        with refused(404):
            await call
    equal(await world.agents.list(), [])


@step
async def agent_is_refused_when_invalid(world: World) -> None:
    agent = await world.agent("Day guide")
    with refused(422):
        await world.low.create_agent(name=7)
    with refused(422):
        await world.agents.create(name="Hot guide", default_settings={"temperature": 30})
    with refused(422):
        await world.low.update_agent(agent.id, name="Night guide", about=None)
    equal([known.name for known in await world.agents.list()], ["Day guide"])
