// How answers end, and what a result says.
import { expect, test } from "./support/test.mjs";

const REASONS = [
  ["stop", "stop"], ["length", "length"], ["content_filter", "content-filter"], ["something_new", "other"],
  // Without a call the answer is whole.
  ["tool_calls", "stop"],
];
test("each finish reason has one name, and the provider's own word beside it", async ({ inPage }) => {
  const seen = await inPage(async (kit, words) => {
    const seen = [];
    for (const word of words) {
      const { finishReason, rawFinishReason, success } = await kit.agent(kit.model((turn) => turn.say("a").finish(word))).run("Hi");
      seen.push([rawFinishReason, finishReason, success]);
    }
    return seen;
  }, REASONS.map(([word]) => word));
  expect(seen).toEqual(REASONS.map(([word, reason]) => [word, reason, true]));
});

test("either of a finish reason and [DONE] is an end; without both it is none", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const ends = async (...pieces) => {
      const run = kit.agent(kit.model((turn) => turn.say("a").send(...pieces).close())).run("Hi");
      return run.then(({ finishReason }) => finishReason, ({ code }) => code);
    };
    return [await ends(kit.ending()), await ends(kit.DONE), await ends()];
  });
  expect(seen).toEqual(["stop", "stop", "truncated"]);
});

test("a connection that breaks behind the end breaks nothing, and none is waited for behind [DONE]", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const broken = await kit.agent(kit.model((turn) => turn.say("a").send(kit.ending()).break(new TypeError("gone")))).run("Hi");
    const open = kit.model((turn) => turn.say("b").send(kit.ending(), kit.DONE));
    const left = await kit.agent(open).run("Hi");
    // For a moment it is read on, so that it can be used again.
    const { signal } = open.turns[0];
    const isOpen = !signal.aborted;
    await new Promise((resolve) => (signal.onabort = resolve));
    return [broken.text, left.text, isOpen];
  });
  expect(seen).toEqual(["a", "b", true]);
});

test("a refusal is content-filter, and its words are text", async ({ inPage }) => {
  const { text, finishReason } = await inPage((kit) => kit.agent(kit.model((turn) => turn.send(kit.chunk({ refusal: "I can" }), kit.chunk({ refusal: "not." })).finish())).run("Hi"));
  expect({ text, finishReason }).toEqual({ text: "I cannot.", finishReason: "content-filter" });
});

test("an answer without a word is one, and adds no message", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const stream = kit.agent(kit.model((turn) => turn.finish())).runStreamed("Hi", { context });
    const { chunks } = await kit.read(stream);
    const { text, content, finishReason, metrics } = await stream.result;
    return { chunks, text, content, finishReason, chars: metrics.chars, said: kit.said(context) };
  });
  expect(seen).toEqual({ chunks: [], text: "", content: "", finishReason: "stop", chars: 0, said: [{ role: "user", content: "Hi" }] });
});

test("limits.maxChars ends the answer there, never in half a surrogate pair", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const seen = [];
    for (const maxChars of [0, 1, 2, 3, 4, 5, 6, 7, 8, 100]) {
      const context = kit.memory();
      const model = kit.model((turn) => turn.answer("a🙂", "b🙂", "éc"));
      const stream = kit.agent(model, { limits: { maxChars } }).runStreamed("Hi", { context });
      const { chunks } = await kit.read(stream);
      const { text, finishReason, metrics } = await stream.result;
      const kept = context.messages[1]?.content ?? "";
      seen.push({ maxChars, chunks: chunks.join(""), text, finishReason, chars: metrics.chars, kept, interrupted: context.messages[1]?.interrupted, closed: model.turns[0].signal.aborted });
    }
    return seen;
  });
  const texts = { 0: "", 1: "a", 2: "a", 3: "a🙂", 4: "a🙂b", 5: "a🙂b", 6: "a🙂b🙂", 7: "a🙂b🙂é", 8: "a🙂b🙂éc", 100: "a🙂b🙂éc" };
  for (const { maxChars, ...got } of seen) {
    const text = texts[maxChars];
    expect({ maxChars, ...got }).toEqual({ maxChars, chunks: text, text, finishReason: maxChars < 8 ? "limit" : "stop", chars: text.length, kept: text, closed: true });
  }
});

test("the limit ends a download that would go on for ever", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.say(...Array.from({ length: 50 }, () => "0123456789")));
    const { text, finishReason } = await kit.agent(model, { limits: { maxChars: 25 } }).run("Hi");
    return { text, finishReason, pulls: model.turns[0].pulls, aborted: model.turns[0].signal.aborted };
  });
  expect(seen).toMatchObject({ text: "0123456789012345678901234", finishReason: "limit", aborted: true });
  expect(seen.pulls).toBeLessThanOrEqual(4);
});

test("the metrics are what was measured", async ({ page, inOwnPage }) => {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 10_000);
  await inOwnPage(async (kit) => {
    kit.kept.model = kit.model();
    kit.kept.events = [];
    kit.kept.run = kit.agent(kit.kept.model).run("Hi", { onEvent: (event) => void kit.kept.events.push(event) });
    kit.kept.turn = await kit.kept.model.turn();
  });
  await page.clock.runFor(300);
  await inOwnPage(async (kit) => (kit.kept.turn.send(kit.chunk({ reasoning_content: "Hm" })), await kit.settled()));
  await page.clock.runFor(100);
  await inOwnPage(async (kit) => (kit.kept.turn.say("Hellö"), await kit.settled()));
  await page.clock.runFor(1600);
  const { metrics, told, bytes } = await inOwnPage(async (kit) => {
    kit.kept.turn.say("🙂").finish();
    const { metrics } = await kit.kept.run;
    const pieces = kit.chunk({ reasoning_content: "Hm" }) + kit.saying("Hellö") + kit.saying("🙂") + kit.ending() + kit.DONE;
    return { metrics, told: kit.kept.events.at(-1).metrics, bytes: new TextEncoder().encode(pieces).length };
  });
  expect(metrics).toEqual({ chunks: 2, chars: 7, bytes, timeToFirstChunkMs: 400, durationMs: 2000, charsPerSecond: 3.5 });
  expect(told).toEqual(metrics);
});

test("usage counts what the provider counted, once", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const usage = { prompt_tokens: 100, completion_tokens: 40, total_tokens: 140, prompt_tokens_details: { cached_tokens: 60 }, completion_tokens_details: { reasoning_tokens: 25 } };
    const model = kit.model((turn) => turn.send(kit.saying("a"), kit.ending(), `data: ${JSON.stringify({ choices: [], usage })}\n\n`, kit.DONE).close());
    const context = kit.memory();
    const { usage: got } = await kit.agent(model).run("Hi", { context });
    const none = await kit.agent(kit.saysAll("a")).run("Hi");
    return { got, kept: context.result.usage, none: "usage" in none };
  });
  const usage = { inputTokens: 100, outputTokens: 40, totalTokens: 140, reasoningTokens: 25, cachedInputTokens: 60 };
  expect(seen).toEqual({ got: usage, kept: usage, none: false });
});
