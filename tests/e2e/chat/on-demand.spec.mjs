// The optional parts of a chat are loaded on demand.
import { expect, test } from "./support/test.mjs";

const PARTS = "**/pkg/chat/parts-*.js";
const LIST = "**/pkg/chat/part-*.js";
const loaded = (chat) => chat.run(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/chat/parts-")).length);

/** Gives a function that lets the parts through, which wait until then. */
async function hold(page) {
  let release;
  const isReleased = new Promise((resolve) => (release = resolve));
  await page.route(PARTS, async (route) => {
    await isReleased;
    await route.continue();
  });
  return release;
}

/** Another element in the place of the mounted one; `act(chat, kit)` gets it in the task that puts it into the page. */
const replace = (chat, attributes, act) => chat.run((kit, [given, source]) => {
  const { chat: before, model } = kit.kept;
  const made = (kit.kept.chat = document.createElement("refinire-chat"));
  for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
  made.agent = kit.agent(model);
  before.replaceWith(made);
  (0, eval)(source)(made, kit);
}, [attributes, String(act)]);

test("a plain chat loads nothing more before its first answer, and then is ready for a network that goes away", async ({ mount, page }) => {
  const chat = await mount();
  await chat.ask("Hi");
  await chat.says(1, "Hello");
  await expect(chat.text).toHaveText("Hello");
  expect(await loaded(chat)).toBe(0);
  await chat.answerTo(1, "!");
  // They are there, not only on their way.
  await expect(page.locator(".queue")).toBeAttached();
  expect(await loaded(chat)).toBe(1);
  await page.context().setOffline(true);
  await chat.questions.getByRole("button", { name: "Edit" }).click();
  await expect(page.getByLabel("Edit this message")).toBeFocused();
});

test("they are loaded earlier where they are needed", async ({ mount, page }) => {
  const chat = await mount();
  await chat.ask("Hi");
  await chat.says(1, "Hello");
  await chat.ask("And then?");
  await expect(page.locator(".queue li")).toHaveText("And then?");
});

test("what comes of an answer while they are being loaded is shown then, in order", async ({ mount, page }) => {
  const release = await hold(page);
  const chat = await mount();
  await chat.ask("Will it rain?");
  await chat.run(async (kit) => {
    const { chat, model } = kit.kept;
    const turn = await model.turn(1);
    const call = (piece) => kit.chunk({ tool_calls: [{ index: 0, ...piece }] });
    const ended = new Promise((resolve) => chat.addEventListener("refinire-finish", resolve));
    turn.send(kit.chunk({ reasoning_content: "First " }), kit.chunk({ reasoning_content: "this." })).say("I look.");
    turn.send(call({ id: "call-1", function: { name: "weather", arguments: '{"town":' } }), call({ function: { arguments: '"Oslo"}' } }));
    turn.finish("tool_calls");
    await ended;
  });
  await expect(chat.text).toHaveText("I look.");
  await expect(chat.answer.locator("details")).toHaveCount(0);
  release();
  await expect(chat.answer.locator(".body > div")).toHaveText([/^Thoughts\s*First this\.$/, "I look.", /^Called weather\s*Input\s*{\s*"town": "Oslo"\s*}/]);
});

test("a question that is sent at once has its numbers", async ({ mount }) => {
  const chat = await mount();
  await replace(chat, { figures: "" }, (made, kit) => {
    kit.kept.sent = ["One", "Two"].map((text) => made.send(text));
    kit.kept.refused = kit.failure(made.send("Three", { ifBusy: "fail" }));
  });
  await chat.answerTo(1, "a ", "b");
  await chat.answerTo(2, "c");
  const told = await chat.run(async (kit) => [...(await Promise.all(kit.kept.sent)).map(({ text }) => text), (await kit.kept.refused).code]);
  expect(told).toEqual(["a b", "c", "invalid-argument"]);
  await expect(chat.answers.locator(".figures")).toHaveText([/Chunks: \d · First text/, /Chunks: \d · First text/]);
});

for (const attributes of [{}, { attachments: "" }]) {
  test(`a script can focus it at once: ${JSON.stringify(attributes)}`, async ({ mount }) => {
    const chat = await mount();
    await replace(chat, attributes, (made) => made.focus());
    await expect(chat.question).toBeFocused();
  });
}

test("what is sent before they are there can be stopped and cancelled", async ({ mount, page }) => {
  const chat = await mount();
  const release = await hold(page);
  await replace(chat, { figures: "" }, (made, kit) => {
    kit.kept.told = [made.streaming];
    kit.kept.sent = made.send("One");
    kit.kept.waiting = kit.failure(made.send("Two"));
    kit.kept.told.push(made.streaming);
    made.clear();
  });
  release();
  const told = await chat.run(async ({ kept }) => [...kept.told, (await kept.sent).finishReason, (await kept.waiting).name]);
  expect(told).toEqual([false, true, "aborted", "AbortError"]);
  await chat.ended();
  await expect(chat.questions).toHaveCount(0);
  await chat.exchange(1, "Three", "3");
  expect(await chat.asked(1)).toEqual([["user", "Three"]]);
});

test("what is sent before they are there goes on where the element is moved, and fails where it is removed", async ({ mount, page }) => {
  const chat = await mount();
  const release = await hold(page);
  await replace(chat, { figures: "" }, (made, kit) => {
    kit.kept.sent = made.send("One");
    document.body.prepend(made);
  });
  await chat.run(async (kit) => {
    const removed = document.createElement("refinire-chat");
    removed.setAttribute("figures", "");
    removed.agent = kit.agent(kit.model());
    document.body.append(removed);
    kit.kept.failed = kit.failure(removed.send("Two"));
    removed.remove();
  });
  release();
  await chat.answerTo(1, "1");
  expect(await chat.run(async ({ kept }) => [(await kept.sent).text, (await kept.failed).name])).toEqual(["1", "AbortError"]);
  await expect(chat.answer.locator(".figures")).toHaveText(/Chunks: 1/);
});

test("a panel that is shown before they are there opens, and says so", async ({ mount, page }) => {
  const chat = await mount();
  const release = await hold(page);
  await replace(chat, { launcher: "" }, (made, kit) => {
    kit.kept.told = [];
    made.addEventListener("refinire-toggle", ({ detail }) => kit.kept.told.push(detail.open));
  });
  await chat.run(({ kept }) => kept.chat.show());
  release();
  await expect(chat.question).toBeFocused();
  expect(await chat.run(({ kept }) => kept.told)).toEqual([true]);
});

test("what a reader has set goes before their styles, also where a page has added some", async ({ mount }) => {
  const chat = await mount();
  await chat.run(({ kept }) => {
    const styleSheet = new CSSStyleSheet();
    styleSheet.insertRule(".of-the-page {}");
    kept.chat.highlight = Object.assign(() => undefined, { styleSheet });
    kept.chat.setAttribute("attachments", "");
    kept.chat.setAttribute("conversations", "");
  });
  await expect(chat.page.getByRole("button", { name: "Attach files" })).toBeVisible();
  await expect(chat.page.getByText("Conversations", { exact: true })).toBeVisible();
  const order = await chat.host.evaluate(({ shadowRoot }) => shadowRoot.adoptedStyleSheets.map((sheet) =>
    ["prefers-reduced-motion: reduce", ".tray", ".list-menu", ".of-the-page"].findLast((words) => [...sheet.cssRules].some(({ cssText }) => cssText.includes(words)))));
  expect(order.filter(Boolean).slice(-2)).toEqual(["prefers-reduced-motion: reduce", ".of-the-page"]);
  expect(order).toHaveLength(5);
});

test.describe("parts that cannot be loaded", () => {
  test.use({ expectedComplaints: [/dynamically imported module|ERR_FAILED/] });

  const notice = ({ page }) => page.locator(".notice");

  test("what is needed again is loaded as soon as that is possible", async ({ mount, page }) => {
    await page.route(PARTS, (route) => route.abort());
    const chat = await mount();
    await chat.exchange(1, "Hi", "Hello");
    await expect(notice(chat)).toBeVisible();
    await page.unroute(PARTS);
    await chat.questions.getByRole("button", { name: "Edit" }).click();
    await expect(page.getByLabel("Edit this message")).toBeFocused();
    await expect(notice(chat)).toBeHidden();
  });

  test("a panel whose launcher is missing stays closed", async ({ mount, page }) => {
    await page.route(PARTS, (route) => route.abort());
    const chat = await mount();
    await replace(chat, { launcher: "" }, () => {});
    await expect(notice(chat)).toHaveText(/could not be loaded/);
    await expect(page.locator(".chat")).toHaveAttribute("hidden");
  });

  test("a list that cannot be loaded keeps nothing else from being loaded, and is loaded later", async ({ mount, page }) => {
    await page.route(LIST, (route) => route.abort());
    const chat = await mount({ conversations: "" });
    await expect(notice(chat)).toBeVisible();
    await chat.host.evaluate((host) => host.setAttribute("attachments", ""));
    await expect(page.getByRole("button", { name: "Attach files" })).toBeVisible();
    await expect(notice(chat)).toBeVisible();
    await page.unroute(LIST);
    await chat.host.evaluate((host) => host.setAttribute("greeting", "Hello"));
    await expect(page.getByText("Conversations", { exact: true })).toBeVisible();
    await expect(notice(chat)).toBeHidden();
  });

  test("the chat says so, and answers all the same", async ({ mount, page }) => {
    await page.route(PARTS, (route) => route.abort());
    const chat = await mount({ counts: "", conversations: "" });
    await chat.exchange(1, "Hi", "Hello");
    await expect(chat.text).toHaveText("Hello");
    await expect(chat.answer.locator(".figures")).toHaveCount(0);
    await expect(chat.page.locator(".notice")).toHaveText("Part of this chat could not be loaded. Load the page again.");
  });
});
