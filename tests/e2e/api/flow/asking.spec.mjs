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
    const { step, path, prompt, input } = flow.awaiting;
    const before = flow.history.map(({ step }) => step);
    const { content } = await flow.resume("Yes").result;
    return { before, after: flow.history.map(({ step }) => step), chart: flow.show().split("\n").at(-1), step, path, prompt, input, content, drafts: kit.kept.models.draft.turns.length, said: kit.said(flow.context).length, note: flow.context.sharedState.note };
  });
  expect(seen).toEqual({ before: ["draft", "ask"], after: ["draft", "ask", "final"], chart: "  class s0,s1,s2 taken", step: "ask", path: ["ask"], prompt: "Is “Draft.” good?", input: "Write", content: "Final.", drafts: 0, said: 5, note: "kept" });
});

test("a question in a nested flow is answered through the outer one; a flow that asks nothing fails, in stream and result with one error", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, RefinireError, UserInputStep } = kit.refinire;
    const context = kit.memory();
    const inner = new Flow({ ask: new UserInputStep("ask", "?"), note: (input, { content }) => `noted ${content}` }, { name: "inner" });
    const flow = new Flow({ inner, last: (input, { content }) => `${input}: ${content}` }, { name: "outer", context });
    const refused = async (flow) => {
      const stream = flow.resume("Yes");
      const error = await stream.getReader().read().catch((error) => error);
      return [error instanceof RefinireError, error.code, error === (await stream.result.catch((error) => error)), flow.awaiting];
    };
    const before = await refused(flow);
    await flow.run("Go");
    const other = await refused(new Flow({ a: () => {} }, { name: "other", context }));
    const { path } = flow.awaiting;
    return { before, other, path, content: (await flow.resume("this").result).content, after: await refused(flow) };
  });
  const refusal = [true, "invalid-argument", true, undefined];
  expect(seen).toEqual({ before: refusal, other: refusal, path: ["inner", "ask"], content: "Go: noted this", after: refusal });
});
