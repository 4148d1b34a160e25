// What is loaded: the entry's files for every page, the module's second half before the first run that may need it.
import { readFileSync } from "node:fs";

import { call, expect, load, openBlank, test } from "./support/test.mjs";

const ENTRY = ["/pkg/refinire_web.js", "/pkg/refinire_web_bg.wasm"];
const MORE = "/pkg/refinire_web_more_bg.wasm";
const half = readFileSync(new URL("../../../pkg/refinire_web_more_bg.wasm", import.meta.url));

/** What the page asks for below /pkg/, and where else a test has put something, as it does. */
function watch(page) {
  const paths = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/(pkg|elsewhere)\//.test(pathname)) paths.push(pathname);
  });
  return paths;
}

/** Answers the next requests for the second half with these, then as the server does. */
const answerMore = (page, ...answers) => page.route(`**${MORE}`, (route) => {
  const answer = answers.shift();
  return answer ? answer(route) : route.continue();
});

const MISSING = (route) => route.fulfill({ status: 404, contentType: "text/plain", body: "There is nothing here." });

test.describe("from the beginning on", () => {
  let paths;
  test.beforeEach(async ({ page }) => {
    paths = watch(page);
    await openBlank(page);
    await load(page, { start: false });
  });

  test("runs that do not go on load the entry's files and nothing else", async ({ page }) => {
    const texts = await call(page, async (kit) => {
      await kit.refinire.default();
      const model = kit.model((turn, number) => (number === 1 ? turn.say("cut").close() : turn.answer("Hel", "lo")));
      const context = new kit.refinire.Context({ id: "talk" });
      await kit.thrown(kit.agent(model, { continueOnCut: 0 }).run("Hi", { context }));
      const { text } = await kit.agent(model, { retry: { attempts: 2 }, fallback: true }).run("Hi", { context, batch: "frame" });
      const { chunks } = await kit.read(kit.agent(model).runStreamed("Hi"));
      await context.save();
      const decoded = kit.refinire.decodeResponse(new Response(kit.saying("de") + kit.ending()), { provider: "openai" });
      return [text, chunks.join(""), (await kit.read(decoded)).chunks.join("")];
    });
    expect(texts).toEqual(["Hello", "Hello", "de"]);
    expect(paths).toEqual(ENTRY);
  });

  test("what lists conversations, tools and answers that are JSON load the second script, once", async ({ page }) => {
    const seen = await call(page, async (kit) => {
      await kit.refinire.default();
      const listed = await kit.refinire.Context.list();
      const { content } = await kit.agent(kit.saysAll('{"a":1}'), { outputSchema: { type: "object" } }).run("Hi");
      return [listed, content];
    });
    expect(seen).toEqual([[], { a: 1 }]);
    expect(paths).toEqual([...ENTRY, "/pkg/refinire_web_more.js", MORE]);
  });

  test("those that may go on load the second half once, however many there are", async ({ page }) => {
    const texts = await call(page, async (kit) => {
      await kit.refinire.default();
      const model = kit.model((turn, number) => (number % 2 ? turn.say("a b", "rown").close() : turn.answer("brown", " fox")));
      const one = async () => (await kit.agent(model, { continueOnCut: 1 }).run("Hi")).text;
      const texts = [await one(), await one()];
      const record = { schema: 1, messages: [{ role: "user", content: "Hi" }, { role: "assistant", content: "The quick brown", interrupted: true }] };
      const more = () => kit.read(kit.agent(kit.saysAll("brown", " fox")).resume({ context: kit.refinire.Context.fromJSON(record, { storage: "memory" }) }));
      const both = await Promise.all([more(), more()]);
      return [...texts, ...both.map(({ chunks }) => chunks.join(""))];
    });
    expect(texts).toEqual(["a brown fox", "a brown fox", " fox", " fox"]);
    expect(paths).toEqual([...ENTRY, MORE]);
  });

  for (const source of ["an address", "a URL", "a Response", "bytes", "a compiled module"]) {
    test(`init takes ${source} for the second half`, async ({ page }) => {
      await page.route("**/elsewhere/half.wasm", (route) => route.fulfill({ contentType: "application/wasm", body: half }));
      const text = await call(page, async (kit, kind) => {
        const path = "/elsewhere/half.wasm";
        const sources = {
          "an address": () => path,
          "a URL": () => new URL(path, location.href),
          "a Response": () => fetch(path),
          bytes: async () => (await fetch(path)).arrayBuffer(),
          "a compiled module": () => WebAssembly.compileStreaming(fetch(path)),
        };
        await kit.refinire.default({ more_or_path: await sources[kind]() });
        const model = kit.model((turn, number) => (number === 1 ? turn.say("a brown").close() : turn.answer("brown fox")));
        return (await kit.agent(model, { continueOnCut: 1 }).run("Hi")).text;
      }, source);
      expect(text).toBe("a brown fox");
      expect(paths.toSorted()).toEqual(["/elsewhere/half.wasm", ...ENTRY]);
    });
  }
});

test("where it cannot be loaded the run says so, changes nothing, and the next one loads it", async ({ page, inPage }) => {
  const paths = watch(page);
  await answerMore(page, MISSING, (route) => route.abort(), (route) => route.fulfill({ contentType: "application/wasm", body: half.subarray(0, 50) }));
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => (number === 1 ? turn.say("The quick brown").close() : turn.answer("brown fox")));
    const asking = kit.agent(model, { continueOnCut: 1 });
    const context = kit.memory();
    const events = [];
    const failures = [await kit.failure(asking.run("Hi", { context, onEvent: ({ type }) => events.push(type) }))];
    const before = kit.said(context);
    await kit.thrown(kit.agent(model).run("Hi", { context }));
    for (let time = 0; time < 2; time += 1) {
      const { error } = await kit.read(kit.agent(model).resume({ context }));
      failures.push(kit.told(error));
    }
    const kept = kit.said(context);
    const { chunks } = await kit.read(kit.agent(model).resume({ context }));
    return { failures, events, before, kept, chunks, after: kit.said(context), sent: model.turns.length };
  });
  const failure = { real: true, code: "network", retryable: true, message: expect.stringContaining("refinire_web_more_bg.wasm could not be loaded: ") };
  expect(seen.failures).toEqual(Array(3).fill(expect.objectContaining(failure)));
  expect(seen.failures[0].message).toContain("404");
  const user = { role: "user", content: "Hi" };
  expect(seen).toMatchObject({
    events: ["error"], before: [], kept: [user, { role: "assistant", content: "The quick brown", interrupted: true }],
    chunks: [" fox"], after: [user, { role: "assistant", content: "The quick brown fox" }], sent: 2,
  });
  expect(paths.filter((path) => path === MORE)).toHaveLength(4);
});

test("a run that is stopped while it loads ends at once and sends nothing, and the next one need not load again", async ({ page, inPage }) => {
  const paths = watch(page);
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await answerMore(page, (route) => released.then(() => route.continue()));
  const asked = page.waitForRequest(`**${MORE}`);
  const reason = inPage(async (kit) => {
    kit.kept.controller = new AbortController();
    kit.kept.model = kit.model((turn, number) => (number === 1 ? turn.say("a brown").close() : turn.answer("brown fox")));
    const { error } = await kit.thrown(kit.agent(kit.kept.model, { continueOnCut: 1 }).run("Hi", { signal: kit.kept.controller.signal }));
    return [error, kit.kept.model.turns.length];
  });
  await asked;
  await inPage((kit) => kit.kept.controller.abort("no"));
  expect(await reason).toEqual(["no", 0]);
  release();
  expect(await inPage(async (kit) => (await kit.agent(kit.kept.model, { continueOnCut: 1 }).run("Hi")).text)).toBe("a brown fox");
  expect(paths.filter((path) => path === MORE)).toHaveLength(1);
});

test("what a guardrail refuses loads nothing", async ({ page, inPage }) => {
  const paths = watch(page);
  const failed = await inPage((kit) => kit.failure(kit.agent(kit.saysAll("x"), { continueOnCut: 1, inputGuardrails: [() => false] }).run("Hi")));
  expect(failed.code).toBe("guardrail");
  expect(paths).not.toContain(MORE);
});
