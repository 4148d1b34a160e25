// The package in a page: over a real network, with the streams and the storage of the browser.
import assert from "node:assert/strict";

import { eventually, inEach, start } from "./support/test.mjs";

const PIECES = ["Hel", "lo, ", "wörld", " 🙂"];
const WHOLE = PIECES.join("");

/** As `inEach`, with the package started in the page, and `kit.agent` asking the scripted model over the network. */
function inApi(sentence, body) {
  inEach(sentence, async ({ browser, site }) => {
    const inPage = await start(browser, site);
    await inPage(useNetwork, site.model.baseUrl);
    await body({ inPage, browser, site, model: site.model });
  });
}

/** In the page: the kit's agent without its own fetch, and a place for what a test begins. */
function useNetwork(kit, baseUrl) {
  window.ask = (options) => kit.agent({}, { baseUrl, fetch: undefined, ...options });
  window.got = [];
}

/** The model says the pieces one by one, each after the page has the one before. */
async function sayAll(model, inPage) {
  const turn = await model.nextTurn();
  for (const [at, piece] of PIECES.entries()) {
    turn.say(piece);
    await eventually(() => inPage(() => window.got.join("")), PIECES.slice(0, at + 1).join(""));
  }
  return turn;
}

inApi("for await reads chunks as they come, with the browser's own iteration of streams and without", async ({ inPage, model }) => {
  for (const isOwn of [true, false]) {
    await inPage((kit, isOwn) => {
      if (!isOwn) delete ReadableStream.prototype[Symbol.asyncIterator];
      window.got = [];
      window.stream = window.ask().runStreamed("Hi");
      window.reading = (async () => {
        for await (const chunk of window.stream) window.got.push(chunk);
      })();
    }, isOwn);
    (await sayAll(model, inPage)).finish();
    const { got, result } = await inPage(async () => {
      await window.reading;
      const { text, finishReason, metrics } = await window.stream.result;
      return { got: window.got, result: { text, finishReason, chunks: metrics.chunks } };
    });
    assert.deepEqual(got, PIECES);
    assert.deepEqual(result, { text: WHOLE, finishReason: "stop", chunks: PIECES.length });
  }
});

inApi("a callback gets the chunks that the stream yields, and break closes the connection", async ({ inPage, model }) => {
  await inPage((kit) => {
    const stream = window.ask().runStreamed("Hi", { callback: (chunk) => void window.got.push(chunk) });
    window.reading = (async () => {
      const read = [];
      for await (const chunk of stream) {
        read.push(chunk);
        if (read.length === 4) break;
      }
      return { read, finishReason: (await stream.result).finishReason };
    })();
  });
  const turn = await sayAll(model, inPage);
  await turn.closed;
  assert.deepEqual(await inPage(async () => ({ ...(await window.reading), got: window.got })), { read: PIECES, got: PIECES, finishReason: "aborted" });
});

inApi("batch \"frame\" gives all of the text, what came since the last frame in one", async ({ inPage, model }) => {
  await inPage((kit) => {
    const frames = async () => {
      for await (const chunk of window.ask().runStreamed("Hi", { batch: "frame" })) window.got.push(chunk);
    };
    window.reading = frames();
  });
  const turn = await model.nextTurn();
  const words = Array.from({ length: 500 }, (_, at) => `${at} `);
  for (const word of words) turn.say(word);
  turn.finish();
  const got = await inPage(() => window.reading.then(() => window.got));
  assert.equal(got.join(""), words.join(""));
  assert.ok(got.length < words.length / 2, `${got.length} chunks`);
});

inApi("abort passes its reason through, closes the connection and keeps the text as interrupted", async ({ inPage, model }) => {
  await inPage((kit) => {
    const controller = new AbortController();
    const context = kit.memory();
    const reason = { why: "enough" };
    window.abort = () => controller.abort(reason);
    window.failing = kit.thrown(window.ask().run("Hi", { context, signal: controller.signal, callback: (chunk) => void window.got.push(chunk) }))
      .then(({ error }) => ({ isSame: error === reason, said: kit.said(context) }));
  });
  const turn = await sayAll(model, inPage);
  await inPage(() => window.abort());
  await turn.closed;
  const said = [{ role: "user", content: "Hi" }, { role: "assistant", content: WHOLE, interrupted: true }];
  assert.deepEqual(await inPage(() => window.failing), { isSame: true, said });
});

inApi("the stream is the browser's own: it pipes, and its branches give the same", async ({ inPage, model }) => {
  await inPage((kit) => {
    const [one, two] = window.ask().runStreamed("Hi").tee();
    const sink = new WritableStream({ write: (chunk) => void window.got.push(chunk) });
    const bytes = new Response(two.pipeThrough(new TextEncoderStream())).text();
    window.piping = Promise.all([one.pipeTo(sink), bytes]).then(([, text]) => text);
  });
  (await sayAll(model, inPage)).finish();
  assert.equal(await inPage(() => window.piping), WHOLE);
  assert.deepEqual(await inPage(() => window.got), PIECES);
});

inApi("it works in a worker", async ({ inPage, model }) => {
  await inPage((kit, baseUrl) => {
    window.worker = new Worker("/worker.js", { type: "module" });
    window.worker.onmessage = ({ data }) => void window.got.push(data);
    window.worker.postMessage([baseUrl, "Hi"]);
  }, model.baseUrl);
  (await sayAll(model, inPage)).finish();
  await eventually(() => inPage(() => window.got), [...PIECES, "stop"]);
});

inApi("what fails is a RefinireError that says what, and what had come", async ({ inPage, model, site }) => {
  await inPage((kit) => {
    window.failing = kit.failure(window.ask().run("Hi", { callback: (chunk) => void window.got.push(chunk) }));
  });
  (await sayAll(model, inPage)).cut();
  const { code, partialText, real, retryable } = await inPage(() => window.failing);
  // WebKit takes a connection that breaks for one that was closed.
  assert.ok(["network", "truncated"].includes(code), code);
  assert.deepEqual({ partialText, real, retryable }, { partialText: WHOLE, real: true, retryable: true });

  const refused = await inPage((kit, baseUrl) => kit.failure(window.ask({ baseUrl }).run("rate limit me")), `${site.url}/api/openai/v1`);
  assert.match(refused.message, /Too many questions at once/);
  // Nothing comes as null over WebDriver.
  assert.deepEqual({ ...refused, message: "", stack: "" },
    { real: true, name: "RefinireError", message: "", stack: "", step: null, code: "http", status: 429, retryable: true, retryAfterMs: 1000, partialText: "", provider: "openai" });

  await model.stop();
  const unreachable = await inPage((kit) => kit.failure(window.ask().run("Hi")));
  assert.deepEqual([unreachable.code, unreachable.real, unreachable.partialText], ["network", true, ""]);
  await model.start();
});

inApi("a conversation in localStorage is there after a reload, half an answer included", async ({ inPage, browser, site, model }) => {
  await inPage((kit) => {
    const context = kit.talk();
    context.sharedState.visits = 1;
    window.running = window.ask().run("Hi", { context, callback: (chunk) => void window.got.push(chunk) });
    window.context = context;
  });
  (await sayAll(model, inPage)).finish();
  await inPage(async () => {
    await window.running;
    window.got = [];
    window.ask().runStreamed("And then?", { context: window.context, callback: (chunk) => void window.got.push(chunk) });
  });
  await sayAll(model, inPage);
  const again = await start(browser, site);
  const { said, state, previews } = await again(async (kit) => {
    const context = await kit.talk().ready;
    return { said: kit.said(context), state: context.sharedState, previews: (await kit.refinire.Context.list()).map(({ id, messages }) => [id, messages]) };
  });
  assert.deepEqual(said, [
    { role: "user", content: "Hi" }, { role: "assistant", content: WHOLE },
    { role: "user", content: "And then?" }, { role: "assistant", content: WHOLE, interrupted: true },
  ]);
  assert.deepEqual([state, previews], [{ visits: 1 }, [["talk", 4]]]);
});

inApi("tools of the page are called, and the model goes on with what they give", async ({ inPage, model }) => {
  const running = inPage(async (kit) => {
    const context = kit.memory();
    const tools = [{ name: "add", description: "", parameters: { type: "object" }, execute: ({ a, b }) => ({ sum: a + b }) }];
    const { text, toolCalls } = await window.ask({ tools }).run("Add", { context });
    return { text, toolCalls, roles: kit.said(context).map(({ role }) => role) };
  });
  const first = await model.nextTurn();
  first.call(0, { id: "c1", name: "add", input: '{"a":1,' });
  first.call(0, { input: '"b":2}' });
  first.finish("tool_calls");
  const second = await model.nextTurn();
  assert.deepEqual(second.request.body.messages.at(-1), { role: "tool", tool_call_id: "c1", content: '{"sum":3}' });
  second.say("Three.");
  second.finish();
  assert.deepEqual(await running, {
    text: "Three.",
    toolCalls: [{ id: "c1", name: "add", input: { a: 1, b: 2 }, inputText: '{"a":1,"b":2}' }],
    roles: ["user", "assistant", "tool", "assistant"],
  });
});

inApi("an answer that is JSON grows, and so does a JsonStream", async ({ inPage, model }) => {
  const running = inPage(async (kit) => {
    const partials = [];
    const outputSchema = { type: "object", properties: { name: { type: "string" } } };
    const { content } = await window.ask({ outputSchema }).run("Hi", { onEvent: ({ type, value }) => type === "partial" && partials.push(value) });
    return { content, first: partials[0], last: partials.at(-1) };
  });
  const turn = await model.nextTurn();
  for (const piece of ['{"na', 'me":"Ge', 'noa","sizes":[1', ",2]}"]) turn.say(piece);
  turn.finish();
  const genoa = { name: "Genoa", sizes: [1, 2] };
  const { first, ...grown } = await running;
  assert.deepEqual(grown, { content: genoa, last: genoa });
  assert.ok(genoa.name.startsWith(first.name ?? ""));

  const values = await inPage((kit) => {
    const json = new kit.refinire.JsonStream();
    const values = ['{"a":["x', '🙂y"', ",1]}"].map((text) => {
      json.push(text);
      return structuredClone(json.value);
    });
    return [...values, json.finish()];
  });
  assert.deepEqual(values, [{ a: ["x"] }, { a: ["x🙂y"] }, { a: ["x🙂y", 1] }, { a: ["x🙂y", 1] }]);
});

inApi("another wire format is read without loading anything more", async ({ inPage, site }) => {
  const loaded = () => inPage(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname).filter((path) => path.startsWith("/pkg/")));
  const text = await inPage(async (kit, baseUrl) => (await window.ask({ model: "claude-sonnet-4-5", provider: "anthropic", baseUrl }).run("Hello")).text, `${site.url}/api/anthropic/v1`);
  assert.match(text, /^Hello! I am a stand-in/);
  assert.deepEqual((await loaded()).sort(), ["/pkg/refinire_web.js", "/pkg/refinire_web_bg.wasm"]);
});
