// Blank pages of the server's origin, and the kit.
import { readFileSync } from "node:fs";

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
