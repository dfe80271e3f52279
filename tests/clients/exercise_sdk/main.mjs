// Run every step against a mock; print one JSON line each, then one with all methods and the called ones.
//
// Usage: node main.mjs URL STRICT_URL STRICT_KEY RUN, in a folder where @julep/sdk resolves.
// The mock at URL takes any key, the one at STRICT_URL only STRICT_KEY. RUN makes the keys unique.

import { availableMethods, open, World } from "./world.mjs";
import * as agents from "./steps/agents.mjs";
import * as chat from "./steps/chat.mjs";
import * as documents from "./steps/documents.mjs";
import * as lists from "./steps/lists.mjs";
import * as sessions from "./steps/sessions.mjs";

const [url, strictUrl, strictKey, run] = process.argv.slice(2);
const called = new Set();
const print = (line) => console.log(JSON.stringify(line));

for (const module of [agents, chat, documents, lists, sessions]) {
  for (const [name, step] of Object.entries(module)) {
    let error = null;
    try {
      await step(new World(url, `${run}-${name}`, { url: strictUrl, key: strictKey }, called));
    } catch (thrown) {
      error = String(thrown.stack);
    }
    print({ step: name, error });
  }
}
print({ available: availableMethods(open(url, "unused")), called: [...called].sort() });
