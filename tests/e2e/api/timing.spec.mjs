// Timers and retries, in a time that the test moves itself. All their rules are stated in tests/runs; here is that the page's time is theirs.
import { expect, test } from "./support/test.mjs";

test.beforeEach(async ({ page }) => {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
});

/** Starts a run that is looked at later with `state`; `script` answers its requests. */
async function start(inPage, script, options, input = "Hi") {
  await inPage(async (kit, { source, options, input }) => {
    const model = kit.model((0, eval)(`(${source})`));
    const seen = { model, events: [], chunks: [] };
    kit.kept.seen = seen;
    const onEvent = (event) => void seen.events.push(event);
    const run = kit.agent(model, options).run(input, { onEvent, callback: (text) => void seen.chunks.push(text) });
    run.then((result) => (seen.result = result), (error) => (seen.failed = kit.told(error)));
    await kit.settled();
  }, { source: String(script), options, input });
}

const state = (inPage) => inPage(async (kit) => {
  await kit.settled();
  const { model, events, chunks, result, failed } = kit.kept.seen;
  const closed = model.turns.map(({ signal }) => signal.aborted);
  return { requests: model.turns.length, types: events.map(({ type }) => type), delays: events.flatMap(({ delayMs }) => delayMs ?? []), chunks, result, failed, closed };
});

const pass = async (page, inPage, ms) => {
  await page.clock.runFor(ms);
  return state(inPage);
};

const turn = (inPage, script) => inPage((kit, source) => void (0, eval)(`(${source})`)(kit.kept.seen.model.turns.at(-1), kit), String(script));

test("timeout.idle ends the run and the connection when its time is over, not before", async ({ page, inOwnPage }) => {
  await start(inOwnPage, (turn) => turn.say("half"), { timeout: { idle: 500 } });
  const before = await pass(page, inOwnPage, 499);
  expect(before).toMatchObject({ closed: [false] });
  expect(before.failed).toBeUndefined();
  const after = await pass(page, inOwnPage, 1);
  expect(after).toMatchObject({ closed: [true], failed: { real: true, code: "timeout", partialText: "half", message: expect.stringMatching(/idle.*500/) } });
});

test("time in which the page was frozen does not count", async ({ page, inOwnPage }) => {
  await start(inOwnPage, (turn) => turn.say("half"), { timeout: { idle: 30_000 } });
  await pass(page, inOwnPage, 10_000);
  await page.clock.fastForward(3_600_000);
  const woken = await state(inOwnPage);
  expect(woken.failed).toBeUndefined();
  await turn(inOwnPage, (turn) => turn.say(" and half").finish());
  expect((await state(inOwnPage)).result).toMatchObject({ text: "half and half" });
});

test("a fetch that fails before anything came is asked again, after longer and longer waits", async ({ page, inOwnPage }) => {
  await start(inOwnPage, (turn, number) => (number < 3 ? turn.refuse(new TypeError("no network")) : turn.answer("a")), { retry: {} });
  // What the page knows of a fetch that failed it knows a task later.
  const first = await pass(page, inOwnPage, 1);
  expect(first).toMatchObject({ requests: 1, types: ["start", "retry"] });
  expect(first.delays[0]).toBeGreaterThanOrEqual(250);
  expect(first.delays[0]).toBeLessThanOrEqual(500);
  await pass(page, inOwnPage, 501);
  const second = await pass(page, inOwnPage, 1);
  expect(second).toMatchObject({ requests: 2 });
  expect(second.delays[1]).toBeGreaterThanOrEqual(500);
  expect(second.delays[1]).toBeLessThanOrEqual(1000);
  const third = await pass(page, inOwnPage, 1001);
  expect(third).toMatchObject({ requests: 3, chunks: ["a"], result: { text: "a", attempts: 3 }, types: ["start", "retry", "start", "retry", "start", "text-delta", "finish"] });
});
