"""Keys: which are taken, and what one cannot see of another's."""

from julep.api.client import JulepApi
from world import World, equal, ids, refused, say, step


@step
async def keys_cannot_see_each_other(world: World) -> None:
    session = await world.sessions.get((await world.session()).id)
    await world.sessions.chat(session_id=session.id, messages=[say("Where is berth four?")])
    doc = await world.docs.create(agent_id=session.agent_id, doc={"title": "Tides", "content": "High water"})
    other = world.elsewhere(world.key + "-other")
    for list_ in (other.agents.list, other.users.list, other.sessions.list):
        equal(await list_(), [])
    own = await other.agent()
    for call in (
        other.agents.get(session.agent_id),
        other.users.get(session.user_id),
        other.users.update(user_id=session.user_id, name="Stolen"),
        other.sessions.get(session.id),
        other.sessions.history(session_id=session.id),
        other.sessions.chat(session_id=session.id, messages=[say("Mine now.")]),
        other.sessions.create(agent_id=session.agent_id),
        other.sessions.create(agent_id=own.id, user_id=session.user_id),
        other.docs.delete(agent_id=session.agent_id, doc_id=doc.id),
        other.agents.delete(session.agent_id),
        other.sessions.delete(session.id),
    ):
        with refused(404):
            await call
    equal(len(await world.sessions.history(session_id=session.id)), 2)
    equal(ids(await world.docs.list(agent_id=session.agent_id)), [doc.id])


@step
async def wrong_key_is_refused(world: World) -> None:
    strict_url, strict_key = world.strict
    known = world.elsewhere(strict_key, strict_url)
    agent = await known.agent()
    equal((await known.agents.get(agent.id)).name, "Harbour guide")
    stranger = world.elsewhere("a-key-that-was-never-issued", strict_url)
    for call in (
        stranger.agents.list(),
        stranger.agents.get(agent.id),
        stranger.agents.create(name="Smuggler"),
        stranger.agents.delete(agent.id),
        stranger.low.get_job_status(agent.id),
    ):
        with refused(401):
            await call
    equal(ids(await known.agents.list(metadata_filter={})).count(agent.id), 1)


@step
async def bare_key_is_the_same_key(world: World) -> None:
    # Older releases of the client sent the key without a scheme in front of it.
    agent = await world.agent()
    bare = JulepApi(api_key=world.key, base_url=world.url)
    equal(ids(bare.list_agents().items), [agent.id])
