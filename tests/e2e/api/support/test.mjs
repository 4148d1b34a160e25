// Playwright's test with a blank page in which the package is loaded, failing on whatever that page complains of.
import { readFileSync } from "node:fs";
import { expect, test as base } from "@playwright/test";

export { expect };

const kit = readFileSync(new URL("kit.js", import.meta.url), "utf8");
const BLANK = "<!doctype html><html lang=\"en\"><title>blank</title>";

/** A blank page of the server's origin, with nothing loaded. */
export async function openBlank(page) {
  await page.context().route("**/blank", (route) => route.fulfill({ contentType: "text/html", body: BLANK }));
  await page.context().route("**/kit.js", (route) => route.fulfill({ contentType: "text/javascript", body: kit }));
  await page.goto("/blank");
}

/** Loads the package and the kit; `start` false leaves the module uninitialized. */
export async function load(page, { start = true } = {}) {
  await page.evaluate(`import("/kit.js").then(async (kit) => {
    globalThis.kit = kit;
    if (${start}) await kit.refinire.default();
  })`);
}

/** Calls `script` in the page with the kit; both it and what it gives are copied. */
export const call = (page, script, argument) => page.evaluate(`(${script})(globalThis.kit, ${JSON.stringify(argument)})`);

export const test = base.extend({
  // Nothing is to be seen in a blank page.
  trace: ["off", { scope: "worker" }],

  /** What a test provokes, and may therefore be complained of. */
  expectedComplaints: [[], { option: true }],

  complaints: [async ({ page, expectedComplaints }, use) => {
    const complaints = [];
    // Unhandled rejections are page errors.
    page.context().on("weberror", (error) => complaints.push(String(error.error())));
    await use(complaints);
    // Whatever is still on its way has a task to come in.
    if (!page.isClosed()) await page.evaluate(() => globalThis.kit?.settled());
    const unexpected = complaints.filter((words) => !expectedComplaints.some((pattern) => pattern.test(words)));
    expect(unexpected, "what the page complained of").toEqual([]);
  }, { auto: true }],

  /** `inPage(script, argument)`: the package is there and started. */
  inPage: async ({ page }, use) => {
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
