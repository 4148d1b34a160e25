// Branches that run at once: the order of their chunks, who waits for whom, what they share and what stays of them.
import { call, expect, load, test } from "../support/test.mjs";

test("chunks come branch by branch in the order of declaration, events as they happen", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const models = [kit.model(), kit.model(), kit.model()];
    const branches = models.map((model, place) => kit.named("abc"[place], model));
    const flow = new kit.refinire.Flow({ all: { parallel: branches } });
    const live = [];
    const chunks = [];
    const stream = flow.runStreamed("Go", {
      callback: (chunk) => void chunks.push(chunk),
      onEvent: ({ type, step, text }) => type === "text-delta" && live.push(`${step}:${text}`),
    });
    const [a, b, c] = await Promise.all(models.map((model) => model.turn()));
    const steps = [];
    const look = async () => {
      await kit.settled();
      steps.push([chunks.join(" "), live.join(" ")]);
    };
    c.say("c1");
    await look();
    a.say("a1");
    await look();
    b.answer("b1", "b2");
    await look();
    a.answer("a2");
    await look();
    c.answer("c2");
    const { content, text } = await stream.result;
    steps.push([chunks.join(" "), live.join(" ")]);
    return { steps, content, text, said: kit.said(flow.context).map(({ content }) => content), read: (await kit.read(stream)).chunks };
  });
  expect(seen).toEqual({
    steps: [
      ["", "c:c1"],
      ["a1", "c:c1 a:a1"],
      ["a1", "c:c1 a:a1 b:b1 b:b2"],
      ["a1 a2 b1 b2 c1", "c:c1 a:a1 b:b1 b:b2 a:a2"],
      ["a1 a2 b1 b2 c1 c2", "c:c1 a:a1 b:b1 b:b2 a:a2 c:c2"],
    ],
    content: { a: "a1a2", b: "b1b2", c: "c1c2" },
    text: "a1a2b1b2c1c2",
    said: ["Go", "a1a2", "b1b2", "c1c2"],
    read: ["a1", "a2", "b1", "b2", "c1", "c2"],
  });
});

test("a reader that stops holds up the branch whose turn it is, and no other", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const models = [kit.model(), kit.model()];
    const flow = new kit.refinire.Flow({ both: { parallel: models.map((model, place) => kit.named("ab"[place], model)) } });
    const reader = flow.runStreamed("Go").getReader();
    const first = reader.read();
    const [a, b] = await Promise.all(models.map((model) => model.turn()));
    const words = Array.from({ length: 20 }, (_, number) => `${number} `);
    for (const turn of [a, b]) turn.answer(...words);
    const one = await first;
    await kit.settled(60);
    const pulls = { a: a.pulls, b: b.pulls };
    const rest = [];
    for (let next = await reader.read(); !next.done; next = await reader.read()) rest.push(next.value);
    return { one: one.value, isHeld: pulls.a < 10, isFree: pulls.b >= 20, text: one.value + rest.join(""), words: words.join("") };
  });
  expect(seen).toMatchObject({ one: "0 ", isHeld: true, isFree: true });
  expect(seen.text).toBe(seen.words + seen.words);
});

test("at most `maxWorkers` functions run at a time, and each one is waited for", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const seen = [];
    const branch = (number) => new kit.refinire.FunctionStep(`f${number}`, async () => {
      seen.push(`begin ${number}`);
      await kit.settled();
      seen.push(`end ${number}`);
      return number;
    });
    const { content } = await new kit.refinire.Flow({ all: { parallel: [0, 1].map(branch), maxWorkers: 1 } }).run("Go");
    return { seen, content };
  });
  expect(seen).toEqual({ seen: ["begin 0", "end 0", "begin 1", "end 1"], content: { f0: 0, f1: 1 } });
});

test("each branch has a copy of the context, and what they share comes together", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, FunctionStep, ParallelStep } = kit.refinire;
    const context = kit.memory();
    Object.assign(context.sharedState, { base: [1], gone: true });
    const seen = [];
    const one = new FunctionStep("one", (input, own) => {
      own.sharedState.base.push(2);
      own.sharedState.found = "one";
      delete own.sharedState.gone;
      own.addSystemMessage("noted by one");
      seen.push(own !== context, own.content);
    });
    const two = new FunctionStep("two", (input, own) => {
      seen.push(own.sharedState.found);
      own.sharedState.found = "two";
      own.goto("nowhere");
    });
    const flow = new Flow({ before: () => "content", both: new ParallelStep("both", [one, two]), end: () => {} }, { context });
    await flow.run("Go");
    return { seen, state: context.sharedState, messages: kit.said(context).map(({ content }) => content), steps: flow.history.map(({ step }) => step) };
  });
  expect(seen).toEqual({
    seen: [true, "content", undefined],
    state: { base: [1, 2], found: "one", two_found: "two" },
    messages: ["Go", "noted by one"],
    steps: ["before", "both", "end"],
  });
});

for (const onFailure of ["cancel", undefined]) {
  test(`a branch that fails stops the others with \`onFailure\` ${onFailure}, and what was said stays`, async ({ inPage }) => {
    const seen = await inPage(async (kit, onFailure) => {
      const models = [kit.model(), kit.model()];
      const flow = new kit.refinire.Flow({ both: { parallel: [kit.named("a", models[0]), kit.named("b", models[1])], onFailure } });
      const run = kit.failure(flow.run("Go"));
      const [a, b] = await Promise.all(models.map((model) => model.turn()));
      b.say("wo");
      a.say("ab");
      await kit.settled();
      a.close();
      const error = await run;
      return { error: [error.code, error.step], said: kit.said(flow.context).slice(1), isClosed: b.signal.aborted, statuses: flow.history[0].steps.map(({ step, status }) => [step, status]) };
    }, onFailure);
    expect(seen).toEqual({
      error: ["truncated", "a"], isClosed: true,
      said: [{ role: "assistant", content: "ab", interrupted: true }, { role: "assistant", content: "wo", interrupted: true }],
      statuses: [["a", "failed"], ["b", "aborted"]],
    });
  });
}

test("a branch that fails lets the others finish where that was asked for, and what was said stays", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const models = [kit.model(), kit.model()];
    const flow = new kit.refinire.Flow({ both: { parallel: [kit.named("a", models[0]), kit.named("b", models[1])], onFailure: "finish" } });
    const chunks = [];
    const run = kit.failure(flow.run("Go", { callback: (chunk) => void chunks.push(chunk) }));
    const [a, b] = await Promise.all(models.map((model) => model.turn()));
    b.say("wo");
    a.say("ab");
    await kit.settled();
    a.close();
    await kit.settled();
    b.answer("rd");
    const error = await run;
    return { error: [error.code, error.step, error.partialText], said: kit.said(flow.context).slice(1), chunks, statuses: flow.history[0].steps.map(({ step, status }) => [step, status]) };
  });
  expect(seen).toEqual({
    error: ["truncated", "a", "ab"],
    said: [{ role: "assistant", content: "ab", interrupted: true }, { role: "assistant", content: "word" }],
    chunks: ["ab", "wo", "rd"],
    statuses: [["a", "failed"], ["b", "completed"]],
  });
});

test("what branches say is kept while they say it: after a reload it is there, in the order of declaration", async ({ page, inOwnPage }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await inOwnPage(async (kit) => {
    const models = [kit.model(), kit.model()];
    const flow = new kit.refinire.Flow({ both: { parallel: models.map((model, place) => kit.named("ab"[place], model)) } }, { context: kit.talk() });
    kit.failure(flow.run("Go"));
    const [a, b] = await Promise.all(models.map((model) => model.turn()));
    b.say("second");
    await kit.settled();
    a.say("first");
    await kit.settled();
  });
  await page.clock.runFor(500);
  await page.reload();
  await load(page);
  expect(await call(page, (kit) => kit.said(kit.talk()))).toEqual([
    { role: "user", content: "Go" },
    { role: "assistant", content: "first", interrupted: true },
    { role: "assistant", content: "second", interrupted: true },
  ]);
});

test("branches in a branch: what they say comes before what follows them there, which knows of it", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Flow, FunctionStep } = kit.refinire;
    const model = kit.saysAll("Z");
    const note = new FunctionStep("note", (input, context) => context.addSystemMessage("noted"));
    const inner = new Flow([["pair", { parallel: [kit.named("x", kit.saysAll("X")), kit.named("y", kit.saysAll("Y")), note] }], ["z", kit.named("z", model)]], { name: "inner" });
    const events = [];
    const flow = new Flow({ both: { parallel: [inner, () => {}] } });
    await flow.run("Go", { onEvent: ({ type, steps }) => type === "start" && events.push(steps.join("/")) });
    return { said: kit.said(flow.context).map(({ content }) => content), asked: model.turns[0].body.messages.map(({ content }) => content), events };
  });
  expect(seen).toEqual({
    said: ["Go", "X", "Y", "noted", "Z"],
    asked: ["Go", "X", "Y", "noted", 'Go\n\n# pair\n\n{"x":"X","y":"Y"}'],
    events: ["both/inner/pair/x", "both/inner/pair/y", "both/inner/z"],
  });
});

test("an agent that is used again has a number of its own", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model((turn, number) => turn.answer(`answer ${number}`));
    const agent = kit.named("a", model);
    const flow = new kit.refinire.Flow({ both: { parallel: [agent, agent] } });
    const events = [];
    const { content } = await flow.run("Go", { onEvent: ({ type, steps }) => type === "step-finish" && events.push(steps?.at(-1)) });
    return { content, events: events.sort(), steps: flow.history[0].steps.map(({ step }) => step), said: kit.said(flow.context).length };
  });
  expect(seen).toEqual({ content: { a: "answer 1", "a#2": "answer 2" }, events: ["a", "a#2", undefined], steps: ["a", "a#2"], said: 3 });
});

test("where a branch is judged and answers again, both answers stand together", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const answers = ["first", '{"score":1,"feedback":""}', "second", '{"score":99,"feedback":""}'];
    const judged = kit.named("judged", kit.model((turn, number) => turn.answer(answers[number - 1])), { evaluation: { instructions: "Judge." } });
    const last = kit.saysAll("all");
    const flow = new kit.refinire.Flow({ both: { parallel: [judged, kit.named("other", kit.saysAll("other"))] }, last: kit.named("last", last) });
    await flow.run("Go");
    const contents = (messages) => messages.map(({ content }) => content);
    return { said: contents(flow.context.messages), sent: contents(last.turns[0].body.messages).slice(0, -1) };
  });
  expect(seen).toEqual({ said: ["Go", "first", "second", "other", "all"], sent: ["Go", "first", "second", "other"] });
});
