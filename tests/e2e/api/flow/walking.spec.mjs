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

const ROUTES = {
  "true": [() => true, ["if", "yes", "end"]],
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
      last: await steps({ a: (input, context) => (context.finish(), context.goto("c")), b: idle, c: idle }),
      null: await steps([new FunctionStep("a", idle, null), new FunctionStep("b", idle)]),
      nextStep: await steps({ a: { step: idle, nextStep: "c" }, b: idle, c: idle }),
      start: await steps({ a: idle, b: idle }, { start: "b" }),
    };
  });
  expect(seen).toEqual({
    goto: ["a", "c", true], finish: ["a", true], last: ["a", "c", true], null: ["a", true], nextStep: ["a", "c", true], start: ["b", true],
  });
});

test("an agent is asked the input, and behind a step that gave content that, too, under its name; each answer is a message", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow } = kit.refinire;
    const models = [kit.saysAll("One."), kit.saysAll("Two."), kit.saysAll("Three.")];
    const [first, second, third] = models.map((model, place) => kit.named(`agent ${place}`, model));
    const flow = new Flow({ first: { agent: first, storeResultKey: "kept" }, second, object: () => ({ n: 1 }), third });
    const result = await flow.run("Question");
    return { asked: models.map(({ turns }) => turns[0].body.messages), said: kit.said(flow.context), kept: flow.context.sharedState.kept, text: result.text, content: result.content };
  });
  const user = (content) => ({ role: "user", content });
  const assistant = (content) => ({ role: "assistant", content });
  expect(seen).toEqual({
    asked: [
      [user("Question")],
      [user("Question"), assistant("One."), user("Question\n\n# first\n\nOne.")],
      [user("Question"), assistant("One."), assistant("Two."), user('Question\n\n# object\n\n{"n":1}')],
    ],
    said: [user("Question"), assistant("One."), assistant("Two."), assistant("Three.")],
    kept: "One.",
    text: "One.Two.Three.",
    content: "Three.",
  });
});

test("a question that was added before is one message, and earlier talks are sent along", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    context.addUserMessage("Before");
    context.addAssistantMessage("Yes.");
    context.addUserMessage("Now");
    const model = kit.saysAll("Done.");
    const flow = new kit.refinire.Flow({ note: (input, context) => context.addSystemMessage("Noted."), answer: kit.named("a", model) }, { context });
    await flow.run("Now");
    return { said: kit.said(context).map(({ content }) => content), sent: model.turns[0].body.messages.map(({ content }) => content) };
  });
  expect(seen).toEqual({ said: ["Before", "Yes.", "Now", "Noted.", "Done."], sent: ["Before", "Yes.", "Now", "Noted."] });
});

test("instructions hold what is shared, the content and how it was judged", async ({ inPage }) => {
  const systems = await inPage(async (kit) => {
    const instructions = "As {{ role }} for {{people}}: {{RESULT}} ({{EVAL_RESULT}}) {{nobody}} {{toString}}";
    const model = kit.saysAll("Fine.");
    const judge = kit.model((turn, number) => turn.answer(number % 2 ? "Draft" : '{"score":90,"feedback":"good"}'));
    const flow = new kit.refinire.Flow({
      share: (input, context) => {
        context.sharedState = { role: "cook", people: ["Ann"] };
        return "soup";
      },
      first: kit.named("a", model, { generationInstructions: instructions }),
      judged: kit.named("b", judge, { evaluation: { instructions: "Judge." } }),
      last: kit.named("c", model, { generationInstructions: instructions }),
    });
    await flow.run("Hi");
    const alone = kit.saysAll("Fine.");
    await kit.agent(alone, { generationInstructions: instructions }).run("Hi");
    const context = kit.memory();
    context.sharedState.role = "guest";
    await kit.agent(alone, { generationInstructions: instructions }).run("Hi", { context });
    return [...model.turns, ...alone.turns].map(({ body }) => body.messages[0].content);
  });
  expect(systems).toEqual([
    'As cook for ["Ann"]: soup () {{nobody}} {{toString}}',
    'As cook for ["Ann"]: Draft (Score: 90, passed: true, feedback: good) {{nobody}} {{toString}}',
    "As {{ role }} for {{people}}: {{RESULT}} ({{EVAL_RESULT}}) {{nobody}} {{toString}}",
    "As guest for {{people}}:  () {{nobody}} {{toString}}",
  ]);
});

test("the model chooses the next step by another call, whose answer is no chunk and no message", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => turn.answer(number === 1 ? "It is about money." : '{"nextRoute":"billing","reasoning":"money"}'));
    const sorter = kit.named("sorter", model, { routing: { instruction: "By topic.", destinations: ["support", "billing"] } });
    const events = [];
    const flow = new kit.refinire.Flow({ sorter, support: () => "support", billing: { step: () => "billing", nextStep: null } });
    const stream = flow.runStreamed("My invoice", { onEvent: (event) => event.type === "routing" && events.push(event) });
    const { chunks } = await kit.read(stream);
    const { body } = model.turns[1];
    return { chunks, events, content: (await stream.result).content, routing: flow.context.routingResult, said: kit.said(flow.context).length, steps: flow.history.map(({ step }) => step), schema: body.response_format.json_schema.schema.properties.nextRoute.enum, asked: body.messages.at(-1).content };
  });
  expect(seen).toEqual({
    chunks: ["It is about money."],
    events: [{ type: "routing", nextRoute: "billing", reasoning: "money", step: "sorter" }],
    content: "billing",
    routing: { nextRoute: "billing", reasoning: "money" },
    said: 2,
    steps: ["sorter", "billing"],
    schema: ["support", "billing"],
    asked: "# Question\n\nMy invoice\n\n# Answer\n\nIt is about money.",
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

test("the history has times, and the chart the way that was taken", async ({ page, inOwnPage }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  const seen = await inOwnPage(async (kit) => {
    const { ConditionStep, Flow, UserInputStep } = kit.refinire;
    const flow = new Flow([
      ["say \"hi\"", () => {}],
      ["if", new ConditionStep("if", () => true, "both", "ask")],
      ["ask", new UserInputStep("ask", "?")],
      ["both", { parallel: [kit.named("one", kit.saysAll("1")), kit.named("two", kit.saysAll("2"))], nextStep: null }],
    ]);
    const before = flow.show();
    await flow.run("in");
    return { before, after: flow.show(), history: flow.history };
  });
  const boxes = [
    "flowchart TD",
    '  s0["say #quot;hi#quot;"]',
    '  s1{"if"}',
    '  s2[/"ask"/]',
    '  subgraph s3["both"]',
    '    s3_0(["one"])',
    '    s3_1(["two"])',
    "  end",
  ];
  expect(seen.before.split("\n")).toEqual([...boxes, "  s0 --> s1", '  s1 -->|"true"| s3', '  s1 -->|"false"| s2', "  s2 --> s3"]);
  expect(seen.after.split("\n")).toEqual([...boxes, "  s0 ==> s1", '  s1 ==>|"true"| s3', '  s1 -->|"false"| s2', "  s2 --> s3", "  classDef taken stroke-width:4px", "  class s0,s1,s3 taken"]);
  const done = (step) => ({ step, startedAt: "2030-01-01T00:00:01.000Z", durationMs: 0, status: "completed" });
  expect(seen.history).toEqual([done('say "hi"'), done("if"), { ...done("both"), steps: [done("one"), done("two")] }]);
});

test("whatever a step is called, the chart is one", async ({ inPage }) => {
  const lines = await inPage((kit) => new kit.refinire.Flow({ 'a "b"\n<i>[c]</i> `d` #35; & %%{e}%%': () => {}, end: () => {} }).show().split("\n"));
  expect(lines).toEqual(["flowchart TD", '  s0["a #quot;b#quot;#10;#60;i#62;[c]#60;/i#62; #96;d#96; #35;35; #38; #37;#37;{e}#37;#37;"]', '  s1["end"]', "  s0 --> s1"]);
});

test("where no step gave content, or it was cleared, an agent is asked the input alone", async ({ inPage }) => {
  const asked = await inPage(async (kit) => {
    const { Flow } = kit.refinire;
    const model = kit.saysAll("Fine.");
    const last = () => model.turns.at(-1).body.messages.at(-1).content;
    await new Flow({ inner: new Flow({ nothing: () => {} }), say: kit.named("a", model) }).run("Hi");
    const asked = [last()];
    await new Flow({ first: () => "content", inner: new Flow({ nothing: () => {} }), say: kit.named("a", model) }).run("Hi");
    asked.push(last());
    await new Flow({ first: () => "content", clear: (input, context) => context.clear(), say: kit.named("a", model) }).run("Hi");
    return [...asked, last()];
  });
  expect(asked).toEqual(["Hi", "Hi\n\n# first\n\ncontent", "Hi"]);
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

test("flows and agents in one context go one after the other, in the order they were called", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow } = kit.refinire;
    const context = kit.memory();
    const model = kit.saysAll("of the flow");
    // Each reads what the step before has left in the context, or says where to go.
    const adding = (letter) => new Flow({ first: () => letter, wait: () => kit.settled(), last: (_, { content }) => content + letter }, { context });
    const going = new Flow({ first: (_, own) => own.goto("last"), skipped: () => "skipped", last: () => "last" }, { context });
    const runs = [
      adding("x").run("1"),
      going.run("2"),
      new Flow({ only: kit.named("only", model) }, { context }).run("3"),
      kit.agent(kit.saysAll("of the agent")).run("4", { context }),
      adding("y").run("5"),
    ];
    const contents = (await Promise.all(runs)).map(({ content }) => content);
    return { contents, said: kit.said(context).map(({ content }) => content), asked: model.turns[0].body.messages.map(({ content }) => content) };
  });
  expect(seen).toEqual({
    contents: ["xx", "last", "of the flow", "of the agent", "yy"],
    said: ["1", "2", "3", "of the flow", "4", "of the agent", "5"],
    asked: ["1", "2", "3"],
  });
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

const WRONG = {
  "no steps": ["{}", /at least one step/],
  "what is no step": ["{ a: 1 }", /step "a": this is no step/],
  "two steps of a name": ["[new FunctionStep('a', () => {}), new FunctionStep('a', () => {})]", /two steps of the name "a"/],
  "a next step that does not exist": ["{ a: { step: () => {}, nextStep: 'b' } }", /there is no step "b"/],
  "a condition's step that does not exist": ["{ a: new ConditionStep('a', () => true, 'a', 'x') }", /there is no step "x"/],
  "a destination that does not exist": ["{ a: kit.named('a', kit.saysAll(''), { routing: { destinations: ['y'] } }) }", /there is no step "y"/],
  "a function that is none": ["{ a: new FunctionStep('a', 'f') }", /function step "a": `run` must be a function/],
  "a condition without its steps": ["{ a: new ConditionStep('a', () => true) }", /condition step "a": `ifTrue` is missing/],
  "a branch that waits for the user": ["{ a: { parallel: [new UserInputStep('b', '?')] } }", /a branch cannot wait/],
  "a branch that goes on to other steps": ["{ a: { parallel: [new ConditionStep('c', () => true, 'a', 'a')] } }", /behind the branch "c" there is no other step/],
  "a branch that goes on elsewhere when it fails": ["{ a: { parallel: [{ step: () => {}, onError: { goto: 'a' } }] } }", /there is no other step/],
  "no workers": ["{ a: { parallel: [() => {}], maxWorkers: 0 } }", /`maxWorkers` must be a whole number/],
};
for (const [what, [steps, words]] of Object.entries(WRONG)) {
  test(`${what}: refused when the flow is made`, async ({ inPage }) => {
    const error = await inPage(`(kit) => {
      const { ConditionStep, Flow, FunctionStep, UserInputStep } = kit.refinire;
      return kit.failure(() => new Flow(${steps}));
    }`);
    expect(error.code).toBe("invalid-argument");
    expect(error.message).toMatch(words);
  });
}
