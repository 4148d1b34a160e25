// Timers, retries and the fallback, in a time that the test moves itself.
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

const BOUNDS = {
  connect: [() => {}, { timeout: { connect: 500 } }],
  firstChunk: [(turn) => turn.respond(), { timeout: { firstChunk: 500 } }],
  idle: [(turn) => turn.say("half"), { timeout: { idle: 500 } }],
  total: [(turn) => turn.say("half"), { timeout: { total: 500 } }],
};
for (const [name, [script, options]] of Object.entries(BOUNDS)) {
  test(`timeout.${name} ends the run and the connection when its time is over, not before`, async ({ page, inOwnPage }) => {
    await start(inOwnPage, script, options);
    const before = await pass(page, inOwnPage, 499);
    expect(before).toMatchObject({ closed: [false] });
    expect(before.failed).toBeUndefined();
    const after = await pass(page, inOwnPage, 1);
    const said = name === "idle" || name === "total";
    expect(after).toMatchObject({ closed: [true], failed: { real: true, code: "timeout", partialText: said ? "half" : "" } });
    expect(after.failed.message).toContain(name);
    expect(after.failed.message).toContain("500");
  });
}

test("timeout.total ends the run, and the judging call, while an answer is judged", async ({ page, inOwnPage }) => {
  await start(inOwnPage, (turn, number) => number === 1 && turn.answer("Good."), { timeout: { total: 500 }, evaluation: { instructions: "Be strict." } });
  // What it takes is loaded first.
  await expect.poll(async () => (await state(inOwnPage)).requests).toBe(2);
  expect((await pass(page, inOwnPage, 499)).failed).toBeUndefined();
  const after = await pass(page, inOwnPage, 1);
  expect(after).toMatchObject({ failed: { real: true, code: "timeout", partialText: "Good.", message: expect.stringContaining("total") } });
  expect(after.closed.at(-1)).toBe(true);
});

test("0 is off, and unset timers have their defaults", async ({ page, inOwnPage }) => {
  await start(inOwnPage, () => {}, { timeout: { connect: 0, firstChunk: 0 } });
  expect((await pass(page, inOwnPage, 3_600_000)).failed).toBeUndefined();
  for (const [script, ms, name] of [[() => {}, 30_000, "connect"], [(turn) => turn.respond(), 60_000, "firstChunk"], [(turn) => turn.say("a"), 30_000, "idle"]]) {
    await start(inOwnPage, script, {});
    expect((await pass(page, inOwnPage, ms - 1)).failed, name).toBeUndefined();
    expect((await pass(page, inOwnPage, 1)).failed?.message, name).toContain(name);
  }
});

test("comments feed no timer; text, reasoning and calls of tools do", async ({ page, inOwnPage }) => {
  await start(inOwnPage, (turn) => turn.respond(), { timeout: { firstChunk: 1000, idle: 1000 } });
  for (const script of [
    (turn, kit) => turn.send(kit.chunk({ reasoning_content: "Hm" })),
    (turn, kit) => turn.send(kit.chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: "" } }] })),
    (turn, kit) => turn.send(kit.chunk({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] })),
    (turn) => turn.say("a"),
  ]) {
    expect((await pass(page, inOwnPage, 900)).failed).toBeUndefined();
    await turn(inOwnPage, script);
  }
  expect((await pass(page, inOwnPage, 600)).failed).toBeUndefined();
  await turn(inOwnPage, (turn) => turn.send(": ping\n\n"));
  expect((await pass(page, inOwnPage, 399)).failed).toBeUndefined();
  expect((await pass(page, inOwnPage, 1)).failed).toMatchObject({ code: "timeout", partialText: "a" });
});

test("time in which a callback is waited for does not count", async ({ page, inOwnPage }) => {
  await inOwnPage(async (kit) => {
    const model = kit.model((turn) => turn.say("a", "b"));
    kit.kept.seen = { model, events: [], chunks: [] };
    const callback = (text) => (kit.kept.seen.chunks.push(text), text === "a" ? new Promise((resolve) => (kit.kept.open = resolve)) : undefined);
    kit.agent(model, { timeout: { idle: 500, total: 800 } }).run("Hi", { callback }).catch((error) => (kit.kept.seen.failed = kit.told(error)));
    await kit.settled();
  });
  expect(await pass(page, inOwnPage, 10_000)).toMatchObject({ chunks: ["a"], closed: [false] });
  await inOwnPage((kit) => void kit.kept.open());
  const after = await pass(page, inOwnPage, 499);
  expect(after).toMatchObject({ chunks: ["a", "b"], closed: [false] });
  expect((await pass(page, inOwnPage, 1)).failed).toMatchObject({ code: "timeout", partialText: "ab" });
});

test("time in which a reader does not read does not count", async ({ page, inOwnPage }) => {
  await inOwnPage(async (kit) => {
    const model = kit.model((turn) => turn.say("a", "b"));
    kit.kept.seen = { model, events: [], chunks: [] };
    kit.kept.reader = kit.agent(model, { timeout: { idle: 500, firstChunk: 500, total: 1000 } }).runStreamed("Hi").getReader();
    kit.kept.seen.chunks.push((await kit.kept.reader.read()).value);
  });
  expect(await pass(page, inOwnPage, 10_000)).toMatchObject({ chunks: ["a"], closed: [false] });
  const read = await inOwnPage(async (kit) => (await kit.kept.reader.read()).value);
  expect(read).toBe("b");
  expect((await pass(page, inOwnPage, 499)).closed).toEqual([false]);
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

const BEFORE_ANYTHING = {
  "a fetch that fails": (turn) => turn.refuse(new TypeError("no network")),
  "a 500": (turn) => turn.whole(500, "oh"),
  "a 429": (turn) => turn.whole(429, "oh"),
  "an error event that may pass": (turn) => turn.send('data: {"error":{"message":"busy","type":"server_error"}}\n\n'),
  "a cut": (turn) => turn.send(": hello\n\n").close(),
};
for (const [what, script] of Object.entries(BEFORE_ANYTHING)) {
  test(`${what} before anything came is asked again, after longer and longer waits`, async ({ page, inOwnPage }) => {
    await start(inOwnPage, `(turn, number) => number < 3 ? (${script})(turn) : turn.answer("a")`, { retry: {} });
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
}

test("the wait is the one that was told, and never longer than maxMs", async ({ page, inOwnPage }) => {
  await start(inOwnPage, (turn) => turn.whole(503, ""), { retry: { attempts: 6, baseMs: 100, maxMs: 250 } });
  for (let retry = 1; retry <= 5; retry += 1) {
    const { delays, requests } = await state(inOwnPage);
    expect({ requests, delays: delays.length }).toEqual({ requests: retry, delays: retry });
    expect(delays.at(-1)).toBeLessThanOrEqual(Math.min(250, 100 * 2 ** (retry - 1)));
    // The wait may have begun a step before the last look, and has a fraction that is not told.
    expect((await pass(page, inOwnPage, delays.at(-1) - 3)).requests).toBe(retry);
    await pass(page, inOwnPage, 4);
  }
  expect(await state(inOwnPage)).toMatchObject({ requests: 6, failed: { code: "http", status: 503 } });
});

for (const [header, ms] of [["2", 2000], ["0", 0], ["60", 60_000]]) {
  test(`Retry-After: ${header} is waited for`, async ({ page, inOwnPage }) => {
    await start(inOwnPage, `(turn, number) => number === 1 ? turn.whole(429, "", { "retry-after": "${header}" }) : turn.answer("a")`, { retry: {} });
    const { delays } = await state(inOwnPage);
    expect(delays).toEqual([ms]);
    if (ms > 0) expect((await pass(page, inOwnPage, ms - 1)).requests).toBe(1);
    expect(await pass(page, inOwnPage, 1)).toMatchObject({ requests: 2, result: { text: "a" } });
  });
}

test("a Retry-After of more than a minute is not waited for, but told; one may be a date", async ({ page, inOwnPage }) => {
  await start(inOwnPage, (turn) => turn.whole(429, "", { "retry-after": "61" }), { retry: {} });
  expect(await state(inOwnPage)).toMatchObject({ requests: 1, delays: [], failed: { code: "http", status: 429, retryAfterMs: 61_000, retryable: true } });
  await start(inOwnPage, '(turn) => turn.whole(503, "", { "retry-after": new Date(Date.now() + 3000).toUTCString() })', { retry: { attempts: 2 } });
  const [delay] = (await state(inOwnPage)).delays;
  expect(delay).toBeGreaterThan(1999);
  expect(delay).toBeLessThanOrEqual(3000);
});

for (const status of [400, 401, 403, 404, 422]) {
  test(`a ${status} is not asked again`, async ({ page, inOwnPage }) => {
    await start(inOwnPage, `(turn) => turn.whole(${status}, "no")`, { retry: {} });
    expect(await pass(page, inOwnPage, 60_000)).toMatchObject({ requests: 1, types: ["start", "error"], failed: { status } });
  });
}

test("an abort while a retry is waited for ends the run at once, and nothing more is asked", async ({ page, inOwnPage }) => {
  await inOwnPage(async (kit) => {
    const model = kit.model((turn) => turn.whole(503, ""));
    kit.kept.seen = { model, events: [], chunks: [] };
    const controller = new AbortController();
    const running = kit.thrown(kit.agent(model, { retry: {} }).run("Hi", { signal: controller.signal }));
    await kit.settled();
    controller.abort("enough");
    kit.kept.seen.failed = (await running).error;
  });
  expect(await pass(page, inOwnPage, 60_000)).toMatchObject({ requests: 1, failed: "enough" });
});
