"""Sessions: written, read, merged, overwritten, deleted."""

from world import NIL_UUID, UNKNOWN, World, equal, holds, ids, refused, say, step


@step
async def session_reads_as_written(world: World) -> None:
    agent = await world.agent()
    user = await world.users.create(name="Traveller", about="Arrives by sea")
    created = await world.sessions.create(
        agent_id=agent.id, user_id=user.id, situation="At the quay \U0001f30a", metadata={"berth": {"no": 4}}
    )
    session = await world.sessions.get(created.id)
    equal((session.id, session.agent_id, session.user_id), (created.id, agent.id, user.id))
    equal((session.situation, session.created_at), ("At the quay \U0001f30a", created.created_at))
    equal((session.summary or "", session.render_templates), ("", False))
    holds(session.updated_at >= session.created_at, "updated before it was created")
    equal(ids(await world.sessions.list(metadata_filter={"berth": {"no": 4}})), [session.id])
    rendering = await world.low.create_session(agent_id=agent.id, situation="Hi", render_templates=True)
    equal((await world.sessions.get(rendering.id)).render_templates, True)


@step
async def session_needs_no_user(world: World) -> None:
    agent = await world.agent()
    created = await world.sessions.create(agent_id=agent.id)
    session = await world.sessions.get(created.id)
    equal((session.agent_id, session.user_id, session.situation or ""), (agent.id, NIL_UUID, ""))


@step
async def session_update_merges(world: World) -> None:
    created = await world.session(situation="At the quay", metadata={"berth": {"no": 4}})
    before = await world.sessions.get(created.id)
    updated = await world.sessions.update(session_id=created.id, situation="At sea")
    session = await world.sessions.get(created.id)
    equal((session.situation, session.updated_at), ("At sea", updated.updated_at))
    holds(session.updated_at > before.updated_at, "an update did not move updated_at")
    equal(ids(await world.sessions.list(metadata_filter={"berth": {"no": 4}})), [session.id])

    await world.sessions.update(session_id=created.id, metadata={"berth": {"pier": "N"}})
    session = await world.sessions.get(created.id)
    equal((session.situation, session.created_at), ("At sea", before.created_at))
    equal((session.agent_id, session.user_id), (before.agent_id, before.user_id))
    equal(ids(await world.sessions.list(metadata_filter={"berth": {"no": 4, "pier": "N"}})), [session.id])


@step
async def session_overwrite_replaces(world: World) -> None:
    created = await world.session(situation="At the quay", metadata={"berth": 4})
    before = await world.sessions.get(created.id)
    await world.sessions.update(
        session_id=created.id, situation="At sea", metadata={"pier": 1}, overwrite=True
    )
    equal(await world.sessions.list(metadata_filter={"berth": 4}), [])
    equal(ids(await world.sessions.list(metadata_filter={"pier": 1})), [created.id])

    await world.sessions.update(session_id=created.id, situation="Aground", overwrite=True)
    session = await world.sessions.get(created.id)
    equal(
        (session.situation, session.agent_id, session.user_id), ("Aground", before.agent_id, before.user_id)
    )
    equal(await world.sessions.list(metadata_filter={"pier": 1}), [])
    with refused(422):
        await world.sessions.update(session_id=created.id, metadata={"pier": 2}, overwrite=True)
    equal(await world.sessions.list(metadata_filter={"pier": 2}), [])


@step
async def session_refers_to_what_exists(world: World) -> None:
    agent = await world.agent()
    with refused(404):
        await world.sessions.create(agent_id=UNKNOWN)
    with refused(404):
        await world.sessions.create(agent_id=agent.id, user_id=UNKNOWN)
    equal(await world.sessions.list(), [])


@step
async def session_deleted_is_gone(world: World) -> None:
    kept = await world.session()
    session = await world.session()
    await world.sessions.chat(session_id=session.id, messages=[say("Where is berth four?")])
    equal(await world.sessions.delete(session.id), None)

    equal(ids(await world.sessions.list()), [kept.id])
    for call in (
        world.sessions.get(session.id),
        world.sessions.update(session_id=session.id, situation="Back again"),
        world.sessions.update(session_id=session.id, situation="Back again", overwrite=True),
        world.sessions.chat(session_id=session.id, messages=[say("Anybody there?")]),
        world.sessions.history(session_id=session.id),
        world.sessions.suggestions(session_id=session.id),
        world.sessions.delete_history(session.id),
        world.sessions.delete(session.id),
    ):
        with refused(404):
            await call


@step
async def unknown_session_is_not_found(world: World) -> None:
    for call in (
        world.sessions.get(UNKNOWN),
        world.sessions.update(session_id=UNKNOWN, situation="Nowhere"),
        world.sessions.update(session_id=UNKNOWN, situation="Nowhere", overwrite=True),
        world.sessions.chat(session_id=UNKNOWN, messages=[say("Anybody there?")]),
        world.sessions.history(session_id=UNKNOWN),
        world.sessions.suggestions(session_id=UNKNOWN),
        world.sessions.delete_history(UNKNOWN),
        world.sessions.delete(UNKNOWN),
    ):
        with refused(404):
            await call
    equal(await world.sessions.list(), [])
