// A store without room: what is oldest goes, of other conversations first, and no run fails for it.
import { call, expect, load, test } from "./support/test.mjs";

/** Fills what is left of localStorage with foreign text, to the brim. */
const fill = (page) => page.evaluate(() => {
  for (let size = 2 ** 22; size >= 1; size /= 2) {
    try {
      localStorage.setItem(`é${size}`, "é".repeat(size));
    } catch {
      // Until not one more goes in.
    }
  }
});

/** What other code has kept, byte for byte. */
const foreign = (page) => page.evaluate(async () => {
  const kept = Object.entries(localStorage).filter(([key]) => !/^refinire-web/.test(key)).sort();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(kept)));
  return { keys: kept.map(([key]) => key), digest: [...new Uint8Array(digest)].join(" ") };
});

const kept = (kit, id) => kit.talk({ id }).messages.map(({ content }) => content.slice(0, 10));

/** Three conversations, the oldest first: each of `turns` turns of 1,000 letters. */
async function fillWithTalks(page, inPage, turns = 4) {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
  await page.evaluate(() => {
    localStorage.setItem("empty", "");
    localStorage.setItem("refinire", "not ours");
  });
  for (const id of ["oldest", "older", "talk"]) {
    await inPage((kit, [id, turns]) => {
      const context = kit.talk({ id });
      for (let turn = 0; turn < turns; turn += 1) context.addUserMessage(`${id} ${turn} `.padEnd(1000, "x"));
    }, [id, turns]);
    await page.clock.runFor(1000);
  }
  await fill(page);
  return foreign(page);
}

test("the oldest turns of the conversation that changed least lately go first, and only as many as need be", async ({ page, inOwnPage }) => {
  const before = await fillWithTalks(page, inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const errors = [];
    const context = kit.talk({ onStorageError: (error) => void errors.push(kit.told(error)) });
    const { text } = await kit.agent(kit.saysAll("an ", "answer ", "y".repeat(500))).run("Hi", { context });
    return { text: text.length, errors, said: context.messages.length };
  });
  expect(seen.text).toBe(510);
  expect(seen.said).toBe(6);
  expect(seen.errors[0]).toMatchObject({ real: true, code: "storage" });
  expect(seen.errors[0].message).toContain("full");
  expect(await foreign(page)).toEqual(before);

  await page.reload();
  await load(page);
  expect(await call(page, kept, "talk")).toHaveLength(6);
  expect(await call(page, kept, "older")).toHaveLength(4);
  const oldest = await call(page, kept, "oldest");
  expect(oldest.length).toBeLessThan(4);
  expect(oldest.length).toBeGreaterThan(0);
  expect(oldest.at(-1)).toMatch(/^oldest 3/);
});

test("then the oldest of this conversation go, and the newest never", async ({ page, inOwnPage }) => {
  const before = await fillWithTalks(page, inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const context = kit.talk({ onStorageError: () => {} });
    // More than the two others leave.
    const { text } = await kit.agent(kit.saysAll("z".repeat(10_000))).run("Hi", { context });
    await context.save();
    return { text: text.length, said: context.messages.length };
  });
  expect(seen).toEqual({ text: 10_000, said: 6 });
  expect(await foreign(page)).toEqual(before);

  await page.reload();
  await load(page);
  for (const id of ["oldest", "older"]) expect(await call(page, kept, id)).toEqual([]);
  const own = await call(page, kept, "talk");
  expect(own.length).toBeLessThan(6);
  expect(own.at(-1)).toBe("zzzzzzzzzz");
  expect(await call(page, async (kit) => (await kit.refinire.Context.list()).map(({ id }) => id))).toEqual(["talk"]);
});

test("where there is no room at all the run succeeds with the whole text, and save rejects until there is some", async ({ page, inOwnPage }) => {
  await fill(page);
  const before = await foreign(page);
  const seen = await inOwnPage(async (kit) => {
    const errors = [];
    const context = kit.talk({ onStorageError: (error) => void errors.push(kit.told(error)) });
    const { chunks } = await kit.read(kit.agent(kit.saysAll("a", "b".repeat(5000), "c")).runStreamed("Hi", { context }));
    return { text: chunks.join("").length, said: context.messages.length, error: errors[0], save: await kit.failure(context.save()) };
  });
  expect(seen).toMatchObject({ text: 5002, said: 2, error: { real: true, code: "storage" }, save: { real: true, code: "storage" } });
  expect(await foreign(page)).toEqual(before);
  const after = await inOwnPage(async (kit) => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("é")) localStorage.removeItem(key);
    const context = kit.talk();
    context.addUserMessage("x");
    await context.save();
    return kit.talk().messages.length;
  });
  expect(after).toBe(1);
});

test("while an answer streams into a full store what was said makes room for it", async ({ page, inOwnPage, inOther }) => {
  const before = await fillWithTalks(page, inOwnPage);
  await inOwnPage((kit) => kit.streaming("Hel", "lo"));
  await page.clock.runFor(500);
  // Another tab may see a little later what this one has stored.
  await expect.poll(() => inOther((kit) => kit.said(kit.talk()).at(-1))).toEqual({ role: "assistant", content: "Hello", interrupted: true });
  expect(await foreign(page)).toEqual(before);
});

test("what does not fit even alone costs no other conversation anything, and is told of", async ({ page, inOwnPage }) => {
  const before = await fillWithTalks(page, inOwnPage);
  const seen = await inOwnPage(async (kit) => {
    const errors = [];
    const all = () => JSON.stringify(Object.entries(localStorage).sort());
    const kept = all();
    const context = kit.talk({ onStorageError: (error) => void errors.push(kit.told(error)) });
    // As large as what the three have together, and larger than any store.
    for (const size of [60_000, 6 * 2 ** 20]) context.addUserMessage("z".repeat(size));
    const isSame = all() === kept;
    context.addUserMessage("short");
    const { real, code, message } = await kit.failure(context.save());
    return { isSame, errors, real, code, message, last: kit.talk().messages.at(-1).content };
  });
  expect(seen).toMatchObject({ isSame: true, real: true, code: "storage", last: "short" });
  expect(seen.errors[0].message).toContain("could not be kept");
  // That something went for the short one is told although the others were refused again.
  expect(seen.errors[2].message).toContain("the oldest turns went, 1 of them");
  expect(await foreign(page)).toEqual(before);
  expect((await inOwnPage((kit) => ["oldest", "older"].map((id) => kit.talk({ id }).messages.length)))).toEqual([3, 4]);
});
