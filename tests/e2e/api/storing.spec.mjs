// Where conversations are kept, and what happens where they cannot be.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

const all = (inPage, storage = "localStorage") => inPage((kit, storage) => ({ ...globalThis[storage] }), storage);

test("a conversation is there again after a reload, under one prefix and with a schema", async ({ page, inOwnPage }) => {
  await page.evaluate(() => localStorage.setItem("someone-else", "theirs"));
  const before = await inOwnPage(async (kit) => {
    const context = new kit.refinire.Context({ id: "talk" });
    context.addSystemMessage("S", { a: 1 });
    context.sharedState.mood = { is: "good" };
    await kit.agent(kit.saysAll("wörld 🙂")).run("Hi", { context });
    for await (const _ of kit.agent(kit.saysAll("half", "whole")).runStreamed("More", { context })) break;
    await kit.settled();
    new kit.refinire.Context({ id: "other" }).addUserMessage("x");
    return { messages: context.messages, state: context.sharedState };
  });
  await page.reload();
  await load(page);
  const after = await call(page, async (kit) => {
    const context = new kit.refinire.Context({ id: "talk" });
    const ready = (await context.ready) === context;
    return { ready, messages: context.messages, state: context.sharedState };
  });
  expect(after).toEqual({ ready: true, ...before });
  expect(before.messages).toHaveLength(5);
  expect(before.messages.at(-1)).toMatchObject({ content: "half", interrupted: true });

  const { "someone-else": foreign, ...ours } = await all(inOwnPage);
  expect(foreign).toBe("theirs");
  const keys = Object.keys(ours);
  for (const key of keys) expect(key).toMatch(/^refinire-web[:/]/);
  const heads = keys.filter((key) => key.startsWith("refinire-web:"));
  expect(heads.sort()).toEqual(["refinire-web:other", "refinire-web:talk"]);
  for (const key of heads) expect(JSON.parse(ours[key]).schema).toBe(2);
  expect(keys).toHaveLength(heads.length + 6);
});

test("what a run says is in the store when it ends, whatever the end, and a question before it is sent", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const stored = () => new kit.refinire.Context({ id: "talk" }).messages.map(({ content, interrupted }) => [content, interrupted ?? false]);
    const context = new kit.refinire.Context({ id: "talk" });
    let asked;
    const model = kit.model((turn) => {
      asked = stored();
      turn.say("half").close();
    });
    await kit.thrown(kit.agent(model).run("Hi", { context }));
    return { asked, failed: stored() };
  });
  expect(seen).toEqual({ asked: [["Hi", false]], failed: [["Hi", false], ["half", true]] });
});

test("a shared state that was changed is kept by save", async ({ page, inOwnPage }) => {
  await inOwnPage(async (kit) => {
    const context = new kit.refinire.Context({ id: "talk" });
    context.sharedState.step = 2;
    await context.save();
  });
  await page.reload();
  await load(page);
  expect(await call(page, (kit) => new kit.refinire.Context({ id: "talk" }).sharedState)).toEqual({ step: 2 });
});

test("with no id the name is a new one each time", async ({ inPage }) => {
  const ids = await inPage((kit) => Array.from({ length: 20 }, () => new kit.refinire.Context().id));
  expect(new Set(ids).size).toBe(20);
  for (const id of ids) expect(id).toMatch(/^\w{16,}$/);
});

test("session and memory keep nothing in localStorage", async ({ inPage }) => {
  await inPage((kit) => {
    for (const storage of ["session", "memory"]) new kit.refinire.Context({ id: storage, storage }).addUserMessage("x");
  });
  expect(await all(inPage)).toEqual({});
  const session = Object.keys(await all(inPage, "sessionStorage"));
  expect(session.map((key) => key.slice(-8))).toEqual([":session", ":session"]);
});

test("list tells of the stored conversations, newest first, and of nobody else's keys", async ({ page, inOwnPage }) => {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await page.evaluate(() => localStorage.setItem("foreign", '{"schema":1,"id":"f","messages":[]}'));
  const add = (id, ...contents) => inOwnPage((kit, [id, contents]) => {
    const context = new kit.refinire.Context({ id });
    for (const content of contents) context.addUserMessage(content);
  }, [id, contents]);
  await add("old", "first question", "second");
  await page.clock.runFor(1000);
  await add("é new", "x".repeat(1000));
  await page.clock.runFor(1000);
  await add("old", "third");
  const listed = await inOwnPage((kit) => kit.refinire.Context.list());
  expect(listed.map(({ preview, ...row }) => row)).toEqual([
    { id: "old", updatedAt: "2030-01-01T00:00:03.000Z", messages: 3 },
    { id: "é new", updatedAt: "2030-01-01T00:00:02.000Z", messages: 1 },
  ]);
  expect(listed[0].preview).toBe("first question");
  expect(listed[1].preview.length).toBeLessThan(200);
  expect(await inOwnPage((kit) => kit.refinire.Context.list({ storage: "session" }))).toEqual([]);
});

test("a list that cannot be read is an error of the storage, and so is a delete that is refused", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const { Context } = kit.refinire;
    const errors = [];
    const context = new Context({ id: "one", onStorageError: (error) => void errors.push(error) });
    context.addUserMessage("x");
    const cause = new Error("lost");
    Storage.prototype.getItem = Storage.prototype.removeItem = () => { throw cause; };
    const { error } = await kit.thrown(Context.list());
    await context.delete();
    return [error, ...errors].map((error) => ({ ...kit.told(error), caused: error.cause === cause }));
  });
  expect(seen).toMatchObject([
    { real: true, code: "storage", message: "the conversation could not be read: lost", caused: true },
    { real: true, code: "storage", message: "the conversation could not be deleted: lost", caused: true },
  ]);
});

test("delete takes a conversation out of the store, and leaves the others", async ({ inPage }) => {
  await inPage(async (kit) => {
    localStorage.setItem("foreign", "f");
    const [one, two] = ["one", "two"].map((id) => new kit.refinire.Context({ id }));
    one.addUserMessage("x");
    two.addUserMessage("y");
    await one.delete();
    kit.kept.after = [one.messages, (await kit.refinire.Context.list()).map(({ id }) => id)];
  });
  expect(await inPage((kit) => kit.kept.after)).toEqual([[], ["two"]]);
  expect(Object.keys(await all(inPage)).filter((key) => !key.endsWith(":two"))).toEqual(["foreign"]);
});

const DENIED = {
  denied: () => Object.defineProperty(Window.prototype, "localStorage", { configurable: true, get() { throw new DOMException("denied", "SecurityError"); } }),
  missing: () => Object.defineProperty(Window.prototype, "localStorage", { configurable: true, get: () => null }),
};
for (const [what, prepare] of Object.entries(DENIED)) {
  test(`where storage is ${what} the conversation is in memory, and onStorageError is told once`, async ({ page }) => {
    await openBlank(page);
    await page.evaluate(`(() => {
      const own = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
      if (own) delete globalThis.localStorage;
      const patch = ${prepare};
      patch();
      const { get } = Object.getOwnPropertyDescriptor(Window.prototype, "localStorage");
      if (own) Object.defineProperty(globalThis, "localStorage", { configurable: true, get });
    })()`);
    await load(page);
    const seen = await call(page, async (kit) => {
      const errors = [];
      const context = new kit.refinire.Context({ id: "talk", onStorageError: (error) => void errors.push(kit.told(error)) });
      const told = errors.length;
      context.addUserMessage("Hi");
      await kit.agent(kit.saysAll("a")).run("More", { context });
      await context.save();
      return { told, errors, said: context.messages.length, list: await kit.refinire.Context.list() };
    });
    expect(seen).toMatchObject({ told: 1, said: 3, list: [] });
    expect(seen.errors).toHaveLength(1);
    expect(seen.errors[0]).toMatchObject({ real: true, code: "storage" });
  });
}

test("a full store fails no run: onStorageError is told, and the page has everything", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const errors = [];
    const context = new kit.refinire.Context({ id: "talk", onStorageError: (error) => void errors.push(kit.told(error)) });
    context.addUserMessage("first");
    localStorage.setItem("filler", "");
    for (let size = 2 ** 22; size >= 1; size /= 2) {
      try {
        localStorage.setItem("filler", localStorage.getItem("filler") + "x".repeat(size));
      } catch {
        // Until not one more goes in.
      }
    }
    const { text } = await kit.agent(kit.saysAll("a", "b")).run("Hi", { context });
    const filler = localStorage.getItem("filler").length;
    const told = errors.length;
    localStorage.removeItem("filler");
    await context.save();
    const kept = new kit.refinire.Context({ id: "talk" }).messages.length;
    return { text, said: context.messages.length, told, first: errors[0], foreign: filler > 1e6, kept, after: errors.length - told };
  });
  expect(seen).toMatchObject({ text: "ab", said: 3, foreign: true, kept: 3, after: 0, first: { real: true, code: "storage" } });
  expect(seen.told).toBeGreaterThan(0);
});

test.describe("listeners that throw", () => {
  test.use({ expectedComplaints: [/thrown by a listener/] });

  test("neither an onStorageError nor a subscriber ends a run", async ({ inPage, complaints }) => {
    const seen = await inPage(async (kit) => {
      const throwing = () => { throw new Error("thrown by a listener"); };
      const context = new kit.refinire.Context({ id: "talk", onStorageError: throwing });
      context.subscribe(throwing);
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
      context.addUserMessage("x");
      const { text } = await kit.agent(kit.saysAll("a")).run("Hi", { context });
      const again = await kit.agent(kit.saysAll("b")).run("Hi", { context });
      return { texts: [text, again.text], said: context.messages.length };
    });
    expect(seen).toEqual({ texts: ["a", "b"], said: 5 });
    await inPage((kit) => kit.settled());
    // A page still hears of its own mistakes.
    expect(complaints.length).toBeGreaterThan(1);
  });
});

test("a state that JSON cannot hold is told of, and the one kept before stays", async ({ inPage }) => {
  const seen = await inPage(async (kit) => {
    const errors = [];
    const context = new kit.refinire.Context({ id: "talk", onStorageError: (error) => void errors.push(kit.told(error)) });
    context.sharedState.good = 1;
    context.addUserMessage("x");
    context.sharedState.me = context.sharedState;
    const { text } = await kit.agent(kit.saysAll("a")).run("Hi", { context });
    const again = new kit.refinire.Context({ id: "talk" });
    const { code } = await kit.failure(context.save());
    return { text, error: errors[0], state: again.sharedState, said: again.messages.length, code };
  });
  expect(seen).toMatchObject({ text: "a", state: { good: 1 }, said: 3, error: { real: true }, code: "invalid-argument" });
  expect(seen.error.message).toContain("sharedState");
});

test("a state that is nested too deeply is told of, and the one kept before stays", async ({ inPage }) => {
  const seen = await inPage((kit) => {
    const errors = [];
    const context = new kit.refinire.Context({ id: "talk", onStorageError: (error) => void errors.push(kit.told(error)) });
    context.sharedState.good = 1;
    context.addUserMessage("x");
    for (let depth = 0; depth < 500; depth += 1) context.sharedState = { deeper: context.sharedState };
    context.addUserMessage("y");
    const again = new kit.refinire.Context({ id: "talk" });
    return { real: errors[0]?.real, state: again.sharedState, said: again.messages.length };
  });
  expect(seen).toEqual({ real: true, state: { good: 1 }, said: 2 });
});

for (const [what, record] of Object.entries({
  "no JSON": "{broken", "no conversation": '{"a":1}', "a newer version's": '{"schema":99,"messages":[]}', "JSON of another kind": "[1]", empty: "",
})) {
  test(`a record that is ${what} is set aside under another key, and told of`, async ({ inPage }) => {
    const errors = await inPage((kit, record) => {
      const first = new kit.refinire.Context({ id: "talk" });
      first.addUserMessage("x");
      for (const key of Object.keys(localStorage)) localStorage.setItem(key, record);
      const errors = [];
      const context = new kit.refinire.Context({ id: "talk", onStorageError: (error) => void errors.push(kit.told(error)) });
      const empty = context.messages.length === 0;
      context.addUserMessage("y");
      return { errors, empty };
    }, record);
    expect(errors.empty).toBe(true);
    expect(errors.errors).toHaveLength(1);
    expect(errors.errors[0]).toMatchObject({ real: true, code: "storage" });
    const kept = await all(inPage);
    expect(Object.values(kept)).toContain(record);
    expect(Object.values(kept).filter((text) => text.includes('"y"'))).toHaveLength(1);
    for (const key of Object.keys(kept)) expect(key).toMatch(/^refinire-web/);
    expect(await inPage(async (kit) => (await kit.refinire.Context.list()).map(({ id }) => id))).toEqual(["talk"]);
  });
}
