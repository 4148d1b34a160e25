// Values of a caller or of a library that throw when they are looked at, or that are something else than they should be: a run ends
// with an error, and nothing else is affected.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import init, { Context, decodeResponse, Flow, RateLimiter, RefinireAgent } from "../../pkg/refinire_web.js";

before(() => init({ module_or_path: readFileSync(new URL("../../pkg/refinire_web_bg.wasm", import.meta.url)) }));

const event = (value) => `data: ${JSON.stringify(value)}\n\n`;
const said = (delta) => event({ choices: [{ index: 0, delta }] });
const ANSWER = `${said({ content: "Hello" })}data: [DONE]\n\n`;
const CALL = `${said({ tool_calls: [{ index: 0, id: "c1", function: { name: "look", arguments: "{}" } }] })}data: [DONE]\n\n`;

const agent = (options = {}, ...answers) => {
  const fetch = async () => new Response(answers.shift() ?? ANSWER);
  return new RefinireAgent({ name: "agent", generationInstructions: "", model: "m", provider: "openai", baseUrl: "http://model.invalid/v1", fetch, retry: false, fallback: false, ...options });
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const thrown = revoked();
const throws = () => {
  throw thrown;
};
/** What a promise is rejected with; nothing can be asked of it but whether it is the same. */
const failure = (promise) => promise.then(() => assert.fail("it has not failed"), (error) => error);

test("what is thrown need not be readable", { timeout: 5_000 }, async () => {
  const tools = [{ name: "look", description: "", execute: throws }];
  assert.equal((await agent({ tools }, CALL).run("Hi")).text, "Hello");
  for (const options of [{ fetch: throws }, { apiKey: throws }]) await failure(agent(options).run("Hi"));
  const errored = new Response(new ReadableStream({ start: (controller) => controller.error(thrown) }));
  assert.equal((await failure(decodeResponse(errored, { provider: "openai" }).result)).code, "network");
  const { code, cause } = await failure(new Flow({ first: throws }).run("Hi"));
  assert.ok(code === "step" && cause === thrown);
  assert.equal((await agent().run("Hi")).text, "Hello");
});

test("an error whose message is no string", async () => {
  const odd = Object.defineProperty(new Error(), "message", { value: { toString: () => "odd" } });
  const failing = new Flow({ first: () => Promise.reject(odd) }).run("Hi");
  await assert.rejects(failing, { code: "step", message: 'the step "first" failed: odd' });
});

test("a validator whose issues are no list, or have paths that throw", { timeout: 5_000 }, async () => {
  const answer = `${said({ content: "{}" })}data: [DONE]\n\n`;
  for (const issues of [revoked(), [{ message: "wrong", path: revoked() }], { get length() { throw new Error("no length"); } }]) {
    const outputSchema = { "~standard": { version: 1, vendor: "v", validate: () => ({ issues }), jsonSchema: { input: () => ({}), output: () => ({}) } } };
    assert.equal((await failure(agent({ outputSchema }, answer).run("Hi"))).code, "schema");
  }
});

test("an adapter whose `keys` gives nothing", { timeout: 5_000 }, async () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key), keys: () => undefined };
  const reported = [];
  const context = new Context({ id: "c", storage, onStorageError: ({ code }) => reported.push(code) });
  assert.equal((await agent().run("Hi", { context })).text, "Hello");
  assert.equal(context.messages.length, 2);
  assert.ok(reported.includes("storage"));
  await assert.rejects(Context.list({ storage }), { code: "storage" });
  context.free();
});

test("what is no object where one is needed is refused", async () => {
  for (const odd of [5, "x", true, Symbol("s"), 5n]) {
    const refused = { code: "invalid-argument" };
    assert.throws(() => decodeResponse(new Response(ANSWER), odd), refused);
    assert.throws(() => decodeResponse({ status: 200, headers: new Headers(), body: odd }, { provider: "openai" }), refused);
    await assert.rejects(new RateLimiter({}).run(async () => 1, odd), refused);
  }
  await assert.rejects(agent().run({ text: "Hi", attachments: [revoked()] }), { code: "invalid-argument" });
});

test("bytes that have been transferred to somebody else", { timeout: 5_000 }, async () => {
  const bytes = new TextEncoder().encode("data: gone");
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const { code } = await failure(agent({ fetch: async () => ({ status: 200, headers: new Headers(), body }) }).run("Hi"));
  assert.ok(["network", "truncated"].includes(code), code);
});

test("headers that cannot be sent are refused without their values", () => {
  const message = 'RefinireAgent: `headers`: a name or a value cannot be sent as a header';
  for (const value of ["Bearer KEY\nKEY", "KEY€"]) {
    assert.throws(() => agent({ headers: { "x-a": "1", Authorization: value } }), { code: "invalid-argument", message });
  }
});

test("counts of tokens that no number holds", async () => {
  const usage = { prompt_tokens: "IN", completion_tokens: 2, total_tokens: 3 };
  const counted = event({ choices: [], usage }).replace('"IN"', "18446744073709551615");
  const result = await agent({}, `${said({ content: "Hello" })}${counted}data: [DONE]\n\n`).run("Hi");
  assert.deepEqual([result.text, result.usage], ["Hello", { inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: 2, totalTokens: 3 }]);
});
