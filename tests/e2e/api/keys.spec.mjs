// Keys go where they belong, and nowhere else.
import { PROVIDERS, requestsOf } from "../../fixtures/providers.mjs";
import { expect, test } from "./support/test.mjs";

const KEY = "sk-not-a-real-key-0123456789";

test("the key is in one header, not in the address or the body", async ({ inPage }) => {
  const seen = await inPage(async (kit, [providers, apiKey]) => {
    const model = kit.model((turn) => turn.refuse("seen"));
    for (const provider of providers) await kit.thrown(kit.agent(model, { provider, apiKey }).run("Hi"));
    return model.turns.map(({ url, headers, init }) => ({ url, headers, body: init.body }));
  }, [PROVIDERS, KEY]);
  PROVIDERS.forEach((provider, place) => {
    const [header, value] = requestsOf(provider).question.key.map((text) => text.replace("KEY", KEY));
    const { url, headers, body } = seen[place];
    const withKey = Object.entries(headers).filter(([, text]) => text.includes(KEY));
    expect({ provider, withKey }).toEqual({ provider, withKey: [[header, value]] });
    expect(url + body).not.toContain(KEY);
  });
});

test("a function is asked before every attempt, and may be async", async ({ page, inOwnPage }) => {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 10_000);
  await inOwnPage(async (kit) => {
    const model = kit.model((turn, number) => (number < 4 ? turn.whole(503, "busy") : turn.answer("a")));
    let asked = 0;
    const keys = { plain: () => `k${++asked}`, async: async () => `k${++asked}` };
    kit.kept.model = model;
    kit.kept.run = kit.agent(model, { apiKey: keys.async, retry: { attempts: 4, baseMs: 10, maxMs: 10 } }).run("Hi");
    kit.kept.run.then(() => kit.agent(model, { apiKey: keys.plain }).run("Hi")).then(() => (kit.kept.over = true));
    await kit.settled();
  });
  for (let retry = 0; retry < 3; retry += 1) {
    await page.clock.runFor(10);
    await inOwnPage((kit) => kit.settled());
  }
  expect(await inOwnPage((kit) => [kit.kept.over, kit.kept.model.turns.map(({ headers }) => headers.authorization)])).toEqual([
    true, ["Bearer k1", "Bearer k2", "Bearer k3", "Bearer k4", "Bearer k5"],
  ]);
});

test("with no key, or an empty one, no header is sent", async ({ inPage }) => {
  const headers = await inPage(async (kit) => {
    const model = kit.saysAll("a");
    for (const apiKey of [undefined, null, "", () => "", async () => ""]) await kit.agent(model, { apiKey }).run("Hi");
    return model.turns.map(({ headers }) => Object.keys(headers).sort().join());
  });
  expect(new Set(headers)).toEqual(new Set(["accept,content-type"]));
});

const PUBLIC = [
  ["gpt-4o"], ["claude-x"], ["gemini-x"], ["openai-responses://m"], ["openrouter://m"], ["groq://m"],
  ["m", { provider: "openai", baseUrl: "https://api.openai.com/v1" }], ["m", { provider: "openai", baseUrl: "https://API.openai.com/v1/" }],
  ["claude-x", { baseUrl: "https://api.anthropic.com:443/v1" }],
];
test("a string that would go straight to a vendor from a page is refused, unless the page says it knows", async ({ inPage }) => {
  const seen = await inPage(async (kit, { list, apiKey }) => {
    const seen = [];
    for (const [model, more] of list) {
      const options = { name: "a", generationInstructions: "", model, ...more };
      const refused = await kit.failure(() => new kit.refinire.RefinireAgent({ ...options, apiKey }));
      const others = [{ apiKey, dangerouslyAllowBrowser: true }, { apiKey: () => apiKey }, {}];
      const taken = await Promise.all(others.map((other) => kit.failure(() => new kit.refinire.RefinireAgent({ ...options, ...other }).free())));
      seen.push({ model, refused, taken: taken.filter(Boolean) });
    }
    return seen;
  }, { list: PUBLIC, apiKey: KEY });
  for (const { model, refused, taken } of seen) {
    expect({ model, refused, taken }).toMatchObject({ model, refused: { real: true, code: "invalid-argument" }, taken: [] });
    expect(refused.message).toContain("dangerouslyAllowBrowser");
    expect(JSON.stringify(refused)).not.toContain(KEY);
  }
});

test("a string for one's own backend, or a model on one's own machine, is taken", async ({ inPage }) => {
  const refused = await inPage((kit, apiKey) => Promise.all([
    { model: "gpt-4o", baseUrl: "/api/v1" },
    { model: "gpt-4o", baseUrl: "https://my-backend.test/v1" },
    { model: "gpt-4o", baseUrl: "https://api.openai.com.my-backend.test/v1" },
    { model: "lmstudio://m" },
    { model: "llama3" },
  ].map((options) => kit.failure(() => new kit.refinire.RefinireAgent({ name: "a", generationInstructions: "", apiKey, ...options }).free()))), KEY);
  expect(refused.filter(Boolean)).toEqual([]);
});

test("a key never shows in an error, an event or a store, even if the server repeats it", async ({ inPage }) => {
  const seen = await inPage(async (kit, key) => {
    const looks = [];
    const look = (value) => {
      looks.push(String(value), JSON.stringify(value) ?? "");
      if (value instanceof Error) looks.push(value.message, value.stack, JSON.stringify(value, Object.getOwnPropertyNames(value)));
      if (value?.error) look(value.error);
    };
    const scripts = [
      (turn) => turn.whole(401, JSON.stringify({ error: { message: `Incorrect API key provided: ${key}` } })),
      (turn) => turn.whole(500, `no such key ${key} here, ${key}`),
      (turn) => turn.send(`data: ${JSON.stringify({ error: { message: `bad key ${key}`, type: "server_error" } })}\n\n`).close(),
      (turn) => turn.say("a").send(`data: ${JSON.stringify({ error: { message: `bad key ${key}` } })}\n\n`).close(),
      (turn) => turn.whole(200, `<html>${key}</html>`),
    ];
    const messages = [];
    for (const apiKey of [key, () => key]) {
      for (const script of scripts) {
        const agent = kit.agent(kit.model(script), { apiKey, fallback: true, retry: { attempts: 2, baseMs: 0, maxMs: 0 } });
        const context = new kit.refinire.Context();
        const { error } = await kit.thrown(agent.run("Hi", { context, onEvent: look }));
        look(error);
        look(context.toJSON());
        messages.push(error.message);
      }
    }
    looks.push(JSON.stringify({ ...localStorage }));
    return { leaks: looks.filter((text) => text.includes(key)), messages };
  }, KEY);
  expect(seen.leaks).toEqual([]);
  expect(seen.messages[0]).toContain("Incorrect API key provided: ");
  expect(seen.messages).toHaveLength(10);
});

const BAD = [
  ["() => 5", "must give a string"],
  ["() => {}", "must give a string"],
  ['() => { throw new Error("no token today") }', "no token today"],
  ['() => Promise.reject("no token today")', "no token today"],
  ['() => "secret\\nX-Evil: 1"', "line breaks"],
];
test("an apiKey function that gives no key fails the run, and nothing is sent", async ({ inPage }) => {
  const seen = await inPage(async (kit, sources) => {
    const model = kit.saysAll("a");
    const failures = [];
    for (const source of sources) failures.push(await kit.failure(kit.agent(model, { apiKey: (0, eval)(source) }).run("Hi")));
    return { failures, requests: model.turns.length };
  }, BAD.map(([source]) => source));
  expect(seen.requests).toBe(0);
  BAD.forEach(([source, words], place) => {
    const failed = seen.failures[place];
    expect({ source, ...failed }).toMatchObject({ source, real: true, code: "invalid-argument", provider: "openai", message: expect.stringContaining(words) });
    expect(failed.message).toContain("apiKey");
    expect(failed.message).not.toContain("secret");
  });
});
