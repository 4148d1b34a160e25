// What a request waits for: a place among the site's connections, and the network.
import { expect, test, testBehind } from "./support/test.mjs";

/** Without Web Locks a tab has places of its own, and no message to another process is waited for. */
const alone = testBehind(() => void Object.defineProperty(Navigator.prototype, "locks", { configurable: true, get: () => undefined }));

alone("five requests to an origin are made at a time, the sixth waits in order for a place", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model();
    globalThis.fetch = model.fetch;
    const [agent, other] = ["/v1", `${location.origin}/elsewhere`].map((baseUrl) => kit.agent(model, { baseUrl, fetch: undefined }));
    const runs = [];
    // A relative address is the page's own origin, whichever agent asks.
    for (let number = 0; number < 9; number += 1) runs.push((number % 2 ? agent : other).run(String(number)));
    const asked = () => model.turns.map(({ body }) => body.messages.at(-1).content).join("");
    const log = [];
    const look = async () => {
      await kit.settled();
      log.push(asked());
    };
    await look();
    model.turns[3].say("a");
    await look();
    model.turns[3].finish();
    await look();
    for (const turn of [0, 1, 2]) model.turns[turn].answer("b");
    await look();
    for (const turn of model.turns) turn.answer("c");
    return { log, texts: (await Promise.all(runs)).map(({ text }) => text).join("") };
  });
  expect(seen.log).toEqual(["01234", "01234", "012345", "012345678"]);
  expect(seen.texts).toBe("bbbaccccc");
});

const ENDS = {
  "an answer": (turn) => turn.answer("a"),
  "a failed request": (turn) => turn.refuse(new TypeError("no network")),
};
for (const [what, end] of Object.entries(ENDS)) {
  alone(`${what} gives the place back`, async ({ inPage }) => {
    const seen = await inPage(async (kit, source) => {
      const model = kit.model((turn, number) => number === 1 ? undefined : turn.answer("next"));
      const agent = kit.agent(model, { maxConnections: 1 });
      const first = kit.thrown(agent.run("first"));
      const next = agent.run("next");
      await kit.settled();
      const before = model.turns.length;
      (0, eval)(`(${source})`)(model.turns[0]);
      await first;
      return { before, text: (await next).text };
    }, String(end));
    expect(seen).toEqual({ before: 1, text: "next" });
  });
}

const STOPS = {
  "a break": async (kit, agent) => {
    for await (const _ of agent.runStreamed("first")) break;
  },
  "an apiKey that throws": (kit, _, model) => kit.thrown(kit.agent(model, { apiKey: () => { throw new Error("mine"); }, maxConnections: 1 }).run("first")),
};
for (const [what, stop] of Object.entries(STOPS)) {
  alone(`${what} gives the place back as well`, async ({ inPage }) => {
    const seen = await inPage(async (kit, source) => {
      const model = kit.model((turn) => (turn.body.messages.at(-1).content === "first" ? turn.say("a") : turn.answer("next")));
      const agent = kit.agent(model, { maxConnections: 1 });
      await (0, eval)(`(${source})`)(kit, agent, model);
      return (await agent.run("next")).text;
    }, String(stop));
    expect(seen).toBe("next");
  });
}

alone("wherever an abort comes, the connection is closed and its place given back", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const open = [];
    for (let ticks = 0; ticks < 40; ticks += 1) {
      const model = kit.model((turn) => turn.respond());
      const agent = kit.agent(model, { maxConnections: 1 });
      const controller = new AbortController();
      const running = kit.thrown(agent.run("Hi", { signal: controller.signal }));
      for (let tick = 0; tick < ticks; tick += 1) await undefined;
      controller.abort();
      await running;
      await kit.settled(2);
      if (model.turns.some(({ signal }) => !signal.aborted)) open.push(ticks);
      const next = await Promise.race([kit.agent(kit.saysAll("next"), { maxConnections: 1 }).run("Hi"), kit.settled().then(() => ({ text: "stuck" }))]);
      if (next.text !== "next") open.push(`${next.text} ${ticks}`);
    }
    return open;
  });
  expect(seen).toEqual([]);
});

alone("who is stopped while it waits leaves the queue, and nothing is sent for it", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => (number === 1 ? turn : turn.answer("a")));
    let keys = 0;
    const agent = kit.agent(model, { maxConnections: 1, apiKey: () => String((keys += 1)) });
    const controller = new AbortController();
    const first = agent.run("first");
    const aborted = kit.thrown(agent.run("second", { signal: controller.signal }));
    const stream = agent.runStreamed("third", { onEvent: () => {} });
    const last = agent.run("fourth");
    await kit.settled();
    const asked = keys;
    controller.abort("enough");
    await stream.cancel();
    const { error } = await aborted;
    const { finishReason } = await stream.result;
    model.turns[0].answer("a");
    await Promise.all([first, last]);
    return { error, finishReason, asked, asks: model.turns.map(({ body }) => body.messages.at(-1).content) };
  });
  // A key may not live long: it is asked for when it is needed.
  expect(seen).toEqual({ error: "enough", finishReason: "aborted", asked: 1, asks: ["first", "fourth"] });
});

alone("each origin has its own places, and each agent says how many it wants; Infinity does not wait", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model();
    const counts = [];
    const ask = async (options, times) => {
      const agent = kit.agent(model, options);
      for (let count = 0; count < times; count += 1) kit.thrown(agent.run("Hi"));
      await kit.settled();
      counts.push(model.turns.length);
    };
    await ask({ maxConnections: 2 }, 4);
    globalThis.fetch = model.fetch;
    await ask({ baseUrl: "https://one.example/v1", fetch: undefined }, 7);
    await ask({ baseUrl: "https://two.example/v1", maxConnections: 8 }, 9);
    await ask({ baseUrl: "https://two.example/v1", maxConnections: Infinity }, 9);
    // A fetch of the caller's own may have other ways.
    await ask({ baseUrl: "https://three.example/v1" }, 9);
    return counts;
  });
  expect(seen).toEqual([2, 7, 15, 24, 33]);
});

test("the places are those of all tabs: a request waits for one of another tab, and is made when it is free", async ({ inOwnPage, inOther }) => {
  const ask = (inTab) => inTab((kit) => {
    kit.kept.model = kit.model();
    kit.kept.running = kit.agent(kit.kept.model, { maxConnections: 1 }).run("Hi");
  });
  const asked = (inTab) => inTab((kit) => kit.kept.model.turns.length);
  await ask(inOwnPage);
  await expect.poll(() => asked(inOwnPage)).toBe(1);
  await ask(inOther);
  const waiting = () => inOther(async () => (await navigator.locks.query()).pending.length);
  await expect.poll(waiting).toBeGreaterThan(0);
  expect(await asked(inOther)).toBe(0);
  await inOwnPage((kit) => kit.kept.model.turns[0].answer("one"));
  await expect.poll(() => asked(inOther)).toBe(1);
  await inOther((kit) => kit.kept.model.turns[0].answer("other"));
  const text = (kit) => kit.kept.running.then(({ text }) => text);
  expect([await inOwnPage(text), await inOther(text)]).toEqual(["one", "other"]);
});

/** A page without a network, which `back` brings. */
const goOffline = (inPage) => inPage((kit) => {
  Object.defineProperty(navigator, "onLine", { configurable: true, value: false });
  kit.kept.back = () => {
    delete navigator.onLine;
    dispatchEvent(new Event("online"));
  };
});

/** Asks, and notes what becomes of it. */
const ask = (inPage, options) => inPage(async (kit, options) => {
  const seen = (kit.kept.seen = { model: kit.saysAll("a"), events: [] });
  const controller = (kit.kept.controller = new AbortController());
  const run = kit.agent(seen.model, options).run("Hi", { signal: controller.signal, onEvent: ({ type }) => void seen.events.push(type) });
  run.then(({ text }) => (seen.text = text), (error) => (seen.failed = error instanceof Error ? kit.told(error) : error));
  await kit.settled();
}, options);

const outcome = (inPage) => inPage(async (kit) => {
  await kit.settled();
  const { model, events, text, failed } = kit.kept.seen;
  return { requests: model.turns.length, events, text, failed };
});

test("a page that is offline sends nothing until it is online", async ({ inPage }) => {
  await goOffline(inPage);
  await ask(inPage);
  expect(await outcome(inPage)).toEqual({ requests: 0, events: ["start"] });
  await inPage((kit) => kit.kept.back());
  expect(await outcome(inPage)).toMatchObject({ requests: 1, text: "a" });
});

test("the browser's own word for it is taken", async ({ page, inOwnPage }) => {
  await page.context().setOffline(true);
  await ask(inOwnPage);
  expect(await outcome(inOwnPage)).toMatchObject({ requests: 0 });
  await page.context().setOffline(false);
  await page.waitForFunction(() => globalThis.kit.kept.seen.text);
  expect(await outcome(inOwnPage)).toMatchObject({ requests: 1, text: "a" });
});

test("a model on this machine is asked without a network, and where there is no navigator nothing is waited for", async ({ inPage }) => {
  await goOffline(inPage);
  for (const baseUrl of ["http://localhost:11434", "http://127.0.0.1:1234/v1", "http://[::1]:1234/v1"]) {
    await ask(inPage, { baseUrl });
    expect(await outcome(inPage), baseUrl).toMatchObject({ requests: 1, text: "a" });
  }
  for (const baseUrl of ["https://localhost.example/v1", "/v1", "https://127.example/v1"]) {
    await ask(inPage, { baseUrl });
    expect(await outcome(inPage), baseUrl).toMatchObject({ requests: 0 });
  }
  await inPage(() => Object.defineProperty(globalThis, "navigator", { configurable: true, value: undefined }));
  await ask(inPage);
  expect(await outcome(inPage)).toMatchObject({ requests: 1, text: "a" });
});
