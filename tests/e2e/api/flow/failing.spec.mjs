// What becomes of a flow whose steps fail or that is stopped.
import { expect, test } from "../support/test.mjs";

test("what a function throws is an error of its step, with its cause", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const cause = new Error("boom");
    const flow = new kit.refinire.Flow({ fine: () => "kept", bad: () => { throw cause; }, never: () => "never" });
    const events = [];
    const { error } = await kit.thrown(flow.run("Go", { onEvent: (event) => events.push(event) }));
    const { type, step, error: told } = events.at(-1);
    return { told: kit.told(error), isCause: error.cause === cause, last: [type, step, told === error], content: flow.context.content, history: flow.history.map(({ step, status, error }) => [step, status, error]), finished: flow.context.finished };
  });
  expect(seen.told).toMatchObject({ real: true, code: "step", step: "bad", message: 'the step "bad" failed: boom' });
  expect(seen).toMatchObject({
    isCause: true, last: ["error", "bad", true], content: "kept", finished: false,
    history: [["fine", "completed", undefined], ["bad", "failed", "boom"]],
  });
});

test("what an agent fails with bears its step's name, through the stream as well, after every chunk", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const flow = new kit.refinire.Flow({ say: kit.named("agent", kit.model((turn) => turn.say("Hel", "lo").close())) });
    const events = [];
    const stream = flow.runStreamed("Go", { onEvent: ({ type, step, status = "" }) => events.push(`${type} ${step} ${status}`.trim()) });
    const { chunks, error } = await kit.read(stream);
    const failed = await kit.thrown(stream.result);
    return { chunks, error: kit.told(error), isSame: failed.error === error, events: events.filter((event) => /error|finish/.test(event)), said: kit.said(flow.context) };
  });
  expect(seen).toMatchObject({
    chunks: ["Hel", "lo"], error: { code: "truncated", step: "say", partialText: "Hello" }, isSame: true,
    events: ["step-finish say failed", "error say"],
    said: [{ role: "user", content: "Go" }, { role: "assistant", content: "Hello", interrupted: true }],
  });
});

test("a step that fails is run again, and then its value counts and another step follows, as `onError` says", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const events = [];
    const flow = new kit.refinire.Flow({
      a: { step: () => { throw new Error("boom"); }, onError: { retry: 1, value: 1, goto: "c" } },
      b: () => "b",
      c: (input, { content }) => content + 1,
    });
    const onEvent = ({ type, step, attempt, error }) => ["retry", "fallback", "error"].includes(type) && events.push([type, step, attempt, error.message]);
    const { content } = await flow.run("Go", { onEvent });
    return { content, events, history: flow.history.map(({ step, status }) => `${step} ${status}`) };
  });
  const message = 'the step "a" failed: boom';
  expect(seen).toEqual({ content: 2, events: [["retry", "a", 2, message], ["fallback", "a", undefined, message]], history: ["a failed", "a failed", "c completed"] });
});

test("a condition that gives no verdict fails", async ({ inPage }) => {
  const { code, step, message } = await inPage((kit) => {
    const { ConditionStep, Flow } = kit.refinire;
    return kit.failure(new Flow({ a: new ConditionStep("a", () => 7, "a", "a") }).run("Go"));
  });
  expect({ code, step, message }).toEqual({ code: "invalid-argument", step: "a", message: "a condition must give true, false or the name of a step" });
});

test("cancel stops all branches at once, closes their connections and keeps what was said", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const models = [kit.model(), kit.model()];
    const flow = new kit.refinire.Flow({ both: { parallel: models.map((model, place) => kit.named("ab"[place], model)) }, never: () => "never" });
    const events = [];
    const stream = flow.runStreamed("Go", { onEvent: ({ type, step }) => events.push(`${type} ${step}`) });
    const reader = stream.getReader();
    const [a, b] = await Promise.all(models.map((model) => model.turn()));
    b.say("second");
    a.say("first");
    await reader.read();
    await kit.settled();
    await reader.cancel();
    const { finishReason, text } = await stream.result;
    return { finishReason, text, cancels: [a.signal.aborted, b.signal.aborted], said: kit.said(flow.context).slice(1), statuses: flow.history.map(({ step, status }) => [step, status]), steps: flow.history.length, finished: flow.context.finished };
  });
  expect(seen).toEqual({
    finishReason: "aborted", text: "first", cancels: [true, true],
    said: [{ role: "assistant", content: "first", interrupted: true }, { role: "assistant", content: "second", interrupted: true }],
    statuses: [["both", "aborted"]], steps: 1, finished: false,
  });
});

test("an abort rejects with its reason at once, whatever a function waits for, which gets a signal", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const controller = new AbortController();
    const begun = Promise.withResolvers();
    let signal;
    const flow = new kit.refinire.Flow({ hang: (input, context, call) => {
      ({ signal } = call);
      begun.resolve();
      return new Promise(() => {});
    } });
    const events = [];
    const run = kit.thrown(flow.run("Go", { signal: controller.signal, onEvent: ({ type }) => events.push(type) }));
    await begun.promise;
    controller.abort("enough");
    return { ...(await run), aborted: signal.aborted, reason: signal.reason, history: flow.history.map(({ status }) => status), last: events.at(-1) };
  });
  expect(seen).toEqual({ error: "enough", aborted: true, reason: "enough", history: ["aborted"], last: "error" });
});

test("a stream that is never read runs nothing, and one that was stopped before does neither", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    let runs = 0;
    const flow = new kit.refinire.Flow({ count: () => void (runs += 1) });
    const lazy = flow.runStreamed("Go");
    await kit.settled();
    const aborted = await kit.thrown(flow.run("Go", { signal: AbortSignal.abort("no") }));
    await lazy.cancel();
    const { finishReason, text } = await lazy.result;
    return { runs, aborted, finishReason, text, messages: flow.context.messages.length };
  });
  expect(seen).toEqual({ runs: 0, aborted: { error: "no" }, finishReason: "aborted", text: "", messages: 0 });
});

test("a callback that throws ends the flow with that, and one that is slow is waited for", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const flow = new kit.refinire.Flow({ say: kit.named("a", kit.saysAll("1", "2", "3")) });
    const thrown = await kit.thrown(flow.run("Go", { callback: () => { throw "enough"; } }));
    const order = [];
    await flow.run("Go", { callback: async (chunk) => {
      order.push(`begin ${chunk}`);
      await kit.settled(2);
      order.push(`end ${chunk}`);
    } });
    return { thrown, order };
  });
  expect(seen).toEqual({ thrown: { error: "enough" }, order: ["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"] });
});

test("a flow that has its context from its constructor takes no other, and what is no text is refused", async ({ inPage }) => {
  const codes = await inPage(async (kit) => {
    const flow = new kit.refinire.Flow({ a: () => {} });
    return [await kit.failure(flow.run("Go", { context: kit.memory() })), await kit.failure(flow.run(7))].map(({ code }) => code);
  });
  expect(codes).toEqual(["invalid-argument", "invalid-argument"]);
});

test("a step may be run again for ever", async ({ inPage }) => {
  const content = await inPage(async (kit) => {
    let left = 9;
    const fails = () => {
      if (left-- > 0) throw new Error("boom");
      return "worked";
    };
    return (await new kit.refinire.Flow({ a: { step: fails, onError: { retry: Infinity } } }).run("Go")).content;
  });
  expect(content).toBe("worked");
});

test("an error bears the name of the step that failed here, whoever else has thrown it", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, RefinireError } = kit.refinire;
    const failed = new RefinireError("gone", { code: "http", status: 404, partialText: "so far" });
    const frozen = Object.freeze(new RefinireError("frozen", { code: "http" }));
    const throwing = (name, error) => kit.thrown(new Flow([[name, () => { throw error; }]]).run("Go"));
    const [a, b, c] = [await throwing("a", failed), await throwing("b", failed), await throwing("c", frozen)];
    const loop = await kit.failure(new Flow({ d: { step: () => { throw 1; }, onError: { goto: "d" } } }, { maxSteps: 2 }).run("Go"));
    return { told: [a, b, c].map(({ error }) => kit.told(error)), steps: [a.error.step, b.error.step], causes: [b.error.cause === failed, c.error.cause === frozen], loop: [loop.code, loop.step] };
  });
  expect(seen.told).toMatchObject([{ step: "a" }, { real: true, step: "b", code: "http", status: 404, partialText: "so far" }, { real: true, step: "c", code: "http" }]);
  expect(seen).toMatchObject({ steps: ["a", "b"], causes: [true, true], loop: ["limit", "d"] });
});

test("a stop waits for nobody: not for a callback, a storage or the run before", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow } = kit.refinire;
    const never = () => new Promise(() => {});
    const aborted = async (flow, options, begun) => {
      const controller = new AbortController();
      const run = kit.thrown(flow.run("Go", { ...options, signal: controller.signal }));
      await begun?.();
      await kit.settled();
      controller.abort("enough");
      return run;
    };
    const called = Promise.withResolvers();
    const callback = () => {
      called.resolve();
      return never();
    };
    const slow = await aborted(new Flow({ say: kit.named("a", kit.saysAll("1", "2")) }), { callback }, () => called.promise);
    const unread = await aborted(new Flow({ a: () => {} }, { context: kit.memory({ storage: { getItem: never, setItem() {}, removeItem() {} } }) }));
    const flow = new Flow({ hang: never });
    kit.failure(flow.run("Go"));
    const behind = flow.runStreamed("Go");
    await behind.cancel();
    return [slow, unread, (await behind.result).finishReason];
  });
  expect(seen).toEqual([{ error: "enough" }, { error: "enough" }, "aborted"]);
});

test("free() lets a flow that runs come to its end, and a context that is freed meanwhile ends it in an error of its step", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow } = kit.refinire;
    const flow = new Flow({ say: kit.named("a", kit.saysAll("1")), end: (input, { content }) => `${content} end` });
    const run = flow.run("Go");
    flow.free();
    const context = kit.memory();
    const freed = await kit.failure(new Flow({ both: { parallel: [() => context.free(), () => {}] } }, { context }).run("Go"));
    const user = kit.memory();
    const stream = new Flow({ say: kit.named("a", kit.saysAll("1", "2")) }, { context: user }).runStreamed("Go");
    for await (const chunk of stream) if (chunk) break;
    user.free();
    const { content } = await run;
    const later = await kit.failure(flow.run("Go"));
    return { content, later: later.code, freed: [freed.code, freed.step], stopped: (await stream.result).finishReason };
  });
  expect(seen).toEqual({ content: "1 end", later: "invalid-argument", freed: ["invalid-argument", "both"], stopped: "aborted" });
});
