// A sentence that has to hold in each of the browsers that Playwright does not drive here.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

import { Site } from "./site.mjs";
import { Browser, LABELS } from "./webdriver.mjs";

const wanted = (process.env.REFINIRE_BROWSERS ?? "firefox webkit").split(/[\s,]+/);
// For a busy machine.
const PATIENCE_MS = 30_000;
const opened = {};

export const ENTER = "\uE007";

after(async () => {
  for (const opening of Object.values(opened)) await opening.then((browser) => browser.close(), () => {});
});

/** `body({ browser, site })`: the browser has one window, which is blank, and nobody has been at the site. */
export function inEach(sentence, body) {
  for (const [name, label] of Object.entries(LABELS).filter(([name]) => wanted.includes(name))) {
    test(`${sentence}, in ${label}`, { timeout: 4 * PATIENCE_MS }, async () => {
      const browser = await (opened[name] ??= Browser.open(name));
      await tidy(browser);
      const site = await Site.start();
      try {
        await body({ browser, site });
        assert.deepEqual(await complaints(browser), [], "what the pages complained of");
      } finally {
        await site.stop();
      }
    });
  }
}

async function tidy(browser) {
  const [first, ...others] = await browser.windows;
  for (const other of others) {
    await browser.switchTo(other);
    await browser.closeWindow();
  }
  await browser.switchTo(first);
  await browser.go("about:blank");
}

async function complaints(browser) {
  const found = [];
  for (const each of await browser.windows) {
    await browser.switchTo(each);
    found.push(...(await browser.run(() => window.complaints ?? [])));
  }
  return found;
}

/** Looks again and again, until what `look()` gives is this. */
export async function eventually(look, expected) {
  const giveUp = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isDeepStrictEqual(seen, expected)) return;
    if (performance.now() > giveUp) assert.deepEqual(seen, expected);
    await delay(20);
  }
}

/** `inPage(script, argument)` calls `script(kit, argument)` in a page that has the kit. */
export async function start(browser, site) {
  await browser.go(`${site.url}/started`);
  await eventually(() => browser.run(() => typeof window.kit), "object");
  return (script, argument = null) => browser.run(`(argument) => (${script})(window.kit, argument)`, argument);
}
