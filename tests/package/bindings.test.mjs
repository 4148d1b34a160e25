// What the bindings for React, Vue and Svelte share: a conversation as a user interface shows it.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import init, { Context, Flow, RefinireAgent, UserInputStep } from "../../pkg/inline.js";
import { httpError, pause, reply, scripted } from "../../pkg/testing.js";
import { Chat, INITIAL } from "../../src/npm/bindings/chat.js";

const library = { init, Context, RefinireAgent };
const detachers = [];
afterEach(() => detachers.splice(0).forEach((detach) => detach()));

/** Storage that lasts as long as this. */
function store() {
  const held = new Map();
  return { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => void held.set(key, value), removeItem: (key) => void held.delete(key), keys: () => [...held.keys()] };
}

const agentOf = (server, more) => ({ name: "agent", generationInstructions: "", model: "m", provider: "openai", baseUrl: "https://test/v1", fetch: server.fetch, retry: false, fallback: false, ...more });

/** A chat that is shown, and all the states that it went through. */
function shown(options) {
  const chat = new Chat(library, options);
  const states = [];
  chat.subscribe(() => states.push(chat.getSnapshot()));
  const detach = chat.attach();
  detachers.push(detach);
  return { chat, states, detach };
}

/** Resolves when this holds of the state. */
const until = (chat, holds) => new Promise((resolve) => {
  const look = () => {
    if (!holds(chat.getSnapshot())) return;
    unsubscribe();
    resolve(chat.getSnapshot());
  };
  const unsubscribe = chat.subscribe(look);
  look();
});

const said = ({ messages }) => messages.map(({ role, content, interrupted }) => `${role}: ${content}${interrupted ? " …" : ""}`);

test("a question and its answer: the status, the text and the messages", async () => {
  const held = pause();
  const { chat, states } = shown({ agent: agentOf(scripted([reply("Hel", held, "lo")])) });
  const asked = chat.send("Hi");
  assert.equal(chat.getSnapshot().status, "submitted");
  assert.equal((await until(chat, ({ text }) => text !== "")).text, "Hel");
  assert.equal(chat.getSnapshot().status, "streaming");
  held.release();
  assert.equal((await asked).text, "Hello");
  const { text, status, error, context } = chat.getSnapshot();
  assert.deepEqual({ text, status, error }, { text: "Hello", status: "ready", error: undefined });
  assert.deepEqual(said(await until(chat, ({ messages }) => messages.length === 2)), ["user: Hi", "assistant: Hello"]);
  assert.deepEqual(context.messages, chat.getSnapshot().messages);
  const changes = states.map((state) => state.status).filter((status, at, all) => status !== all[at - 1]);
  assert.deepEqual(changes, ["submitted", "streaming", "ready"]);
});

test("the state is the same object until something changes, and empty before it is attached", async () => {
  const storage = store();
  const before = new Context({ id: "talk", storage });
  await before.ready;
  before.addUserMessage("Earlier");
  await before.save();
  const chat = new Chat(library, { agent: agentOf(scripted()), id: "talk", storage });
  assert.equal(chat.getSnapshot(), INITIAL);
  detachers.push(chat.attach());
  assert.equal(chat.getSnapshot(), INITIAL);
  await until(chat, ({ messages }) => messages.length > 0);
  assert.deepEqual(said(chat.getSnapshot()), ["user: Earlier"]);
  const state = chat.getSnapshot();
  chat.clearError();
  assert.equal(chat.getSnapshot(), state);
});

test("a stop keeps what was shown, and is no error; resume() goes on", async () => {
  const held = pause();
  const server = scripted([reply("One, two", held), reply(", three")]);
  const { chat } = shown({ agent: agentOf(server) });
  const asked = chat.send("Count");
  await until(chat, ({ text }) => text !== "");
  chat.stop();
  assert.equal(await asked, undefined);
  assert.deepEqual([chat.getSnapshot().status, chat.getSnapshot().error], ["ready", undefined]);
  assert.equal(await server.requests[0].ended, "aborted");
  assert.deepEqual(said(await until(chat, ({ messages }) => messages.length === 2)), ["user: Count", "assistant: One, two …"]);
  await chat.resume();
  await until(chat, ({ messages }) => !messages.at(-1).interrupted);
  assert.match(said(chat.getSnapshot())[1], /^assistant: One, two.*three$/);
});

test("an error is shown until it is forgotten or something else is asked; resume() asks the same question again", async () => {
  const server = scripted([httpError(401, { message: "Who are you?" }), httpError(401), "Hello"]);
  const failed = [];
  const finished = [];
  const { chat } = shown({ agent: agentOf(server), onError: (error) => failed.push(error), onFinish: ({ text }) => finished.push(text) });
  assert.equal(await chat.send("Hi"), undefined);
  const { status, error } = chat.getSnapshot();
  assert.deepEqual([status, error.code], ["error", "http"]);
  assert.deepEqual(failed, [error]);
  chat.clearError();
  assert.deepEqual([chat.getSnapshot().status, chat.getSnapshot().error], ["ready", undefined]);
  await chat.resume();
  assert.equal(chat.getSnapshot().status, "error");
  await chat.resume();
  assert.equal(chat.getSnapshot().status, "ready");
  assert.deepEqual(said(await until(chat, ({ messages }) => messages.length === 2)), ["user: Hi", "assistant: Hello"]);
  assert.deepEqual(finished, ["Hello"]);
});

test("what is not shown any more is stopped", async () => {
  const held = pause();
  const server = scripted([reply("One", held)]);
  const { chat, detach } = shown({ agent: agentOf(server) });
  const asked = chat.send("Count");
  await held.reached;
  detach();
  assert.equal(await asked, undefined);
  assert.equal(await server.requests[0].ended, "aborted");
  assert.equal(await chat.send("And now?"), undefined);
  assert.equal(server.requests.length, 1);
});

test("effects that run twice stop nothing and send nothing twice", async () => {
  const held = pause();
  const server = scripted([reply("One", held, ", two"), "more"]);
  const chat = new Chat(library, { agent: agentOf(server) });
  // As a strict React does it: the child's effect, the parent's, both cleaned up, both again.
  const asked = [];
  asked.push(chat.send("Count"));
  const detach = chat.attach();
  detach();
  asked.push(chat.send("Count"));
  detachers.push(chat.attach());
  await held.reached;
  const again = detachers.pop();
  again();
  detachers.push(chat.attach());
  held.release();
  assert.equal(await asked[0], undefined);
  assert.equal((await asked[1]).text, "One, two");
  assert.equal(server.requests.length, 1);
});

test("what is shown again goes on with its conversation, named or not", async () => {
  for (const more of [{}, { id: "talk", storage: store() }]) {
    const { chat, detach } = shown({ agent: agentOf(scripted(["Hello", "Again"])), ...more });
    await chat.send("Hi");
    const { context } = chat.getSnapshot();
    await context.save();
    detach();
    await new Promise(setImmediate);
    detachers.push(chat.attach());
    await chat.send("And?");
    assert.deepEqual(said(await until(chat, ({ messages }) => messages.length === 4)), ["user: Hi", "assistant: Hello", "user: And?", "assistant: Again"]);
  }
});

test("the latest options count for the next run, and an agent is made again only if they changed", async () => {
  const server = scripted(({ body }) => reply(body.model));
  let made = 0;
  class Counted extends RefinireAgent {
    constructor(options) {
      super(options);
      made += 1;
    }
  }
  const agent = agentOf(server);
  const chat = new Chat({ ...library, RefinireAgent: Counted }, { agent });
  detachers.push(chat.attach());
  await chat.send("a");
  chat.update({ agent: { ...agent } });
  await chat.send("b");
  assert.equal(made, 1);
  chat.update({ agent: { ...agent, model: "other" } });
  assert.equal((await chat.send("c")).text, "other");
  assert.equal(made, 2);
});

test("an agent and a conversation of the caller's own need no init() and are left alone", async () => {
  await init();
  const agent = new RefinireAgent(agentOf(scripted(["Hello"])));
  const context = new Context({ storage: "memory" });
  context.addSystemMessage("Earlier");
  const chat = new Chat({ init: () => assert.fail("init() was called") }, { agent, context });
  assert.deepEqual(said(chat.getSnapshot()), ["system: Earlier"]);
  const detach = chat.attach();
  assert.equal((await chat.send("Hi")).text, "Hello");
  detach();
  await new Promise(setImmediate);
  assert.equal(context.messages.length, 3);
  assert.equal(agent.name, "agent");
  assert.ok(chat.fits({ agent: agentOf(scripted()), context }));
  assert.ok(!chat.fits({ agent, context, id: "other" }));
  assert.ok(!chat.fits({ agent }));
});

test("a function makes the agent, once, with the conversation", async () => {
  const server = scripted(["Hello", "Again"]);
  const seen = [];
  const make = async (context) => {
    seen.push(context);
    return new RefinireAgent(agentOf(server));
  };
  const { chat } = shown({ agent: make });
  await chat.send("Hi");
  await chat.send("And?");
  assert.deepEqual(seen, [chat.getSnapshot().context]);
});

test("a flow has its own conversation, and an answer to its question goes on with it", async () => {
  const flow = (context) => new Flow({ ask: new UserInputStep("ask", "Which town?"), say: new RefinireAgent(agentOf(scripted(["Genoa it is"]))) }, { context });
  const { chat } = shown({ agent: flow });
  assert.equal((await chat.send("Plan a trip")).finishReason, "user-input");
  assert.equal((await chat.send("Genoa")).text, "Genoa it is");
  assert.deepEqual(said(await until(chat, ({ messages }) => messages.length === 4)), ["user: Plan a trip", "assistant: Which town?", "user: Genoa", "assistant: Genoa it is"]);
});

test("what cannot be started is an error, and is tried again with the next question", async () => {
  let fails = true;
  const chat = new Chat({ ...library, init: async () => fails && assert.fail("no module") }, { agent: agentOf(scripted(["Hello"])) });
  detachers.push(chat.attach());
  assert.match((await until(chat, ({ status }) => status === "error")).error.message, /no module/);
  assert.equal(await chat.send("Hi"), undefined);
  assert.equal(chat.getSnapshot().status, "error");
  fails = false;
  assert.equal((await chat.send("Hi")).text, "Hello");
});

test("clear() stops and removes everything", async () => {
  const held = pause();
  const { chat } = shown({ agent: agentOf(scripted([reply("One", held)])) });
  const asked = chat.send("Count");
  await until(chat, ({ text }) => text !== "");
  await chat.clear();
  assert.equal(await asked, undefined);
  const { messages, status, text } = await until(chat, ({ messages }) => messages.length === 0);
  assert.deepEqual({ messages, status, text }, { messages: [], status: "ready", text: "" });
});

test("a signal, callbacks and events of one's own", async () => {
  const held = pause();
  const { chat } = shown({ agent: agentOf(scripted([reply("Hel", held, "lo")])), onEvent: ({ type }) => seen.push(type) });
  const seen = [];
  const stop = new AbortController();
  const asked = chat.send("Hi", { signal: stop.signal, callback: (chunk) => void seen.push(chunk), onEvent: ({ type }) => seen.push(`own ${type}`) });
  await until(chat, ({ text }) => text !== "");
  assert.ok(["own text-delta", "text-delta", "Hel"].every((one) => seen.includes(one)), seen.join());
  stop.abort();
  assert.equal(await asked, undefined);
  assert.equal(chat.getSnapshot().status, "ready");
  assert.equal(await chat.send("Hi", { signal: stop.signal }), undefined);
});
