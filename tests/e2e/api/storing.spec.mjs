// Where conversations are kept, and what happens where they cannot be.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

const all = (inPage) => inPage(() => ({ ...localStorage }));

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

test("with no id the name is a new one each time", async ({ inPage }) => {
  const ids = await inPage((kit) => Array.from({ length: 20 }, () => new kit.refinire.Context().id));
  expect(new Set(ids).size).toBe(20);
  for (const id of ids) expect(id).toMatch(/^\w{16,}$/);
});

test("where storage is denied the conversation is in memory, and onStorageError is told once", async ({ page }) => {
  await openBlank(page);
  await page.evaluate(() => {
    const get = () => {
      throw new DOMException("denied", "SecurityError");
    };
    for (const holder of [globalThis, Window.prototype]) Object.defineProperty(holder, "localStorage", { configurable: true, get });
  });
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

test("a record that cannot be read is set aside under another key, and told of", async ({ inPage }) => {
  const record = "{broken";
  const { errors, isEmpty } = await inPage((kit, record) => {
    kit.talk().addUserMessage("x");
    for (const key of Object.keys(localStorage)) localStorage.setItem(key, record);
    const errors = [];
    const context = kit.talk({ onStorageError: (error) => void errors.push(kit.told(error)) });
    const isEmpty = context.messages.length === 0;
    context.addUserMessage("y");
    return { errors, isEmpty };
  }, record);
  expect(isEmpty).toBe(true);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ real: true, code: "storage" });
  const kept = await all(inPage);
  expect(Object.values(kept)).toContain(record);
  expect(Object.values(kept).filter((text) => text.includes('"y"'))).toHaveLength(1);
  for (const key of Object.keys(kept)) expect(key).toMatch(/^refinire-web/);
  expect(await inPage(async (kit) => (await kit.refinire.Context.list()).map(({ id }) => id))).toEqual(["talk"]);
});
