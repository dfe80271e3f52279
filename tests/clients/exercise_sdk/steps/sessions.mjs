// Sessions: written, read, merged, overwritten, deleted; and the keys that see them.

import assert from "node:assert/strict";
import { ids, NIL_UUID, refused, say, UNKNOWN } from "../world.mjs";

export async function sessionReadsAsWritten(world) {
  const [agent, user] = [await world.agent(), await world.user()];
  const metadata = { berth: { no: 4 }, tags: ["a", null], open: true };
  const created = await world.sessions.create({
    agentId: agent.id,
    userId: user.id,
    situation: "At the quay \u{1f30a}",
    metadata,
    renderTemplates: true,
  });
  const session = await world.sessions.get(created.id);
  assert.deepEqual([session.agent_id, session.user_id], [agent.id, user.id]);
  assert.deepEqual([session.situation, session.metadata], ["At the quay \u{1f30a}", metadata]);
  assert.deepEqual([session.render_templates, session.created_at], [true, created.created_at]);
  assert.deepEqual(await world.sessions.list(), [session]);

  const { id } = await world.low.createSession({ requestBody: { agent_id: agent.id } });
  const alone = await world.sessions.get(id);
  assert.deepEqual([alone.user_id, alone.render_templates], [NIL_UUID, false]);
}

export async function sessionUpdateMergesOrReplaces(world) {
  const before = await world.session({ situation: "At the quay", metadata: { berth: { no: 4 } } });
  // The client sends "metadata": {} whenever it is given none: that merges to no change.
  const updated = await world.sessions.update(before.id, { situation: "At sea" });
  assert.deepEqual(await world.sessions.get(before.id), {
    ...before,
    situation: "At sea",
    updated_at: updated.updated_at,
  });
  assert.ok(updated.updated_at > before.updated_at, "an update did not move updated_at");
  await world.sessions.update(before.id, { metadata: { berth: { pier: "N" } } });
  const merged = await world.sessions.get(before.id);
  assert.deepEqual([merged.situation, merged.metadata], ["At sea", { berth: { no: 4, pier: "N" } }]);

  await world.sessions.update(before.id, { situation: "Aground" }, true);
  const replaced = await world.sessions.get(before.id);
  assert.deepEqual([replaced.situation, replaced.metadata ?? {}], ["Aground", {}]);
  assert.deepEqual([replaced.agent_id, replaced.user_id], [before.agent_id, before.user_id]);
  await refused(422, world.sessions.update(before.id, { metadata: { lost: true } }, true));
  assert.deepEqual(await world.sessions.get(before.id), replaced);
}

export async function sessionRefersToWhatExists(world) {
  const [agent, user] = [await world.agent(), await world.user()];
  await refused(404, world.sessions.create({ agentId: UNKNOWN, userId: user.id }));
  await refused(404, world.sessions.create({ agentId: agent.id, userId: UNKNOWN }));
  assert.deepEqual(await world.sessions.list(), []);
}

export async function sessionDeletedIsGone(world) {
  const [kept, session] = [await world.session(), await world.session()];
  await world.sessions.chat(session.id, { messages: [say("Where is berth four?")] });
  assert.equal(await world.sessions.delete(session.id), undefined);
  assert.deepEqual(ids(await world.sessions.list()), [kept.id]);
  await refused(404, world.sessions.get(session.id));
  await refused(404, world.sessions.update(session.id, { situation: "Back again" }));
  await refused(404, world.sessions.update(session.id, { situation: "Back again" }, true));
  await refused(404, world.sessions.chat(session.id, { messages: [say("Anybody there?")] }));
  await refused(404, world.sessions.history(session.id));
  await refused(404, world.sessions.suggestions(session.id));
  await refused(404, world.sessions.deleteHistory(session.id));
  await refused(404, world.sessions.delete(session.id));
}

export async function keysCannotSeeEachOther(world) {
  const session = await world.session();
  const other = world.elsewhere(`${world.key}-other`);
  for (const part of ["agents", "users", "sessions"]) assert.deepEqual(await other[part].list(), []);
  await refused(404, other.agents.get(session.agent_id));
  await refused(404, other.users.get(session.user_id));
  await refused(404, other.sessions.get(session.id));
  await refused(404, other.sessions.chat(session.id, { messages: [say("Mine now.")] }));
  await refused(404, other.sessions.delete(session.id));
  assert.deepEqual(await world.sessions.get(session.id), session);
}

export async function wrongKeyIsRefused(world) {
  const known = world.elsewhere(world.strict.key, world.strict.url);
  const agent = await known.agent();
  const stranger = world.elsewhere("a-key-that-was-never-issued", world.strict.url);
  await refused(401, stranger.agents.list());
  await refused(401, stranger.agents.get(agent.id));
  await refused(401, stranger.agent("Smuggler"));
  await refused(401, stranger.agents.delete(agent.id));
  assert.equal((await known.agents.get(agent.id)).name, "Harbour guide");
}
