// What goes out: addresses, headers, bodies.
import { PROVIDERS, requestsOf } from "../../fixtures/providers.mjs";
import { expect, test } from "./support/test.mjs";

/** The request of a run of one word, by an agent with these options, and the provider that it was for. */
const request = (inPage, options, input = "Hi") => inPage(async (kit, { options, input }) => {
  const model = kit.model((turn) => turn.refuse("seen"));
  const { error: { provider } } = await kit.thrown(kit.agent(model, { baseUrl: undefined, ...options, historySize: options.historySize ?? 10 }).run(input));
  const [{ url, headers, init, body }] = model.turns;
  return { provider, url, headers, body, text: init.body, method: init.method, credentials: init.credentials };
}, { options, input });

const PUBLIC = [
  ["openai", "gpt-4o-mini", "https://api.openai.com/v1/chat/completions"],
  ["openai", "o3-mini", "https://api.openai.com/v1/chat/completions"],
  ["openai", "openai://some-model", "https://api.openai.com/v1/chat/completions", "some-model"],
  ["openai", "openrouter://meta/llama-4", "https://openrouter.ai/api/v1/chat/completions", "meta/llama-4"],
  ["openai", "groq://llama3-70b", "https://api.groq.com/openai/v1/chat/completions", "llama3-70b"],
  ["openai-responses", "openai-responses://gpt-5", "https://api.openai.com/v1/responses", "gpt-5"],
  ["anthropic", "claude-sonnet-4-5", "https://api.anthropic.com/v1/messages"],
  ["anthropic", "anthropic://my-model", "https://api.anthropic.com/v1/messages", "my-model"],
  ["gemini", "gemini-2.5-flash", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", null],
  ["gemini", "gemini://tuned x", "https://generativelanguage.googleapis.com/v1beta/models/tuned%20x:streamGenerateContent?alt=sse", null],
  ["ollama", "llama3.1:8b", "http://localhost:11434/api/chat"],
  ["ollama", "ollama://gpt-oss:20b", "http://localhost:11434/api/chat", "gpt-oss:20b"],
];
for (const [provider, model, url, name = model] of PUBLIC) {
  test(`${model} goes to ${url}`, async ({ inPage }) => {
    const sent = await request(inPage, { model });
    expect(sent.provider).toBe(provider);
    expect(sent.url).toBe(url);
    expect(sent.method).toBe("POST");
    expect(sent.headers["content-type"]).toBe("application/json");
    expect(sent.body.model ?? null).toBe(name);
    if (name !== null) expect(sent.body.stream).toBe(true);
    expect(sent.credentials).toBeUndefined();
  });
}

/** Providers without a public address: they are asked at one's own. */
const OWN = ["relay"];

test("the public addresses above are those of every provider that has one", () => {
  const known = new Set([...PUBLIC.map(([provider]) => provider), ...OWN]);
  expect(PROVIDERS.filter((provider) => !known.has(provider)), "providers without a row in PUBLIC or OWN").toEqual([]);
});

const BASES = [
  ["openai", { baseUrl: "/api/openai/v1" }, "/api/openai/v1/chat/completions"],
  ["openai", { baseUrl: "/v1/" }, "/v1/chat/completions"],
  ["openai", { baseUrl: "https://host.test/x/v1?key=1&b=2" }, "https://host.test/x/v1/chat/completions?key=1&b=2"],
  ["openai", { baseUrl: "api" }, "api/chat/completions"],
  ["gemini", { baseUrl: "/g?k=1", model: "gemini-x" }, "/g/models/gemini-x:streamGenerateContent?alt=sse&k=1"],
  ["ollama", { baseUrl: "/o", model: "ollama://m" }, "/o/api/chat"],
  ["anthropic", { baseUrl: "/a/v1", model: "claude-x" }, "/a/v1/messages"],
  ["openai-responses", { baseUrl: "/r/v1", provider: "openai-responses" }, "/r/v1/responses"],
  ["relay", { baseUrl: "/relay/?id=3", provider: "relay" }, "/relay/?id=3"],
  ["openai", { baseUrl: "/v1", model: "anthropic://m", provider: "openai" }, "/v1/chat/completions"],
];
for (const [provider, options, url] of BASES) {
  test(`${JSON.stringify(options)} goes to ${url}`, async ({ inPage }) => {
    expect(await request(inPage, options)).toMatchObject({ provider, url });
  });
}

test("the addresses of one's own above are those of every provider", () => {
  const known = new Set(BASES.map(([provider]) => provider));
  expect(PROVIDERS.filter((provider) => !known.has(provider)), "providers without a row in BASES").toEqual([]);
});

for (const provider of PROVIDERS) {
  test(`${provider}: question, instructions, temperature and bound are where it looks for them`, async ({ inPage }) => {
    const { url, headers, body } = requestsOf(provider).question;
    const sent = await request(inPage, { provider, model: "m", baseUrl: "/b", generationInstructions: "Be brief.", temperature: 0.7, maxTokens: 50 });
    expect(sent).toMatchObject({ url, headers, body });
    expect(sent.body).toEqual(body);
  });
}

for (const temperature of [0, 0.7, 0.1, 1, 1e-7, 1.9999999999999998]) {
  test(`a temperature of ${temperature} is written exactly`, async ({ inPage }) => {
    expect((await request(inPage, { temperature })).text).toContain(`"temperature":${JSON.stringify(temperature)}`);
  });
}

test("providerOptions are merged over the body last", async ({ inPage }) => {
  const providerOptions = { temperature: 0.25, stream_options: { more: true }, model: "mine", seed: 2 ** 40 + 1, big: 0.1 + 0.2, text: "é\"\\\u2028", list: [1.5, null], tool_choice: null, max_tokens: null };
  const { body } = await request(inPage, { temperature: 1, maxTokens: 9, baseUrl: "/v1", providerOptions });
  expect(body).toEqual({
    model: "mine", messages: [{ role: "user", content: "Hi" }], temperature: 0.25, stream: true,
    stream_options: { include_usage: true, more: true }, seed: 1099511627777, big: 0.30000000000000004, text: "é\"\\\u2028", list: [1.5, null],
  });
});

test("headers of the caller's own replace ours, and credentials are passed on", async ({ inPage }) => {
  const { headers, credentials } = await request(inPage, { model: "claude-x", headers: { "X-Mine": "1", "Anthropic-Version": "2099-01-01", ACCEPT: "*/*" }, credentials: "include" });
  expect(headers).toEqual({
    "content-type": "application/json", accept: "*/*", "anthropic-version": "2099-01-01", "anthropic-dangerous-direct-browser-access": "true", "x-mine": "1",
  });
  expect(credentials).toBe("include");
});

test("headers may be a Headers", async ({ inPage }) => {
  const sent = await inPage(async (kit) => {
    const model = kit.saysAll("a");
    await kit.agent(model, { headers: new Headers({ "X-Mine": "1", Accept: "*/*" }) }).run("Hi");
    return model.turns[0].headers;
  });
  expect(sent).toEqual({ "content-type": "application/json", accept: "*/*", "x-mine": "1" });
});

test("Anthropic's headers let a page in", async ({ inPage }) => {
  const { headers } = await request(inPage, { model: "claude-x" });
  expect(headers).toMatchObject({ "anthropic-version": "2023-06-01", "anthropic-dangerous-direct-browser-access": "true" });
});

test("odd input is sent as it is", async ({ inPage }) => {
  const input = 'A "quoted" \\ line\n\ttab \u0000 \u2028 🙂 é </script> ' + "x".repeat(10_000);
  const { body } = await request(inPage, {}, input);
  expect(body.messages).toEqual([{ role: "user", content: input }]);
});

test("the global fetch is used where no other is given, with a string and an init", async ({ page, inOwnPage }) => {
  let got;
  await page.route("**/v1/chat/completions", (route) => {
    got = { headers: route.request().headers(), body: route.request().postDataJSON() };
    return route.fulfill({ contentType: "text/event-stream", body: `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "Hello" }, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n` });
  });
  const text = await inOwnPage(async (kit) => (await kit.agent({ fetch: undefined }, { apiKey: "k" }).run("Hi")).text);
  expect(text).toBe("Hello");
  expect(got.headers.authorization).toBe("Bearer k");
  expect(got.body.messages).toEqual([{ role: "user", content: "Hi" }]);
});
