// Answers given again and questions edited: the earlier ones are kept, in every tab and after a reload.
import { expect, load, test } from "./support/test.mjs";

/** What is shown: each message, with which alternative it is. */
const shown = (kit) => kit.talk().messages.map(({ content, alternatives: of }) => (of ? `${content} ${of.index + 1}/${of.count}` : content));

test("an answer given again is an alternative: in both tabs, after a reload, and as it was chosen", async ({ page, inOwnPage, inOther }) => {
  const all = async (expected) => {
    await expect.poll(() => inOther((kit) => kit.kept.shown())).toEqual(expected);
    expect(await inOwnPage((kit) => kit.kept.shown())).toEqual(expected);
  };
  const open = async (kit) => {
    kit.kept.context = kit.talk();
    kit.kept.shown = () => kit.kept.context.messages.map(({ content, alternatives: of }) => (of ? `${content} ${of.index + 1}/${of.count}` : content));
  };
  for (const tab of [inOwnPage, inOther]) await tab(open);
  const sent = await inOwnPage(async (kit) => {
    const { context } = kit.kept;
    const model = kit.model((turn, number) => turn.answer(["One", "Two", "More", "Three"][number - 1]));
    const agent = kit.agent(model);
    await agent.run("Hi", { context });
    const { chunks } = await kit.read(agent.regenerate({ context }));
    await agent.run("And?", { context });
    context.selectAlternative(context.messages[1].id, 0);
    await kit.read(agent.regenerate({ context }));
    context.selectAlternative(context.messages[1].id, 1);
    return [chunks, ...model.turns.map(({ body }) => body.messages.map(({ content }) => content))];
  });
  expect(sent).toEqual([["Two"], ["Hi"], ["Hi"], ["Hi", "Two", "And?"], ["Hi"]]);
  await all(["Hi", "Two 2/3", "And?", "More"]);
  await inOther((kit) => {
    const { context } = kit.kept;
    context.selectAlternative(context.messages[1].id, 2);
  });
  await expect.poll(() => inOwnPage((kit) => kit.kept.shown())).toEqual(["Hi", "Three 3/3"]);
  await all(["Hi", "Three 3/3"]);
  await inOther.page.reload();
  await load(inOther.page);
  expect(await inOther(shown)).toEqual(["Hi", "Three 3/3"]);
  expect(await inOther(async (kit) => (await kit.refinire.Context.list())[0].messages)).toBe(6);
  await inOwnPage((kit) => kit.kept.context.truncate(1));
  await inOther(open);
  expect(await inOther((kit) => kit.kept.shown())).toEqual(["Hi"]);
  expect(await page.evaluate(() => Object.keys(localStorage).length)).toBe(2);
});

test("until something of the new answer comes the conversation ends with the question, and without it the earlier answer is back", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const seen = [];
    const said = () => seen.push(kit.said(context).map(({ content }) => content).join(" "));
    await kit.agent(kit.saysAll("One")).run("Hi", { context });
    for (const end of [
      (turn) => turn.respond(500).close(),
      (turn, controller) => controller.abort(),
    ]) {
      const model = kit.model();
      const controller = new AbortController();
      const stream = kit.agent(model).regenerate({ context, signal: controller.signal });
      const ended = kit.failure(stream.result);
      const turn = await model.turn();
      said();
      end(turn, controller);
      seen.push((await ended).code);
      said();
    }
    // A guardrail that refuses the question does, too.
    const refused = await kit.failure(kit.agent(kit.saysAll("Two"), { inputGuardrails: [(input) => input !== "Hi"] }).regenerate({ context }).result);
    seen.push(refused.code);
    said();
    const empty = kit.memory();
    const none = await kit.failure(kit.agent(kit.saysAll("Two")).regenerate({ context: empty }).result);
    seen.push(`${none.code}: ${none.message}`);
    return seen;
  });
  expect(seen).toEqual([
    "Hi", "http", "Hi One",
    "Hi", DOMException.ABORT_ERR, "Hi One",
    "guardrail", "Hi One",
    "invalid-argument: agent.regenerate: the conversation has no question",
  ]);
});

test("a question that is edited begins an alternative, also while its answer streams", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.kept.context = kit.memory();
    await kit.streaming("Hel");
    context.branch(0);
    const left = context.messages.length;
    const run = kit.agent(kit.saysAll("Two")).run("Ho", { context });
    kit.kept.turn.answer("lo");
    await Promise.all([kit.kept.run, run]);
    const states = [context.messages];
    context.selectAlternative(context.messages[0].id, 0);
    states.push(context.messages);
    return [left, ...states.map((messages) => messages.map(({ content, alternatives }) => ({ content, ...alternatives })))];
  });
  expect(seen).toEqual([
    0,
    [{ content: "Ho", index: 1, count: 2 }, { content: "Two" }],
    [{ content: "Hi", index: 0, count: 2 }, { content: "Hello" }],
  ]);
});

test("a fork is a conversation of its own in the same storage, and has the messages and what is shared", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.talk({ storage: "session" });
    for (let number = 0; number < 2_000; number += 1) context.addUserMessage(`${number}`, { number });
    context.sharedState.step = 1;
    context.title = "Name";
    const fork = context.fork({ length: 1_999 });
    fork.addAssistantMessage("Only here");
    fork.sharedState.step = 2;
    await fork.save();
    const again = new kit.refinire.Context({ id: fork.id, storage: "session" });
    const rows = await kit.refinire.Context.list({ storage: "session" });
    context.truncate(1);
    const whole = kit.memory().fork();
    return {
      lengths: [context.messages.length, fork.messages.length, again.messages.length, whole.messages.length],
      same: JSON.stringify(again.messages.slice(0, 2).map(({ content, metadata }) => [content, metadata])),
      states: [context.sharedState.step, again.sharedState.step],
      titles: [context.title, fork.title, rows.map(({ title, messages }) => [title, messages]).sort()],
    };
  });
  expect(seen).toEqual({
    lengths: [1, 2_000, 2_000, 0],
    same: '[["0",{"number":0}],["1",{"number":1}]]',
    states: [1, 2],
    titles: ["Name", undefined, [[undefined, 2_000], ["Name", 2_000]].sort()],
  });
});

test("what is no number of messages, no message and no title is refused", async ({ inPage }) => {
  const codes = await inPage(async (kit) => {
    const context = kit.memory();
    context.addUserMessage("Hi");
    const wrong = [-1, 0.5, NaN, Infinity, "1", undefined, null];
    const calls = [
      ...wrong.flatMap((length) => [() => context.truncate(length), () => context.branch(length)]),
      ...wrong.slice(0, 5).map((length) => () => context.fork({ length })),
      () => context.fork({ size: 1 }),
      () => context.selectAlternative(context.messages[0].id, 0),
      () => context.selectAlternative("nobody", 0),
      () => context.selectAlternative(undefined, 0),
      () => (context.title = 1),
      () => kit.agent(kit.saysAll("x")).regenerate(),
      () => kit.agent(kit.saysAll("x")).regenerate({}),
    ];
    const codes = [];
    for (const call of calls) codes.push((await kit.failure(call))?.code);
    return [...new Set(codes), context.messages.length];
  });
  expect(codes).toEqual(["invalid-argument", 1]);
});
