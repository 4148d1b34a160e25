// What comes with a question stays with it: its bytes are in IndexedDB, in memory, or in an adapter.
import { call, expect, load, test } from "./support/test.mjs";

/** Asks with an image of these letters, and more of the context's options. */
const show = async (kit, { letters = "one", text = "It?", options, context = kit.talk(options) } = {}) => {
  const model = kit.saysAll("A cat.");
  const file = new File([letters], `${letters}.png`, { type: "image/png" });
  await kit.agent(model).run({ text, attachments: [file] }, { context });
  await context.save();
  return { context, body: model.turns[0].body, attachments: context.messages.at(-2).attachments };
};

/** Asks again, and gives what is sent with the first question. */
const goOn = async (kit, context) => {
  await context.ready;
  const model = kit.saysAll("Yes.");
  await kit.agent(model).run("Sure?", { context });
  return model.turns[0].body.messages[0].content;
};

/** The records of the database: id, owners and bytes. */
const stored = (kit) => new Promise((resolve, reject) => {
  const request = indexedDB.open("refinire-web", 1);
  request.onupgradeneeded = () => request.transaction.abort();
  request.onerror = () => resolve([]);
  request.onsuccess = () => {
    const all = request.result.transaction("attachments").objectStore("attachments").getAll();
    all.onerror = () => reject(all.error);
    all.onsuccess = async () => {
      request.result.close();
      resolve(await Promise.all(all.result.map(async ({ blob, created, ...rest }) => ({ ...rest, text: await blob.text() }))));
    };
  };
});

/** Puts these helpers beside the kit: a function that is called in a page knows nothing around it. */
const prepare = (inPage) => inPage(`(kit) => void Object.assign(globalThis, { show: ${show}, goOn: ${goOn}, stored: ${stored} })`);

const content = (letters) => [
  { type: "image_url", image_url: { url: `data:image/png;base64,${btoa(letters)}` } },
  { type: "text", text: "It?" },
];

for (const storage of ["local", "session"]) {
  test(`an attachment of a conversation in ${storage} storage is sent again after a reload, and given to the page`, async ({ page, inOwnPage }) => {
    await prepare(inOwnPage);
    const first = await inOwnPage(async (kit, storage) => {
      const { body, attachments } = await show(kit, { options: { storage } });
      return { sent: body.messages[0].content, attachments };
    }, storage);
    expect(first.sent).toEqual(content("one"));
    expect(first.attachments).toEqual([{ id: expect.stringMatching(/^[0-9a-z]{20}$/), mediaType: "image/png", name: "one.png", size: 3 }]);

    await page.reload();
    await load(page);
    const inPage = (script, argument) => call(page, script, argument);
    await prepare(inPage);
    const again = await inPage(async (kit, storage) => {
      const context = kit.talk({ storage });
      const [{ attachments: [{ id }] }] = context.messages;
      const blob = await context.attachment(id);
      return { id, blob: [await blob.text(), blob.type], none: await context.attachment("nothing"), sent: await goOn(kit, context) };
    }, storage);
    expect(again).toEqual({ id: first.attachments[0].id, blob: ["one", "image/png"], none: undefined, sent: content("one") });
  });
}

test("the bytes are not in the turn, and another tab has them", async ({ inOwnPage, inOther }) => {
  await prepare(inOwnPage);
  await prepare(inOther);
  await inOwnPage(async (kit) => void (await show(kit)));
  const turns = await inOwnPage(() => JSON.stringify({ ...localStorage }));
  expect(turns).not.toContain("b25l");
  await expect.poll(() => inOther((kit) => kit.talk().messages.length)).toBe(2);
  expect(await inOther((kit) => goOn(kit, kit.talk()))).toEqual(content("one"));
});

for (const how of ["clear", "delete"]) {
  test(`${how}() removes what was attached, but not that of another conversation`, async ({ inOwnPage }) => {
    await prepare(inOwnPage);
    const left = await inOwnPage(async (kit, how) => {
      const { context } = await show(kit);
      await show(kit, { letters: "two", options: { id: "other" } });
      await context[how]();
      await context.save();
      return stored(kit);
    }, how);
    expect(left).toEqual([{ id: expect.any(String), name: "two.png", owners: ["local:other"], text: "two" }]);
  });
}

test("a URL is kept as it is, and a question that is refused keeps nothing", async ({ inOwnPage }) => {
  await prepare(inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const context = kit.talk();
    const url = new URL("https://files.example/a.png");
    const refused = await kit.failure(kit.agent(kit.saysAll("")).run({ text: "It?", attachments: [new Blob(["x"]), url] }, { context }));
    await kit.agent(kit.saysAll("A cat.")).run({ text: "It?", attachments: [url] }, { context });
    const [{ attachments: [attachment] }] = context.messages;
    return { code: refused.code, attachment, bytes: await context.attachment(attachment.id), stored: await stored(kit), sent: await goOn(kit, context) };
  });
  expect(seen).toEqual({
    code: "invalid-argument",
    attachment: { id: expect.any(String), mediaType: "image/png", name: "a.png", url: "https://files.example/a.png" },
    bytes: undefined,
    stored: [],
    sent: [{ type: "image_url", image_url: { url: "https://files.example/a.png" } }, { type: "text", text: "It?" }],
  });
});

test("a run that is stopped before it asks keeps nothing", async ({ inOwnPage }) => {
  await prepare(inOwnPage);
  const left = await inOwnPage(async (kit) => {
    const context = kit.talk();
    const controller = new AbortController();
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...given) {
      controller.abort();
      return put.apply(this, given);
    };
    await kit.failure(kit.agent(kit.saysAll("")).run({ text: "It?", attachments: [new File(["x"], "x.png", { type: "image/png" })] }, { context, signal: controller.signal }));
    await context.save();
    return { stored: await stored(kit), messages: context.messages };
  });
  expect(left).toEqual({ stored: [], messages: [] });
});

test("in a full IndexedDB the oldest attachments go, and what went is told", async ({ inOwnPage }) => {
  await prepare(inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const errors = [];
    const context = kit.talk({ onStorageError: (error) => void errors.push(kit.told(error)) });
    // Stored one after the other.
    let now = Date.now();
    Date.now = () => (now += 1);
    for (const letters of ["one", "two", "six"]) await show(kit, { letters, text: letters, context });
    // There is room when two are gone.
    const { put, delete: remove } = IDBObjectStore.prototype;
    let deleted = 0;
    IDBObjectStore.prototype.delete = function (...given) {
      deleted += 1;
      return remove.apply(this, given);
    };
    IDBObjectStore.prototype.put = function (...given) {
      if (deleted < 2) throw new DOMException("full", "QuotaExceededError");
      return put.apply(this, given);
    };
    await show(kit, { letters: "seven", text: "seven", context });
    Object.assign(IDBObjectStore.prototype, { put, delete: remove });
    const sent = await goOn(kit, context);
    return { names: (await stored(kit)).map(({ name }) => name).sort(), errors, sent };
  });
  expect(seen.names).toEqual(["seven.png", "six.png"]);
  expect(seen.errors.map(({ code, message }) => [code, message])).toEqual([
    ["storage", "the storage was full: the oldest attachments went, one.png, two.png"],
  ]);
  expect(seen.sent).toBe("one\n[attachment: one.png]");
});

test("what does not fit at all is sent and in memory, and nothing goes for it", async ({ inOwnPage }) => {
  await prepare(inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const errors = [];
    const context = kit.talk({ onStorageError: (error) => void errors.push(kit.told(error)) });
    await show(kit, { text: "small", context });
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    const { body, attachments } = await show(kit, { letters: "seventeen", context });
    const blob = await context.attachment(attachments[0].id);
    return { sent: body.messages.at(-1).content, stored: (await stored(kit)).map(({ name }) => name), text: await blob.text(), errors };
  });
  expect(seen.sent).toEqual(content("seventeen"));
  expect(seen.stored).toEqual(["one.png"]);
  expect(seen.text).toBe("seventeen");
  expect(seen.errors.map(({ code }) => code)).toEqual(["storage"]);
  expect(seen.errors[0].message).toContain('there is no room for the attachment "seventeen.png"');
});

test("without IndexedDB the bytes are in memory, which is told once", async ({ inOwnPage }) => {
  await prepare(inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    Object.defineProperty(globalThis, "indexedDB", { get: () => { throw new DOMException("denied", "SecurityError"); } });
    const errors = [];
    const context = kit.talk({ onStorageError: (error) => void errors.push(kit.told(error)) });
    await show(kit, { context });
    await show(kit, { letters: "two", text: "And it?", context });
    return { sent: await goOn(kit, context), errors: errors.map(({ message }) => message) };
  });
  expect(seen.sent).toEqual(content("one"));
  expect(seen.errors).toEqual([expect.stringContaining("attachments cannot be stored, they are in memory")]);
});

test("in memory storage the bytes live as long as their context", async ({ inOwnPage }) => {
  await prepare(inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const { context, attachments } = await show(kit, { options: { storage: "memory" } });
    const sent = await goOn(kit, context);
    context.clear();
    return { sent, after: await context.attachment(attachments[0].id), stored: await stored(kit) };
  });
  expect(seen).toEqual({ sent: content("one"), after: undefined, stored: [] });
});

for (const hasKeys of [true, false]) {
  test(`an adapter ${hasKeys ? "with" : "without"} keys() keeps the bytes under keys of their own`, async ({ inOwnPage }) => {
    await prepare(inOwnPage);
    const seen = await inOwnPage(async (kit, hasKeys) => {
      const held = new Map();
      const storage = { getItem: async (key) => held.get(key), setItem: async (key, value) => void held.set(key, value), removeItem: async (key) => void held.delete(key) };
      if (hasKeys) storage.keys = async () => [...held.keys()];
      const { attachments } = await show(kit, { options: { storage } });
      const under = [...held].filter(([key]) => key.startsWith("refinire-web@"));
      const context = kit.talk({ storage });
      const sent = await goOn(kit, context);
      await context.save();
      const listed = (await kit.refinire.Context.list({ storage })).map(({ id, messages }) => [id, messages]);
      await context.delete();
      return { id: attachments[0].id, under, sent, listed, left: [...held.keys()], stored: await stored(kit) };
    }, hasKeys);
    expect(seen).toEqual({
      id: expect.any(String),
      under: [[`refinire-web@${seen.id}:talk`, "data:image/png;base64,b25l"]],
      sent: content("one"),
      listed: [["talk", 4]],
      left: [],
      stored: [],
    });
  });
}

test("what no turn refers to any more is removed by a later page, if it is older than an hour", async ({ page, inOwnPage }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await prepare(inOwnPage);
  await inOwnPage(async (kit) => {
    await show(kit);
    const add = (id, hours, owner) => new Promise((resolve) => {
      const request = indexedDB.open("refinire-web", 1);
      request.onsuccess = () => {
        const transaction = request.result.transaction("attachments", "readwrite");
        const created = Date.now() - hours * 3_600_000;
        transaction.objectStore("attachments").put({ id, blob: new Blob(["x"]), name: id, created, owners: [owner] });
        transaction.oncomplete = () => resolve(request.result.close());
      };
    });
    await add("gone", 2, "local:gone");
    await add("unused", 2, "local:talk");
    await add("young", 0.5, "local:talk");
    await add("session of today", 2, "session:else");
    await add("session of before", 30, "session:else");
  });
  await page.reload();
  await load(page);
  const inPage = (script, argument) => call(page, script, argument);
  await prepare(inPage);
  await inPage((kit) => void (kit.kept.context = kit.talk()));
  await page.clock.runFor(1000);
  await expect.poll(() => inPage(async (kit) => (await stored(kit)).map(({ name }) => name).sort()))
    .toEqual(["one.png", "session of today", "young"]);
});

test("a flow's branches have what the conversation has, and a record that is read owns it as well", async ({ inOwnPage }) => {
  await prepare(inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const { context } = await show(kit);
    const model = kit.saysAll("Yes.");
    const branches = { both: { parallel: [kit.named("a", model), kit.named("b", model)] } };
    await new kit.refinire.Flow(branches, { context }).run("Sure?");
    const copy = kit.refinire.Context.fromJSON(context.toJSON(), { id: "copy" });
    await copy.save();
    await context.delete();
    return { sent: model.turns.map(({ body }) => body.messages[0].content), stored: await stored(kit), copied: await goOn(kit, copy) };
  });
  expect(seen.sent).toEqual([content("one"), content("one")]);
  expect(seen.stored).toEqual([{ id: expect.any(String), name: "one.png", owners: ["local:copy"], text: "one" }]);
  expect(seen.copied).toEqual(content("one"));
});

test("a fork shares what was attached, and truncate() removes what no message has any more", async ({ inOwnPage }) => {
  await prepare(inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const { context } = await show(kit);
    await show(kit, { letters: "two", text: "And it?", context });
    const fork = context.fork({ id: "fork" });
    await fork.save();
    const owners = async () => Object.fromEntries((await stored(kit)).map(({ name, owners }) => [name, owners.sort()]));
    const shared = await owners();
    context.truncate(2);
    await context.save();
    const truncated = await owners();
    await context.delete();
    const deleted = await owners();
    const memory = fork.fork({ storage: "memory" });
    await fork.delete();
    await memory.save();
    return { shared, truncated, deleted, left: await owners(), sent: await goOn(kit, memory) };
  });
  expect(seen).toEqual({
    shared: { "one.png": ["local:fork", "local:talk"], "two.png": ["local:fork", "local:talk"] },
    truncated: { "one.png": ["local:fork", "local:talk"], "two.png": ["local:fork"] },
    deleted: { "one.png": ["local:fork"], "two.png": ["local:fork"] },
    left: {},
    sent: content("one"),
  });
});
