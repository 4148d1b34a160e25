// A run leaves nothing behind, however it ends.
import { call, expect, load, openBlank, test, testBehind } from "./support/test.mjs";
import { WATCH } from "./support/watch.mjs";

/** In a page that counts what it has pending. */
const watched = testBehind(WATCH);

// Each gives the turns of its model.
const ENDINGS = {
  "an answer": async (kit) => {
    const model = kit.saysAll("a", "b");
    await kit.agent(model).run("Hi");
    return model.turns;
  },
  "an answer read as a stream, frame by frame": async (kit) => {
    const model = kit.saysAll("a", "b");
    await kit.read(kit.agent(model).runStreamed("Hi", { batch: "frame" }));
    return model.turns;
  },
  "a break": async (kit) => {
    const model = kit.model((turn) => turn.say("a", "b"));
    for await (const _ of kit.agent(model).runStreamed("Hi")) break;
    return model.turns;
  },
  "a cancel while a frame is waited for": async (kit) => {
    const model = kit.model((turn) => turn.say("a", "b"));
    const stream = kit.agent(model).runStreamed("Hi", { batch: "frame", onEvent: () => {} });
    await kit.settled();
    await stream.cancel();
    return model.turns;
  },
  "an abort while connecting": async (kit) => {
    const model = kit.model();
    const controller = new AbortController();
    const running = kit.thrown(kit.agent(model).run("Hi", { signal: controller.signal }));
    await model.turn();
    controller.abort();
    await running;
    return model.turns;
  },
  "an abort in the middle": async (kit) => {
    const model = kit.model((turn) => turn.say("a"));
    const controller = new AbortController();
    const running = kit.thrown(kit.agent(model).run("Hi", { signal: controller.signal, batch: { ms: 1000 } }));
    await kit.settled();
    controller.abort();
    await running;
    return model.turns;
  },
  "an abort while a retry is waited for": async (kit) => {
    const model = kit.model((turn) => turn.whole(503, ""));
    const controller = new AbortController();
    const running = kit.thrown(kit.agent(model, { retry: {} }).run("Hi", { signal: controller.signal }));
    await kit.settled();
    controller.abort();
    await running;
    return model.turns;
  },
  "an abort while a connection is waited for": async (kit) => {
    const model = kit.model();
    const agent = kit.agent(model, { maxConnections: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const runs = [first, second].map(({ signal }) => kit.thrown(agent.run("Hi", { signal })));
    await model.turn();
    second.abort();
    await runs[1];
    first.abort();
    await runs[0];
    return model.turns;
  },
  "an answer for which the network was waited for, and an abort meanwhile": async (kit) => {
    Object.defineProperty(navigator, "onLine", { configurable: true, value: false });
    const model = kit.saysAll("a");
    const controller = new AbortController();
    const aborted = kit.thrown(kit.agent(model).run("Hi", { signal: controller.signal }));
    const answered = kit.agent(model).run("Hi");
    await kit.settled();
    controller.abort();
    await aborted;
    delete navigator.onLine;
    dispatchEvent(new Event("online"));
    await answered;
    return model.turns;
  },
  "a callback that throws": async (kit) => {
    const model = kit.model((turn) => turn.say("a", "b"));
    await kit.thrown(kit.agent(model).run("Hi", { callback: () => { throw new Error("mine"); } }));
    return model.turns;
  },
  "a cut": async (kit) => {
    const model = kit.model((turn) => turn.say("a").close());
    await kit.thrown(kit.agent(model).run("Hi"));
    return model.turns;
  },
  "a fetch that comes too late": async (kit) => {
    const gate = Promise.withResolvers();
    const model = kit.model((turn) => turn.say("a"));
    const controller = new AbortController();
    // One that does not heed its signal.
    const fetch = async (url, init) => {
      await gate.promise;
      return model.fetch(url, { ...init, signal: undefined });
    };
    const running = kit.thrown(kit.agent({ fetch }).run("Hi", { signal: controller.signal }));
    await kit.settled();
    controller.abort();
    await running;
    gate.resolve();
    await kit.settled();
    return model.turns.map(({ cancels }) => ({ signal: { aborted: cancels === 1 }, cancels }));
  },
};
for (const [what, ending] of Object.entries(ENDINGS)) {
  watched(`after ${what} no timer, no listener and no connection is left`, async ({ inPage }) => {
    const seen = await inPage(async (kit, source) => {
      const before = new Set(globalThis.pending);
      const turns = await (0, eval)(`(${source})`)(kit);
      await kit.settled();
      // The fake fetch listens to the signal it is given, as a real one does.
      const left = [...globalThis.pending].filter((name) => !before.has(name));
      const [listeners, others] = [left.filter((name) => name.startsWith("AbortSignal")), left.filter((name) => !name.startsWith("AbortSignal"))];
      return { others, foreign: listeners.length - turns.filter(({ init }) => init?.signal).length, open: turns.filter(({ signal }) => !signal.aborted).length, requests: turns.length > 0 };
    }, String(ending));
    expect(seen).toEqual({ others: [], foreign: 0, open: 0, requests: true });
  });
}

watched("a timer is what keeps a run that waits, and nothing else", async ({ inPage }) => {
  const kinds = await inPage(async (kit) => {
    kit.agent(kit.model((turn) => turn.say("a"))).run("Hi", { batch: "frame", callback: () => {} });
    await kit.settled(1);
    return [...globalThis.pending].map((name) => name.split(" ")[0]);
  });
  expect(kinds.filter((kind) => kind === "setTimeout").length).toBeGreaterThan(0);
});

// What the allocator may still take for an unlucky order of large and small pieces; 525 bytes a run would show.
const ROOM = 8 * 65536;

test("1,000 runs one after the other, however they end, do not grow the module's memory", async ({ page }) => {
  await openBlank(page);
  await load(page, { start: false });
  const seen = await call(page, async (kit) => {
    const { memory } = await kit.refinire.default();
    const long = kit.saying("wörld ".repeat(200)).repeat(50);
    const scripts = [
      (turn) => turn.send(long, long).finish(),
      (turn) => turn.send(long).close(),
      (turn) => turn.whole(500, "x".repeat(5000)),
      (turn) => turn.send(long),
    ];
    const once = async (number) => {
      const model = kit.model(scripts[number % 4]);
      const agent = kit.agent(model);
      const context = number % 5 < 2 ? kit.memory() : undefined;
      const stream = agent.runStreamed("Hi", { context, batch: number % 3 === 0 ? "frame" : "delta", onEvent: number % 2 ? () => {} : undefined });
      if (number % 4 === 3) for await (const _ of stream) break;
      else await kit.read(stream);
      agent.free();
      context?.free();
    };
    for (let number = 0; number < 60; number += 1) await once(number);
    const before = memory.buffer.byteLength;
    for (let number = 0; number < 1000; number += 1) await once(number);
    return { before, after: memory.buffer.byteLength };
  });
  expect(seen.before).toBeGreaterThan(0);
  expect(seen.after - seen.before).toBeLessThan(ROOM);
});
