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
