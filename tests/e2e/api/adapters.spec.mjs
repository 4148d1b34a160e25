// A storage of the caller's own: localStorage's shape, at once or later, in IndexedDB or wherever.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { call, expect, load, test } from "./support/test.mjs";

const idbKeyval = readFileSync(createRequire(import.meta.url).resolve("idb-keyval").replace(/[^/]*$/, "index.js"), "utf8");

/** Makes `kit.adapter(which)` in the page: "IndexedDB", and the same without keys(), which says what it holds; or one in memory, at once. */
const prepare = (inPage) => inPage(async (_, source) => {
  const { get, set, del, keys } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const idb = { getItem: get, setItem: (key, value) => set(key, value), removeItem: del };
  const held = new Map([["someone-else", "theirs"]]);
  const sync = { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => void held.set(key, value), removeItem: (key) => void held.delete(key) };
  globalThis.adapters = {
    held,
    "IndexedDB": { ...idb, keys },
    "IndexedDB without keys": idb,
    "one that answers at once": sync,
  };
}, idbKeyval);

test("a conversation in IndexedDB is there again after a reload, in the middle of an answer, too", async ({ page, inOwnPage }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await prepare(inOwnPage);
  await inOwnPage(async (kit) => {
    const storage = globalThis.adapters.IndexedDB;
    kit.kept.context = kit.talk({ storage });
    const { context } = kit.kept;
    const ready = await context.ready;
    if (ready !== context) throw new Error("ready is the context");
    context.addSystemMessage("S", { a: 1 });
    context.sharedState.mood = "good";
    await kit.agent(kit.saysAll("wörld 🙂")).run("Hello", { context });
    const other = kit.talk({ id: "other", storage });
    other.addUserMessage("x");
    await other.save();
    await kit.streaming("Hel");
  });
  for (const text of ["lo", " there", "."]) {
    await page.clock.runFor(500);
    await inOwnPage(async (kit, text) => {
      kit.kept.turn.say(text);
      await kit.settled();
    }, text);
  }
  await page.clock.runFor(500);
  await inOwnPage((kit) => kit.kept.context.save());
  await page.reload();
  await load(page);
  await prepare(inOwnPage);
  const after = await call(page, async (kit) => {
    const context = kit.talk({ storage: globalThis.adapters.IndexedDB });
    const before = context.messages.length;
    await context.ready;
    return { before, said: kit.said(context), state: context.sharedState, metadata: context.messages[0].metadata, local: localStorage.length };
  });
  expect(after).toEqual({
    before: 0,
    said: [
      { role: "system", content: "S" }, { role: "user", content: "Hello" }, { role: "assistant", content: "wörld 🙂" },
      { role: "user", content: "Hi" }, { role: "assistant", content: "Hello there.", interrupted: true },
    ],
    state: { mood: "good" }, metadata: { a: 1 }, local: 0,
  });
});

test("a conversation in a storage that answers at once is there again, cleared, and deleted", async ({ inPage }) => {
  await prepare(inPage);
  const seen = await inPage(async (kit) => {
    const { held, "one that answers at once": storage } = globalThis.adapters;
    const again = async () => {
      const context = await kit.talk({ storage }).ready;
      const contents = context.messages.map(({ content }) => content);
      context.free();
      return contents;
    };
    const context = kit.talk({ storage });
    await kit.agent(kit.saysAll("a", "b")).run("Hi", { context });
    await context.save();
    const seen = [await again()];
    context.clear();
    await context.save();
    seen.push(await again());
    context.addUserMessage("x");
    await context.save();
    seen.push(await again());
    await context.delete();
    seen.push(await again());
    const left = [...held].filter(([key]) => /^refinire-web[:/+]/.test(key)).length;
    return { seen, left, theirs: held.get("someone-else"), local: localStorage.length };
  });
  expect(seen).toEqual({ seen: [["Hi", "ab"], [], ["x"], []], left: 0, theirs: "theirs", local: 0 });
});

for (const which of ["IndexedDB", "IndexedDB without keys"]) {
  test(`the conversations in ${which} are listed, none of another storage, and none that was deleted`, async ({ inPage }) => {
    await prepare(inPage);
    const listed = await inPage(async (kit, which) => {
      const storage = globalThis.adapters[which];
      const empty = await kit.refinire.Context.list({ storage });
      const contexts = ["one", "two", "gone", "a:one"].map((id) => kit.talk({ id, storage }));
      for (const context of contexts) {
        context.addUserMessage(`question of ${context.id}`);
        context.addAssistantMessage("a");
      }
      // At once, which may have each overwrite what the other has listed.
      await Promise.all(contexts.map((context) => context.save()));
      await contexts[2].delete();
      kit.talk({ id: "three" }).addUserMessage("elsewhere");
      return [empty, await kit.refinire.Context.list({ storage })];
    }, which);
    const rows = listed[1].map(({ id, messages, preview }) => `${id}: ${messages}, ${preview}`);
    expect([listed[0], rows.sort()]).toEqual([[], ["a:one: 2, question of a:one", "one: 2, question of one", "two: 2, question of two"]]);
  });
}

test("what two pages list at once of a conversation is all there, also where one of them cannot list for a while", async ({ inOwnPage, inOther }) => {
  for (const inTab of [inOwnPage, inOther]) await prepare(inTab);
  const add = async (kit, name) => {
    const storage = { ...globalThis.adapters["IndexedDB without keys"] };
    const { setItem } = storage;
    let refusals = 3;
    storage.setItem = async (key, value) => {
      if (key.startsWith("refinire-web-index") && name === "other" && (refusals -= 1) >= 0) throw new Error("not now");
      return setItem(key, value);
    };
    const context = await kit.talk({ storage }).ready;
    for (let number = 0; number < 5; number += 1) {
      context.addUserMessage(`${name} ${number}`);
      await kit.settled(3);
    }
    for (let time = 0; time < 3; time += 1) await kit.failure(context.save());
    await context.save();
  };
  await Promise.all([inOwnPage(add, "one"), inOther(add, "other")]);
  const found = await inOwnPage(async (kit) => (await kit.talk({ storage: globalThis.adapters["IndexedDB without keys"] }).ready).messages.map(({ content }) => content));
  expect(found.sort()).toEqual(["one", "other"].flatMap((name) => [0, 1, 2, 3, 4].map((number) => `${name} ${number}`)));
});

/** An adapter whose every answer a test lets go, or refuses. */
const GATED = (held) => {
  const gates = { getItem: Promise.resolve(), setItem: Promise.resolve() };
  const storage = {
    getItem: async (key) => {
      await gates.getItem;
      return held.get(key) ?? null;
    },
    setItem: async (key, value) => {
      await gates.setItem;
      held.set(key, value);
    },
    removeItem: async (key) => void held.delete(key),
    keys: async () => [...held.keys()],
  };
  return { gates, storage };
};
const withGated = (script) => `(kit, argument) => (${script})(kit, ${GATED}, argument)`;

test("what is said before an adapter has answered comes behind what it held, and overwrites nothing", async ({ inPage }) => {
  const seen = await inPage(withGated(async (kit, gated) => {
    const held = new Map();
    const first = kit.talk({ storage: gated(held).storage });
    await first.ready;
    first.addUserMessage("first");
    first.sharedState.mood = "good";
    await first.save();
    // Turns of one millisecond may come in any order.
    while (new Date().toISOString() <= first.messages[0].timestamp) await kit.settled(1);
    const gate = Promise.withResolvers();
    const { gates, storage } = gated(held);
    gates.getItem = gate.promise;
    const context = kit.talk({ storage });
    context.addUserMessage("second");
    await kit.settled();
    gate.resolve();
    await context.save();
    const fresh = await kit.talk({ storage: gated(held).storage }).ready;
    return [context, fresh].map((context) => [context.messages.map(({ content }) => content), context.sharedState]);
  }));
  expect(seen).toEqual(Array(2).fill([["first", "second"], { mood: "good" }]));
});

test("what is cleared before an adapter has answered is forgotten, and what is said afterwards is not", async ({ inPage }) => {
  const seen = await inPage(withGated(async (kit, gated) => {
    const held = new Map();
    const first = kit.talk({ storage: gated(held).storage });
    first.addUserMessage("first");
    first.sharedState.mood = "good";
    await first.save();
    first.free();
    const gate = Promise.withResolvers();
    const { gates, storage } = gated(held);
    gates.getItem = gate.promise;
    const context = kit.talk({ storage });
    context.addUserMessage("second");
    context.clear();
    context.addUserMessage("third");
    gate.resolve();
    await context.save();
    const fresh = await kit.talk({ storage: gated(held).storage }).ready;
    return [context, fresh].map((context) => [context.messages.map(({ content }) => content), context.sharedState]);
  }));
  expect(seen).toEqual(Array(2).fill([["third"], {}]));
});

test("a run waits until the adapter has answered, and sends what it held", async ({ inPage }) => {
  const seen = await inPage(withGated(async (kit, gated) => {
    const held = new Map();
    const first = kit.talk({ storage: gated(held).storage });
    first.addUserMessage("first");
    await first.save();
    const gate = Promise.withResolvers();
    const { gates, storage } = gated(held);
    gates.getItem = gate.promise;
    const model = kit.saysAll("a");
    const run = kit.agent(model).run("second", { context: kit.talk({ storage }) });
    await kit.settled();
    const asked = model.turns.length;
    gate.resolve();
    await run;
    return { asked, sent: model.turns[0].body.messages.map(({ content }) => content) };
  }));
  expect(seen).toEqual({ asked: 0, sent: ["first", "second"] });
});

test("save resolves when all is written, and not before", async ({ inPage }) => {
  const seen = await inPage(withGated(async (kit, gated) => {
    const held = new Map();
    const { gates, storage } = gated(held);
    const gate = Promise.withResolvers();
    gates.setItem = gate.promise;
    const context = await kit.talk({ storage }).ready;
    context.addUserMessage("x");
    let isSaved = false;
    const saving = context.save().then(() => (isSaved = true));
    await kit.settled();
    const early = isSaved;
    gate.resolve();
    await saving;
    return { early, kept: [...held.values()].some((text) => text.includes('"x"')) };
  }));
  expect(seen).toEqual({ early: false, kept: true });
});

test("an adapter that refuses to write fails no run: onStorageError is told, save rejects, and the next save keeps it all", async ({ inPage }) => {
  const seen = await inPage(withGated(async (kit, gated) => {
    const held = new Map();
    const { gates, storage } = gated(held);
    const errors = [];
    const context = await kit.talk({ storage, onStorageError: (error) => void errors.push(kit.told(error)) }).ready;
    gates.setItem = Promise.reject(new Error("no network"));
    gates.setItem.catch(() => {});
    const { text } = await kit.agent(kit.saysAll("a", "b")).run("Hi", { context });
    const refused = await kit.failure(context.save());
    gates.setItem = Promise.resolve();
    await context.save();
    const fresh = await kit.talk({ storage: gated(held).storage }).ready;
    return { text, error: errors[0], refused, said: context.messages.length, kept: fresh.messages.map(({ content }) => content) };
  }));
  const error = { real: true, code: "storage", message: "the conversation could not be kept: no network" };
  expect(seen).toMatchObject({ text: "ab", error, refused: error, said: 2, kept: ["Hi", "ab"] });
});

test("an adapter that cannot be read: ready resolves, onStorageError is told, a list rejects, and runs go on", async ({ inPage }) => {
  const seen = await inPage(withGated(async (kit, gated) => {
    const errors = [];
    const { gates, storage } = gated(new Map([["refinire-web:talk", "{}"]]));
    gates.getItem = Promise.reject(new Error("no network"));
    gates.getItem.catch(() => {});
    const context = kit.talk({ storage, onStorageError: (error) => void errors.push(kit.told(error)) });
    const isReady = (await context.ready) === context;
    const { text } = await kit.agent(kit.saysAll("a")).run("Hi", { context });
    return { isReady, errors, text, list: await kit.failure(kit.refinire.Context.list({ storage })) };
  }));
  const error = { real: true, code: "storage", message: "the conversation could not be read: no network" };
  expect(seen).toMatchObject({ isReady: true, text: "a", errors: [error], list: error });
});

test("one that throws instead of rejecting is no other", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const no = () => { throw new Error("no"); };
    const errors = [];
    const context = kit.talk({ storage: { getItem: no, setItem: no, removeItem: no, keys: no }, onStorageError: ({ code }) => void errors.push(code) });
    await context.ready;
    const { text } = await kit.agent(kit.saysAll("a")).run("Hi", { context });
    return { text, errors: [...new Set(errors)], save: (await kit.failure(context.save())).code };
  });
  expect(seen).toEqual({ text: "a", errors: ["storage"], save: "storage" });
});

test("what an adapter tells of is read and shown, until the context is freed", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const held = new Map();
    const listeners = new Set();
    // As a server has it: each page with an adapter of its own, told of what the others write.
    const client = () => {
      const own = new Set();
      const changed = (key) => {
        for (const listener of listeners) if (!own.has(listener)) listener(key);
      };
      return {
        getItem: async (key) => held.get(key) ?? null,
        setItem: async (key, value) => {
          held.set(key, value);
          changed(key);
        },
        removeItem: async (key) => {
          held.delete(key);
          changed(key);
        },
        keys: async () => [...held.keys()],
        subscribe: (listener) => {
          own.add(listener);
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      };
    };
    const [one, two] = [await kit.talk({ storage: client() }).ready, await kit.talk({ storage: client() }).ready];
    const told = [];
    two.subscribe(({ messages }) => void told.push(messages.length));
    one.addUserMessage("x");
    one.sharedState.mood = "good";
    await one.save();
    await kit.until(two, ({ messages, sharedState }) => messages.length === 1 && sharedState.mood === "good");
    two.addUserMessage("y");
    await kit.until(one, ({ messages }) => messages.length === 2);
    one.clear();
    await kit.until(two, ({ messages }) => messages.length === 0);
    const subscribed = listeners.size;
    two.free();
    one.free();
    return { told: told.includes(1), subscribed, left: listeners.size };
  });
  expect(seen).toEqual({ told: true, subscribed: 2, left: 0 });
});

test("a storage that is no adapter is refused when the context is made", async ({ inPage }) => {
  const codes = await inPage(async (kit) => {
    const codes = [];
    for (const storage of ["cloud", {}, { getItem() {}, setItem() {} }, 1]) codes.push((await kit.failure(() => kit.talk({ storage }))).code);
    return codes;
  });
  expect(codes).toEqual(Array(4).fill("invalid-argument"));
});
