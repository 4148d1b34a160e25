// A signal stops a run at once, and its reason passes through as it is.
import { expect, test } from "./support/test.mjs";

// Each is made in the page; `null` and objects have to come out as the very same value.
const REASONS = {
  "a string": '"because"',
  "a number": "42",
  null: "null",
  "an object": "({ why: 1 })",
  "an error": 'new RangeError("mine")',
  "a symbol": 'Symbol("s")',
  "an object that cannot be a string": "Object.create(null)",
  "no reason at all": "undefined",
};

const MOMENTS = {
  "before the call": { abortFirst: true, script: "() => {}" },
  "while the key is fetched": { key: true, script: "() => {}" },
  "while the connection is made": { script: "() => {}" },
  "in the middle of the answer": { script: '(turn) => turn.say("half")' },
};

for (const [moment, { abortFirst, key, script }] of Object.entries(MOMENTS)) {
  test(`aborted ${moment}: run, stream and result have the reason, of whatever type`, async ({ inPage }) => {
    const seen = await inPage(async (kit, { reasons, abortFirst, key, source }) => {
      const all = {};
      for (const [what, expression] of Object.entries(reasons)) {
        const stopped = async (start) => {
          const controller = new AbortController();
          const stop = () => controller.abort((0, eval)(expression));
          const model = kit.model((0, eval)(source));
          const agent = kit.agent(model, key ? { apiKey: () => new Promise(() => {}) } : {});
          if (abortFirst) stop();
          const running = start(agent, controller.signal);
          await kit.settled(4);
          if (!abortFirst) stop();
          const errors = await running;
          const open = model.turns.filter((turn) => !turn.signal.aborted).length;
          return { same: errors.map((error) => error === controller.signal.reason), abortError: controller.signal.reason instanceof DOMException, open };
        };
        const run = await stopped(async (agent, signal) => [(await kit.thrown(agent.run("Hi", { signal }))).error]);
        const streamed = await stopped(async (agent, signal) => {
          const stream = agent.runStreamed("Hi", { signal });
          return [(await kit.read(stream)).error, (await kit.thrown(stream.result)).error];
        });
        all[what] = { run, streamed };
      }
      return all;
    }, { reasons: REASONS, abortFirst, key, source: `(${script})` });
    for (const what of Object.keys(REASONS)) {
      const abortError = what === "no reason at all";
      expect({ what, ...seen[what] }).toEqual({ what, run: { same: [true], abortError, open: 0 }, streamed: { same: [true, true], abortError, open: 0 } });
    }
  });
}

test("what was said before the stop stays in the context", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const controller = new AbortController();
    const context = kit.memory();
    const events = [];
    const model = kit.model((turn) => turn.say("half"));
    const running = kit.thrown(kit.agent(model).run("Hi", { context, signal: controller.signal, onEvent: (event) => void events.push(event) }));
    await kit.settled();
    controller.abort("why");
    await running;
    const { text } = await kit.agent(kit.saysAll("fine")).run("again", { context });
    return { said: kit.said(context).slice(0, -2), last: events.at(-1), text };
  });
  expect(seen).toEqual({
    said: [{ role: "user", content: "Hi" }, { role: "assistant", content: "half", interrupted: true }],
    last: { type: "error", error: "why", partialText: "half" },
    text: "fine",
  });
});

test("no request is made once the signal was aborted, however late the key comes", async ({ inPage }) => {
  const requests = await inPage(async (kit) => {
    const controller = new AbortController();
    const model = kit.model();
    const gate = Promise.withResolvers();
    const failed = kit.thrown(kit.agent(model, { apiKey: () => gate.promise }).run("Hi", { signal: controller.signal }));
    await kit.settled();
    controller.abort();
    await failed;
    gate.resolve("late");
    await kit.settled();
    return model.turns.length;
  });
  expect(requests).toBe(0);
});

test("chunks that were read stay read, those that came before the stop are still handed out", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const controller = new AbortController();
    const model = kit.model((turn) => turn.say("a", "b", "c"));
    const stream = kit.agent(model).runStreamed("Hi", { signal: controller.signal, callback: () => {} });
    await kit.settled();
    controller.abort("stop");
    return kit.read(stream);
  });
  expect(seen).toEqual({ chunks: ["a", "b", "c"], error: "stop" });
});

test("chunks that are queued when the signal aborts are still read, and they are saved", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const all = [];
    for (const late of ["reads on", "asks for the result", "reads on much later"]) {
      const context = kit.talk({ id: late });
      const model = kit.model((turn) => turn.send(["a", "b", "c"].map(kit.saying).join("")));
      const controller = new AbortController();
      const stream = kit.agent(model).runStreamed("Hi", { context, signal: controller.signal });
      const reader = stream.getReader();
      const chunks = [(await reader.read()).value];
      controller.abort("stop");
      if (late === "reads on much later") await kit.settled();
      const asked = late === "asks for the result" ? (await kit.thrown(stream.result)).error : undefined;
      reader.releaseLock();
      const rest = await kit.read(stream);
      chunks.push(...rest.chunks);
      const saved = kit.said(kit.talk({ id: late })).at(-1);
      all.push({ chunks, error: rest.error, asked, said: kit.said(context).at(-1), saved });
      // A run that has ended is saved no more: nothing is called that was freed.
      context.free();
      kit.memory().free();
    }
    return all;
  });
  const answer = { role: "assistant", content: "abc", interrupted: true };
  const wanted = { chunks: ["a", "b", "c"], error: "stop", said: answer, saved: answer };
  expect(seen).toEqual([wanted, { ...wanted, asked: "stop" }, wanted]);
  // Nor does the page leave anything behind that would.
  await inPage(() => void dispatchEvent(new PageTransitionEvent("pagehide")));
});

test("who aborts and leaves at once has only what was read in the conversation", async ({ inPage }) => {
  const said = await inPage(async (kit) => {
    const context = kit.memory();
    const model = kit.model((turn) => turn.send(["a", "b", "c"].map(kit.saying).join("")));
    const controller = new AbortController();
    for await (const _ of kit.agent(model).runStreamed("Hi", { context, signal: controller.signal })) {
      controller.abort();
      break;
    }
    await kit.settled();
    return kit.said(context).at(-1);
  });
  expect(said).toEqual({ role: "assistant", content: "a", interrupted: true });
});

for (const [what, isAsync] of [["in the callback", false], ["while the callback is awaited", true]]) {
  test(`a chunk that was called back with goes to the reader of the stream, too, where the signal aborts ${what}`, async ({ inPage }) => {
    const seen = await inPage(async (kit, isAsync) => {
      const context = kit.memory();
      const model = kit.model((turn) => turn.say("a", "b", "c"));
      const controller = new AbortController();
      const called = [];
      const callback = (chunk) => {
        called.push(chunk);
        if (chunk !== "b") return undefined;
        if (isAsync) return new Promise(() => queueMicrotask(() => controller.abort("stop")));
        controller.abort("stop");
        return undefined;
      };
      const { chunks, error } = await kit.read(kit.agent(model).runStreamed("Hi", { context, callback, signal: controller.signal }));
      return { called, chunks, error, said: kit.said(context).at(-1).content };
    }, isAsync);
    expect(seen).toEqual({ called: ["a", "b"], chunks: ["a", "b"], error: "stop", said: "ab" });
  });
}

test("AbortSignal.timeout and AbortSignal.any are signals like any other", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const stopped = async (signal) => {
      const { error } = await kit.thrown(kit.agent(kit.model()).run("Hi", { signal }));
      return [error === signal.reason, error.name];
    };
    return [await stopped(AbortSignal.timeout(1)), await stopped(AbortSignal.any([AbortSignal.timeout(1)]))];
  });
  expect(seen).toEqual([[true, "TimeoutError"], [true, "TimeoutError"]]);
});

test("a signal aborted after the end changes nothing", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const controller = new AbortController();
    const stream = kit.agent(kit.saysAll("a", "b")).runStreamed("Hi", { signal: controller.signal, callback: () => {} });
    const result = await stream.result;
    controller.abort("late");
    return { text: result.text, read: await kit.read(stream) };
  });
  expect(seen).toEqual({ text: "ab", read: { chunks: ["a", "b"] } });
});

test("the listener is taken off again however the run ends, and a stream nobody reads has none", async ({ inPage }) => {
  const left = await inPage(async (kit) => {
    const watched = () => {
      const { signal } = new AbortController();
      const listeners = new Set();
      const [add, remove] = [signal.addEventListener, signal.removeEventListener];
      signal.addEventListener = (type, listener, ...rest) => (listeners.add(listener), add.call(signal, type, listener, ...rest));
      signal.removeEventListener = (type, listener, ...rest) => (listeners.delete(listener), remove.call(signal, type, listener, ...rest));
      return { signal, listeners };
    };
    const left = {};
    const count = async (what, work) => {
      const { signal, listeners } = watched();
      await work(signal, listeners);
      left[what] = listeners.size;
    };
    await count("finished", (signal) => kit.agent(kit.saysAll("a")).run("Hi", { signal }));
    await count("failed", (signal) => kit.thrown(kit.agent(kit.model((turn) => turn.refuse("no"))).run("Hi", { signal })));
    await count("broken off", async (signal) => {
      for await (const _ of kit.agent(kit.saysAll("a", "b")).runStreamed("Hi", { signal })) break;
      await kit.settled();
    });
    await count("callback threw", (signal) => kit.thrown(kit.agent(kit.saysAll("a")).run("Hi", { signal, callback: () => { throw 1; } })));
    await count("never read", (signal) => void kit.agent(kit.saysAll("a")).runStreamed("Hi", { signal }));
    await count("running", async (signal, listeners) => {
      void kit.agent(kit.model()).runStreamed("Hi", { signal }).result;
      left.meanwhile = listeners.size;
    });
    return left;
  });
  expect(left).toEqual({ finished: 0, failed: 0, "broken off": 0, "callback threw": 0, "never read": 0, running: 1, meanwhile: 1 });
});
