// Flows and agents that are called at the same time: those of one context go one after the other, or are refused.
import { expect, test } from "../support/test.mjs";

test("runs of one flow go one after the other, or fail where that was asked for", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const order = [];
    const gate = Promise.withResolvers();
    const flow = new kit.refinire.Flow({ wait: async (input) => { order.push(`begin ${input}`); await gate.promise; order.push(`end ${input}`); } });
    const runs = [flow.run("a"), flow.run("b")];
    await kit.settled();
    const busy = await kit.failure(flow.run("c", { ifBusy: "fail" }));
    gate.resolve();
    await Promise.all(runs);
    return { order, busy: busy.code };
  });
  expect(seen).toEqual({ order: ["begin a", "end a", "begin b", "end b"], busy: "invalid-argument" });
});

test("what a step's function, a hook or a condition runs in the flow's context is within the flow, also while others wait", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { ConditionStep, Flow } = kit.refinire;
    const context = kit.memory();
    const ask = (word) => kit.agent(kit.saysAll(`said ${word}`)).run(word, { context });
    const inner = new Flow({ one: () => ask("inner"), two: () => "of the inner" }, { context });
    const flow = new Flow({
      function: async () => (await ask("function")).content,
      flows: async () => (await Promise.all([inner.run("a"), inner.run("b")])).map(({ content }) => content).join(),
      condition: new ConditionStep("condition", async () => (await ask("condition")).success, "end", "end"),
      end: kit.named("end", kit.saysAll("the end")),
    }, { context, beforeStep: async (name) => void (name === "end" && (await ask("hook"))) });
    const runs = [flow.run("go"), kit.agent(kit.saysAll("behind")).run("last", { context })];
    await Promise.all(runs);
    return kit.said(context).map(({ content }) => content);
  });
  expect(seen).toEqual([
    "go", "function", "said function", "a", "inner", "said inner", "b", "inner", "said inner",
    "condition", "said condition", "hook", "said hook", "the end", "last", "behind",
  ]);
});

test("what a callback begins in the flow's context and waits for is refused; what it only begins goes behind", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const flow = new kit.refinire.Flow({ say: kit.named("say", kit.saysAll("one")) }, { context });
    const other = kit.agent(kit.saysAll("two"));
    const waiting = await kit.failure(flow.run("a", { callback: () => other.run("b", { context }) }));
    const alone = await kit.failure(other.run("c", { context, callback: () => flow.run("d") }));
    let behind;
    await flow.run("e", { callback: () => void (behind ??= other.run("f", { context })) });
    return { codes: [waiting.code, alone.code], messages: [waiting.message, alone.message], behind: (await behind).text, said: kit.said(context).map(({ content }) => content) };
  });
  expect(seen.codes).toEqual(["invalid-argument", "invalid-argument"]);
  expect(seen.messages[0]).toMatch(/cannot wait/);
  expect(seen.messages[1]).toMatch(/cannot wait/);
  expect(seen).toMatchObject({ behind: "two", said: ["a", "one", "c", "two", "e", "one", "f", "two"] });
});

test("another flow may come to its end in the same context", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow } = kit.refinire;
    const context = kit.memory();
    const other = new Flow({ say: kit.named("a", kit.saysAll("Other.")) }, { name: "other", context });
    const flow = new Flow({ call: async () => (await other.run("And you?")).content, end: (input, { content }) => `${content} End.` }, { context });
    const { content } = await flow.run("Go");
    return [content, flow.history.map(({ step }) => step), context.finished];
  });
  expect(seen).toEqual(["Other. End.", ["call", "end"], true]);
});

test("fifty flows at once, each with its own way", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const run = async (number) => {
      const flow = new kit.refinire.Flow({ count: (input, context) => void (context.sharedState.n = number), say: kit.named("say", kit.saysAll(`answer `, String(number))), end: (input, context) => `${context.content} of ${context.sharedState.n}` });
      const stream = flow.runStreamed(`question ${number}`);
      const { chunks } = await kit.read(stream);
      const { content } = await stream.result;
      flow.free();
      return [chunks.join(""), content];
    };
    return Promise.all(Array.from({ length: 50 }, (_, number) => run(number)));
  });
  expect(seen).toEqual(Array.from({ length: 50 }, (_, number) => [`answer ${number}`, `answer ${number} of ${number}`]));
});
