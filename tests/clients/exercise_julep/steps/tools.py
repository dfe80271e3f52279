"""Tools of an agent."""

from beartype.roar import BeartypeCallHintReturnViolation
from julep.api.types import FunctionDef, PartialFunctionDef
from world import UNKNOWN, World, equal, refused, step

BOOK = {
    "name": "book_pilot",
    "description": "Books a pilot",
    "parameters": {"type": "object", "properties": {"draught": {"type": "number"}}},
}


async def delete(world, agent, tool):
    """Delete a tool; the async manager is annotated with the wrong answer, and raises when it has deleted."""
    try:
        equal((world.kind, await world.tools.delete(agent_id=agent.id, tool_id=tool.id)), ("sync", None))
    except BeartypeCallHintReturnViolation:
        equal(world.kind, "async")


async def only_tool(world, agent):
    (tool,) = await world.tools.get(agent_id=agent.id)
    return tool


@step
async def tool_reads_as_written(world: World) -> None:
    agent = await world.agent()
    created = await world.tools.create(agent_id=agent.id, tool={"type": "function", "function": BOOK})
    tool = await only_tool(world, agent)
    equal((tool.id, tool.type, tool.function.dict()), (created.id, "function", BOOK))
    webhook = await world.tools.create(agent_id=agent.id, tool={"type": "webhook", "function": BOOK})
    newest, oldest = await world.tools.get(agent_id=agent.id)
    equal(
        [(newest.id, newest.type), (oldest.id, oldest.type)], [(webhook.id, "webhook"), (tool.id, "function")]
    )


@step
async def tool_update_merges(world: World) -> None:
    agent = await world.agent()
    created = await world.tools.create(agent_id=agent.id, tool={"type": "webhook", "function": BOOK})
    added = {"properties": {"tug": {"type": "boolean"}}}
    updated = await world.tools.update(
        agent_id=agent.id, tool_id=created.id, function={"name": "book_tug", "parameters": added}
    )
    equal(updated.id, created.id)
    tool = await only_tool(world, agent)
    equal((tool.id, tool.type), (created.id, "webhook"))
    equal((tool.function.name, tool.function.description), ("book_tug", "Books a pilot"))
    both = {"draught": {"type": "number"}, "tug": {"type": "boolean"}}
    equal(tool.function.parameters, {"type": "object", "properties": both})

    await world.low.patch_agent_tool(agent.id, created.id, function=PartialFunctionDef(description="Tows"))
    tool = await only_tool(world, agent)
    equal((tool.function.name, tool.function.description), ("book_tug", "Tows"))
    equal(tool.function.parameters, {"type": "object", "properties": both})


@step
async def tool_overwrite_replaces(world: World) -> None:
    agent = await world.agent()
    created = await world.tools.create(agent_id=agent.id, tool={"type": "webhook", "function": BOOK})
    bare = {"name": "book_tug", "parameters": {}}
    # Only the sync manager can overwrite; the low-level API can in both.
    if world.tools.takes("update", "overwrite"):
        await world.tools.update(agent_id=agent.id, tool_id=created.id, function=bare, overwrite=True)
    else:
        await world.low.update_agent_tool(agent.id, created.id, function=FunctionDef(**bare))
    tool = await only_tool(world, agent)
    equal((tool.id, tool.type, tool.function.description or ""), (created.id, "webhook", ""))
    equal((tool.function.name, tool.function.parameters), ("book_tug", {}))


@step
async def tool_deleted_is_gone(world: World) -> None:
    agent, other = await world.agent(), await world.agent("Other guide")
    created = await world.tools.create(agent_id=agent.id, tool={"type": "function", "function": BOOK})
    with refused(404):
        await world.tools.delete(agent_id=other.id, tool_id=created.id)
    equal((await only_tool(world, agent)).id, created.id)
    await delete(world, agent, created)
    equal(await world.tools.get(agent_id=agent.id), [])
    for call in (
        world.tools.delete(agent_id=agent.id, tool_id=created.id),
        world.tools.update(agent_id=agent.id, tool_id=created.id, function=BOOK),
        world.low.update_agent_tool(agent.id, created.id, function=FunctionDef(**BOOK)),
        world.tools.get(agent_id=UNKNOWN),
        world.tools.create(agent_id=UNKNOWN, tool={"type": "function", "function": BOOK}),
    ):
        with refused(404):
            await call


@step
async def invalid_tool_is_refused(world: World) -> None:
    agent = await world.agent()
    for body in ({"type": "robot", "function": BOOK}, {"type": "function", "function": {"name": "book"}}):
        with refused(422):
            await world.low.create_agent_tool(agent.id, request=body)
    equal(await world.tools.get(agent_id=agent.id), [])
