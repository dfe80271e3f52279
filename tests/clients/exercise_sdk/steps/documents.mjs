// Docs under their two owners, memories, and the jobs that form them.

import assert from "node:assert/strict";
import { ids, refused, say, UNKNOWN } from "../world.mjs";

const TIDES = { title: "Tides", content: "High water at noon", metadata: { pier: 1 } };

export async function docsBelongToOneOwner(world) {
  const [agent, user, other] = [await world.agent(), await world.user(), await world.agent("Other guide")];
  const ofAgent = await world.docs.create({ agentId: agent.id, doc: TIDES });
  const ofUser = await world.docs.create({
    userId: user.id,
    doc: { title: "Papers", content: "In order \u2713" },
  });
  const [first] = await world.docs.list({ agentId: agent.id });
  assert.deepEqual(first, { ...TIDES, id: ofAgent.id, created_at: ofAgent.created_at });
  const { items } = await world.docs.get({ userId: user.id });
  assert.deepEqual(
    items.map((doc) => [doc.id, doc.title, doc.content]),
    [[ofUser.id, "Papers", "In order \u2713"]],
  );
  assert.deepEqual((await world.docs.get({ agentId: other.id })).items, []);

  await refused(404, world.docs.delete({ agentId: other.id, docId: ofAgent.id }));
  await refused(404, world.docs.delete({ agentId: agent.id, docId: ofUser.id }));
  await refused(404, world.docs.delete({ userId: user.id, docId: ofAgent.id }));
  assert.equal(await world.docs.delete({ agentId: agent.id, docId: ofAgent.id }), undefined);
  assert.equal(await world.docs.delete({ userId: user.id, docId: ofUser.id }), undefined);
  await refused(404, world.docs.delete({ agentId: agent.id, docId: ofAgent.id }));
  await refused(404, world.docs.delete({ userId: user.id, docId: ofUser.id }));
  assert.deepEqual(await world.docs.list({ agentId: agent.id }), []);
  assert.deepEqual(await world.docs.list({ userId: user.id }), []);
  await refused(404, world.docs.create({ agentId: UNKNOWN, doc: TIDES }));
  await refused(404, world.docs.create({ userId: UNKNOWN, doc: TIDES }));
}

export async function docsFilterAndPage(world) {
  const { id: userId } = await world.user();
  const created = [];
  for (const pier of [1, 2, 1])
    created.push((await world.docs.create({ userId, doc: { ...TIDES, metadata: { pier } } })).id);
  const newest = [...created].reverse();
  assert.deepEqual(ids(await world.docs.list({ userId })), newest);
  assert.deepEqual(ids(await world.docs.list({ userId, metadataFilter: { pier: 1 } })), [
    created[2],
    created[0],
  ]);
  assert.deepEqual(ids(await world.docs.list({ userId, metadataFilter: { pier: "1" } })), []);
  assert.deepEqual(ids(await world.docs.list({ userId, limit: 2, offset: 1 })), newest.slice(1));
  assert.deepEqual(ids((await world.docs.get({ userId, limit: 1 })).items), newest.slice(0, 1));
  assert.deepEqual(ids((await world.low.getUserDocs({ userId, order: "asc" })).items), created);
  await refused(422, world.docs.list({ userId, limit: 0 }));
}

async function told(world, content, more = {}) {
  const session = await world.session();
  const { jobs } = await world.sessions.chat(session.id, { messages: [say(content)], ...more });
  return { ...session, jobs };
}

export async function chatFormsMemories(world) {
  const { agent_id: agentId, user_id: userId, jobs } = await told(world, "My boat is called Kittiwake.");
  assert.ok(jobs.length > 0, "memories are formed by a job, and the answer names none");
  for (const jobId of jobs) {
    const job = await world.finishedJob(jobId);
    assert.equal(job.state, "succeeded");
    assert.ok(job.name && job.updated_at > job.created_at, JSON.stringify(job));
    if (job.has_progress) assert.equal(job.progress, 100);
  }
  const found = await world.memories.list({ agentId, query: "Kittiwake" });
  assert.ok(found.length > 0, "nothing was remembered");
  for (const memory of found) {
    assert.deepEqual([memory.agent_id, memory.user_id], [agentId, userId]);
    assert.ok(memory.content.includes("Kittiwake") && Array.isArray(memory.entities), JSON.stringify(memory));
  }
  assert.deepEqual(await world.memories.list({ agentId, query: "Kittiwake", userId }), found);
  assert.deepEqual(
    await world.memories.list({ agentId, query: "Kittiwake", userId: (await world.user()).id }),
    [],
  );
  assert.deepEqual(await world.memories.list({ agentId, query: "zeppelin" }), []);
  assert.deepEqual(await world.memories.list({ agentId, query: "Kittiwake", offset: found.length }), []);
  await refused(422, world.memories.list({ agentId, query: "Kittiwake", limit: 1001 }));

  const [{ id: memoryId }, ...rest] = found;
  const deleted = await world.low.deleteAgentMemory({ agentId, memoryId });
  assert.equal(deleted.id, memoryId);
  assert.ok(Date.parse(deleted.deleted_at) > 0);
  await refused(404, world.low.deleteAgentMemory({ agentId, memoryId }));
  assert.deepEqual(ids(await world.memories.list({ agentId, query: "Kittiwake" })), ids(rest));
}

export async function nothingIsRememberedUnasked(world) {
  const { agent_id: agentId } = await told(world, "My boat is called Kittiwake.", { remember: false });
  assert.deepEqual(await world.memories.list({ agentId, query: "Kittiwake" }), []);
}
