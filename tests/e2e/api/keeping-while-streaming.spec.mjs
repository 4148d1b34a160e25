// What a page has shown of an answer is in the store soon after, and stays there whatever becomes of the page.
import { call, expect, load, openBlank, test } from "./support/test.mjs";

const QUESTION = { role: "user", content: "Hi" };
const half = (content) => [QUESTION, { role: "assistant", content, interrupted: true }];
const kept = (kit) => kit.said(kit.talk());

/** Time stands still but for what a test lets pass. */
async function stopClock(page) {
  await page.clock.install({ time: new Date("2030-01-01T00:00:00Z") });
  await page.clock.pauseAt(new Date("2030-01-01T00:00:01Z"));
}

/** What a page finds that has just been loaded. */
async function keptAfresh(page) {
  const fresh = await page.context().newPage();
  await openBlank(fresh);
  await load(fresh);
  return call(fresh, kept);
}

test("half a second after it was delivered, text is kept, as that of an answer that was interrupted", async ({ page, inOwnPage, inOther }) => {
  await stopClock(page);
  await inOwnPage((kit) => kit.streaming("Hel", "lo"));
  await expect.poll(() => inOther(kept)).toEqual([QUESTION]);
  await page.clock.runFor(500);
  await expect.poll(() => inOther(kept)).toEqual(half("Hello"));
  await inOwnPage(async (kit) => {
    kit.kept.turn.say(", wörld", " 🙂");
    await kit.settled();
  });
  await expect.poll(() => inOther(kept)).toEqual(half("Hello"));
  await page.clock.runFor(500);
  await expect.poll(() => inOther(kept)).toEqual(half("Hello, wörld 🙂"));
  expect(await keptAfresh(page)).toEqual(half("Hello, wörld 🙂"));
});

test("what was delivered is kept at once when the context is freed, and the run goes on", async ({ page, inOwnPage, inOther }) => {
  await stopClock(page);
  await inOwnPage((kit) => kit.streaming("Hello"));
  await expect.poll(() => inOther(kept)).toEqual([QUESTION]);
  await inOwnPage((kit) => kit.kept.context.free());
  await expect.poll(() => inOther(kept)).toEqual(half("Hello"));
  const delivered = await inOwnPage(async (kit) => {
    kit.kept.turn.answer(", wörld");
    await kit.kept.run;
    return kit.kept.delivered;
  });
  expect(delivered).toBe("Hello, wörld");
  await expect.poll(() => inOther(kept)).toEqual(half("Hello"));
});

for (const [what, leave] of Object.entries({
  "is left": () => dispatchEvent(new PageTransitionEvent("pagehide")),
  "is hidden": () => document.dispatchEvent(new Event("visibilitychange")),
})) {
  test(`what was delivered is kept at once when the page ${what}`, async ({ page, inOwnPage, inOther }) => {
    await stopClock(page);
    await inOwnPage((kit) => kit.streaming("Hello"));
    await expect.poll(() => inOther(kept)).toEqual([QUESTION]);
    await page.evaluate(leave);
    await expect.poll(() => inOther(kept)).toEqual(half("Hello"));
  });
}

test("after a reload in the middle the conversation ends with what was delivered, and goes on from there", async ({ page, inOwnPage }) => {
  await stopClock(page);
  await inOwnPage((kit) => kit.streaming("Hel", "lo"));
  await page.reload();
  await load(page);
  const sent = await call(page, async (kit) => {
    kit.kept.context = kit.talk();
    const before = kit.said(kit.kept.context);
    const model = kit.saysAll("Yes.");
    await kit.agent(model).run("And?", { context: kit.kept.context });
    return { before, sent: model.turns[0].body.messages.map(({ content }) => content) };
  });
  expect(sent).toEqual({ before: half("Hello"), sent: ["Hi", "Hello", "And?"] });
  expect(await call(page, kept)).toEqual([...half("Hello"), { role: "user", content: "And?" }, { role: "assistant", content: "Yes." }]);
});

for (const [what, end] of Object.entries({
  crashes: async (page) => {
    const crashed = page.waitForEvent("crash");
    const devtools = await page.context().newCDPSession(page);
    // Whoever crashes does not answer.
    devtools.send("Page.crash").catch(() => {});
    await crashed;
  },
  "is closed": (page) => page.close({ runBeforeUnload: false }),
})) {
  test(`after a tab ${what} in the middle the conversation ends with what was kept of it`, async ({ inOwnPage, inOther }) => {
    await inOther((kit) => kit.streaming("Hel", "lo"));
    await expect.poll(() => inOwnPage(kept)).toEqual(half("Hello"));
    await end(inOther.page);
    expect(await inOwnPage(kept)).toEqual(half("Hello"));
    // Nor does it hold up the next run in this conversation, unless for the moment that a tab gets for its last words.
    const said = await inOwnPage(async (kit) => {
      const context = kit.talk();
      await kit.agent(kit.saysAll("Yes.")).run("And?", { context });
      return kit.said(context);
    });
    expect(said.map(({ content }) => content)).toEqual(["Hi", "Hello", "And?", "Yes."]);
  });
}
