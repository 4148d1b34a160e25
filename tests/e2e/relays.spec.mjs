// The example servers in www/relay/, each in front of a page.
import { call, expect, load, openBlank, test as base } from "./api/support/test.mjs";
import { freePort } from "./support/free-port.mjs";
import { pythonWithPackages, Relay } from "./support/relays.mjs";

const READY = { "fastapi_relay.py": "Uvicorn running", "websocket_relay.py": "listening" };

const test = base.extend({
  python: [async ({}, use) => {
    await use(await pythonWithPackages());
  }, { scope: "worker", timeout: 600_000 }],

  /** In a document that came over the network: to one that did not, as the blank page, browsers let no server of this machine speak. */
  inPage: async ({ page }, use) => {
    await openBlank(page);
    await page.goto("/pkg/package.json");
    await load(page);
    await use((script, argument) => call(page, script, argument));
  },

  /** `serve(script, port)` starts one of them, and resolves when it can be asked. */
  serve: async ({ python }, use, testInfo) => {
    if (python.missing) console.warn(`skipped, as ${python.missing}: ${testInfo.title}`);
    test.skip(python.missing !== undefined, python.missing);
    const relays = [];
    await use(async (script, port) => {
      const relay = new Relay(python.python, script, port);
      relays.push(relay);
      await relay.until(READY[script]);
      return relay;
    });
    for (const relay of relays) await relay.stop();
  },
});

/** Has an `agent` in the page. */
const connect = (inPage, provider, port, options) => inPage((kit, options) => {
  globalThis.agent = kit.agent({}, options);
}, { provider, baseUrl: provider === "relay" ? `http://127.0.0.1:${port}/stream` : `ws://127.0.0.1:${port}`, ...options });

const ask = (inPage, question) => inPage(async (kit, question) => {
  const chunks = [];
  const { text, finishReason } = await agent.run(question, { callback: (chunk) => void chunks.push(chunk) });
  return { chunks, text, finishReason };
}, question);

const PROVIDERS = { relay: "fastapi_relay.py", websocket: "websocket_relay.py" };
for (const [provider, script] of Object.entries(PROVIDERS)) {
  test(`${provider}: an answer of ${script} streams, character for character`, async ({ inPage, serve }) => {
    const port = await freePort();
    await serve(script, port);
    await connect(inPage, provider, port);
    const question = "Hello, wörld: \u{1F600}, \"so\"?";
    expect(await ask(inPage, question)).toEqual({
      chunks: ["You", " said:", " Hello,", " wörld:", " \u{1F600},", " \"so\"?"], text: `You said: ${question}`, finishReason: "stop",
    });
  });

  test(`${provider}: a failure of ${script} is an error with what came before it`, async ({ inPage, serve }) => {
    const port = await freePort();
    await serve(script, port);
    await connect(inPage, provider, port);
    const failed = await inPage((kit) => kit.failure(agent.run("please fail now")));
    expect(failed).toMatchObject({ real: true, code: "provider", message: "the agent could not answer", partialText: "You said:" });
  });

  test(`${provider}: a stop reaches ${script}, which can be asked again`, async ({ inPage, serve }) => {
    const port = await freePort();
    const relay = await serve(script, port);
    await connect(inPage, provider, port);
    const text = await inPage(async () => {
      let text = "";
      for await (const chunk of agent.runStreamed("Count to 100000")) {
        text += chunk;
        if (chunk === " 3") break;
      }
      return text;
    });
    expect(text).toBe("1 2 3");
    await relay.until("stopped");
    expect((await ask(inPage, "Count to 2")).text).toBe("1 2");
  });

  test(`${provider}: what ${script} cannot finish is an error with the text so far, and nothing of it comes twice`, async ({ inPage, serve }) => {
    const port = await freePort();
    const relay = await serve(script, port);
    await connect(inPage, provider, port, { retry: {} });
    await inPage(async (kit) => {
      kit.kept.chunks = [];
      const begun = Promise.withResolvers();
      const callback = (chunk) => (kit.kept.chunks.push(chunk), chunk === " 3" && begun.resolve());
      kit.kept.failing = kit.failure(agent.run("Count to 100000", { callback }));
      await begun.promise;
    });
    await relay.stop();
    const { failed, joined } = await inPage(async (kit) => ({ failed: await kit.kept.failing, joined: kit.kept.chunks.join("") }));
    expect(failed).toMatchObject({ code: "network", retryable: true, partialText: joined });
    expect(joined.split(" ").map(Number)).toEqual(Array.from(joined.split(" "), (_, place) => place + 1));
  });

  test(`${provider}: ${script} is asked until it is there, and answers once`, async ({ inPage, serve }) => {
    const port = await freePort();
    await connect(inPage, provider, port, { retry: { attempts: 10_000, baseMs: 20, maxMs: 100 } });
    await inPage(async (kit) => {
      const tried = Promise.withResolvers();
      kit.kept.chunks = [];
      const onEvent = ({ type, attempt }) => type === "retry" && attempt === 3 && tried.resolve();
      kit.kept.run = agent.run("Count to 3", { onEvent, callback: (chunk) => void kit.kept.chunks.push(chunk) });
      await tried.promise;
    });
    await serve(script, port);
    const { chunks, attempts } = await inPage(async (kit) => ({ attempts: (await kit.kept.run).attempts, chunks: kit.kept.chunks }));
    expect(chunks).toEqual(["1", " 2", " 3"]);
    expect(attempts).toBeGreaterThan(2);
  });
}

test("websocket: turns go over one socket, which agent.free() closes", async ({ inPage, serve }) => {
  const port = await freePort();
  const relay = await serve("websocket_relay.py", port);
  await connect(inPage, "websocket", port);
  for (const last of [1, 2, 3]) expect((await ask(inPage, `Count to ${last}`)).text).toBe(["1", "1 2", "1 2 3"][last - 1]);
  expect([relay.times("opened"), relay.times("closed")]).toEqual([1, 0]);
  await inPage(() => agent.free());
  await relay.until("closed");
});

test("websocket: two runs at once do not mix", async ({ inPage, serve }) => {
  const port = await freePort();
  const relay = await serve("websocket_relay.py", port);
  await connect(inPage, "websocket", port);
  const texts = await inPage(async () => (await Promise.all([agent.run("Count to 5"), agent.run("Hello there")])).map(({ text }) => text));
  expect(texts).toEqual(["1 2 3 4 5", "You said: Hello there"]);
  expect(relay.times("opened")).toBe(2);
});
