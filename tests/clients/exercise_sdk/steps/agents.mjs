// Agents, users and tools: written, read, merged, overwritten, deleted.

import assert from "node:assert/strict";
import { ids, refused, UNKNOWN } from "../world.mjs";

const BOOK = {
  name: "book_pilot",
  description: "Books a pilot",
  parameters: { type: "object", properties: { draught: { type: "number" } }, required: ["draught"] },
};

export async function agentReadsAsWritten(world) {
  const written = {
    name: 'Harbour "guide"\n\u2693 \u{1f9ed}',
    about: "Knows every berth",
    instructions: ["Answer briefly", "Name the berth"],
    default_settings: { temperature: 0.5, top_p: 0.9, preset: "creative" },
    model: "julep-ai/samantha-1",
  };
  const tools = [{ type: "function", function: BOOK }];
  const docs = [{ title: "Tides", content: "High water at noon", metadata: { pier: 1 } }];
  const created = await world.agents.create({ ...written, tools, docs });
  assert.deepEqual(
    created.jobs.filter((id) => typeof id !== "string"),
    [],
  );
  const agent = await world.agents.get(created.id);
  for (const [name, value] of Object.entries(written)) assert.deepEqual(agent[name], value);
  assert.equal(agent.created_at, created.created_at);
  assert.ok(Date.parse(agent.updated_at) >= Date.parse(agent.created_at));

  const [doc] = await world.docs.list({ agentId: agent.id });
  assert.deepEqual([doc.title, doc.content, doc.metadata], ["Tides", "High water at noon", { pier: 1 }]);
  const [tool] = await world.tools.list(agent.id);
  assert.deepEqual([tool.type, tool.function], ["function", BOOK]);
}

export async function agentGetsDefaults(world) {
  const { id } = await world.low.createAgent({ requestBody: { name: "Harbour guide" } });
  const agent = await world.agents.get(id);
  assert.deepEqual([agent.about, agent.model], ["", "julep-ai/samantha-1-turbo"]);
  assert.ok(
    Object.values(agent).every((value) => value !== null),
    "a null in an answer",
  );
}

export async function agentUpdateMerges(world) {
  const before = await world.agents.get(
    (await world.agent("Harbour guide", { about: "Knows every berth", instructions: ["Answer briefly"] })).id,
  );
  const updated = await world.agents.update(before.id, { name: "Night guide" });
  const agent = await world.agents.get(before.id);
  assert.deepEqual(agent, { ...before, name: "Night guide", updated_at: updated.updated_at });
  assert.ok(agent.updated_at > before.updated_at, "an update did not move updated_at");

  const settings = { default_settings: { temperature: 0.5 } };
  await world.agents.update(before.id, settings);
  await world.agents.update(before.id, { default_settings: { top_p: 0.25 } });
  const merged = (await world.agents.get(before.id)).default_settings;
  assert.deepEqual([merged.temperature, merged.top_p], [0.5, 0.25]);
}

export async function agentOverwriteReplaces(world) {
  const { id } = await world.agent("Harbour guide", {
    about: "Knows every berth",
    instructions: ["Answer briefly"],
    default_settings: { temperature: 0.5 },
    model: "julep-ai/samantha-1",
  });
  const updated = await world.agents.update(id, { name: "Night guide", about: "Awake" }, true);
  const agent = await world.agents.get(id);
  assert.deepEqual(
    [agent.name, agent.about, agent.model],
    ["Night guide", "Awake", "julep-ai/samantha-1-turbo"],
  );
  assert.deepEqual([agent.instructions ?? [], agent.default_settings?.temperature], [[], undefined]);
  assert.equal(agent.updated_at, updated.updated_at);
  await refused(422, world.agents.update(id, { name: "Incomplete guide" }, true));
  assert.equal((await world.agents.get(id)).name, "Night guide");
}

export async function agentDeletedIsGone(world) {
  const kept = await world.agent("Day guide");
  const session = await world.session();
  const id = session.agent_id;
  assert.equal(await world.agents.delete(id), undefined);
  assert.deepEqual(ids(await world.agents.list()), [kept.id]);
  await refused(404, world.agents.get(id));
  await refused(404, world.agents.update(id, { name: "Back again" }));
  await refused(404, world.agents.update(id, { name: "Back again", about: "" }, true));
  await refused(404, world.agents.delete(id));
  await refused(404, world.tools.list(id));
  await refused(404, world.docs.get({ agentId: id }));
  await refused(404, world.memories.list({ agentId: id, query: "tides" }));
  await refused(404, world.sessions.get(session.id));
  await refused(404, world.sessions.create({ agentId: id, userId: session.user_id }));
}

export async function userReadsAsWritten(world) {
  const docs = [{ title: "Papers", content: "In order" }];
  const created = await world.users.create({ name: "Traveller", about: "Arrives by sea", docs });
  const user = await world.users.get(created.id);
  assert.deepEqual(
    [user.name, user.about, user.created_at],
    ["Traveller", "Arrives by sea", created.created_at],
  );
  const [doc] = await world.docs.list({ userId: user.id });
  assert.deepEqual([doc.title, doc.content], ["Papers", "In order"]);
  assert.equal((await world.users.get((await world.users.create()).id)).name, "User");
}

export async function userUpdateMergesOrReplaces(world) {
  const { id } = await world.low.createUser({
    requestBody: { name: "Traveller", about: "Arrives by sea", metadata: { crew: { size: 4 } } },
  });
  await world.users.update(id, { about: "Stays" });
  await world.low.patchUser({ userId: id, requestBody: { metadata: { crew: { dog: true } } } });
  const merged = await world.users.get(id);
  assert.deepEqual(
    [merged.name, merged.about, merged.metadata],
    ["Traveller", "Stays", { crew: { size: 4, dog: true } }],
  );
  await world.users.update(id, { name: "Resident", about: "" }, true);
  const replaced = await world.users.get(id);
  assert.deepEqual([replaced.name, replaced.about, replaced.metadata ?? {}], ["Resident", "", {}]);
  assert.equal(replaced.created_at, merged.created_at);
}

export async function userDeletedIsGone(world) {
  const session = await world.session();
  assert.equal(await world.users.delete(session.user_id), undefined);
  assert.deepEqual(await world.users.list(), []);
  await refused(404, world.users.get(session.user_id));
  await refused(404, world.users.update(session.user_id, { name: "Back again" }));
  await refused(404, world.users.update(session.user_id, { name: "Back again", about: "" }, true));
  await refused(404, world.users.delete(session.user_id));
  await refused(404, world.docs.list({ userId: session.user_id }));
  await refused(404, world.sessions.get(session.id));
}

export async function toolsAreWrittenMergedReplacedDeleted(world) {
  const agent = await world.agent();
  const [agentId, other] = [agent.id, await world.agent("Other guide")];
  const created = await world.tools.create({ agentId, tool: { type: "webhook", function: BOOK } });
  const only = async () => {
    const [tool, ...rest] = await world.tools.list(agentId);
    assert.deepEqual([rest, tool.id, tool.type], [[], created.id, "webhook"]);
    return tool.function;
  };
  assert.deepEqual(await only(), BOOK);

  const at = { agentId, toolId: created.id };
  const added = { parameters: { properties: { tug: { type: "boolean" } } } };
  await world.tools.update({ ...at, tool: { function: added } });
  const properties = { draught: { type: "number" }, tug: { type: "boolean" } };
  assert.deepEqual(await only(), { ...BOOK, parameters: { ...BOOK.parameters, properties } });
  await world.tools.update({ ...at, tool: { function: { name: "book_tug", parameters: {} } } }, true);
  const { description = "", ...bare } = await only();
  assert.deepEqual([bare, description], [{ name: "book_tug", parameters: {} }, ""]);

  await refused(404, world.tools.delete({ agentId: other.id, toolId: created.id }));
  assert.equal(await world.tools.delete(at), undefined);
  assert.deepEqual(await world.tools.list(agentId), []);
  await refused(404, world.tools.delete(at));
  await refused(404, world.tools.update({ ...at, tool: { function: BOOK } }));
  await refused(404, world.tools.update({ ...at, tool: { function: BOOK } }, true));
}

export async function unknownIdsAreNotFound(world) {
  await refused(404, world.agents.get(UNKNOWN));
  await refused(404, world.users.get(UNKNOWN));
  await refused(404, world.sessions.get(UNKNOWN));
  await refused(404, world.sessions.history(UNKNOWN));
  await refused(404, world.sessions.suggestions(UNKNOWN));
  await refused(404, world.sessions.deleteHistory(UNKNOWN));
  await refused(404, world.tools.list(UNKNOWN));
  await refused(404, world.docs.list({ userId: UNKNOWN }));
  await refused(404, world.memories.list({ agentId: UNKNOWN, query: "tides" }));
  await refused(404, world.low.getJobStatus({ jobId: UNKNOWN }));
}
