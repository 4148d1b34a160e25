// The samples that need no page do what their pages say, against scripted answers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import init, { Context, RefinireAgent } from "../../pkg/refinire_web.js";
import { disconnect, httpError, pause, reply, scripted, toolCall } from "../../pkg/testing.js";
import { fetching, load } from "./support.mjs";

before(() => init());

const agent = (server, options = {}) => new RefinireAgent({ name: "test", generationInstructions: "", model: "gpt-4o-mini", baseUrl: "https://test.invalid/v1", fetch: server.fetch, retry: false, ...options });
const PATH = "/api/openai/v1/chat/completions";

/** Asks an agent through a proxy, whose upstream is scripted. */
async function through(t, ask) {
  process.env.OPENAI_API_KEY = "sk-secret";
  const upstream = scripted([reply("Hel", "lo"), httpError(429, { message: "slow down" })]);
  const { text } = await agent({ fetch: (...request) => ask(upstream, ...request) }, { baseUrl: "http://localhost/api/openai/v1" }).run("Hi");
  assert.equal(text, "Hello");
  const [{ url, headers, body }] = upstream.requests;
  assert.equal(url, "https://api.openai.com/v1/chat/completions");
  assert.equal(headers.get("authorization"), "Bearer sk-secret");
  assert.equal(body.messages.at(-1).content, "Hi");
  const failure = await agent({ fetch: (...request) => ask(upstream, ...request) }, { baseUrl: "http://localhost/api/openai/v1" }).run("Hi").catch((error) => error);
  assert.equal(failure.status, 429);
}

test("the proxy in Hono adds the key and passes answers and errors on", async (t) => {
  const { default: app } = await load("proxy-hono.js");
  await through(t, (upstream, url, options) => {
    fetching(t, upstream.fetch);
    return app.request(PATH, options);
  });
});

test("the proxy in Workers adds the key and passes answers and errors on", async (t) => {
  const { default: worker } = await load("proxy-workers.js");
  await through(t, (upstream, url, options) => {
    fetching(t, upstream.fetch);
    return worker.fetch(new Request(url, options), { OPENAI_API_KEY: "sk-secret" });
  });
  assert.equal((await worker.fetch(new Request("http://localhost/other"), {})).status, 404);
});

test("the route in Next adds the key and passes answers and errors on", async (t) => {
  const { POST } = await load("proxy-next.js");
  await through(t, (upstream, url, options) => {
    fetching(t, upstream.fetch);
    return POST(new Request(url, options));
  });
});

test("the proxy in Express adds the key, passes answers and errors on, and stops the model with its reader", async (t) => {
  process.env.PORT = "0";
  const { server } = await load("proxy-express.js");
  t.after(() => server.close());
  if (!server.listening) await once(server, "listening");
  const own = globalThis.fetch;
  const address = `http://127.0.0.1:${server.address().port}${PATH}`;
  await through(t, (upstream, url, options) => {
    fetching(t, upstream.fetch);
    return own(address, options);
  });

  const held = pause();
  const upstream = scripted([reply("Hel", held, "lo")]);
  fetching(t, upstream.fetch);
  const stop = new AbortController();
  const run = agent({ fetch: (url, options) => own(address, options) }).run("Hi", { signal: stop.signal, callback: () => stop.abort() });
  await assert.rejects(run, { name: "AbortError" });
  assert.equal(await upstream.requests[0].ended, "aborted");
});

test("the relay streams to an agent, which stands for the page", async () => {
  const { default: app } = await load("relay-server.js");
  const chunks = [];
  const page = agent({ fetch: (url, options) => app.request(new URL(url).pathname, options) }, { provider: "relay", baseUrl: "https://test.invalid/stream" });
  await page.run("What is it?", { callback: (chunk) => void chunks.push(chunk) });
  assert.deepEqual(chunks, ["You asked: ", "What is it?"]);
});

test("tools of an MCP server are called, and their errors are reported to the model", async () => {
  const { toolsOf } = await load("mcp.js");
  const { Client, InMemoryTransport } = await import("@modelcontextprotocol/client");
  const { McpServer } = await import("@modelcontextprotocol/server");
  const { z } = await import("zod");
  const server = new McpServer({ name: "weather", version: "1.0.0" });
  server.registerTool("weather", { description: "The weather", inputSchema: z.object({ town: z.string() }) }, async ({ town }) => {
    if (town === "Atlantis") throw new Error("no such town");
    return { content: [{ type: "text", text: `Rain in ${town}` }] };
  });
  const [one, other] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "test", version: "1.0.0" });
  await Promise.all([server.connect(one), client.connect(other)]);

  const model = scripted([reply(toolCall("weather", { town: "Genoa" }), toolCall("weather", { town: "Atlantis" })), "Take a coat."]);
  const { text } = await agent(model, { tools: await toolsOf(client) }).run("Where to?");
  assert.equal(text, "Take a coat.");
  const results = model.requests[1].body.messages.filter(({ role }) => role === "tool").map(({ content }) => content);
  assert.equal(results[0], "Rain in Genoa");
  assert.match(results[1], /no such town/);
  await client.close();
});

test("the answer of another request is decoded", async (t) => {
  const { chunksOf } = await load("decode.js");
  fetching(t, scripted(["Hello"], { provider: "openai" }).fetch);
  const chunks = [];
  for await (const chunk of chunksOf("https://test.invalid/v1/chat/completions", { stream: true })) chunks.push(chunk);
  assert.deepEqual(chunks, ["Hello"]);
});

test("a broken answer can be continued, a stopped one is left alone", async () => {
  const { ask } = await load("errors.js");
  const model = scripted([reply("Hel", disconnect()), "lo"]);
  const [context, shown, told] = [new Context({ storage: "memory" }), [], []];
  const page = { show: (chunk) => shown.push(chunk), tell: (words, next) => told.push({ words, next }) };
  await ask(agent(model), context, "Hi", page);
  assert.deepEqual([shown, told[0].words], [["Hel"], "The answer is incomplete."]);
  await told[0].next();
  assert.match(shown.join(""), /^Hel.*lo$/);
  await ask(agent(scripted([httpError(401)])), context, "Hi", page);
  assert.equal(told[1].next, undefined);
});

test("a run is refused while another one is active", async () => {
  const { askIfFree } = await load("if-busy.js");
  const held = pause();
  const busy = agent(scripted([reply("Hel", held, "lo"), "no"]));
  const context = new Context({ storage: "memory" });
  const first = busy.run("Hi", { context });
  await held.reached;
  assert.equal(await askIfFree(busy, context, "Again"), undefined);
  held.release();
  assert.equal((await first).text, "Hello");
});

test("the token is fetched before each request", async (t) => {
  const { agent: own } = await load("token.js");
  const model = scripted(["one", "two"]);
  let tokens = 0;
  fetching(t, (url, options) => (url === "/token" ? Response.json({ token: `t${(tokens += 1)}` }) : model.fetch(url, options)));
  await own.run("Hi");
  await own.run("Hi");
  assert.deepEqual(model.requests.map(({ headers }) => headers.get("authorization")), ["Bearer t1", "Bearer t2"]);
});

test("tools get validated arguments, and what the user refuses is reported", async (t) => {
  const { agent: own } = await load("tools.js");
  const model = scripted([reply(toolCall("weather", { town: "Genoa" }), toolCall("weather", { city: 1 }), toolCall("send_mail", { to: "me@example.com", text: "Hi" })), "Done."]);
  fetching(t, (url, options) => (String(url).startsWith("/weather") ? Response.json({ sky: "blue" }) : model.fetch(url, options)));
  globalThis.confirm = () => false;
  t.after(() => delete globalThis.confirm);
  assert.equal((await own.run("Weather, and a mail")).text, "Done.");
  const [weather, wrong, mail] = model.requests[1].body.messages.filter(({ role }) => role === "tool").map(({ content }) => content);
  assert.equal(weather, '{"sky":"blue"}');
  assert.match(wrong, /town/);
  assert.match(mail, /The user said no/);
});

test("the flow asks both sides at once, then the user, then writes", async (t) => {
  const { advise } = await load("flow.js");
  const says = ({ body }) => /for it|against it|\w+ recommendation/.exec(body.messages[0].content)[0];
  fetching(t, scripted((request) => reply(says(request))).fetch);
  const columns = {};
  const page = [];
  const column = (name) => ({ append: (text) => (columns[name] = (columns[name] ?? "") + text) });
  await advise("Should the main street be closed to cars on all Sundays in May?", { append: (text) => page.push(text) }, column, (prompt) => (assert.equal(prompt, "Who is it for?"), "The council"));
  assert.deepEqual([columns.pros, columns.cons, page.join(", ")], ["for it", "against it", "for it, against it, thorough recommendation"]);
});

test("an adapter for IndexedDB tells other tabs what was written", async () => {
  const aliases = { "idb-keyval": fileURLToPath(new URL("idb-keyval.mjs", import.meta.url)) };
  const [here, there] = [await load("idb-tabs.js", aliases), await load("idb-tabs.js", aliases, "other-tab")];
  const heard = new Promise((resolve) => there.storage.subscribe(resolve));
  const conversation = await new Context({ id: "main", storage: here.storage }).ready;
  conversation.addUserMessage("Hello");
  await conversation.save();
  assert.match(await heard, /^refinire-web/);
  const other = await new Context({ id: "main", storage: there.storage }).ready;
  assert.equal(other.lastUserInput, "Hello");
  for (const tab of [here, there]) tab.close();
});

test("JSON is read while it arrives", async () => {
  const { readTowns } = await load("json-stream.js");
  const seen = [];
  const towns = await readTowns(['[{"name":"Gen', 'oa"}]'], (value) => seen.push(JSON.stringify(value)));
  assert.deepEqual([seen[0], towns], ['[{"name":"Gen"}]', [{ name: "Genoa" }]]);
});

test("middleware logs and redacts", async (t) => {
  const { log, redact } = await load("middleware.js");
  const lines = t.mock.method(console, "info", () => {});
  const chunks = [];
  const { text } = await agent(scripted([reply("Ask me@example.com now")]), { middleware: [log, redact] }).run("Hi", { callback: (chunk) => void chunks.push(chunk) });
  assert.deepEqual([chunks.join(""), text], ["Ask … now", "Ask me@example.com now"]);
  assert.deepEqual(lines.mock.calls[0].arguments, ["https://test.invalid/v1/chat/completions", 200]);
});

test("the form is filled in while the answer arrives", async (t) => {
  fetching(t, scripted([reply('{"town":"Ge', 'noa","nights":2,"packing":["coat"]}')], { provider: "openai" }).fetch);
  const { plan } = await load("form.js");
  const element = () => ({ value: "", classList: { add() {} } });
  const form = { elements: { town: element(), nights: element(), packing: element() } };
  await plan(form, "Where to?");
  assert.equal(form.elements.town.value, "Genoa");
});

for (const name of ["ai-sdk-before.js", "ai-sdk-after.js"]) test(`${name} calls the tool and answers`, async (t) => {
  const model = scripted([reply(toolCall("clock")), reply("It is ", "late.")], { provider: "openai" });
  fetching(t, (input, options) => model.fetch(input, options));
  process.env.OPENAI_API_KEY = "sk-secret";
  const { answer } = await load(name);
  const chunks = [];
  await answer("What time is it?", (chunk) => chunks.push(chunk));
  assert.equal(chunks.join(""), "It is late.");
  assert.equal(model.requests.length, 2);
});

// These have tests of their own.
const vitest = fileURLToPath(new URL("vitest.mjs", import.meta.url));
for (const name of ["testing.test.js", "weather.test.js"]) await load(name, { vitest });
