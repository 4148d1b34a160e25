// Playwright's test with a blank page in which the package is loaded, failing on whatever that page complains of.
import { expect, test as base } from "@playwright/test";
import { call, load, openBlank } from "./blank.mjs";
import { Frames } from "./frames.mjs";

export { call, expect, load, openBlank };

export const test = base.extend({
  /** What a test provokes, and may therefore be complained of. */
  expectedComplaints: [[], { option: true }],

  complaints: async ({ expectedComplaints }, use) => {
    const complaints = [];
    await use(complaints);
    const unexpected = complaints.filter((words) => !expectedComplaints.some((pattern) => pattern.test(words)));
    expect(unexpected, "what the page complained of").toEqual([]);
  },

  frames: [async ({ browser }, use) => {
    const frames = new Frames(browser);
    await use(frames);
    await frames.giveUp();
  }, { scope: "worker" }],

  /** `inPage(script, argument)`: the package is there and started, in a frame that is this test's own. */
  inPage: async ({ frames, baseURL, complaints }, use, testInfo) => {
    const frame = await frames.open(baseURL, complaints);
    await use((script, argument) => call(frame, script, argument));
    // What a failed test has left may be anything.
    const isClean = testInfo.status === testInfo.expectedStatus && complaints.length === 0;
    await (isClean ? frames.close() : frames.giveUp());
  },

  page: async ({ page, complaints }, use) => {
    // Unhandled rejections are page errors.
    page.context().on("weberror", (error) => complaints.push(String(error.error())));
    await use(page);
    // Whatever is still on its way has a task to come in.
    if (!page.isClosed()) await page.evaluate(() => globalThis.kit?.settled());
  },

  /** The same in the fixture `page`: for tests with a clock, a route, a reload, a second tab, or a script that runs before the page's. */
  inOwnPage: async ({ page }, use) => {
    await openBlank(page);
    await load(page);
    await use((script, argument) => call(page, script, argument));
  },

  /** The same in a second tab; its page is `inOther.page`. */
  inOther: async ({ page }, use) => {
    const other = await page.context().newPage();
    await openBlank(other);
    await load(other);
    await use(Object.assign((script, argument) => call(other, script, argument), { page: other }));
  },
});

/** The same test, where `script` runs in each page before the test does. */
export const testBehind = (script) => test.extend({
  inPage: ({ inPage }, use) => inPage(script).then(() => use(inPage)),
  inOwnPage: ({ inOwnPage }, use) => inOwnPage(script).then(() => use(inOwnPage)),
});
