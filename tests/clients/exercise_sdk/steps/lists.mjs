// Lists: order, pages and filters.

import assert from "node:assert/strict";
import { ids, refused } from "../world.mjs";

const NUMBERS = [0, 1, 2];

async function filled(world, part) {
  const agent = await world.agent("Owner");
  const user = await world.user("Owner");
  const create = {
    agents: (number) => world.agent(`Guide ${number}`),
    users: (number) => world.user(`Traveller ${number}`),
    sessions: () => world.sessions.create({ agentId: agent.id, userId: user.id }),
  }[part];
  const created = [];
  for (const number of NUMBERS) created.push((await create(number)).id);
  const owners = { agents: [agent.id], users: [user.id], sessions: [] }[part];
  return [...created.reverse(), ...owners];
}

export async function listsAreNewestFirstAndPaged(world) {
  for (const part of ["agents", "users", "sessions"]) {
    const own = world.elsewhere(`${world.key}-${part}`);
    const newest = await filled(own, part);
    const list = async (page) => ids(await own[part].list(page));
    assert.deepEqual(await list(), newest);
    assert.deepEqual(await list({ limit: 2 }), newest.slice(0, 2));
    assert.deepEqual(await list({ limit: 2, offset: 2 }), newest.slice(2, 4));
    assert.deepEqual(await list({ limit: 1000, offset: 1 }), newest.slice(1));
    assert.deepEqual(await list({ offset: newest.length }), []);
    for (const page of [{ limit: 0 }, { limit: 1001 }, { offset: -1 }])
      await refused(422, own[part].list(page));
  }
}

export async function toolsAreNewestFirstAndPaged(world) {
  const { id: agentId } = await world.agent();
  const created = [];
  for (const number of NUMBERS) {
    const tool = { type: "function", function: { name: `berth_${number}`, parameters: {} } };
    created.unshift((await world.tools.create({ agentId, tool })).id);
  }
  assert.deepEqual(ids(await world.tools.list(agentId)), created);
  assert.deepEqual(ids(await world.tools.list(agentId, { limit: 2, offset: 1 })), created.slice(1));
  await refused(422, world.tools.list(agentId, { limit: 0 }));
}

export async function listsSortAsAsked(world) {
  const created = [];
  for (const name of ["First", "Second", "Third"]) created.push((await world.agent(name)).id);
  await world.agents.update(created[1], { about: "Touched last" });
  const listed = async (query) => ids((await world.low.listAgents(query)).items);
  assert.deepEqual(await listed({ order: "asc" }), created);
  assert.deepEqual(await listed({ sortBy: "updated_at" }), [created[1], created[2], created[0]]);
  await refused(422, world.low.listAgents({ sortBy: "name" }));
}

export async function filtersMatchTypeAndValue(world) {
  const agent = await world.agent();
  const user = await world.user();
  const create = async (metadata) =>
    (await world.sessions.create({ agentId: agent.id, userId: user.id, metadata })).id;
  const number = await create({ berth: 4, open: true });
  const text = await create({ berth: "4" });
  const nested = await create({ berth: { pier: "N", no: 4 } });
  const found = async (metadataFilter) => ids(await world.sessions.list({ metadataFilter }));
  assert.deepEqual(await found({}), [nested, text, number]);
  assert.deepEqual(await found({ berth: 4 }), [number]);
  assert.deepEqual(await found({ berth: 4, open: true }), [number]);
  assert.deepEqual(await found({ berth: 4, open: 1 }), []);
  assert.deepEqual(await found({ berth: "4" }), [text]);
  assert.deepEqual(await found({ berth: { no: 4, pier: "N" } }), [nested]);
  assert.deepEqual(await found({ berth: { no: 4 } }), []);
  assert.deepEqual(await found({ absent: null }), []);
  await refused(400, world.low.listSessions({ metadataFilter: "berth=4" }));
  await refused(422, world.low.listSessions({ metadataFilter: "[]" }));
}
