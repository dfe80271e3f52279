// Chat, its settings, and what it leaves behind: history, suggestions, streams.

import assert from "node:assert/strict";
import { ids, refused, reply, say, UNKNOWN } from "../world.mjs";

const QUESTION = [say("Tell me all about the harbour, please.")];
const BOOK = {
  name: "book_pilot",
  description: "Books a pilot",
  parameters: {
    type: "object",
    properties: { draught: { type: "number", minimum: 1 } },
    required: ["draught"],
  },
};

export async function chatAnswersAndIsRecorded(world) {
  const [session, other] = [await world.session(), await world.session()];
  const asked = [
    say("The pilot is aboard.", "system"),
    say("Where is berth four?", "user", { name: "Traveller" }),
  ];
  const answer = await world.sessions.chat(session.id, { messages: asked });
  const message = reply(answer);
  assert.deepEqual(
    [message.role, message.name, answer.finish_reason],
    ["assistant", "Harbour guide", "stop"],
  );
  assert.ok(message.content.trim(), "an empty answer");
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = answer.usage;
  assert.ok(prompt > 0 && completion > 0);
  assert.equal(total, prompt + completion);

  const history = await world.sessions.history(session.id);
  assert.deepEqual(
    history.slice(0, 2).map(({ role, content }) => ({ role, content })),
    [
      { role: "system", content: asked[0].content },
      { role: "user", content: asked[1].content },
    ],
  );
  assert.equal(history[1].name, "Traveller");
  assert.deepEqual(history.slice(2), [message]);
  assert.deepEqual(await world.sessions.history(other.id), []);
  assert.ok(
    (await world.sessions.get(session.id)).updated_at > session.updated_at,
    "chat did not move updated_at",
  );

  const again = await world.sessions.chat(session.id, { messages: [say("And berth five?")] });
  const longer = await world.sessions.history(session.id);
  assert.deepEqual(longer.slice(0, 3), history);
  assert.deepEqual([longer[3].content, longer[4]], ["And berth five?", reply(again)]);
  assert.deepEqual(await world.sessions.history(session.id, { limit: 2, offset: 3 }), longer.slice(3));

  assert.equal(await world.sessions.deleteHistory(session.id), undefined);
  assert.deepEqual(await world.sessions.history(session.id), []);
  assert.equal((await world.sessions.get(session.id)).id, session.id);
}

export async function chatIsRefusedWhenInvalid(world) {
  const session = await world.session();
  await refused(422, world.sessions.chat(session.id, { messages: [] }));
  await refused(422, world.sessions.chat(session.id, { messages: [say("whose?", "pirate")] }));
  await refused(422, world.sessions.chat(session.id, { messages: QUESTION, temperature: 3.5 }));
  assert.deepEqual(await world.sessions.history(session.id), []);
}

export async function historyIsKeptOnRequestOnly(world) {
  const { id: sessionId } = await world.session();
  const ask = (settings) => world.low.chat({ sessionId, requestBody: { messages: QUESTION, ...settings } });
  const texts = [];
  for (const seed of [7, 7, 8]) texts.push(reply(await ask({ seed, record: false })).content);
  assert.equal(texts[0], texts[1]);
  assert.deepEqual(await world.sessions.history(sessionId), []);
  await ask({ record: true });
  assert.equal((await world.sessions.history(sessionId)).length, 2);
}

export async function settingsAreObeyed(world) {
  const session = await world.session();
  const ask = (settings) => world.sessions.chat(session.id, { messages: QUESTION, ...settings });
  const short = await ask({ max_tokens: 1 });
  assert.deepEqual([short.finish_reason, short.usage.completion_tokens], ["length", 1]);
  const told = JSON.parse(
    reply(
      await ask({
        response_format: {
          type: "json_object",
          schema: { type: "object", properties: { free: { type: "boolean" } }, required: ["free"] },
        },
      }),
    ).content,
  );
  assert.equal(typeof told.free, "boolean");
  assert.match(
    reply(await ask({ response_format: { type: "regex", pattern: "[A-F]{3}-[0-9]{2}" } })).content,
    /^[A-F]{3}-[0-9]{2}$/,
  );

  const { id: sessionId } = await world.session();
  const fresh = (settings) =>
    world.low.chat({ sessionId, requestBody: { messages: QUESTION, seed: 7, record: false, ...settings } });
  const whole = reply(await fresh({})).content;
  const word = whole.split(/\s+/)[2];
  for (const stop of [word, [word]]) {
    const cut = await fresh({ stop });
    assert.deepEqual(
      [reply(cut).content.trimEnd(), cut.finish_reason],
      [whole.split(word)[0].trimEnd(), "stop"],
    );
  }
}

function booked(answer) {
  const message = reply(answer);
  assert.deepEqual([message.role, answer.finish_reason], ["function_call", "tool_calls"]);
  const call = JSON.parse(message.content);
  assert.equal(call.name, "book_pilot");
  assert.ok(call.arguments.draught >= 1, message.content);
}

export async function toolsAreCalled(world) {
  const agent = await world.agent("Harbour guide", { tools: [{ type: "function", function: BOOK }] });
  const { id } = await world.sessions.create({ agentId: agent.id, userId: (await world.user()).id });
  const named = [say("Please use book_pilot for tonight.")];
  booked(await world.sessions.chat(id, { messages: named }));
  booked(await world.sessions.chat(id, { messages: named, tool_choice: "auto" }));
  const none = await world.sessions.chat(id, { messages: named, tool_choice: "none" });
  assert.deepEqual([reply(none).role, none.finish_reason], ["assistant", "stop"]);

  const session = await world.session();
  const forced = await world.sessions.chat(session.id, {
    messages: QUESTION,
    tools: [{ type: "function", function: BOOK, id: UNKNOWN }],
    tool_choice: { type: "function", function: { name: "book_pilot" } },
  });
  booked(forced);
  assert.deepEqual((await world.sessions.history(session.id)).at(-1), reply(forced));
}

export async function suggestionsNameTheirMessage(world) {
  const session = await world.session();
  assert.deepEqual(await world.sessions.suggestions(session.id), []);
  for (const content of ["Where is berth four?", "And berth five?"]) {
    await world.sessions.chat(session.id, { messages: [say(content)] });
  }
  const suggestions = await world.sessions.suggestions(session.id);
  assert.ok(suggestions.length > 0, "a conversation that led to no suggestion");
  const known = ids(await world.sessions.history(session.id));
  for (const suggestion of suggestions) {
    assert.equal(suggestion.session_id, session.id);
    assert.ok(known.includes(suggestion.message_id), JSON.stringify(suggestion));
    assert.ok(
      ["user", "agent"].includes(suggestion.target) && suggestion.content,
      JSON.stringify(suggestion),
    );
  }
  const first = await world.sessions.suggestions(session.id, { limit: 1 });
  assert.deepEqual([...first, ...(await world.sessions.suggestions(session.id, { offset: 1 }))], suggestions);
}

function eventsOf(text) {
  const events = text.split("\n\n").filter(Boolean);
  assert.equal(events.pop(), "data: [DONE]");
  return events.map((event) => JSON.parse(event.replace(/^data: /, "")));
}

const textOf = (chunks) =>
  chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta.content ?? "")).join("");

export async function streamsAreEvents(world) {
  for (const ask of [
    (id) => world.sessions.chat(id, { messages: QUESTION, stream: true }),
    (sessionId) =>
      world.low.chat({ sessionId, accept: "text/event-stream", requestBody: { messages: QUESTION } }),
  ]) {
    const { id } = await world.session();
    const chunks = eventsOf(await ask(id));
    const history = await world.sessions.history(id);
    assert.deepEqual(
      history.map(({ role, content }) => [role, content]),
      [
        ["user", QUESTION[0].content],
        ["assistant", textOf(chunks)],
      ],
    );
  }
}

export async function streamReadsLikeOpenai(world) {
  const session = await world.session();
  const OpenAI = world.client._openaiClient.constructor;
  const reader = new OpenAI({ apiKey: world.key, baseURL: world.url, maxRetries: 0 });
  const stream = await reader.post(`/sessions/${session.id}/chat`, {
    body: { messages: QUESTION, stream: true },
    stream: true,
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  assert.ok(
    chunks.every((chunk) => chunk.object === "chat.completion.chunk" && Number.isInteger(chunk.created)),
  );
  const reasons = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.finish_reason));
  assert.equal(reasons.pop(), "stop");
  assert.ok(reasons.every((reason) => reason === null));
  assert.equal((await world.sessions.history(session.id)).at(-1).content, textOf(chunks));
}

export async function openaiRoutesAreNotPartOfTheApi(world) {
  const notFound = { name: "Error", status: 404 };
  await assert.rejects(world.client.chat.completions.create({ messages: QUESTION }), notFound);
  await assert.rejects(world.client.completions.create({ prompt: "Hello?" }), notFound);
}
