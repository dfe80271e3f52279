"""Users: written, read, merged, overwritten, deleted."""

from world import UNKNOWN, World, equal, holds, ids, refused, step


@step
async def user_reads_as_written(world: World) -> None:
    created = await world.users.create(
        name="Traveller \U0001f6f6",
        about="Arrives by sea",
        docs=[{"title": "Papers", "content": "In order"}],
        metadata={"crew": {"size": 4}},
    )
    user = await world.users.get(created.id)
    equal((user.id, user.created_at), (created.id, created.created_at))
    equal((user.name, user.about), ("Traveller \U0001f6f6", "Arrives by sea"))
    holds(user.updated_at >= user.created_at, "updated before it was created")
    equal(ids(await world.users.list(metadata_filter={"crew": {"size": 4}})), [user.id])
    equal(await world.users.list(metadata_filter={"crew": {"size": 5}}), [])
    (doc,) = await world.docs.list(user_id=user.id)
    equal((doc.title, doc.content), ("Papers", "In order"))


@step
async def user_gets_defaults(world: World) -> None:
    created = await world.low.create_user()
    user = await world.users.get(created.id)
    equal((user.name, user.about or ""), ("User", ""))


@step
async def user_update_merges(world: World) -> None:
    created = await world.users.create(
        name="Traveller", about="Arrives by sea", metadata={"crew": {"size": 4}}
    )
    before = await world.users.get(created.id)
    updated = await world.users.update(user_id=created.id, about="Stays", metadata={"crew": {"dog": True}})
    user = await world.users.get(created.id)
    equal((user.name, user.about), ("Traveller", "Stays"))
    equal((user.created_at, user.updated_at), (before.created_at, updated.updated_at))
    holds(user.updated_at > before.updated_at, "an update did not move updated_at")
    equal(ids(await world.users.list(metadata_filter={"crew": {"size": 4, "dog": True}})), [user.id])


@step
async def user_overwrite_replaces(world: World) -> None:
    created = await world.users.create(name="Traveller", about="Arrives by sea", metadata={"crew": 4})
    updated = await world.users.update(user_id=created.id, name="Resident", about="Stays", overwrite=True)
    user = await world.users.get(created.id)
    equal((user.name, user.about, user.updated_at), ("Resident", "Stays", updated.updated_at))
    equal(await world.users.list(metadata_filter={"crew": 4}), [])


@step
async def user_deleted_is_gone(world: World) -> None:
    kept = await world.users.create(name="Resident", about="Stays")
    user = await world.users.create(name="Traveller", about="Arrives by sea")
    agent = await world.agent()
    session = await world.sessions.create(agent_id=agent.id, user_id=user.id)
    equal(await world.users.delete(user.id), None)

    equal(ids(await world.users.list()), [kept.id])
    for call in (
        world.users.get(user.id),
        world.users.update(user_id=user.id, name="Back again"),
        world.users.update(user_id=user.id, name="Back again", about="", overwrite=True),
        world.users.delete(user.id),
        world.docs.list(user_id=user.id),
        world.sessions.get(session.id),
        world.sessions.create(agent_id=agent.id, user_id=user.id),
    ):
        with refused(404):
            await call


@step
async def unknown_user_is_not_found(world: World) -> None:
    for call in (
        world.users.get(UNKNOWN),
        world.users.update(user_id=UNKNOWN, name="Nobody home"),
        world.users.update(user_id=UNKNOWN, name="Nobody home", about="", overwrite=True),
        world.users.delete(UNKNOWN),
    ):
        with refused(404):
            await call
    equal(await world.users.list(), [])
