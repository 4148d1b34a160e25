// A flow asks the user, and goes on with the answer: now, later, in another page.
import { call, expect, load, testBehind } from "../support/test.mjs";

const KIT = `(kit) => {
  globalThis.asking = (context) => {
    const { Flow, UserInputStep } = kit.refinire;
    kit.kept.models = { draft: kit.saysAll("Draft."), final: kit.saysAll("Final.") };
    return new Flow({
      draft: kit.named("draft", kit.kept.models.draft),
      ask: new UserInputStep("ask", (context) => "Is “" + context.content + "” good?"),
      final: kit.named("final", kit.kept.models.final),
    }, { name: "letters", context });
  };
}`;
const test = testBehind(KIT);

test("the stream ends with the question, and goes on behind it with the answer", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const flow = asking(kit.memory());
    const events = [];
    const onEvent = ({ type, step, prompt }) => type === "user-input" && events.push([step, prompt]);
    const first = flow.runStreamed("Write", { onEvent });
    const { chunks } = await kit.read(first);
    const { finishReason, content } = await first.result;
    const { awaiting } = flow;
    const finished = flow.context.finished;
    const second = flow.resume("Yes", { onEvent });
    const rest = (await kit.read(second)).chunks;
    const last = await second.result;
    return {
      chunks, finishReason, content, awaiting: awaiting.step, finished, events, rest, last: [last.finishReason, last.content], after: flow.awaiting,
      said: kit.said(flow.context).map(({ role, content }) => `${role}: ${content}`), history: flow.history.map(({ step }) => step),
      asked: kit.kept.models.final.turns[0].body.messages.at(-1).content, finished2: flow.context.finished,
    };
  });
  expect(seen).toEqual({
    chunks: ["Draft."], finishReason: "user-input", content: "Is “Draft.” good?", awaiting: "ask", finished: false,
    events: [["ask", "Is “Draft.” good?"]], rest: ["Final."], last: ["stop", "Final."], after: undefined,
    said: ["user: Write", "assistant: Draft.", "assistant: Is “Draft.” good?", "user: Yes", "assistant: Final."],
    history: ["draft", "ask", "final"], asked: "Write\n\n# ask\n\nYes", finished2: true,
  });
});

test("it goes on after a reload, as where it stands is kept with the context", async ({ page, inOwnPage }) => {
  await inOwnPage(async (kit) => {
    const context = kit.talk();
    context.sharedState.note = "kept";
    await asking(context).run("Write");
  });
  await page.reload();
  await load(page);
  await call(page, KIT);
  const seen = await call(page, async (kit) => {
    const flow = asking(kit.talk());
    const { step, prompt, input } = flow.awaiting;
    const before = flow.history.map(({ step }) => step);
    const { content } = await flow.resume("Yes").result;
    return { before, after: flow.history.map(({ step }) => step), chart: flow.show().split("\n").at(-1), step, prompt, input, content, drafts: kit.kept.models.draft.turns.length, said: kit.said(flow.context).length, note: flow.context.sharedState.note };
  });
  expect(seen).toEqual({ before: ["draft", "ask"], after: ["draft", "ask", "final"], chart: "  class s0,s1,s2 taken", step: "ask", prompt: "Is “Draft.” good?", input: "Write", content: "Final.", drafts: 0, said: 5, note: "kept" });
});

test("a reload between an answer and the text behind it loses no wait", async ({ page, inOwnPage }) => {
  await inOwnPage(async (kit) => {
    const { Flow, UserInputStep } = kit.refinire;
    const silent = kit.model();
    const steps = { draft: kit.named("draft", kit.saysAll("Draft.")), ask: new UserInputStep("ask", "Good?"), final: kit.named("final", silent) };
    const flow = new Flow(steps, { name: "letters", context: kit.talk() });
    await flow.run("Write");
    kit.failure(flow.resume("Yes").result);
    await silent.turn();
  });
  await page.reload();
  await load(page);
  await call(page, KIT);
  const seen = await call(page, async (kit) => {
    const flow = asking(kit.talk());
    const { step } = flow.awaiting ?? {};
    const before = kit.said(flow.context).map(({ content }) => content);
    const { content } = await flow.resume("No").result;
    return { step, before, content, said: kit.said(flow.context).length, after: flow.awaiting };
  });
  expect(seen).toEqual({ step: "ask", before: ["Write", "Draft.", "Good?", "Yes"], content: "Final.", said: 6, after: undefined });
});

test("a question inside a nested flow goes on there, and then outside", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, UserInputStep } = kit.refinire;
    const inner = new Flow({ ask: new UserInputStep("ask", "?"), note: (input, { content }) => `noted ${content}` }, { name: "inner" });
    const flow = new Flow({ inner, last: (input, { content }) => `${input}: ${content}` }, { name: "outer" });
    await flow.run("Go");
    const { steps, path } = { steps: flow.history.map(({ step }) => step), path: flow.awaiting.path };
    return { steps, path, content: (await flow.resume("this").result).content, innerAwaits: inner.awaiting };
  });
  expect(seen).toEqual({ steps: ["inner"], path: ["inner", "ask"], content: "Go: noted this", innerAwaits: undefined });
});

test("where nothing is asked, or another flow asks, there is nothing to go on from", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const flow = asking(context);
    const codes = [(await kit.read(flow.resume("Yes"))).error.code];
    await flow.run("Write");
    const other = new kit.refinire.Flow({ a: () => {} }, { name: "other", context });
    codes.push((await kit.read(other.resume("Yes"))).error.code, other.awaiting);
    await flow.run("Anew");
    codes.push(flow.awaiting.input);
    context.clear();
    codes.push(flow.awaiting);
    return codes;
  });
  expect(seen).toEqual(["invalid-argument", "invalid-argument", undefined, "Anew", undefined]);
});

test("at its end nothing is asked any more, and an answer that came to nothing may be given again", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, UserInputStep } = kit.refinire;
    let runs = 0;
    const once = () => {
      runs += 1;
      if (runs === 1) throw new Error("not yet");
      return `order ${runs}`;
    };
    const flow = new Flow({ ask: new UserInputStep("ask", "Sure?"), once });
    await flow.run("Buy");
    const results = await Promise.allSettled(["Yes", "Yes", "Yes"].map((answer) => flow.resume(answer).result));
    const again = await kit.failure(flow.resume("Yes").result);
    return { results: results.map(({ value, reason }) => value?.content ?? reason.code), again: again.code, awaiting: flow.awaiting, said: kit.said(flow.context).map(({ content }) => content), runs };
  });
  expect(seen).toEqual({ results: ["step", "order 2", "invalid-argument"], again: "invalid-argument", awaiting: undefined, said: ["Buy", "Sure?", "Yes"], runs: 2 });
});

test("an answer is what the step comes to: it is stored, and the hook behind the step is called", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, UserInputStep } = kit.refinire;
    const hooks = [];
    const flow = new Flow(
      { ask: { step: new UserInputStep("ask", "Name?"), storeResultKey: "name" }, greet: (input, { sharedState }) => `Hello ${sharedState.name}` },
      { beforeStep: (step) => hooks.push(`before ${step}`), afterStep: (step, { content }) => hooks.push(`after ${step} ${content}`) },
    );
    await flow.run("Hi");
    const { content } = await flow.resume("Ann").result;
    return { content, hooks };
  });
  expect(seen).toEqual({ content: "Hello Ann", hooks: ["before ask", "after ask Ann", "before greet", "after greet Hello Ann"] });
});

test("a nested flow that goes on is a step like others: its failure is recovered, its content stored, its history one", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, UserInputStep } = kit.refinire;
    let left = 1;
    const bad = () => {
      if (left-- > 0) throw new Error("boom");
      return "good";
    };
    const inner = new Flow({ ask: new UserInputStep("ask", "?"), note: () => {}, bad }, { name: "inner" });
    const run = async (onError) => {
      left = 1;
      const events = [];
      const flow = new Flow({ inner: { step: inner, onError, storeResultKey: "kept" }, last: (input, { content }) => `last ${content}` });
      await flow.run("Go");
      const { content } = await flow.resume("this", { onEvent: ({ type, step }) => events.push(`${type} ${step}`) }).result;
      const told = ({ step, status, steps }) => [`${step} ${status}`, ...(steps ?? []).map(told).flat()];
      return { content, state: flow.context.sharedState, events: events.filter((event) => /inner/.test(event)), history: flow.history.flatMap(told) };
    };
    return [await run({ value: "saved" }), await run({ retry: 1 })];
  });
  expect(seen).toEqual([
    {
      content: "last saved", state: { kept: "saved" }, events: ["step-start inner", "step-finish inner", "fallback inner"],
      history: ["inner failed", "ask completed", "note completed", "bad failed", "last completed"],
    },
    {
      content: "last good", state: { kept: "good" }, events: ["step-start inner", "step-finish inner", "retry inner", "step-start inner", "step-finish inner"],
      history: ["inner failed", "ask completed", "note completed", "bad failed", "inner completed", "note completed", "bad completed", "last completed"],
    },
  ]);
});

test("where the step that asked is another one by now, the answer is refused and no message", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, UserInputStep } = kit.refinire;
    const context = kit.memory();
    await new Flow({ ask: new UserInputStep("ask", "?") }, { context }).run("Go");
    const errors = [];
    for (const steps of [{ ask: () => {} }, { other: () => {} }, { ask: new Flow({ a: () => {} }) }]) errors.push((await kit.failure(new Flow(steps, { context }).resume("Yes").result)).message);
    return [...new Set(errors), kit.said(context).length];
  });
  expect(seen).toEqual(['resume: there is no step "ask" that waits', 2]);
});
