// A context: its messages, what it sends along, its state.
import { expect, test } from "./support/test.mjs";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test("messages have an id, role, content, timestamp and metadata, and interrupted where it is true", async ({ inPage }) => {
  const messages = await inPage(async (kit) => {
    const context = kit.memory();
    context.addSystemMessage("Be brief.");
    context.addUserMessage("Hi", { from: "form", tags: ["a", { n: 1.5 }], "é": null });
    context.addAssistantMessage("Hello.", {});
    for await (const _ of kit.agent(kit.saysAll("a", "b")).runStreamed("More", { context })) break;
    await kit.settled();
    return context.messages;
  });
  for (const { timestamp } of messages) expect(timestamp).toMatch(ISO);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  expect(messages.map(({ id, timestamp, ...message }) => message)).toEqual([
    { role: "system", content: "Be brief.", metadata: {} },
    { role: "user", content: "Hi", metadata: { from: "form", tags: ["a", { n: 1.5 }], "é": null } },
    { role: "assistant", content: "Hello.", metadata: {} },
    { role: "user", content: "More", metadata: {} },
    { role: "assistant", content: "a", metadata: {}, interrupted: true },
  ]);
});

test("runs in one context go one after the other, in the order they were called", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model();
    const agent = kit.agent(model);
    const context = kit.memory();
    const ended = [];
    const runs = [
      agent.run("one", { context }).then(() => ended.push("one")),
      agent.runStreamed("two", { context, callback: () => {} }).result.then(() => ended.push("two")),
      kit.agent(model).run("three", { context }).then(() => ended.push("three")),
      kit.read(agent.runStreamed("four", { context })).then(() => ended.push("four")),
    ];
    const waiting = [];
    for (let number = 1; number <= 4; number += 1) {
      const turn = await model.turn(number);
      await kit.settled();
      waiting.push(model.turns.length);
      turn.answer(`to ${turn.body.messages.at(-1).content}`);
      await kit.settled();
    }
    await Promise.all(runs);
    return { waiting, ended, said: context.messages.map(({ content }) => content) };
  });
  expect(seen).toEqual({
    waiting: [1, 2, 3, 4],
    ended: ["one", "two", "three", "four"],
    said: ["one", "to one", "two", "to two", "three", "to three", "four", "to four"],
  });
});

test("a run that waits for its turn can be aborted, and holds nobody up", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const model = kit.model();
    const agent = kit.agent(model);
    const context = kit.memory();
    const controller = new AbortController();
    const first = agent.run("one", { context });
    const second = kit.thrown(agent.run("two", { context, signal: controller.signal }));
    const third = agent.run("three", { context });
    const turn = await model.turn(1);
    controller.abort("no");
    const { error } = await second;
    turn.answer("1");
    (await model.turn(2)).answer("3");
    await Promise.all([first, third]);
    return { error, said: context.messages.map(({ content }) => content) };
  });
  expect(seen).toEqual({ error: "no", said: ["one", "1", "three", "3"] });
});

test("lastUserInput, getLastMessages and getConversationText", async ({ inPage }) => {
  const seen = await inPage((kit) => {
    const context = kit.memory();
    const empty = [context.lastUserInput, context.getLastMessages(), context.getConversationText(), context.messages, context.result, context.content];
    for (let turn = 0; turn < 7; turn += 1) {
      context.addUserMessage(`q${turn}`);
      context.addAssistantMessage(`a${turn}`);
    }
    context.addSystemMessage("S");
    const contents = (messages) => messages.map(({ content }) => content).join(" ");
    return {
      empty,
      lastUserInput: context.lastUserInput,
      last: [undefined, 2, 0, 100].map((n) => contents(context.getLastMessages(n))),
      text: context.getConversationText().split("\n").slice(-2),
      withSystem: context.getConversationText({ includeSystem: true }).split("\n").slice(-2),
      same: context.messages === context.messages,
    };
  });
  expect(seen).toEqual({
    empty: [undefined, [], "", [], undefined, undefined],
    lastUserInput: "q6",
    last: ["a2 q3 a3 q4 a4 q5 a5 q6 a6 S", "a6 S", "", "q0 a0 q1 a1 q2 a2 q3 a3 q4 a4 q5 a5 q6 a6 S"],
    text: ["User: q6", "Assistant: a6"],
    withSystem: ["Assistant: a6", "System: S"],
    same: true,
  });
});

test("the text of a conversation names who said what, tools too, each turn on a line of its own", async ({ inPage }) => {
  const seen = await inPage((kit) => {
    const messages = ["system", "user", "assistant", "tool"].map((role) => ({ role, content: `${role[0]}\u{1F44B}`, toolCallId: "c" }));
    const context = kit.refinire.Context.fromJSON({ schema: 1, messages }, { storage: "memory" });
    return [context.getConversationText(), context.getConversationText({ includeSystem: true })];
  });
  const text = "User: u\u{1F44B}\nAssistant: a\u{1F44B}\nTool: t\u{1F44B}";
  expect(seen).toEqual([text, `System: s\u{1F44B}\n${text}`]);
});

test("the messages are the same array until they change", async ({ inPage }) => {
  const same = await inPage(async (kit) => {
    const context = kit.memory();
    context.addUserMessage("a");
    let before = context.messages;
    const isSame = () => {
      const now = context.messages;
      const same = now === before;
      before = now;
      return same;
    };
    const changes = {
      save: () => context.save(),
      state: () => (context.sharedState = { n: 1 }),
      refused: () => kit.thrown(kit.agent(kit.saysAll("x")).run(" ", { context })),
      added: () => context.addUserMessage("b"),
      answered: () => kit.agent(kit.saysAll("x")).run("b", { context }),
      cleared: () => context.clear(),
    };
    const same = {};
    for (const [what, change] of Object.entries(changes)) {
      await change();
      same[what] = isSame();
    }
    return { ...same, frozen: Object.isFrozen(before) };
  });
  expect(same).toEqual({ save: true, state: true, refused: true, added: false, answered: false, cleared: false, frozen: true });
});

test("a message bears the time it was added, its metadata as JSON has it, and no half of a surrogate pair", async ({ inPage }) => {
  const seen = await inPage((kit) => {
    const context = kit.memory();
    // The page's clock stands still.
    globalThis.Date = class extends Date {
      constructor(...given) {
        super(...(given.length > 0 ? given : [1_900_000_000_123]));
      }
    };
    context.addUserMessage("a\ud83db", { at: new Date(0), gone: undefined });
    const [{ content, timestamp, metadata }] = context.messages;
    const refused = kit.failure(() => context.addUserMessage("x", () => {}));
    return refused.then(({ code }) => ({ content, timestamp, metadata, code, said: context.messages.length }));
  });
  const metadata = { at: "1970-01-01T00:00:00.000Z" };
  expect(seen).toEqual({ content: "a\ufffdb", timestamp: "2030-03-17T17:46:40.123Z", metadata, code: "invalid-argument", said: 1 });
});

test("subscribers are told of every change until they stop", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    const lengths = [];
    const stop = context.subscribe((changed) => void lengths.push(changed === context && changed.messages.length));
    let others = 0;
    context.subscribe(() => void (others += 1));
    context.addUserMessage("a");
    await kit.agent(kit.saysAll("x")).run("b", { context });
    stop();
    stop();
    const before = others;
    context.clear();
    return { lengths: [...new Set(lengths)], others: others - before, before: before === lengths.length };
  });
  expect(seen).toEqual({ lengths: [1, 2, 3], others: 1, before: true });
});

test("clear forgets messages, state and result", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const context = kit.memory();
    context.sharedState.mood = "good";
    await kit.agent(kit.saysAll("x")).run("b", { context });
    const before = [context.messages.length, context.sharedState, context.content];
    context.clear();
    return { before, after: [context.messages, context.sharedState, context.content, context.result, context.lastUserInput] };
  });
  expect(seen).toEqual({ before: [2, { mood: "good" }, "x"], after: [[], {}, undefined, undefined, undefined] });
});

test("toJSON and fromJSON carry a conversation over whole", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Context } = kit.refinire;
    const context = kit.memory({ id: "one" });
    context.addSystemMessage("S", { a: [1] });
    context.sharedState = { n: 1.25, deep: { list: [null, true, "é"] } };
    await kit.agent(kit.saysAll("x")).run("b", { context });
    const json = JSON.stringify(context);
    const copy = Context.fromJSON(JSON.parse(json), { storage: "memory" });
    const renamed = Context.fromJSON(JSON.parse(json), { storage: "memory", id: "two" });
    context.addUserMessage("later");
    const same = [JSON.stringify(copy) === json, JSON.stringify(renamed) === json.replace('"one"', '"two"')];
    return { ids: [copy.id, renamed.id], count: copy.messages.length, state: copy.sharedState, same };
  });
  expect(seen).toEqual({ ids: ["one", "two"], count: 3, state: { n: 1.25, deep: { list: [null, true, "é"] } }, same: [true, true] });
});
