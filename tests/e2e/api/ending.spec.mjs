// What a result says of an answer. How answers end is stated in tests/runs/endings.rs and settling.rs.
import { expect, test } from "./support/test.mjs";

test("the limit ends a download that would go on for ever", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.say(...Array.from({ length: 50 }, () => "0123456789")));
    const { text, finishReason, metrics } = await kit.agent(model, { limits: { maxChars: 25 } }).run("Hi");
    return { text, finishReason, chars: metrics.chars, pulls: model.turns[0].pulls, aborted: model.turns[0].signal.aborted };
  });
  expect(seen).toMatchObject({ text: "0123456789012345678901234", finishReason: "limit", chars: 25, aborted: true });
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
