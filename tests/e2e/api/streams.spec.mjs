// A ChunkStream is a real ReadableStream.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

test("it is a ReadableStream, and iterable", async ({ inPage }) => {
  const seen = await inPage((kit) => {
    const stream = kit.agent(kit.saysAll("a")).runStreamed("Hi");
    return [stream instanceof ReadableStream, Object.prototype.toString.call(stream), typeof stream[Symbol.asyncIterator], stream.locked, stream.result instanceof Promise, stream.result === stream.result];
  });
  expect(seen).toEqual([true, "[object ReadableStream]", "function", false, true, true]);
});

test("pipeTo gives every chunk to the sink", async ({ inPage }) => {
  const chunks = await inPage(async (kit) => {
    const chunks = [];
    await kit.agent(kit.saysAll("a", "b", "c")).runStreamed("Hi").pipeTo(new WritableStream({ write: (text) => void chunks.push(text) }));
    return chunks;
  });
  expect(chunks).toEqual(["a", "b", "c"]);
});

test("pipeThrough a TextEncoderStream makes a Response of it", async ({ inPage }) => {
  const text = await inPage((kit) => new Response(kit.agent(kit.saysAll("hé", "🙂")).runStreamed("Hi").pipeThrough(new TextEncoderStream())).text());
  expect(text).toBe("hé🙂");
});

test("tee gives both branches everything", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const stream = kit.agent(kit.saysAll("a", "b")).runStreamed("Hi");
    const [one, two] = stream.tee();
    const read = [(await kit.read(one)).chunks, (await kit.read(two)).chunks];
    return [...read, (await stream.result).text];
  });
  expect(seen).toEqual([["a", "b"], ["a", "b"], "ab"]);
});

test("it can be transferred to another realm, and still knows its result", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const stream = kit.agent(kit.saysAll("a", "b")).runStreamed("Hi");
    const { port1, port2 } = new MessageChannel();
    const arrived = new Promise((resolve) => (port2.onmessage = ({ data }) => resolve(data)));
    port1.postMessage(stream, [stream]);
    const there = await arrived;
    const read = await kit.read(there);
    const { text } = await stream.result;
    return { own: there !== stream && there instanceof ReadableStream, chunks: read.chunks, text };
  });
  expect(seen).toEqual({ own: true, chunks: ["a", "b"], text: "ab" });
});

test("break aborts the request before any later task", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.say("a", "b", "c"));
    const context = kit.memory();
    const stream = kit.agent(model).runStreamed("Hi", { context });
    const { port1, port2 } = new MessageChannel();
    const chunks = [];
    let atNextTask;
    for await (const text of stream) {
      chunks.push(text);
      if (text === "b") {
        atNextTask = new Promise((resolve) => (port1.onmessage = () => resolve(model.turns[0].signal.aborted)));
        port2.postMessage(0);
        break;
      }
    }
    const aborted = await atNextTask;
    const { finishReason, text, success } = await stream.result;
    return { chunks, aborted, result: { finishReason, text, success }, said: kit.said(context) };
  });
  expect(seen).toEqual({
    chunks: ["a", "b"],
    aborted: true,
    result: { finishReason: "aborted", text: "ab", success: true },
    said: [{ role: "user", content: "Hi" }, { role: "assistant", content: "ab", interrupted: true }],
  });
});

for (const storage of ["memory", "local"]) {
  test(`what was read is in the conversation (${storage}) at once behind a break, a throw, a cancel and a sink that fails`, async ({ inPage }) => {
    const seen = await inPage(async (kit, storage) => {
      const ways = {
        break: async (stream) => {
          for await (const text of stream) if (text === "b") break;
        },
        throw: async (stream) => {
          for await (const text of stream) if (text === "b") throw new Error("enough");
        },
        cancel: async (stream) => {
          const reader = stream.getReader();
          await reader.read();
          await reader.read();
          await reader.cancel();
        },
        sink: (stream) => {
          const write = (text) => {
            if (text === "b") throw new Error("enough");
          };
          return stream.pipeTo(new WritableStream({ write }));
        },
      };
      const said = {};
      for (const [way, leave] of Object.entries(ways)) {
        const context = new kit.refinire.Context({ id: way, storage });
        await leave(kit.agent(kit.model((turn) => turn.say("a", "b"))).runStreamed("Hi", { context })).catch(() => {});
        said[way] = kit.said(storage === "memory" ? context : new kit.refinire.Context({ id: way, storage }));
      }
      return said;
    }, storage);
    const said = [{ role: "user", content: "Hi" }, { role: "assistant", content: "ab", interrupted: true }];
    expect(seen).toEqual({ break: said, throw: said, cancel: said, sink: said });
  });
}

test("cancel() while a read waits ends that read, and the result is an aborted one", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.say("a"));
    const stream = kit.agent(model).runStreamed("Hi");
    const reader = stream.getReader();
    const first = await reader.read();
    const waiting = reader.read();
    await reader.cancel();
    const { finishReason, text } = await stream.result;
    return { first, then: await waiting, finishReason, text };
  });
  expect(seen).toEqual({ first: { done: false, value: "a" }, then: { done: true, value: undefined }, finishReason: "aborted", text: "a" });
});

test("what is asked of an iterator all at once comes in order, and its end once", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const stream = kit.agent(kit.saysAll("a", "b")).runStreamed("Hi");
    const iterator = stream[Symbol.asyncIterator]();
    const steps = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
    const reader = stream.getReader();
    return { steps, after: await reader.read(), closed: await reader.closed.then(() => "closed") };
  });
  const [value, done] = [(value) => ({ done: false, value }), { done: true, value: undefined }];
  expect(seen).toEqual({ steps: [value("a"), value("b"), done, done], after: done, closed: "closed" });
});

test("an iterator that is left without a cancel leaves the rest to the next one", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const stream = kit.agent(kit.saysAll("a", "b", "c")).runStreamed("Hi");
    const first = stream.values({ preventCancel: true });
    const [one, left] = await Promise.all([first.next(), first.return("left")]);
    return { one: one.value, left, locked: stream.locked, rest: (await kit.read(stream)).chunks };
  });
  expect(seen).toEqual({ one: "a", left: { done: true, value: "left" }, locked: false, rest: ["b", "c"] });
});

test("a second loop throws, whatever ended the first", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const streams = {
      end: kit.agent(kit.saysAll("a", "b")).runStreamed("Hi"),
      break: kit.agent(kit.saysAll("a", "b")).runStreamed("Hi"),
      failure: kit.agent(kit.saysAll("a")).runStreamed("Hi", { callback: () => { throw new Error("mine"); } }),
    };
    const codes = {};
    for (const [way, stream] of Object.entries(streams)) {
      try {
        for await (const chunk of stream) if (way === "break" && chunk) break;
      } catch {}
      const { code } = await kit.failure(async () => {
        for await (const chunk of stream) throw new Error(chunk);
      }) ?? {};
      codes[way] = code;
    }
    return codes;
  });
  expect(seen).toEqual({ end: "invalid-argument", break: "invalid-argument", failure: "invalid-argument" });
});

test("an iterator throws what the run failed with, once, and the stream has failed too", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const stream = kit.agent(kit.saysAll("a")).runStreamed("Hi", { callback: () => { throw new Error("mine"); } });
    const iterator = stream[Symbol.asyncIterator]();
    const first = await iterator.next().catch((error) => error.message);
    const then = await iterator.next();
    return { first, then, locked: stream.locked, read: await stream.getReader().read().catch((error) => error.message) };
  });
  expect(seen).toEqual({ first: "mine", then: { done: true, value: undefined }, locked: false, read: "mine" });
});

const ENDS = {
  "pipeTo into a sink that fails": async (stream) => {
    let written = 0;
    const sink = new WritableStream({ write: () => { if (++written === 1) throw new Error("full"); } });
    await stream.pipeTo(sink).catch(() => {});
  },
  "pipeTo whose signal is aborted": async (stream) => {
    const stop = new AbortController();
    await stream.pipeTo(new WritableStream({ write: () => stop.abort() }), { signal: stop.signal }).catch(() => {});
  },
};
for (const [what, end] of Object.entries(ENDS)) {
  test(`${what} aborts the request; the text so far stays, marked interrupted`, async ({ inPage }) => {
    const seen = await inPage(async (kit, source) => {
      // All in one read, so that what was decoded is more than what was seen.
      const model = kit.model((turn) => turn.send(["one ", "two ", "three ", "four"].map(kit.saying).join("")));
      const context = kit.memory();
      const stream = kit.agent(model).runStreamed("Hi", { context });
      await (0, eval)(source)(stream);
      const { finishReason, text } = await stream.result;
      return { finishReason, text, aborted: model.turns[0].signal.aborted, said: kit.said(context), kept: context.result.text };
    }, `(${end})`);
    expect(seen).toMatchObject({ finishReason: "aborted", aborted: true });
    expect(["one ", "one two "]).toContain(seen.text);
    expect(seen.kept).toBe(seen.text);
    expect(seen.said).toEqual([{ role: "user", content: "Hi" }, { role: "assistant", content: seen.text, interrupted: true }]);
  });
}

test("cancel before the first read asks nothing, and the result is an aborted one", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.saysAll("a");
    const context = kit.memory();
    const stream = kit.agent(model).runStreamed("Hi", { context });
    await stream.cancel();
    const { text, finishReason, attempts, metrics } = await stream.result;
    return { text, finishReason, attempts, chunks: metrics.chunks, requests: model.turns.length, said: kit.said(context) };
  });
  expect(seen).toEqual({ text: "", finishReason: "aborted", attempts: 0, chunks: 0, requests: 0, said: [] });
});

test("the result asked for before a cancel resolves just the same", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn) => turn.say("a"));
    const events = [];
    const stream = kit.agent(model).runStreamed("Hi", { onEvent: ({ type, reason }) => void events.push(reason ?? type) });
    const { result } = stream;
    await (await model.turn()).response;
    await kit.settled();
    await stream.cancel();
    return { reason: (await result).finishReason, events };
  });
  expect(seen).toEqual({ reason: "aborted", events: ["start", "text-delta", "aborted"] });
});

test("where ReadableStream has no async iterator, a ChunkStream has one", async ({ page }) => {
  await openBlank(page);
  await page.evaluate(() => {
    delete ReadableStream.prototype[Symbol.asyncIterator];
    delete ReadableStream.prototype.values;
  });
  await load(page);
  const seen = await call(page, async (kit) => {
    const { chunks } = await kit.read(kit.agent(kit.saysAll("a", "b")).runStreamed("Hi"));

    const model = kit.model((turn) => turn.say("a", "b"));
    const broken = kit.agent(model).runStreamed("Hi");
    for await (const text of broken) if (text === "a") break;
    const { finishReason, text } = await broken.result;

    const failing = kit.agent(kit.model((turn) => turn.say("a").close())).runStreamed("Hi");
    const failed = await kit.read(failing);

    const shared = kit.agent(kit.saysAll("a", "b")).runStreamed("Hi");
    for await (const text of shared.values({ preventCancel: true })) if (text === "a") break;
    const rest = await kit.read(shared);

    const iterator = kit.agent(kit.saysAll("a")).runStreamed("Hi")[Symbol.asyncIterator]();
    const steps = [await iterator.next(), await iterator.next(), await iterator.next(), await iterator.return("r")];
    return {
      here: Symbol.asyncIterator in ReadableStream.prototype, chunks,
      broken: [finishReason, text, model.turns[0].signal.aborted, broken.locked],
      failed: [failed.chunks, failed.error.code, failing.locked], rest, steps,
    };
  });
  expect(seen).toEqual({
    here: false,
    chunks: ["a", "b"],
    broken: ["aborted", "a", true, false],
    failed: [["a"], "truncated", false],
    rest: { chunks: ["b"] },
    steps: [{ done: false, value: "a" }, { done: true }, { done: true }, { done: true, value: "r" }],
  });
});
