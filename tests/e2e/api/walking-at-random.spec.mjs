// A seeded random walk over everything that happens to conversations at once: runs, readers and stops of every kind, several
// contexts of one id, frees, reloads, and two tabs. Whatever was shown is in the conversation, and nothing else is left.
//
// REFINIRE_SEED=7 REFINIRE_WALKS=9 REFINIRE_STEPS=120 walks nine times, from seed 7 on; a walk that fails tells its seed and
// its steps. What two tabs do at the same time is theirs to decide, so that one seed need not fail each time.
import { readFileSync } from "node:fs";
import { random } from "../../bench/random.mjs";
import { call, expect, load, openBlank, test } from "./support/test.mjs";
import { WATCH } from "./support/watch.mjs";

const SEED = Number(process.env.REFINIRE_SEED ?? 20260101);
const WALKS = Number(process.env.REFINIRE_WALKS ?? 2);
const STEPS = Number(process.env.REFINIRE_STEPS ?? 40);

const walker = readFileSync(new URL("support/walker.js", import.meta.url), "utf8");
const IDS = ["one", "two"];
const READERS = ["loop", "loop", "reader", "reader", "reader", "callback", "slow callback", "pipe", "result"];
const BATCHES = ["delta", "delta", "frame", { deltas: 2 }, { ms: 1 }];
// How many runs are under way in a tab at once.
const MOST = 4;
const WORDS = ["a ", "wörld ", "🙂 ", "long ".repeat(40), "漢字", "\n\n"];

/** A tab: what it holds is gone with a reload, what it has shown is not. */
class Tab {
  seen = [];
  // How many of its runs are under way.
  open = 0;

  constructor(page) {
    this.page = page;
  }

  async load() {
    await this.page.context().route("**/walker.js", (route) => route.fulfill({ contentType: "text/javascript", body: walker }));
    await openBlank(this.page);
    await this.#begin();
  }

  async #begin() {
    await this.page.evaluate(WATCH);
    await load(this.page);
    await this.page.evaluate(`import("/walker.js").then(({ step }) => {
      globalThis.step = step;
      globalThis.before = new Set(globalThis.pending);
    })`);
  }

  async step(name, ...given) {
    const { seen, open } = await this.page.evaluate(`step(${[name, ...given].map((one) => JSON.stringify(one)).join()})`);
    this.open = open;
    return seen;
  }

  async look() {
    const { runs, traps } = await this.step("report");
    expect(traps).toEqual([]);
    return runs;
  }

  async reload() {
    this.seen.push(...(await this.look()));
    this.open = 0;
    await this.page.reload();
    await this.#begin();
  }
}

/** One step, chosen by `next`; gives what it was. */
function choose(next, tabs, count) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const tab = pick(tabs);
  const name = tabs.indexOf(tab);
  const told = (what, ...given) => ({ text: `tab ${name}: ${what} ${JSON.stringify(given)}`, take: () => tab.step(what, ...given) });
  const dice = next();
  const place = Math.floor(next() * 8);
  if (tab.open === 0 || (tab.open < MOST && dice < 0.15)) {
    const options = { how: pick(READERS), batch: pick(BATCHES), most: 1 + Math.floor(next() * 6), isFlow: next() < 0.15 };
    return told("start", count, pick(IDS), options);
  }
  if (dice < 0.5) return told("say", place, Array.from({ length: 1 + Math.floor(next() * 4) }, () => pick(WORDS)), next() < 0.7);
  if (dice < 0.66) return told("read", place, 1 + Math.floor(next() * 2));
  if (dice < 0.82) return told("stop", place, pick(["abort", "abort", "abort", "cancel", "both", "free"]));
  if (dice < 0.89) return told("close", place, pick(["finish", "finish", "cut", "break"]));
  if (dice < 0.94) return told("free", place);
  if (dice < 0.97) return told("enter", pick(IDS));
  return { text: `tab ${name}: reload`, take: () => tab.reload() };
}

/** What a page that has just been opened finds in the conversations. */
const conversations = (page) => call(page, async (kit, ids) => {
  const found = {};
  for (const id of ids) {
    const context = new kit.refinire.Context({ id });
    found[id] = kit.said(context);
    context.free();
  }
  return found;
}, IDS);

test.describe("a walk at random", () => {
  test.setTimeout(60_000 + STEPS * 2_000);

  for (let walk = 0; walk < WALKS; walk += 1) {
    test(`seed ${SEED + walk}, ${STEPS} steps: what was shown is in the conversation, and nothing is left`, async ({ page }) => {
      const next = random(SEED + walk);
      const tabs = [new Tab(page), new Tab(await page.context().newPage())];
      const trail = [];
      const complaints = [];
      for (const tab of tabs) {
        tab.page.on("pageerror", (error) => complaints.push(String(error)));
        await tab.load();
      }
      try {
        for (let count = 0; count < STEPS; count += 1) {
          const { text, take } = choose(next, tabs, count);
          trail.push(text);
          await take();
        }
        // A run may wait for one in the other tab.
        await expect.poll(() => Promise.all(tabs.map((tab) => tab.step("windUp"))), { intervals: [10] }).toEqual([[], []]);
        const found = await conversations(tabs[0].page);
        await expect.poll(() => conversations(tabs[1].page)).toEqual(found);
        for (const tab of tabs) tab.seen.push(...(await tab.look()));
        for (const { number, id, shown, saved, said, how } of tabs.flatMap(({ seen }) => seen)) {
          expect(said.startsWith(shown), `run ${number} (${how}) has shown what its model said`).toBe(true);
          if (!saved) continue;
          const contents = found[id].filter(({ role }) => role === "assistant").map(({ content }) => content);
          const own = contents.filter((content) => content.startsWith(saved));
          expect(own.length, `run ${number} (${how}) has shown ${JSON.stringify(saved)}; in the conversation is ${JSON.stringify(contents.filter((content) => content.includes(`[${number}.`)))}`).toBe(1);
        }
        for (const { page: tab } of tabs) {
          expect((await tab.evaluate("step('leave')")).seen).toEqual([]);
          const left = await tab.evaluate(() => [...globalThis.pending].filter((name) => !globalThis.before.has(name) && !name.startsWith("AbortSignal")));
          expect(left, "timers and listeners").toEqual([]);
          // The module is alive.
          expect(await call(tab, async (kit) => (await kit.agent(kit.saysAll("fine")).run("Hi")).text)).toBe("fine");
        }
        expect(complaints).toEqual([]);
      } catch (error) {
        error.message += `\n\nThe walk of seed ${SEED + walk}:\n${trail.join("\n")}`;
        throw error;
      }
    });
  }
});
