// What a step acts through: one client, its calls counted, in a workspace of its own.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const { Client } = createRequire(path.join(process.cwd(), "package.json"))("@julep/sdk");

const MANAGERS = ["agents", "users", "sessions", "docs", "memories", "tools"];
export const NIL_UUID = "00000000-0000-0000-0000-000000000000";
const FORWARD = ["pending", "in_progress", "retrying", "succeeded", "failed", "aborted"];
export const UNKNOWN = "6f0d3c2e-8a55-4c1b-9d0e-3f1f6a7b8c9d";

export const open = (url, key) => new Client({ apiKey: key, baseUrl: url });

function methodsOf(owner) {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(owner)).filter((name) => name !== "constructor");
}

function parts(client) {
  return {
    ...Object.fromEntries(MANAGERS.map((name) => [name, client[name]])),
    low: client._apiClient.default,
  };
}

// The client's own methods: of its managers, of its low-level API, and the two it patches in OpenAI's.
export function availableMethods(client) {
  const own = Object.entries(parts(client)).flatMap(([part, owner]) =>
    methodsOf(owner).map((name) => `${part}.${name}`),
  );
  return [...own, "chat.completions.create", "completions.create"].sort();
}

function count(owner, part, called, names = methodsOf(owner)) {
  for (const name of names) {
    const original = owner[name].bind(owner);
    owner[name] = (...args) => {
      called.add(`${part}.${name}`);
      return original(...args);
    };
  }
}

export class World {
  constructor(url, key, strict, called) {
    Object.assign(this, { url, key, strict, called, client: open(url, key) });
    for (const [part, owner] of Object.entries(parts(this.client))) {
      count(owner, part, called);
      this[part] = owner;
    }
    count(this.client.chat.completions, "chat.completions", called, ["create"]);
    count(this.client.completions, "completions", called, ["create"]);
  }

  elsewhere(key, url = this.url) {
    return new World(url, key, this.strict, this.called);
  }

  agent(name = "Harbour guide", more = {}) {
    return this.agents.create({ name, about: "", instructions: [], ...more });
  }

  user(name = "Traveller") {
    return this.users.create({ name, about: "Arrives by sea" });
  }

  async session(more = {}) {
    const [agent, user] = [await this.agent(), await this.user()];
    const { id } = await this.sessions.create({ agentId: agent.id, userId: user.id, ...more });
    return this.sessions.get(id);
  }

  // Ask for a job until it has ended, and demand that it only ever went forward.
  async finishedJob(jobId) {
    let seen = await this.low.getJobStatus({ jobId });
    while (FORWARD.indexOf(seen.state) < FORWARD.indexOf("succeeded")) {
      const job = await this.low.getJobStatus({ jobId });
      assert.equal(job.id, jobId);
      const forward =
        FORWARD.indexOf(job.state) >= FORWARD.indexOf(seen.state) && job.progress >= seen.progress;
      assert.ok(forward, `went back from ${JSON.stringify(seen)} to ${JSON.stringify(job)}`);
      seen = job;
    }
    return seen;
  }
}

export const say = (content, role = "user", more = {}) => ({ role, content, ...more });

export const ids = (records) => records.map((record) => record.id);

// The one message of a chat answer.
export function reply(answer) {
  assert.deepEqual(
    answer.response.map((messages) => messages.length),
    [1],
  );
  return answer.response[0][0];
}

// Demand that the client rejects with its own error, with this status and a problem document.
export async function refused(status, call) {
  await assert.rejects(call, (error) => {
    assert.equal(error.name, "ApiError", String(error.stack));
    assert.equal(error.status, status, JSON.stringify(error.body));
    assert.equal(error.body.status, status);
    assert.ok(error.body.type && error.body.title, `no problem document: ${JSON.stringify(error.body)}`);
    return true;
  });
}
