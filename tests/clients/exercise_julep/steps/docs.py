"""Docs under their two owners."""

from world import UNKNOWN, World, equal, ids, refused, step

TIDES = {"title": "Tides", "content": "High water at noon"}


@step
async def docs_belong_to_one_owner(world: World) -> None:
    agent = await world.agent()
    user = await world.users.create(name="Traveller", about="Arrives by sea")
    other = await world.agent("Other guide")
    of_agent = await world.docs.create(agent_id=agent.id, doc=TIDES)
    of_user = await world.docs.create(user_id=user.id, doc={"title": "Papers", "content": "In order \u2713"})

    (doc,) = await world.docs.list(agent_id=agent.id)
    equal((doc.id, doc.title, doc.content), (of_agent.id, "Tides", "High water at noon"))
    equal(doc.created_at, of_agent.created_at)
    (doc,) = await world.docs.list(user_id=user.id)
    equal((doc.id, doc.title, doc.content), (of_user.id, "Papers", "In order \u2713"))
    equal(doc.created_at, of_user.created_at)
    equal(await world.docs.list(agent_id=other.id), [])
    for job_id in of_agent.jobs + of_user.jobs:
        equal((await world.low.get_job_status(job_id)).id, job_id)


@step
async def docs_are_deleted_through_their_owner(world: World) -> None:
    agent = await world.agent()
    user = await world.users.create(name="Traveller", about="Arrives by sea")
    of_agent = await world.docs.create(agent_id=agent.id, doc=TIDES)
    of_user = await world.docs.create(user_id=user.id, doc=TIDES)
    other = await world.agent("Other guide")
    for owner, doc in (
        ({"user_id": user.id}, of_agent),
        ({"agent_id": agent.id}, of_user),
        ({"agent_id": other.id}, of_agent),
        ({"agent_id": agent.id}, await world.agent("No doc")),
    ):
        with refused(404):
            await world.docs.delete(doc_id=doc.id, **owner)
    equal(ids(await world.docs.list(agent_id=agent.id)), [of_agent.id])
    equal(ids(await world.docs.list(user_id=user.id)), [of_user.id])

    for owner, doc in (({"agent_id": agent.id}, of_agent), ({"user_id": user.id}, of_user)):
        equal(await world.docs.delete(doc_id=doc.id, **owner), None)
        equal(await world.docs.list(**owner), [])
        with refused(404):
            await world.docs.delete(doc_id=doc.id, **owner)


@step
async def docs_filter_and_sort(world: World) -> None:
    # The managers lose the metadata of a doc on its way out; the low-level API sends any body.
    user = await world.users.create(name="Traveller", about="Arrives by sea")
    created = []
    for number in (1, 2, 1):
        body = TIDES | {"metadata": {"pier": number}}
        created.append((await world.low.create_user_doc(user.id, request=body)).id)
    equal(ids(await world.docs.list(user_id=user.id, metadata_filter={"pier": 1})), [created[2], created[0]])
    equal(ids(await world.docs.list(user_id=user.id, metadata_filter={"pier": 1}, limit=1)), [created[2]])
    equal(ids(await world.docs.list(user_id=user.id, metadata_filter={"pier": 3})), [])
    oldest = await world.low.get_user_docs(user.id, sort_by="created_at", order="asc")
    equal(ids(oldest.items), created)


@step
async def docs_of_unknown_owners_are_not_found(world: World) -> None:
    for owner in ({"agent_id": UNKNOWN}, {"user_id": UNKNOWN}):
        for call in (
            world.docs.list(**owner),
            world.docs.create(doc=TIDES, **owner),
            world.docs.delete(doc_id=UNKNOWN, **owner),
        ):
            with refused(404):
                await call


@step
async def invalid_doc_is_refused(world: World) -> None:
    agent = await world.agent()
    for body in ({"title": "Tides"}, {"title": "Tides", "content": 12}, ["Tides"]):
        with refused(422):
            await world.low.create_agent_doc(agent.id, request=body)
    equal(await world.docs.list(agent_id=agent.id), [])
