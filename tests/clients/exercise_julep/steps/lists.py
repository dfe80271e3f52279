"""Lists: order, pages and filters, the same for every collection."""

from world import World, equal, ids, refused, say, step


async def three(create):
    return [(await create(number)).id for number in range(3)]


async def agents(world):
    return await three(lambda number: world.agents.create(name=f"Guide {number}")), world.agents.list


async def users(world):
    return await three(
        lambda number: world.users.create(name=f"Traveller {number}", about="")
    ), world.users.list


async def sessions(world):
    agent = await world.agent()
    return await three(lambda number: world.sessions.create(agent_id=agent.id)), world.sessions.list


async def docs(world):
    agent = await world.agent()

    def create(number):
        return world.docs.create(agent_id=agent.id, doc={"title": f"Tides {number}", "content": "High water"})

    return await three(create), lambda **page: world.docs.list(agent_id=agent.id, **page)


async def user_docs(world):
    user = await world.users.create(name="Traveller", about="")

    def create(number):
        return world.docs.create(user_id=user.id, doc={"title": f"Papers {number}", "content": "In order"})

    return await three(create), lambda **page: world.docs.list(user_id=user.id, **page)


async def tools(world):
    agent = await world.agent()

    def create(number):
        function = {"name": f"berth_{number}", "parameters": {}}
        return world.tools.create(agent_id=agent.id, tool={"type": "function", "function": function})

    return await three(create), lambda **page: world.tools.get(agent_id=agent.id, **page)


COLLECTIONS = (agents, users, sessions, docs, user_docs, tools)


@step
async def lists_are_newest_first(world: World) -> None:
    for fill in COLLECTIONS:
        created, list_ = await fill(world)
        equal((fill.__name__, ids(await list_())), (fill.__name__, created[::-1]))


@step
async def pages_neither_overlap_nor_skip(world: World) -> None:
    for fill in COLLECTIONS:
        created, list_ = await fill(world)
        newest_first = created[::-1]
        equal(ids(await list_(limit=2)), newest_first[:2])
        equal(ids(await list_(limit=2, offset=2)), newest_first[2:])
        equal(ids(await list_(offset=1)), newest_first[1:])
        equal(ids(await list_(limit=1000, offset=0)), newest_first)
        equal(await list_(limit=5, offset=3), [])


@step
async def page_bounds_are_kept(world: World) -> None:
    for fill in COLLECTIONS:
        _, list_ = await fill(world)
        for page in ({"limit": 0}, {"limit": 1001}, {"limit": -1}, {"offset": -1}):
            with refused(422):
                await list_(**page)


@step
async def lists_sort_as_asked(world: World) -> None:
    created = [(await world.agent(name)).id for name in ("First", "Second", "Third")]
    await world.agents.update(agent_id=created[1], about="Touched last")
    oldest = await world.low.list_agents(sort_by="created_at", order="asc")
    equal(ids(oldest.items), created)
    touched = await world.low.list_agents(sort_by="updated_at", order="desc")
    equal(ids(touched.items), [created[1], created[2], created[0]])
    page = await world.low.list_agents(sort_by="updated_at", order="asc", limit=1, offset=1)
    equal(ids(page.items), [created[2]])
    with refused(422):
        await world.low.list_agents(sort_by="name")
    with refused(422):
        await world.low.list_sessions(order="sideways")


@step
async def filters_match_type_and_value(world: World) -> None:
    agent = await world.agent()
    created = {}
    for label, metadata in (
        ("plain", {"berth": 4, "tags": ["a", "b"]}),
        ("text", {"berth": "4", "extra": None}),
        ("nested", {"berth": {"pier": "N", "no": 4}}),
        ("none", {}),
    ):
        created[label] = (await world.sessions.create(agent_id=agent.id, metadata=metadata)).id

    async def found(**metadata):
        known = {value: key for key, value in created.items()}
        return {known[session.id] for session in await world.sessions.list(metadata_filter=metadata)}

    equal(await found(), set(created))
    equal(await found(berth=4), {"plain"})
    equal(await found(berth="4"), {"text"})
    equal(await found(berth={"no": 4, "pier": "N"}), {"nested"})
    equal(await found(berth={"pier": "N"}), set())
    equal(await found(berth=4, tags=["a", "b"]), {"plain"})
    equal(await found(berth=4, tags=["b", "a"]), set())
    equal(await found(extra=None), {"text"})
    equal(await found(absent=1), set())


@step
async def bad_filters_are_refused(world: World) -> None:
    agent = await world.agent()
    for text, status in (("berth=4", 400), ("", 400), ("[]", 422), ("null", 422)):
        for call in (
            world.low.list_agents(metadata_filter=text),
            world.low.list_users(metadata_filter=text),
            world.low.list_sessions(metadata_filter=text),
            world.low.get_agent_docs(agent.id, metadata_filter=text),
        ):
            with refused(status):
                await call


@step
async def history_and_suggestions_page_too(world: World) -> None:
    session = await world.session()
    for content in ("Where is berth four?", "And berth five?"):
        await world.sessions.chat(session_id=session.id, messages=[say(content)])
    whole = await world.sessions.history(session_id=session.id)
    equal(len(whole), 4)
    pages = [
        await world.sessions.history(session_id=session.id, limit=3, offset=start) for start in (0, 3, 6)
    ]
    equal([ids(page) for page in pages], [ids(whole[:3]), ids(whole[3:]), []])

    suggested = await world.sessions.suggestions(session_id=session.id)
    first = await world.sessions.suggestions(session_id=session.id, limit=1)
    rest = await world.sessions.suggestions(session_id=session.id, offset=1)
    equal(first + rest, suggested)
    for call in (world.sessions.history, world.sessions.suggestions):
        for page in ({"limit": 0}, {"limit": 1001}, {"offset": -1}):
            with refused(422):
                await call(session_id=session.id, **page)
