// What goes out: addresses, headers, bodies. Where each model's questions go is stated in tests/runs/settings.rs.
import { PROVIDERS, requestsOf } from "../../fixtures/providers.mjs";
import { expect, test } from "./support/test.mjs";

/** The request of a run of one word, by an agent with these options, and the provider that it was for. */
const request = (inPage, options, input = "Hi") => inPage(async (kit, { options, input }) => {
  const model = kit.model((turn) => turn.refuse("seen"));
  const { error: { provider } } = await kit.thrown(kit.agent(model, { baseUrl: undefined, ...options, historySize: options.historySize ?? 10 }).run(input));
  const [{ url, headers, init, body }] = model.turns;
  return { provider, url, headers, body, text: init.body, method: init.method, credentials: init.credentials };
}, { options, input });

test("without a baseUrl it goes to the vendor's own address", async ({ inPage }) => {
  const sent = await request(inPage, { model: "groq://llama3-70b" });
  expect(sent).toMatchObject({ provider: "openai", url: "https://api.groq.com/openai/v1/chat/completions", method: "POST", body: { model: "llama3-70b", stream: true } });
  expect(sent.headers["content-type"]).toBe("application/json");
  expect(sent.credentials).toBeUndefined();
});

for (const [baseUrl, url] of [["api", "api/chat/completions"], ["https://host.test/x/v1?key=1&b=2", "https://host.test/x/v1/chat/completions?key=1&b=2"]]) {
  test(`with the baseUrl ${baseUrl} it goes to ${url}`, async ({ inPage }) => {
    expect(await request(inPage, { baseUrl })).toMatchObject({ provider: "openai", url });
  });
}

for (const provider of PROVIDERS) {
  test(`${provider}: question, instructions, temperature and bound are where it looks for them`, async ({ inPage }) => {
    const { url, headers, body } = requestsOf(provider).question;
    const sent = await request(inPage, { provider, model: "m", baseUrl: "/b", generationInstructions: "Be brief.", temperature: 0.7, maxTokens: 50 });
    expect(sent).toMatchObject({ url, headers, body });
    expect(sent.body).toEqual(body);
  });
}

test("a temperature is written exactly", async ({ inPage }) => {
  for (const temperature of [0, 0.7, 0.1, 1, 1e-7, 1.9999999999999998]) {
    expect((await request(inPage, { temperature })).text).toContain(`"temperature":${JSON.stringify(temperature)}`);
  }
});

test("providerOptions are merged over the body last", async ({ inPage }) => {
  const providerOptions = { temperature: 0.25, stream_options: { more: true }, model: "mine", seed: 2 ** 40 + 1, big: 0.1 + 0.2, text: "é\"\\\u2028", list: [1.5, null], tool_choice: null, max_tokens: null };
  const { body } = await request(inPage, { temperature: 1, maxTokens: 9, baseUrl: "/v1", providerOptions });
  expect(body).toEqual({
    model: "mine", messages: [{ role: "user", content: "Hi" }], temperature: 0.25, stream: true,
    stream_options: { include_usage: true, more: true }, seed: 1099511627777, big: 0.30000000000000004, text: "é\"\\\u2028", list: [1.5, null],
  });
});

test("headers of the caller's own replace ours, also as Headers, and credentials are passed on", async ({ inPage }) => {
  const sent = await inPage(async (kit) => {
    const model = kit.saysAll("a");
    await kit.agent(model, { headers: new Headers({ "X-Mine": "1", Accept: "*/*" }), credentials: "include" }).run("Hi");
    const [{ headers, init: { credentials } }] = model.turns;
    return { headers, credentials };
  });
  expect(sent).toEqual({ headers: { "content-type": "application/json", accept: "*/*", "x-mine": "1" }, credentials: "include" });
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
