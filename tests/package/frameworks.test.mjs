// The bindings for Vue and Svelte without a browser: on a server, and in a scope of effects.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSSRApp, effectScope, h, nextTick, reactive, ref, watch } from "vue";
import { renderToString } from "vue/server-renderer";
import init, { Context, RefinireAgent } from "../../pkg/refinire_web.js";
import * as svelte from "../../pkg/svelte.js";
import { pause, reply, scripted } from "../../pkg/testing.js";
import { useChat, useMessages } from "../../pkg/vue.js";

const agentOf = (server, more) => ({ name: "agent", generationInstructions: "", model: "m", provider: "openai", baseUrl: "https://test/v1", fetch: server.fetch, retry: false, ...more });

test("a server renders no messages and reads no storage", async () => {
  const touched = [];
  const getItem = (key) => void touched.push(key);
  const options = { id: "talk", storage: { getItem, setItem: getItem, removeItem: getItem }, agent: agentOf(scripted()) };
  const setup = () => {
    const { messages, status } = useChat(options);
    const others = useMessages(undefined);
    return () => h("p", `${messages.value.length} ${others.value.length} ${status.value}`);
  };
  assert.equal(await renderToString(createSSRApp({ setup })), "<p>0 0 ready</p>");
  const { messages, status } = svelte.useChat(options);
  const seen = [];
  for (const store of [messages, status]) store.subscribe((value) => seen.push(value))();
  assert.deepEqual(seen, [[], "ready"]);
  // Whoever waited for the module would read it now.
  await init();
  await new Promise(setImmediate);
  assert.deepEqual(touched, []);
});

/** Runs it in a scope, which a component has, too. */
function scoped(work) {
  const scope = effectScope();
  return { ...scope.run(work), stop: () => scope.stop() };
}

const until = (source, holds) => new Promise((resolve) => {
  const stop = watch(source, (value) => {
    if (!holds(value)) return;
    resolve(value);
    queueMicrotask(() => stop());
  }, { immediate: true, flush: "sync" });
});

test("Vue: the state is refs, and the end of the scope stops the run", async () => {
  const held = pause();
  const server = scripted(["Hello", reply("One", held)]);
  const { chat, all, stop } = scoped(() => {
    const chat = useChat({ agent: agentOf(server) });
    return { chat, all: useMessages(chat.context) };
  });
  assert.equal((await chat.send("Hi")).text, "Hello");
  assert.deepEqual([chat.status.value, chat.text.value, chat.error.value], ["ready", "Hello", undefined]);
  await until(all, (messages) => messages.length === 2);
  assert.equal(all.value, chat.messages.value);
  const asked = chat.send("Count");
  await held.reached;
  stop();
  assert.equal(await asked, undefined);
  assert.equal(await server.requests[1].ended, "aborted");
});

test("Vue: another id is another conversation, and other options count for the next run", async () => {
  const server = scripted(({ body }) => reply(body.model));
  const store = new Map();
  const storage = { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => void store.set(key, value), removeItem: (key) => void store.delete(key), keys: () => [...store.keys()] };
  const inRef = ref({ id: "a", storage, agent: agentOf(server) });
  const whole = reactive({ id: "a", storage, agent: agentOf(server) });
  const change = (options, changes) => (options === whole ? Object.assign(whole, changes) : (inRef.value = { ...inRef.value, ...changes }));
  for (const options of [inRef, whole]) {
    store.clear();
    const { chat, stop } = scoped(() => ({ chat: useChat(options) }));
    await chat.send("Hi");
    change(options, { agent: agentOf(server, { model: "other" }) });
    await nextTick();
    assert.equal((await chat.send("And?")).text, "other");
    await until(chat.messages, (messages) => messages.length === 4);
    await chat.context.value.save();
    change(options, { id: "b" });
    await nextTick();
    await until(chat.messages, (messages) => messages.length === 0);
    change(options, { id: "a" });
    await until(chat.messages, (messages) => messages.length === 4);
    stop();
  }
});

test("Vue: agents and conversations in refs and reactive objects, and a function that makes one", async () => {
  await init();
  const server = scripted(({ body }) => reply(body.model));
  const agent = new RefinireAgent(agentOf(server));
  const context = new Context({ storage: "memory" });
  for (const options of [{ agent: ref(agent).value, context: ref(context).value }, reactive({ agent, context }), { agent: () => agent }]) {
    const { chat, stop } = scoped(() => ({ chat: useChat(options) }));
    assert.equal((await chat.send("Hi")).text, "m", JSON.stringify(Object.keys(options)));
    stop();
    await new Promise(setImmediate);
  }
});

test("Svelte: the messages of a conversation are a store", async () => {
  await init();
  const context = new Context({ storage: "memory" });
  const seen = [];
  const unsubscribe = svelte.useMessages(context).subscribe((messages) => seen.push(messages.length));
  context.addUserMessage("Hi");
  while (seen.length < 2) await new Promise(setImmediate);
  unsubscribe();
  assert.deepEqual(seen, [0, 1]);
  svelte.useMessages(undefined).subscribe((messages) => seen.push(messages))();
  assert.deepEqual(seen.at(-1), []);
});
