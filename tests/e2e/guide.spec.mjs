// The guide: every sample is run as it is shown, and what it prints is held against what the stand-in sends.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { pieceLength } from "../../www/server/pieces.mjs";
import { said } from "./support/chat.mjs";
import { Guide } from "./support/guide.mjs";
import { ScriptedModel } from "./support/scripted-model.mjs";
import { expect, test as base } from "./support/test.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CUT = /ERR_INCOMPLETE_CHUNKED_ENCODING/;

const test = base.extend({
  guide: async ({ page }, use) => {
    const guide = new Guide(page);
    await guide.open();
    await use(guide);
  },

  /** Asked instead of the stand-in. */
  scripted: async ({ page }, use) => {
    const model = new ScriptedModel();
    await model.start();
    await page.route("**/api/openai/v1/chat/completions", (route) => route.continue({ url: `${model.baseUrl}/chat/completions` }));
    await use(model);
    await model.stop();
  },

  /** What axe-core finds that is serious or worse. */
  findings: async ({ page }, use) => {
    await use(async () => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate("axe.run()");
      return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
        .map(({ id, nodes }) => [id, nodes.map(({ target, failureSummary }) => [target, failureSummary])]);
    });
  },
});

/** How many chunks the stand-in makes of a text. */
const chunksOf = (text) => Math.ceil(text.length / pieceLength(text));
const matches = (text, pattern) => Array.from(text.matchAll(pattern), ([, found]) => found);

// ---------------------------------------------------------------- what each sample prints

const SAMPLES = {
  async "basic.js"(sample) {
    await sample.runToEnd();
    expect(await sample.printed()).toBe(said.quantum);
  },

  async "callbacks.js"(sample) {
    await sample.runToEnd();
    const answer = await sample.printedIn("Answer");
    expect(answer).toBe(said.learning);
    const sizes = matches(await sample.printedIn("Callback"), /^\d+: (\d+) characters$/gm).map(Number);
    expect(sizes).toHaveLength(chunksOf(answer));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(answer.length);
    expect(await sample.printed()).toBe(`${sizes.length} chunks, ${answer.length} characters; the answer has ${answer.length}.`);
  },

  async "context.js"(sample, guide) {
    await sample.runToEnd();
    const talk = guide.asked.map(({ body }) => body.messages.filter(({ role }) => role !== "system").map(({ content }) => content));
    const [[first], [, , second], [, , , , third]] = talk;
    expect(talk).toEqual([[first], [first, said.lesson, second], [first, said.lesson, second, said.waiting, third]]);
    const printed = await sample.printed();
    expect(printed).toContain(`You: ${second}\n\nTeacher: ${said.waiting}\n\nYou: ${third}\n\nTeacher: You began with “${first}”`);
    expect(printed).toMatch(/The conversation has 6 messages\.$/);
  },

  async "flow.js"(sample) {
    await sample.runToEnd();
    expect(await sample.printedIn("Chunks")).toBe(said.decorators);
    const steps = ["analyze", "generate", "format"];
    expect(await sample.printedIn("Steps")).toBe(steps.map((step) => `▸ ${step}\n✓ ${step}\n`).join(""));
    const result = { topic: "decorators", complexity: "high", words: said.decorators.split(/\s+/).length };
    expect(JSON.parse(await sample.printed())).toEqual(result);
  },

  async "routing.js"(sample, guide) {
    await sample.runToEnd();
    expect(await sample.printedIn("physicist")).toBe(said.quantum);
    expect(await sample.printedIn("teacher")).toBe(said.picture);
    await expect(sample.pane("brief")).toHaveCount(0);
    expect(guide.asked).toHaveLength(2);
    const [, length, way] = /^(\d+) characters\. The steps that ran: (.*)\.$/.exec(await sample.printed());
    expect(Number(length)).toBe(said.quantum.length + said.picture.length);
    expect(way.split(", ")).toEqual(expect.arrayContaining(["choose", "both", "done"]));
    expect(way).not.toContain("brief");
  },

  async "structured.js"(sample) {
    await sample.runToEnd();
    const post = JSON.parse(said["blog-post"]);
    expect(await sample.printedIn("As it streams")).toBe(said["blog-post"]);
    const fields = (await sample.printedIn("As values become final")).trim().split("\n\n");
    expect(fields).toEqual(Object.entries(post).map(([name, value]) => `${name}: ${JSON.stringify(value)}`));
    expect(await sample.printed()).toBe(`“${post.title}”, ${post.wordCount} words, about ${post.tags.join(", ")}`);
  },

  async "errors.js"(sample, guide) {
    await sample.runToEnd();
    const [, ...cases] = (await sample.printed()).split(/— Case \d, \d+ characters —\n/);
    const [empty, normal, long, detailed, cut] = cases.map((text) => text.trim());
    expect(empty).toMatch(/^✗ invalid-argument: .+\n0 characters kept; retryable: false$/);
    expect(normal).toBe(`${said.hello}\n✓ ${chunksOf(said.hello)} chunks.`);
    expect(long).toBe(`${said["default-3"]}\n✓ ${chunksOf(said["default-3"])} chunks.`);
    expect(detailed).toBe(`${said.long.slice(0, 101 * pieceLength(said.long))}\n✂ Too many chunks: stopped.`);
    const [, kept, length] = /^(.+)\n✗ (?:network|truncated): .+\n(\d+) characters kept; retryable: true$/.exec(cut);
    expect(said.cut.slice(0, Number(length))).toBe(kept);
    // A cut that overtakes the text before it is asked again.
    const lengths = guide.asked.map(({ body }) => body.messages.at(-1).content.length);
    expect([...new Set(lengths)]).toEqual([5, 10_000, 27, 12]);
    expect(lengths.indexOf(12)).toBe(3);
  },

  async "buffering.js"(sample) {
    await sample.runToEnd();
    const printed = await sample.printed();
    const sizes = matches(printed, /\[(\d+)\] /g).map(Number);
    const rest = chunksOf(said.story) % 10;
    expect(rest).toBeGreaterThan(0);
    expect(sizes).toEqual([...Array.from({ length: sizes.length - 1 }, () => 10), rest]);
    expect(printed.split(/\[\d+\] /).map((batch) => batch.slice(0, -1)).join("")).toBe(said.story);
  },

  async "memory.js"(sample, guide) {
    const failed = guide.page.waitForEvent("requestfailed");
    await sample.runToEnd();
    const [, read, reason] = /^([^]+)\n\n✂ Stopped at 1000 characters: (.*)\.$/.exec(await sample.printed());
    expect(read.length).toBe(1000 - (1000 % pieceLength(said.long)));
    expect(said.long.startsWith(read)).toBe(true);
    expect(reason).toBe("aborted");
    expect((await failed).failure().errorText).toMatch(/ABORTED/);
  },

  async "concurrent.js"(sample) {
    await sample.runToEnd();
    expect(await sample.printedIn("Explain quantum computing")).toBe(said.quantum);
    expect(await sample.printedIn("Give me a riddle")).toBe(said.riddle);
    expect(await sample.printedIn("Tell me a story")).toBe(said.story);
  },

  async "relay.js"(sample, guide) {
    await sample.runToEnd();
    expect(await sample.printed()).toBe(said.page);
    expect(guide.asked.map(({ url }) => new URL(url).pathname)).toEqual(["/api/relay"]);
  },

  async "broadcast.js"(sample) {
    await sample.runToEnd();
    for (const title of ["Here", "One listener", "Another"]) await expect.poll(() => sample.printedIn(title)).toBe(said.emoji);
  },

  async "testing.js"(sample, guide) {
    await sample.runToEnd();
    const lines = (await sample.printed()).trim().split("\n");
    expect(lines.map((line) => line[0])).toEqual(["✓", "✓", "✓", "✓"]);
    expect(lines.at(-1)).toContain("truncated");
    expect(guide.asked).toEqual([]);
  },
};

for (const [name, check] of Object.entries(SAMPLES)) {
  test.describe(name, () => {
    test.use({ expectedComplaints: name === "errors.js" ? [CUT] : [] });

    test(`${name} does what its section says`, async ({ guide }) => {
      await check(guide.sample(name), guide);
    });
  });
}

// ---------------------------------------------------------------- the page around them

test("what is shown is the file that is run, to the letter, and every sample that can be run is run here", async ({ guide, request }) => {
  for (const figure of await guide.figures.all()) {
    const address = await figure.getByRole("link").evaluate((link) => link.href);
    expect(await figure.locator("pre code").evaluate((node) => node.textContent)).toBe(await (await request.get(address)).text());
  }
  expect(await guide.names()).toEqual(Object.keys(SAMPLES));
  await expect(guide.page.getByRole("button", { name: /^Run / })).toHaveCount(Object.keys(SAMPLES).length);
});

test("websocket.js, which needs a backend of one's own, does with one what its section says", async ({ guide, page }) => {
  await expect(guide.sample("websocket.js").run).toHaveCount(0);
  const sockets = [];
  await page.routeWebSocket("ws://127.0.0.1:8765/", (socket) => {
    const questions = [];
    sockets.push(questions);
    socket.onMessage((question) => {
      questions.push(question);
      for (const frame of [`You said `, question, "[COMPLETE]"]) socket.send(frame);
    });
  });
  const printed = await page.evaluate(`(async () => {
    const { default: sample } = await import("/guide/samples/websocket.js");
    let text = "";
    await sample({ print: (words) => (text += words), signal: new AbortController().signal });
    return text;
  })()`);
  expect(sockets).toEqual([["Hello!", "And what about await?"]]);
  expect(printed).toBe("You said Hello!\n\nYou said And what about await?\n\n");
});

test("a sample can be stopped: what it printed stays, the connection closes, and it can be run again", async ({ guide, scripted }) => {
  const sample = guide.sample("basic.js");
  await sample.run.focus();
  await guide.page.keyboard.press("Enter");
  const turn = await scripted.nextTurn();
  turn.say("Half an ");
  await expect(sample.output).toHaveText("Half an ");
  await expect(sample.state).toHaveText("Running");
  await expect(sample.stop).toBeFocused();
  await guide.page.keyboard.press("Enter");
  await turn.closed;
  await expect(sample.state).toHaveText("Stopped");
  await expect(sample.output).toHaveText("Half an ");
  await expect(sample.run).toBeFocused();
  await expect(guide.page.getByRole("status")).toHaveText("basic.js: stopped.");

  await guide.page.keyboard.press("Enter");
  const again = await scripted.nextTurn();
  again.say("Whole.");
  again.finish();
  await expect(sample.state).toHaveText("Finished");
  await expect(sample.output).toHaveText("Whole.");
});

test("three streams run at once, and none waits for another", async ({ guide, scripted }) => {
  const sample = guide.sample("concurrent.js");
  await sample.run.click();
  const turns = new Map();
  // None is answered before all have been asked.
  for (let asked = 0; asked < 3; asked += 1) {
    const turn = await scripted.nextTurn();
    turns.set(turn.request.body.messages.at(-1).content, turn);
  }
  const questions = ["Tell me a story", "Explain quantum computing", "Give me a riddle"];
  for (const [place, question] of questions.entries()) {
    turns.get(question).say(`Answer ${place}`);
    await expect(sample.pane(question)).toHaveText(`Answer ${place}`);
  }
  for (const question of questions) turns.get(question).finish();
  await expect(sample.state).toHaveText("Finished");
  for (const question of questions) expect(await sample.printed()).toContain(question);
});

test.describe(() => {
  test.use({ expectedComplaints: [/status of 401/] });

  test("a failure is shown with what it is called, below what was printed", async ({ guide, page }) => {
    await page.route("**/api/openai/v1/chat/completions", (route) => route.fulfill({ status: 401, json: { error: { message: "No such key." } } }), { times: 1 });
    const sample = guide.sample("basic.js");
    await sample.run.click();
    await expect(sample.state).toContainText("RefinireError, http");
    await expect(sample.state).toContainText("No such key.");
    await sample.runToEnd();
  });
});

test("markup that a model writes is printed, not obeyed", async ({ guide, scripted }) => {
  const sample = guide.sample("basic.js");
  await sample.run.click();
  const turn = await scripted.nextTurn();
  turn.say("<img src=x onerror=alert(1)>");
  turn.finish();
  await expect(sample.state).toHaveText("Finished");
  expect(await sample.printed()).toBe("<img src=x onerror=alert(1)>");
});

test("the end of what is printed stays in view, until the reader scrolls up", async ({ guide, scripted }) => {
  const sample = guide.sample("basic.js");
  const fromEnd = () => sample.output.evaluate((node) => Math.round(node.scrollHeight - node.clientHeight - node.scrollTop));
  await sample.run.click();
  const turn = await scripted.nextTurn();
  turn.say("line\n".repeat(60));
  await expect(sample.output).toContainText("line");
  expect(await fromEnd()).toBe(0);
  await sample.output.evaluate((node) => (node.scrollTop = 0));
  turn.say("last");
  await expect(sample.output).toContainText("last");
  expect(await sample.output.evaluate((node) => node.scrollTop)).toBe(0);
  turn.finish();
});

for (const height of [800, 600]) {
  test(`what a long sample prints can be seen where it is run, and so can Stop, ${height} px high`, async ({ guide, page, scripted }) => {
    await page.setViewportSize({ width: 1280, height });
    const sample = guide.sample("structured.js");
    await sample.run.evaluate((button) => button.scrollIntoView({ block: "start", behavior: "instant" }));
    await sample.run.click();
    const turn = await scripted.nextTurn();
    turn.say('{ "title": "Half');
    await expect(sample.pane("As it streams")).toHaveText('{ "title": "Half');
    await expect(sample.pane("As it streams")).toBeInViewport({ ratio: 1 });
    await expect(sample.stop).toBeInViewport({ ratio: 1 });
    await sample.stop.click();
    await expect(sample.state).toHaveText("Stopped");
  });
}

test("the contents lead to each section, and say which is being read", async ({ guide, page }) => {
  await expect(guide.contents.getByRole("link")).toHaveCount(9);
  for (const link of await guide.contents.getByRole("link").all()) {
    await link.click();
    await expect(page.getByRole("heading", { level: 2, name: await link.textContent() })).toBeInViewport();
    await expect(link).toHaveAttribute("aria-current", "location");
    await expect(guide.contents.locator("[aria-current]")).toHaveCount(1);
  }
});

test("an address with a section opens there, though the code comes later", async ({ page }) => {
  const guide = new Guide(page);
  // Not every browser keeps in place what it shows when something grows above it.
  await page.addInitScript(() => addEventListener("DOMContentLoaded", () => (document.documentElement.style.overflowAnchor = "none")));
  let letGo;
  const opened = new Promise((resolve) => (letGo = resolve));
  await page.route("**/guide/samples/*", (route) => opened.then(() => route.continue()));
  await page.goto("/guide.html#integration");
  const heading = page.getByRole("heading", { level: 2, name: "Integration" });
  await expect(heading).toBeInViewport();
  letGo();
  await expect(page.locator("figure.sample:not(:has(pre))")).toHaveCount(0);
  await expect(heading).toBeInViewport();
  await expect(guide.contents.getByRole("link", { name: "Integration" })).toHaveAttribute("aria-current", "location");
});

test("on a small screen the contents are a sheet that closes behind the choice", async ({ guide, page }) => {
  await page.setViewportSize({ width: 375, height: 760 });
  await expect(guide.contents).toBeHidden();
  await page.getByRole("button", { name: "Contents" }).click();
  await guide.contents.getByRole("link", { name: "Errors" }).click();
  await expect(guide.contents).toBeHidden();
  await expect(page.getByRole("heading", { level: 2, name: "Errors" })).toBeInViewport();
});

// Colours do not depend on the width, nor the layout on the colours.
for (const [width, colorScheme] of [[1280, "dark"], [375, "light"]]) {
  test.describe(`${width} px, ${colorScheme}`, () => {
    test.use({ viewport: { width, height: 800 }, colorScheme, expectedComplaints: [CUT] });

    test(`at ${width} px, ${colorScheme}, nothing scrolls sideways and axe-core finds nothing serious`, async ({ guide, findings }) => {
      expect(await guide.tooWide()).toBe(0);
      for (const name of ["callbacks.js", "errors.js", "concurrent.js"]) await guide.sample(name).runToEnd();
      expect(await guide.tooWide()).toBe(0);
      expect(await findings()).toEqual([]);
    });
  });
}

test("each page leads to the others, and says which it is", async ({ page }) => {
  await page.goto("/");
  const pages = page.getByRole("navigation", { name: "Pages" });
  for (const [name, heading] of [["Guide", "Read the code."], ["Form", "Say where."], ["Flow", "Hear both sides."], ["Element", "A chat in one tag"], ["Chat", "AI answers that stream"]]) {
    await pages.getByRole("link", { name }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(heading);
    await expect(pages.getByRole("link", { name })).toHaveAttribute("aria-current", "page");
    await expect(pages.locator("[aria-current]")).toHaveCount(1);
    await expect(pages.getByRole("link")).toHaveCount(5);
  }
});
