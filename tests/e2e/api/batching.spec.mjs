// However increments are gathered into chunks, text and order are the same.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

const TEXTS = ["Hel", "lo", " ", "wörld", " 🙂", "!", "\n", "end"];
const BATCHES = ["delta", "frame", { deltas: 1 }, { deltas: 3 }, { deltas: 100 }, { ms: 0 }, { ms: 5 }, { deltas: 2, ms: 5 }, {}, { pace: true }, { pace: true, ms: 5 }, { pace: false }];

test("every batch gives callback, events and stream the same text", async ({ inPage }) => {
  const seen = await inPage(async (kit, { texts, batches }) => {
    const all = texts.map(kit.saying).join("") + kit.ending() + kit.DONE;
    const model = () => kit.model((turn) => turn.send(all.slice(0, all.length / 2), all.slice(all.length / 2)).close());
    const seen = [];
    for (const batch of batches) {
      const [called, told] = [[], []];
      const onEvent = ({ type, text }) => void (type === "text-delta" && told.push(text));
      const stream = kit.agent(model()).runStreamed("Hi", { batch, onEvent, callback: (text) => void called.push(text) });
      const { chunks } = await kit.read(stream);
      const { text, metrics } = await stream.result;
      const lazy = await kit.read(kit.agent(model()).runStreamed("Hi", { batch }));
      const same = [called, told].every((list) => JSON.stringify(list) === JSON.stringify(chunks));
      seen.push({ batch, text: chunks.join(""), result: text, lazy: lazy.chunks.join(""), counted: metrics.chunks === chunks.length, same, longest: chunks.length });
    }
    return seen;
  }, { texts: TEXTS, batches: BATCHES });
  const text = TEXTS.join("");
  for (const { batch, longest, ...got } of seen) {
    expect({ batch, ...got }).toEqual({ batch, text, result: text, lazy: text, counted: true, same: true });
    if (batch === "delta" || batch.deltas === 1) expect(longest).toBe(TEXTS.length);
  }
});

test("text is gathered until its milliseconds have passed", async ({ page, inOwnPage }) => {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 10_000);
  await inOwnPage(async (kit) => {
    kit.kept.chunks = [];
    kit.kept.model = kit.model((turn) => turn.say("a", "b"));
    kit.kept.run = kit.agent(kit.kept.model).run("Hi", { batch: { ms: 40 }, callback: (text) => void kit.kept.chunks.push(text) });
    await kit.settled();
  });
  const chunks = () => inOwnPage(async (kit) => (await kit.settled(), [...kit.kept.chunks]));
  await page.clock.runFor(39);
  expect(await chunks()).toEqual([]);
  await page.clock.runFor(1);
  expect(await chunks()).toEqual(["ab"]);
  await inOwnPage((kit) => void kit.kept.model.turns[0].say("c", "d", "e"));
  expect(await chunks()).toEqual(["ab"]);
  await page.clock.runFor(40);
  expect(await chunks()).toEqual(["ab", "cde"]);
  await inOwnPage((kit) => void kit.kept.model.turns[0].say("f").finish());
  // The end waits for no timer.
  expect(await chunks()).toEqual(["ab", "cde", "f"]);
});

test("a frame is one chunk, given with the frame", async ({ page }) => {
  await openBlank(page);
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 10_000);
  await page.evaluate(() => {
    globalThis.frames = [];
    globalThis.requestAnimationFrame = (frame) => globalThis.frames.push(frame);
    globalThis.cancelAnimationFrame = () => {};
  });
  await load(page);
  const seen = await call(page, async (kit) => {
    const chunks = [];
    const model = kit.model((turn) => turn.say("a", "b", "c"));
    const run = kit.agent(model).run("Hi", { batch: "frame", callback: (text) => void chunks.push(text) });
    await kit.settled();
    const before = [...chunks];
    const wanted = globalThis.frames.length;
    globalThis.frames.shift()();
    // Promises' reactions run before anything is drawn.
    for (let turn = 0; turn < 10; turn++) await undefined;
    const after = [...chunks];
    model.turns[0].say("d").finish();
    await run;
    return { before, wanted, after, chunks };
  });
  expect(seen).toEqual({ before: [], wanted: 1, after: ["abc"], chunks: ["abc", "d"] });
});

/** A burst, of which one frame is drawn; `act` does something to the page then. */
async function paced(page, act) {
  await openBlank(page);
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 10_000);
  await page.evaluate(() => {
    globalThis.frames = [];
    globalThis.requestAnimationFrame = (frame) => globalThis.frames.push(frame);
    globalThis.cancelAnimationFrame = () => {};
  });
  await load(page);
  return call(page, async (kit, act) => {
    const sizes = [];
    const model = kit.model((turn) => turn.say("word ".repeat(100)));
    const run = kit.agent(model).run("Hi", { batch: { pace: true }, callback: (text) => void sizes.push(text.length) });
    await kit.settled();
    const before = [...sizes];
    globalThis.frames.shift()?.();
    await kit.settled();
    const after = [...sizes];
    new Function(act)();
    await kit.settled();
    const acted = [...sizes];
    model.turns[0].finish();
    await run;
    return { before, after, acted, whole: sizes.reduce((sum, size) => sum + size, 0) };
  }, act);
}

test("a burst is paced by frames, and goes at once when the page is hidden", async ({ page }) => {
  const hide = 'Object.defineProperty(document, "visibilityState", { get: () => "hidden" }); document.dispatchEvent(new Event("visibilitychange"))';
  expect(await paced(page, hide)).toEqual({ before: [], after: [16], acted: [16, 484], whole: 500 });
});

test("a burst goes at once where reduced motion is requested", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await paced(page, "")).toEqual({ before: [500], after: [500], acted: [500], whole: 500 });
});

const FRAMELESS = {
  "where the page is hidden": () => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    Object.defineProperty(document, "hidden", { get: () => true });
    globalThis.requestAnimationFrame = () => { throw new Error("no frames are drawn"); };
  },
  "where there is no requestAnimationFrame": () => { globalThis.requestAnimationFrame = undefined; },
  "where the page is hidden while a frame is waited for": () => { globalThis.requestAnimationFrame = () => 1; },
};
for (const [what, prepare] of Object.entries(FRAMELESS)) {
  test(`frames fall back to a timer ${what}`, async ({ inPage }) => {
    await inPage(prepare);
    const seen = await inPage(async (kit) => {
      const chunks = [];
      const come = Promise.withResolvers();
      const callback = (text) => {
        chunks.push(text);
        come.resolve();
      };
      const run = kit.agent(kit.model((turn) => turn.say("a", "b"))).runStreamed("Hi", { batch: "frame", callback });
      await come.promise;
      await run.cancel();
      return chunks;
    });
    expect(seen).toEqual(["ab"]);
  });
}
