// Mistakes that many make: the message says what was asked for, what happened and what to do.
import { expect, openBlank, test } from "./support/test.mjs";

const OK = { name: "a", generationInstructions: "b", model: "gpt-4o", baseUrl: "/v1" };

// As source: what is called with a misspelled option, and the one that is meant.
const MISSPELLED = [
  ["new RefinireAgent({ ...ok, temprature: 1 })", "RefinireAgent", "temperature"],
  ["new RefinireAgent({ ...ok, max_tokens: 1 })", "RefinireAgent", "maxTokens"],
  ["new RefinireAgent({ ...ok, instructions: 'x' })", "RefinireAgent", "generationInstructions"],
  ["new RefinireAgent({ ...ok, timeout: { idel: 1 } })", "`timeout`", "idle"],
  ["new RefinireAgent({ ...ok, limits: { maxChar: 1 } })", "`limits`", "maxChars"],
  ["new RefinireAgent({ ...ok, retry: { attemps: 1 } })", "`retry`", "attempts"],
  ["new RefinireAgent({ ...ok, evaluation: { instructions: 'x', treshold: 1 } })", "`evaluation`", "threshold"],
  ["new RefinireAgent({ ...ok, routing: { destinations: ['a'], instructions: 'x' } })", "`routing`", "instruction"],
  ["new RefinireAgent({ ...ok, tools: [{ name: 'f', description: '', parameter: {} }] })", "`tools[0]`", "parameters"],
  ["new RefinireAgent(ok).run('Hi', { onevent() {} })", "the run's options", "onEvent"],
  ["new RefinireAgent(ok).runStreamed('Hi', { batch: { delta: 1 } })", "`batch`", "deltas"],
  ["new RefinireAgent(ok).runStreamed('Hi', { abortSignal: new AbortController().signal })", "the run's options", "signal"],
  ["new Context({ storge: 'memory' })", "Context", "storage"],
  ["Context.list({ storages: 'memory' })", "Context.list", "storage"],
  ["new Flow({ a: () => 1 }, { contxt: 1 })", "Flow", "context"],
  ["new Flow({ a: () => 1 }).run('Hi', { signals: 1 })", "the run's options", "signal"],
  ["new Flow({ a: { step: () => 1, nextstep: null } })", 'step "a"', "nextStep"],
  ["new Flow({ a: { step: () => 1, onError: { retries: 1 } } })", "`onError`", "retry"],
  ["new RefinireAgent(ok).run({ text: 'Hi', attachment: [] })", "the input", "attachments"],
  ["new ParallelStep('p', [function a() {}], { maxWorker: 2 })", 'parallel step "p"', "maxWorkers"],
  ["new RateLimiter({ perminute: 1 })", "RateLimiter", "perMinute"],
  ["decodeResponse(new Response(''), { provider: 'openai', callBack() {} })", "the run's options", "callback"],
];

test("an unknown option is refused, and the closest known one is named", async ({ inPage }) => {
  const failures = await inPage((kit, { sources, ok }) => Promise.all(sources.map((source) => kit.failure(() => {
    const { RefinireAgent, Context, Flow, ParallelStep, RateLimiter, decodeResponse } = kit.refinire;
    return new Function("ok", "RefinireAgent", "Context", "Flow", "ParallelStep", "RateLimiter", "decodeResponse", `return ${source}`)(ok, RefinireAgent, Context, Flow, ParallelStep, RateLimiter, decodeResponse);
  }))), { sources: MISSPELLED.map(([source]) => source), ok: OK });
  const got = MISSPELLED.map(([source, whose, meant], place) => {
    const failed = failures[place];
    const isNamed = failed?.message.includes(whose) && failed.message.includes(`did you mean \`${meant}\`?`);
    return [source, failed?.code, isNamed || failed?.message];
  });
  expect(got).toEqual(MISSPELLED.map(([source]) => [source, "invalid-argument", true]));
});

test("a plain object is no context, an endpoint no API root", async ({ inPage }) => {
  const seen = await inPage(async (kit, ok) => ({
    context: await kit.failure(() => new kit.refinire.RefinireAgent(ok).run("Hi", { context: {} })),
    endpoint: await kit.failure(() => new kit.refinire.RefinireAgent({ ...ok, baseUrl: "https://a.example/v1/chat/completions" })),
  }), OK);
  expect(seen.context).toMatchObject({ code: "invalid-argument", message: expect.stringContaining("new Context(") });
  expect(seen.endpoint).toMatchObject({ code: "invalid-argument", message: expect.stringContaining('write "https://a.example/v1" instead of') });
});

test("the key is in no message, however much of it the server repeats", async ({ inPage }) => {
  const messages = await inPage((kit) => Promise.all([0, 480, 490, 497].map(async (length) => {
    const key = "sk-0123456789abcdef";
    const model = kit.model((turn) => turn.whole(401, JSON.stringify({ error: { message: `${"x".repeat(length)}${key} is no key` } })));
    return (await kit.failure(kit.agent(model, { apiKey: key }).run("Hi"))).message;
  })));
  for (const message of messages) expect(message).not.toMatch(/sk-\d/);
  expect(messages[0]).toContain("[key] is no key");
});

/** What a run with the browser's own fetch fails with. */
const failureOf = (page, options) => page.evaluate(async (options) => {
  const { default: init, RefinireAgent } = await import("/pkg/refinire_web.js");
  await init();
  const retries = [];
  const agent = new RefinireAgent({ name: "a", generationInstructions: "", model: "gpt-4o", retry: { baseMs: 1, maxMs: 1 }, ...options });
  try {
    await agent.run("Hi", { onEvent: (event) => event.type === "retry" && retries.push(event.type) });
  } catch ({ name, code, message, retryable, cause }) {
    return { name, code, message, retryable, cause: cause?.constructor?.name, retries: retries.length };
  }
}, options);

/** A page that came over https, with the package of the server. */
const serveSecurely = (page, baseURL) => page.route("https://secure.example/**", async (route) => {
  const { pathname } = new URL(route.request().url());
  if (pathname === "/blank") return route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
  return route.fulfill({ response: await page.request.get(baseURL + pathname) });
});

test("a policy that forbids the request is the only cause that is named", async ({ page }) => {
  await page.route("**/strict", (route) => route.fulfill({ contentType: "text/html", headers: { "content-security-policy": "connect-src 'self'" }, body: "<!doctype html>" }));
  await page.goto("/strict");
  const failed = await failureOf(page, { baseUrl: "https://api.example/v1?key=secret" });
  expect(failed).toMatchObject({ name: "RefinireError", code: "network", retryable: false, cause: "TypeError", retries: 0 });
  expect(failed.message).toContain("POST https://api.example/v1/chat/completions failed: ");
  expect(failed.message).toContain("Content Security Policy forbids it: add https://api.example to its `connect-src`");
  expect(failed.message).not.toContain("secret");
  expect(failed.message).not.toContain("Possible causes");
});

test("so is mixed content", async ({ page, baseURL }) => {
  await serveSecurely(page, baseURL);
  await page.goto("https://secure.example/blank");
  const mixed = await failureOf(page, { baseUrl: "http://api.example/v1" });
  expect(mixed).toMatchObject({ code: "network", retryable: false, retries: 0 });
  expect(mixed.message).toContain("over https cannot ask a server over http");
});

test("so is being offline, for a server that is not waited for", async ({ page }) => {
  await openBlank(page);
  // Another server of this machine is asked also without a network: that it does not answer has other causes.
  await page.addInitScript(() => Object.defineProperty(navigator, "onLine", { value: false }));
  await page.reload();
  const near = await failureOf(page, { baseUrl: "http://127.0.0.1:9/v1" });
  expect(near.message).toContain("nothing answers at http://127.0.0.1:9");
  const same = await failureOf(page, { baseUrl: "/nowhere", timeout: { connect: 50 } });
  expect(same).toMatchObject({ code: "network", message: expect.stringContaining("the page is offline") });
});

test("so is a permission that the page was denied", async ({ page, baseURL }) => {
  await serveSecurely(page, baseURL);
  await page.addInitScript(() => {
    navigator.permissions.query = async ({ name }) => {
      if (name === "loopback-network") return { state: "denied" };
      throw new TypeError("no such permission");
    };
  });
  await page.goto("https://secure.example/blank");
  const denied = await failureOf(page, { model: "llama3.1:8b", baseUrl: "http://127.0.0.1:9" });
  expect(denied).toMatchObject({ code: "network", retryable: false, retries: 0 });
  expect(denied.message).toContain("denied access to this machine or the local network");
});

test("where nothing answers, the causes are named, the likeliest first", async ({ page }) => {
  await openBlank(page);
  const near = await failureOf(page, { baseUrl: "http://127.0.0.1:9/v1", fallback: false });
  expect(near).toMatchObject({ code: "network", retryable: true, cause: "TypeError", retries: 2 });
  expect(near.message).toContain("POST http://127.0.0.1:9/v1/chat/completions failed: ");
  expect(near.message).toMatch(/\(1\) nothing answers at http:\/\/127\.0\.0\.1:9.*\(2\).*CORS/);
  const ollama = await failureOf(page, { model: "mistral-large", baseUrl: "http://127.0.0.1:9" });
  expect(ollama.message).toMatch(/\(1\) The model's name "mistral-large" selected Ollama.*`ollama serve`.*OLLAMA_ORIGINS=http/);
});

test("a fetch of the caller's own is not explained, and leaves nothing behind", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const cause = new TypeError("my own");
    const listeners = [];
    for (const name of ["addEventListener", "removeEventListener"]) {
      const original = document[name];
      document[name] = function (type, ...rest) {
        if (type === "securitypolicyviolation") listeners.push(name);
        return original.call(this, type, ...rest);
      };
    }
    const { error } = await kit.thrown(kit.agent(kit.model((turn) => turn.refuse(cause))).run("Hi"));
    return { message: error.message, isCause: error.cause === cause, listeners };
  });
  expect(seen.message).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions failed: my own$/);
  expect(seen).toMatchObject({ isCause: true, listeners: ["addEventListener", "removeEventListener"] });
});
