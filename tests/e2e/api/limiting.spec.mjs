// RateLimiter: who may begin, and when.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

test("so many run at a time, the others follow in the order they came", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const limiter = new kit.refinire.RateLimiter({ maxConcurrent: 2 });
    const [log, tasks] = [[], []];
    const results = Promise.all([0, 1, 2, 3, 4].map((number) => limiter.run(() => {
      log.push(`begins ${number}`);
      tasks[number] = Promise.withResolvers();
      return tasks[number].promise;
    })));
    await kit.settled();
    for (const number of [1, 0, 2, 3, 4]) {
      log.push(`ends ${number}`);
      tasks[number].resolve(number * 10);
      await kit.settled();
    }
    return { log, results: await results };
  });
  expect(seen.log).toEqual([
    "begins 0", "begins 1", "ends 1", "begins 2", "ends 0", "begins 3", "ends 2", "begins 4", "ends 3", "ends 4",
  ]);
  expect(seen.results).toEqual([0, 10, 20, 30, 40]);
});

test("a task that throws, at once or later, rejects with that and frees its place", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const limiter = new kit.refinire.RateLimiter({ maxConcurrent: 1 });
    const runs = [
      limiter.run(async () => { throw "later"; }), limiter.run(() => { throw "at once"; }), limiter.run(() => Promise.reject("rejected")), limiter.run(() => "a value"),
    ];
    return (await Promise.allSettled(runs)).map(({ reason, value }) => reason ?? value);
  });
  expect(seen).toEqual(["later", "at once", "rejected", "a value"]);
});

test("a task may run another one through the same limiter", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const limiter = new kit.refinire.RateLimiter({ maxConcurrent: 2, perMinute: 3 });
    const log = [];
    await limiter.run(async () => {
      const inner = limiter.run(() => log.push("inner"));
      log.push("outer");
      await inner;
    });
    await limiter.run(() => log.push("third"));
    return log;
  });
  expect(seen).toEqual(["inner", "outer", "third"]);
});

test("an aborted signal takes its task out of the queue, and rejects with its reason as it is", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const limiter = new kit.refinire.RateLimiter({ maxConcurrent: 1 });
    const [first, begun, gone] = [Promise.withResolvers(), [], new AbortController()];
    const running = limiter.run(() => first.promise);
    const waiting = kit.thrown(limiter.run(() => begun.push("aborted"), gone.signal));
    const next = limiter.run(() => begun.push("next"));
    gone.abort("enough");
    const { error } = await waiting;
    const already = await kit.thrown(limiter.run(() => begun.push("never"), AbortSignal.abort(7)));
    await kit.settled();
    const before = begun.length;
    first.resolve();
    await Promise.all([running, next]);
    return { error, already: already.error, before, begun };
  });
  expect(seen).toEqual({ error: "enough", already: 7, before: 0, begun: ["next"] });
});

test("an abort while the task runs is the task's own affair: its place is taken until it ends", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const limiter = new kit.refinire.RateLimiter({ maxConcurrent: 1 });
    const [first, gone, log] = [Promise.withResolvers(), new AbortController(), []];
    const running = limiter.run(() => first.promise.then((value) => log.push(value)), gone.signal);
    const next = limiter.run(() => log.push("next"));
    gone.abort("enough");
    await kit.settled();
    first.resolve("first");
    await Promise.all([running, next]);
    return log;
  });
  expect(seen).toEqual(["first", "next"]);
});

test("what was aborted while it waited does not start, whenever the abort comes", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const log = [];
    for (let ticks = 0; ticks < 20; ticks += 1) {
      const limiter = new kit.refinire.RateLimiter({ maxConcurrent: 1 });
      const [first, gone] = [Promise.withResolvers(), new AbortController()];
      const running = limiter.run(() => first.promise);
      const waiting = kit.thrown(limiter.run(() => gone.signal.aborted && log.push(`${ticks}: starts`), gone.signal));
      const next = limiter.run(() => "next");
      first.resolve();
      for (let tick = 0; tick < ticks; tick += 1) await undefined;
      gone.abort();
      await Promise.all([running, waiting]);
      if ((await next) !== "next") log.push(`${ticks}: is stuck`);
    }
    return log;
  });
  expect(seen).toEqual([]);
});

test("no timer and no listener is left where nobody waits", async ({ page }) => {
  await openBlank(page);
  await page.evaluate(() => {
    globalThis.pending = new Set();
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    globalThis.setTimeout = (work, ms) => {
      const id = set(() => (globalThis.pending.delete(id), work()), ms);
      globalThis.pending.add(id);
      return id;
    };
    globalThis.clearTimeout = (id) => (globalThis.pending.delete(id), clear(id));
    const { addEventListener, removeEventListener } = AbortSignal.prototype;
    AbortSignal.prototype.addEventListener = function add(type, listener) {
      globalThis.pending.add(listener);
      return addEventListener.call(this, type, listener);
    };
    AbortSignal.prototype.removeEventListener = function remove(type, listener) {
      globalThis.pending.delete(listener);
      return removeEventListener.call(this, type, listener);
    };
  });
  await load(page);
  const seen = await call(page, async (kit) => {
    const before = globalThis.pending.size;
    const left = () => globalThis.pending.size - before;
    const limiter = new kit.refinire.RateLimiter({ perMinute: 2 });
    const signals = [0, 1, 2, 3].map(() => new AbortController());
    const runs = signals.map(({ signal }) => kit.thrown(limiter.run(async () => {}, signal)));
    await kit.settled();
    const waiting = left();
    signals[2].abort();
    await kit.settled();
    const one = left();
    signals[3].abort();
    await Promise.all(runs);
    return { waiting, one, left: left() };
  });
  expect(seen).toEqual({ waiting: 3, one: 2, left: 0 });
});

const BAD = [
  "undefined", "null", "5", "[]", "{ maxConcurrent: 0 }", "{ maxConcurrent: 1.5 }", '{ maxConcurrent: "2" }', "{ maxConcurrent: NaN }",
  "{ perMinute: 0 }", "{ perMinute: -1 }", "{ perMinute: true }",
];

test("wrong arguments are refused, and Infinity is no bound", async ({ inPage }) => {
  const seen = await inPage(async (kit, sources) => {
    const { RateLimiter } = kit.refinire;
    const failures = await Promise.all(sources.map((source) => kit.failure(() => new RateLimiter((0, eval)(`(${source})`)))));
    const limiter = new RateLimiter({ maxConcurrent: Infinity, perMinute: null });
    failures.push(await kit.failure(limiter.run()), await kit.failure(limiter.run(() => 1, {})));
    return { failures, value: await limiter.run(() => 1, undefined) };
  }, BAD);
  expect(seen.value).toBe(1);
  expect(seen.failures.length).toBe(BAD.length + 2);
  for (const failed of seen.failures) expect(failed).toMatchObject({ real: true, code: "invalid-argument" });
});

test("it is not there before init()", async ({ page }) => {
  await openBlank(page);
  await load(page, { start: false });
  const failed = await call(page, (kit) => kit.failure(() => new kit.refinire.RateLimiter({ maxConcurrent: 1 })));
  expect(failed).toMatchObject({ real: true, code: "not-initialized" });
});

test("it is a class like others: it has a name, is extended, and says so when it was freed", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { RateLimiter } = kit.refinire;
    class Patient extends RateLimiter {
      constructor() {
        super({ maxConcurrent: 1 });
        this.runs = 0;
      }
      run(task) {
        this.runs += 1;
        return super.run(task);
      }
    }
    const patient = new Patient();
    const value = await patient.run(() => "done");
    const is = [patient instanceof Patient, patient instanceof RateLimiter, patient.constructor === Patient, new RateLimiter({}).constructor === RateLimiter];
    const names = [RateLimiter.name, String(patient), RateLimiter.prototype.run.name, Object.keys(RateLimiter.prototype).length];
    const running = patient.run(() => (patient.free(), "went on"));
    const wentOn = await running;
    patient.free();
    const freed = await kit.failure(patient.run(() => 1));
    const detached = await kit.thrown(RateLimiter.prototype.run.call({}, () => 1));
    return { value, is, names, runs: patient.runs, wentOn, freed, detached: detached.error instanceof TypeError, called: await kit.thrown(() => RateLimiter({})).then(({ error }) => error instanceof TypeError) };
  });
  expect(seen).toMatchObject({
    value: "done", is: [true, true, true, true], names: ["RateLimiter", "[object RateLimiter]", "run", 0], runs: 3, wentOn: "went on", detached: true, called: true,
    freed: { real: true, code: "invalid-argument", message: "this RateLimiter has been freed" },
  });
});
