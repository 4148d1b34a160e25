// An answer that was cut or stopped, gone on with: by itself with continueOnCut, later with agent.resume.
// What is a cut, and what comes of it, is stated in tests/runs/continuing.rs and resuming.rs.
import { expect, test } from "./support/test.mjs";

test("an answer that is cut is gone on with in the same stream, without what is repeated", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => (number === 1 ? turn.say("The quick ", "brown").close() : turn.answer("brown", " fox")));
    const context = kit.memory();
    const events = [];
    const onEvent = (event) => events.push(event.type === "continue" ? ["continue", kit.told(event.error).code, event.error.partialText] : event.type);
    const stream = kit.agent(model, { continueOnCut: 1 }).runStreamed("Hi", { context, onEvent });
    const { chunks } = await kit.read(stream);
    const { text, content, attempts, finishReason, metrics } = await stream.result;
    return { chunks, text, content, attempts, finishReason, chars: metrics.chars, events, said: kit.said(context), sent: model.turns[1].body.messages };
  });
  expect(seen).toEqual({
    chunks: ["The quick ", "brown", " fox"],
    text: "The quick brown fox", content: "The quick brown fox", attempts: 2, finishReason: "stop", chars: 19,
    events: ["start", "text-delta", "text-delta", ["continue", "truncated", "The quick brown"], "start", "text-delta", "finish"],
    said: [{ role: "user", content: "Hi" }, { role: "assistant", content: "The quick brown fox" }],
    sent: [{ role: "user", content: "Hi" }, { role: "assistant", content: "The quick brown" }, { role: "user", content: expect.stringContaining("Go on exactly") }],
  });
});

test("resume yields what is new, and the whole answer takes the place of the interrupted one", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => (number === 1 ? turn.say("The quick ", "brown") : turn.answer("brown", " fox")));
    const agent = kit.agent(model, { inputGuardrails: [(input) => input === "Hi"] });
    const context = kit.memory();
    const chunks = [];
    for await (const chunk of agent.runStreamed("Hi", { context })) if (chunks.push(chunk) === 2) break;
    await kit.settled();
    const before = kit.said(context);
    const called = [];
    const stream = agent.resume({ context, callback: (chunk) => called.push(chunk), batch: "delta" });
    const { chunks: more } = await kit.read(stream);
    const { text, content, attempts, metrics } = await stream.result;
    const kept = context.result === (await stream.result);
    return { before, more, called, text, content, attempts, chars: metrics.chars, after: kit.said(context), kept, sent: model.turns[1].body.messages.length };
  });
  const user = { role: "user", content: "Hi" };
  expect(seen).toEqual({
    before: [user, { role: "assistant", content: "The quick brown", interrupted: true }],
    more: [" fox"], called: [" fox"],
    text: "The quick brown fox", content: "The quick brown fox", attempts: 1, chars: 4,
    after: [user, { role: "assistant", content: "The quick brown fox" }], kept: true, sent: 3,
  });
});

test("resume works from what was stored, as after a reload", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Context } = kit.refinire;
    const first = new Context({ id: "talk" });
    for await (const _ of kit.agent(kit.model((turn) => turn.say("hel"))).runStreamed("Hi", { context: first })) break;
    await kit.settled();
    await first.save();
    first.free();
    const context = new Context({ id: "talk" });
    await context.ready;
    const { chunks } = await kit.read(kit.agent(kit.saysAll("lo")).resume({ context }));
    await context.save();
    const again = new Context({ id: "talk" });
    await again.ready;
    const said = kit.said(again);
    await again.delete();
    return { chunks, said };
  });
  expect(seen).toEqual({ chunks: ["lo"], said: [{ role: "user", content: "Hi" }, { role: "assistant", content: "hello" }] });
});

test("where nothing is to be gone on with, the stream says so and nothing is sent", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.saysAll("x");
    const agent = kit.agent(model);
    const context = kit.memory();
    const seen = [];
    for (const add of [() => {}, () => context.addUserMessage("Hi"), () => context.addAssistantMessage("Hello.")]) {
      add();
      const stream = agent.resume({ context });
      const { chunks, error } = await kit.read(stream);
      const { error: rejected } = await kit.thrown(stream.result);
      seen.push([chunks, kit.told(error).real, error.code, rejected === error, error.message.includes("interrupted answer")]);
    }
    const thrown = [];
    for (const options of [undefined, {}, { context: {} }, { context: null }]) thrown.push((await kit.failure(() => agent.resume(options)))?.code);
    return { seen, thrown, said: context.messages.length, sent: model.turns.length };
  });
  const refused = [[], true, "invalid-argument", true, true];
  expect(seen).toEqual({ seen: [refused, refused, refused], thrown: Array(4).fill("invalid-argument"), said: 2, sent: 0 });
});

test("resume takes its turn, can be stopped, and can be gone on with again", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model();
    const agent = kit.agent(model);
    const context = kit.memory();
    const controller = new AbortController();
    const first = kit.thrown(agent.run("Hi", { context }));
    const second = kit.read(agent.resume({ context, signal: controller.signal }));
    (await model.turn(1)).say("a").close();
    await first;
    (await model.turn(2)).say("b");
    await kit.settled();
    controller.abort("no");
    const { chunks, error } = await second;
    const between = kit.said(context);
    const third = agent.resume({ context });
    const reading = third.getReader();
    const read = reading.read();
    (await model.turn(3)).say("c");
    const { value } = await read;
    await reading.cancel();
    const { finishReason, text } = await third.result;
    return { chunks, error, between, value, finishReason, text, after: kit.said(context) };
  });
  const said = (content) => [{ role: "user", content: "Hi" }, { role: "assistant", content, interrupted: true }];
  expect(seen).toEqual({ chunks: ["b"], error: "no", between: said("ab"), value: "c", finishReason: "aborted", text: "abc", after: said("abc") });
});
