// Bad answers: each a clear error, and nothing that was said is lost. What is an error, and which, is stated in tests/runs and tests/providers.
import { expect, test } from "./support/test.mjs";

test("a status is an http error in the server's words", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const body = '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}';
    const model = kit.model((turn) => turn.whole(401, body, { "content-type": "application/json" }));
    return { failed: await kit.failure(kit.agent(model).run("Hi", { context })), said: kit.said(context) };
  });
  expect(seen.failed).toMatchObject({ real: true, name: "RefinireError", code: "http", status: 401, retryable: false, provider: "openai", partialText: "" });
  expect(seen.failed.message).toBe("the server answered with status 401: Incorrect API key provided");
  expect(seen.said).toEqual([{ role: "user", content: "Hi" }]);
});

// As source: what else fetch may do; the rest is in tests/browser.
const FETCHES = [
  ["() => Promise.reject()", "network", "undefined"],
  ["() => Promise.reject(null)", "network", "null"],
  ['() => { throw new RangeError("at once") }', "network", "at once"],
  ["() => {}", "invalid-argument", "`fetch`"],
  ['async () => "hello"', "invalid-argument", "`fetch`"],
  ["async () => ({ ok: true })", "invalid-argument", "`fetch`"],
  ["async () => { const response = new Response('x'); await response.text(); return response; }", "invalid-argument", "read"],
];
test("whatever a fetch does, the run fails with an error that says so", async ({ inPage }) => {
  const failures = await inPage((kit, sources) => Promise.all(
    sources.map((source) => kit.failure(kit.agent({ fetch: (0, eval)(`(${source})`) }).run("Hi"))),
  ), FETCHES.map(([source]) => source));
  FETCHES.forEach(([source, code, words], place) => {
    expect({ source, ...failures[place] }).toMatchObject({ source, real: true, name: "RefinireError", code, partialText: "", provider: "openai", message: expect.stringContaining(words) });
  });
});

test("the cause is what was thrown, and JSON of the error has what matters", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const mine = new TypeError("mine");
    const { error } = await kit.thrown(kit.agent(kit.model((turn) => turn.say("half").break(mine))).run("Hi"));
    return { same: error.cause === mine, json: JSON.parse(JSON.stringify(error)), keys: String(error) };
  });
  expect(seen).toMatchObject({ same: true, json: { code: "network", partialText: "half", retryable: true, provider: "openai" } });
  expect(seen.keys).toMatch(/^RefinireError: /);
});

// Each ends a run of which "half" was delivered, or nothing.
const LAST = {
  "a cut": ["half", "{ script: (turn) => turn.say('ha', 'lf').close() }"],
  "a guardrail on the input": ["", "{ script: (turn) => turn.answer('half'), options: { inputGuardrails: [() => false] } }"],
  "a guardrail on the answer": ["half", "{ script: (turn) => turn.answer('ha', 'lf'), options: { outputGuardrails: [() => false] } }"],
  "an answer that is not the JSON that was asked for": ["half", "{ script: (turn) => turn.answer('ha', 'lf'), options: { outputSchema: { type: 'object' } } }"],
  "a callback that throws": ["half", "{ script: (turn) => turn.say('ha', 'lf'), callback: (chunk) => { if (chunk === 'lf') throw new Error('mine'); } }"],
  "an abort": ["half", "{ script: (turn) => turn.say('ha', 'lf'), callback: (chunk, stop) => chunk === 'lf' && stop() }"],
};
test("the last event of a run that fails has the error, and the text that was delivered", async ({ inPage }) => {
  const seen = await inPage(async (kit, sources) => {
    const lasts = [];
    for (const source of sources) {
      const { script, callback = () => {}, options } = (0, eval)(`(${source})`);
      for (const inFlow of [false, true]) {
        const events = [];
        const controller = new AbortController();
        const agent = kit.agent(kit.model(script), options);
        const runs = inFlow ? new kit.refinire.Flow({ say: agent }) : agent;
        const { error } = await kit.thrown(runs.run("Hi", {
          signal: controller.signal, onEvent: (event) => void events.push(event), callback: (chunk) => callback(chunk, () => controller.abort("stop")),
        }));
        const last = events.at(-1);
        lasts.push([last.type, last.error === error, last.partialText]);
      }
    }
    return lasts;
  }, Object.values(LAST).map(([, source]) => source));
  const got = Object.keys(LAST).map((what, place) => [what, ...seen.slice(place * 2, place * 2 + 2)]);
  expect(got).toEqual(Object.entries(LAST).map(([what, [text]]) => [what, ["error", true, text], ["error", true, text]]));
});

test("a flow that fails tells all that was delivered, whichever step it was", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const events = [];
    const fails = () => { throw new Error("boom"); };
    const flow = new kit.refinire.Flow({ one: kit.named("one", kit.saysAll("ha", "lf")), two: fails });
    const { error } = await kit.thrown(flow.run("Hi", { onEvent: (event) => void events.push(event) }));
    return [events.at(-1).type, events.at(-1).partialText, error.step];
  });
  expect(seen).toEqual(["error", "half", "two"]);
});
