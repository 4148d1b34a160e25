// What runs in a flow, in which order, and what each step gets.
import { expect, test } from "../support/test.mjs";

test("the guide's flow: a function, an agent that streams, a function", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, FunctionStep } = kit.refinire;
    const model = kit.saysAll("Decorators ", "wrap ", "functions.");
    const flow = new Flow({
      analyze: new FunctionStep("analyze", (input, context) => {
        context.sharedState.analysis = { complexity: input.length > 50 ? "high" : "low" };
        return "Analysis complete";
      }),
      generate: kit.named("content_generator", model),
      format: new FunctionStep("format", (input, context) => `Formatted output based on: ${context.result.content}`),
    });
    const stream = flow.runStreamed("A guide on decorators");
    const { chunks } = await kit.read(stream);
    const { content, text, finishReason, attempts } = await stream.result;
    return { chunks, content, text, finishReason, attempts, state: flow.context.sharedState, said: kit.said(flow.context), finished: flow.context.finished, asked: model.turns[0].body.messages };
  });
  expect(seen).toEqual({
    chunks: ["Decorators ", "wrap ", "functions."],
    content: "Formatted output based on: Decorators wrap functions.",
    text: "Decorators wrap functions.",
    finishReason: "stop",
    attempts: 1,
    state: { analysis: { complexity: "low" } },
    said: [{ role: "user", content: "A guide on decorators" }, { role: "assistant", content: "Decorators wrap functions." }],
    finished: true,
    asked: [{ role: "user", content: "A guide on decorators\n\n# analyze\n\nAnalysis complete" }],
  });
});

test("steps as an object, as entries or as a list run in the order they were declared", async ({ inPage }) => {
  const orders = await inPage(async (kit) => {
    const { Flow, FunctionStep } = kit.refinire;
    const orders = [];
    const note = (name) => () => void orders.at(-1).push(name);
    for (const steps of [
      { b: note("b"), a: note("a") },
      [["b", note("b")], ["a", note("a")]],
      [new FunctionStep("b", note("b")), new FunctionStep("a", note("a"))],
    ]) {
      orders.push([]);
      const flow = new Flow(steps);
      await flow.run("go");
      orders.at(-1).push(...flow.history.map(({ step }) => `did ${step}`));
    }
    return orders;
  });
  expect(orders).toEqual(Array(3).fill(["b", "a", "did b", "did a"]));
});

test("an async function is waited for, and what it gives is the content of the next", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const seen = [];
    const flow = new kit.refinire.Flow({
      number: async () => {
        await kit.settled();
        return { n: 2 };
      },
      leaves: (input, context) => context,
      nothing: () => {},
      look: (input, context) => void seen.push(input, context.content, context.result.text),
      null: () => null,
      last: (input, context) => void seen.push(context.content),
    });
    const { content } = await flow.run("in");
    return { seen, content };
  });
  expect(seen).toEqual({ seen: ["in", { n: 2 }, '{"n":2}', null], content: null });
});

test("the content may be what JSON cannot hold", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const ring = {};
    ring.self = ring;
    const flow = new kit.refinire.Flow({ big: () => 10n, ring: (input, { content }) => Object.assign(ring, { is: typeof content }) });
    const { content } = await flow.run("Go");
    return [content === ring, content.is];
  });
  expect(seen).toEqual([true, "bigint"]);
});

const ROUTES = {
  "false, by a promise": [async () => false, ["if", "no", "end"]],
  "a step's name": [() => "end", ["if", "end"]],
};
for (const [what, [condition, expected]] of Object.entries(ROUTES)) {
  test(`a condition that gives ${what} says what follows`, async ({ inPage }) => {
    const steps = await inPage(`async (kit) => {
      const { ConditionStep, Flow, FunctionStep } = kit.refinire;
      const flow = new Flow({
        if: new ConditionStep("if", ${condition}, "yes", "no"),
        yes: new FunctionStep("yes", () => {}, "end"),
        no: new FunctionStep("no", () => {}, "end"),
        end: () => {},
      });
      await flow.run("in");
      return flow.history.map(({ step }) => step);
    }`);
    expect(steps).toEqual(expected);
  });
}

test("goto and finish go before what was declared, and a next step of null ends the flow", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, FunctionStep } = kit.refinire;
    const steps = async (given, options) => {
      const flow = new Flow(given, options);
      await flow.run("in");
      return [...flow.history.map(({ step }) => step), flow.context.finished];
    };
    const idle = () => {};
    return {
      goto: await steps({ a: (input, context) => context.goto("c"), b: idle, c: idle }),
      finish: await steps({ a: (input, context) => context.finish(), b: idle }),
      null: await steps([new FunctionStep("a", idle, null), new FunctionStep("b", idle)]),
      nextStep: await steps({ a: { step: idle, nextStep: "c" }, b: idle, c: idle }),
      start: await steps({ a: idle, b: idle }, { start: "b" }),
    };
  });
  expect(seen).toEqual({
    goto: ["a", "c", true], finish: ["a", true], null: ["a", true], nextStep: ["a", "c", true], start: ["b", true],
  });
});

test("a nested flow runs in the context of the outer one, and its end is its own", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow } = kit.refinire;
    const model = kit.saysAll("Inner.");
    const inner = new Flow({ note: (input, context) => void (context.sharedState.inner = input), say: kit.named("say", model), stop: (input, context) => context.finish(), never: () => "never" }, { name: "inner" });
    const events = [];
    const flow = new Flow({ first: () => "before", inner, last: (input, context) => `after ${context.content}` }, { name: "outer" });
    const { content } = await flow.run("in", { onEvent: ({ type, step, steps }) => type === "step-start" && events.push([step, steps]) });
    return { content, state: flow.context.sharedState, events, history: flow.history.map(({ step, steps }) => [step, steps?.map(({ step }) => step)]), asked: model.turns[0].body.messages.at(-1).content };
  });
  expect(seen).toEqual({
    content: "after Inner.",
    state: { inner: "in" },
    events: [["first", undefined], ["inner", undefined], ["note", ["inner", "note"]], ["say", ["inner", "say"]], ["stop", ["inner", "stop"]], ["last", undefined]],
    history: [["first", undefined], ["inner", ["note", "say", "stop"]], ["last", undefined]],
    asked: "in\n\n# first\n\nbefore",
  });
});

test("hooks are called before and behind each step and waited for, and events tell of each", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const seen = [];
    const hook = (when) => async (step, context) => {
      await kit.settled(1);
      seen.push(`${when} ${step} ${context.content ?? "-"}`);
    };
    const flow = new kit.refinire.Flow({ a: () => "A", b: () => "B" }, { beforeStep: hook("before"), afterStep: hook("after") });
    await flow.run("in", { onEvent: ({ type, step, durationMs }) => seen.push(`${type} ${step} ${typeof durationMs}`) });
    return seen;
  });
  expect(seen).toEqual([
    "step-start a undefined", "before a -", "after a A", "step-finish a number",
    "step-start b undefined", "before b A", "after b B", "step-finish b number",
    "finish flow undefined",
  ]);
});
