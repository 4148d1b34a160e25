// The list of conversations, and which one is shown.
import { expect, test } from "./support/test.mjs";

const menu = (chat) => chat.page.getByText("Conversations", { exact: true });
const rows = (chat) => chat.page.locator("nav .row");
const fresh = (chat) => chat.page.getByRole("button", { name: "New conversation" });
const attribute = (chat) => chat.host.getAttribute("conversation");
const stored = (chat) => chat.run((kit) => kit.refinire.Context.list().then((all) => all.map(({ preview }) => preview)));

/** Conversations with these first questions, the last one newest; the third and later ones have a time of their own. */
const store = (chat, ...questions) => chat.run(async (kit, questions) => {
  for (const question of questions) {
    const context = new kit.refinire.Context({ id: question.toLowerCase().replace(/\W+/g, "-") });
    context.addUserMessage(question);
    context.addAssistantMessage("Noted.");
    await context.save();
    context.free();
  }
}, questions);

/** The element again, as a reload of the page makes it. */
async function reload(chat, attributes = {}) {
  await chat.run((kit, attributes) => {
    const made = document.createElement("refinire-chat");
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.agent = kit.kept.chat.agent;
    kit.kept.chat.replaceWith(made);
    kit.kept.chat = made;
  }, attributes);
  await expect(chat.question).toBeVisible();
}

test("in a list the first conversation is kept, and the selected one is there again after a reload", async ({ mount }) => {
  const chat = await mount({ conversations: "" });
  await chat.exchange(1, "First", "1");
  const first = await attribute(chat);
  await reload(chat, { conversations: "" });
  await expect(chat.questions).toContainText("First");
  await fresh(chat).click();
  await expect(chat.questions).toHaveCount(0);
  await chat.exchange(2, "Second", "2");
  await reload(chat, { conversations: "" });
  await expect(chat.questions).toContainText("Second");
  expect(await attribute(chat)).not.toBe(first);
  // What the page wants counts more, and another element has its own.
  await reload(chat, { conversations: "", conversation: first });
  await expect(chat.questions).toContainText("First");
  await reload(chat, { conversations: "", id: "other" });
  await expect(menu(chat)).toBeVisible();
  await chat.run((kit) => kit.settled());
  await expect(chat.questions).toHaveCount(0);
});

test("an event tells which conversation is shown", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => {
    kit.kept.told = [];
    document.addEventListener("refinire-conversation", ({ detail, composed }) => kit.kept.told.push([detail.id, composed]));
  });
  const told = () => chat.run((kit) => kit.kept.told);
  await chat.host.evaluate((host) => host.setAttribute("conversation", "a"));
  await expect.poll(told).toEqual([["a", true]]);
  await chat.host.evaluate((host) => host.setAttribute("conversations", ""));
  await fresh(chat).click();
  const second = await attribute(chat);
  await expect.poll(told).toEqual([["a", true], [second, true]]);
});

test("an answer goes on while another conversation is shown, and is there when one comes back", async ({ mount }) => {
  const chat = await mount({ conversations: "" });
  await chat.ask("Long");
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).send(kit.chunk({ reasoning_content: "Hm." })).say("one **two ", "and "));
  await expect(chat.text).toContainText("one two and");
  const first = await attribute(chat);
  await fresh(chat).click();
  await expect(chat.questions).toHaveCount(0);
  await expect(chat.stop).toBeHidden();
  await chat.exchange(2, "Short", "Yes");
  await chat.says(1, "three** ", "four ");

  await menu(chat).click();
  const long = rows(chat).filter({ hasText: "Long" });
  await expect(long).toContainText("Answering");
  await expect(rows(chat).filter({ hasText: "Short" })).not.toContainText("Answering");
  await long.click();
  await expect(chat.text).toContainText("one two and three four");
  await expect(chat.stop).toBeVisible();
  await expect(chat.answer.locator("summary")).toHaveText("Thoughts");
  await expect(chat.questions).toHaveCount(1);
  await chat.answerTo(1, "five");
  await chat.ended();
  await expect(chat.text).toHaveText("one two and three four five");
  await expect(chat.text.locator("strong")).toHaveText("two and three");
  expect(await attribute(chat)).toBe(first);
  expect((await chat.said()).map(({ content }) => content)).toEqual(["Long", "one **two and three** four five"]);
});

test("an answer that ends while another conversation is shown is stored, and its events say where", async ({ mount }) => {
  const chat = await mount({ conversations: "" });
  await chat.run((kit) => {
    kit.kept.ends = [];
    for (const name of ["finish", "error"]) kit.kept.chat.addEventListener(`refinire-${name}`, ({ detail }) => kit.kept.ends.push([name, detail.conversation]));
  });
  const ids = [];
  for (const [number, question] of [[1, "Good"], [2, "Bad"]]) {
    await chat.ask(question);
    await chat.says(number, "half ", "of it ");
    await expect(chat.text).toContainText("half of");
    ids.push(await attribute(chat));
    await fresh(chat).click();
  }
  await chat.answerTo(1, "and the rest");
  await chat.run(async (kit) => (await kit.kept.model.turn(2)).break(new TypeError("gone")) && undefined);
  await expect.poll(() => chat.run((kit) => kit.kept.ends)).toEqual([["finish", ids[0]], ["error", ids[1]]]);
  await expect(chat.problem).toHaveCount(0);
  await expect(chat.questions).toHaveCount(0);
  await menu(chat).click();
  await expect(rows(chat)).not.toContainText(["Answering"]);
  await rows(chat).filter({ hasText: "Good" }).click();
  await expect(chat.text).toHaveText("half of it and the rest");
  await menu(chat).click();
  await rows(chat).filter({ hasText: "Bad" }).click();
  await expect(chat.text).toHaveText("half of it");
  await expect(chat.problem).toContainText("The connection was lost before the answer was complete.");
});

test("stop stops what is shown alone; an element that leaves the page stops all", async ({ mount }) => {
  const chat = await mount({ conversations: "" });
  await chat.ask("Long");
  await chat.says(1, "half ", "of it");
  await expect(chat.text).toContainText("half");
  await fresh(chat).click();
  await chat.ask("Other");
  await chat.says(2, "some ", "of it");
  await expect(chat.text).toContainText("some");
  await chat.stop.click();
  await chat.ended();
  const aborted = () => chat.run((kit) => kit.kept.model.turns.map(({ signal }) => signal.aborted));
  expect(await aborted()).toEqual([false, true]);
  await chat.run((kit) => kit.kept.chat.remove());
  await expect.poll(aborted).toEqual([true, true]);
});

test("what waits behind an answer is sent after it when one has come back meanwhile", async ({ mount }) => {
  const chat = await mount({ conversations: "" });
  await chat.ask("One");
  await chat.says(1, "first ", "of all");
  await expect(chat.text).toContainText("first");
  await chat.ask("Two");
  const id = await attribute(chat);
  await fresh(chat).click();
  await expect(chat.questions).toHaveCount(0);
  await chat.host.evaluate((host, id) => host.setAttribute("conversation", id), id);
  await expect(chat.text).toContainText("first");
  await chat.answerTo(1, ".");
  await chat.answerTo(2, "second");
  await chat.ended();
  await expect(chat.answers).toHaveText([/^first of all/, /^second/]);
});

test.describe("with a clock", () => {
  test.use({ ownContext: true });

  test("a deletion can be undone", async ({ mount, page }) => {
    await page.clock.install();
    const chat = await mount({ conversations: "" });
    await chat.exchange(1, "Cats", "Miaow");
    await fresh(chat).click();
    await chat.exchange(2, "Dogs", "Wuff");
    await menu(chat).click();
    await page.getByRole("button", { name: "Delete: Dogs" }).click();
    // The other one takes its place.
    await expect(chat.questions).toContainText("Cats");
    await expect(rows(chat)).toHaveCount(1);
    const undo = page.getByRole("button", { name: "Undo" });
    await expect(undo).toBeFocused();
    await expect(undo).toHaveAccessibleDescription("Conversation deleted.");
    expect(await stored(chat)).toEqual(expect.arrayContaining(["Dogs"]));
    await page.keyboard.press("Enter");
    await expect(chat.questions).toContainText("Dogs");
    await expect(rows(chat)).toHaveCount(2);
    await expect(undo).toBeHidden();
    await page.clock.runFor(60_000);
    expect((await stored(chat)).sort()).toEqual(["Cats", "Dogs"]);
  });

  test("a deletion that is not undone happens: after a while, with the next one, and when the page is hidden", async ({ mount, page }) => {
    await page.clock.install();
    const chat = await mount({ conversations: "", conversation: "shown" });
    await store(chat, "One", "Two", "Three");
    await menu(chat).click();
    const remove = (name) => page.getByRole("button", { name: `Delete: ${name}` }).click();
    const sorted = async () => (await stored(chat)).sort();
    await remove("One");
    await page.clock.runFor(9000);
    expect(await sorted()).toEqual(["One", "Three", "Two"]);
    await page.clock.runFor(1500);
    await expect.poll(sorted).toEqual(["Three", "Two"]);
    await expect(page.getByRole("button", { name: "Undo" })).toBeHidden();
    await expect(menu(chat)).toBeFocused();
    await remove("Two");
    await remove("Three");
    await expect.poll(sorted).toEqual(["Three"]);
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await expect.poll(sorted).toEqual([]);
    await expect(page.getByText("No saved conversations yet.")).toBeVisible();
  });

  test("a conversation that is being written can be deleted", async ({ mount, page }) => {
    await page.clock.install();
    const chat = await mount({ conversations: "" });
    await chat.ask("Long");
    await chat.says(1, "half ", "of it");
    await expect(chat.text).toContainText("half");
    await menu(chat).click();
    await page.getByRole("button", { name: "Delete: Long" }).click();
    await expect(chat.questions).toHaveCount(0);
    await page.clock.runFor(10_500);
    await expect.poll(() => stored(chat)).toEqual([]);
    expect(await chat.run((kit) => kit.kept.model.turns[0].signal.aborted)).toBe(true);
  });
});

test("a conversation is renamed in the list, with keys alone", async ({ mount, page }) => {
  const chat = await mount({ conversations: "" });
  await chat.exchange(1, "About cats", "Miaow");
  await menu(chat).click();
  const rename = page.getByRole("button", { name: "Rename: About cats" });
  await rename.focus();
  await page.keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: "Rename" });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("About cats");
  await field.fill("Something else");
  await page.keyboard.press("Escape");
  await expect(rename).toBeFocused();
  await expect(rows(chat)).toContainText("About cats");
  await page.keyboard.press("Enter");
  await field.fill("Pets");
  await page.keyboard.press("Enter");
  await expect(rows(chat)).toContainText("Pets");
  expect(await chat.run((kit) => kit.kept.chat.context.title)).toBe("Pets");
  await page.getByRole("button", { name: "Rename: Pets" }).click();
  await field.fill(" ");
  await page.keyboard.press("Enter");
  await expect(rows(chat)).toContainText("About cats");
});

test("many conversations can be searched by title and question", async ({ mount, page }) => {
  const chat = await mount({ conversations: "", conversation: "shown" });
  await store(chat, ...Array.from({ length: 7 }, (_, at) => `Question ${at}`));
  await menu(chat).click();
  await expect(rows(chat)).toHaveCount(7);
  const search = page.getByRole("searchbox", { name: "Search conversations" });
  await expect(search).toBeHidden();
  await menu(chat).click();
  await store(chat, "About cats");
  await chat.run(async (kit) => {
    const context = await new kit.refinire.Context({ id: "question-3" }).ready;
    context.title = "Kittens and cats";
    await context.save();
    context.free();
  });
  await menu(chat).click();
  await expect(rows(chat)).toHaveCount(8);
  await search.fill("CATS");
  await expect(rows(chat).and(page.locator(":visible"))).toHaveText([/Kittens and cats|About cats/, /Kittens and cats|About cats/]);
  await search.fill("question 3");
  await expect(rows(chat).and(page.locator(":visible"))).toHaveText([/Kittens/]);
  await search.fill("dogs");
  await expect(page.getByText("Nothing found.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(menu(chat)).toBeFocused();
  await expect(search).toBeHidden();
});

test("in a low chat on a high page the list is shown to its end", async ({ mount, page }) => {
  await page.setViewportSize({ width: 400, height: 1000 });
  const chat = await mount({ conversations: "", conversation: "shown" });
  await chat.host.evaluate((host) => (host.style.height = "420px"));
  await store(chat, ...Array.from({ length: 9 }, (_, at) => `Question ${at}`));
  await menu(chat).click();
  await expect(rows(chat)).toHaveCount(9);
  const bottomOf = async (locator) => {
    const { y, height } = await locator.boundingBox();
    return y + height;
  };
  expect(await bottomOf(page.locator(".menu"))).toBeLessThan(await bottomOf(chat.host));
});

test("reasoning is there after a reload, folded, before the text and the calls that followed it", async ({ mount }) => {
  const attributes = { conversation: "thoughtful" };
  const chat = await mount(attributes);
  await chat.run((kit) => {
    kit.kept.chat.agent = kit.agent(kit.kept.model, { tools: [{ name: "look", description: "", execute: () => "seen" }] });
  });
  await chat.ask("Think");
  await chat.run(async (kit) => {
    const first = await kit.kept.model.turn(1);
    first.send(kit.chunk({ reasoning_content: "First " }), kit.chunk({ reasoning_content: "<b>thought</b>." })).say("Let me look.");
    first.send(kit.chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "look", arguments: "{}" } }] })).finish("tool_calls");
    (await kit.kept.model.turn(2)).send(kit.chunk({ reasoning_content: "Second thought." })).answer("Seen", ".");
  });
  await chat.ended();
  const shown = () => chat.answer.locator(".body").evaluate((body) => [...body.children].map((node) => node.textContent.replace(/\s+/g, " ").trim()));
  const expected = ["ThoughtsFirst <b>thought</b>.", "Let me look.", "Called lookInput{}Resultseen", "ThoughtsSecond thought.", "Seen."];
  await expect.poll(shown).toEqual(expected);
  await reload(chat, attributes);
  await expect.poll(shown).toEqual(expected);
  const fold = chat.answer.locator("details").first();
  await expect(fold).not.toHaveAttribute("open");
  await fold.locator("summary").click();
  await expect(chat.answer.getByText("First <b>thought</b>.")).toBeVisible();
});

test("reasoning stays when an answer is continued", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Think");
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).send(kit.chunk({ reasoning_content: "Hm." })).say("half ", "of "));
  await expect(chat.text).toContainText("half");
  await chat.stop.click();
  await chat.ended();
  await chat.page.getByRole("button", { name: "Continue" }).click();
  await chat.answerTo(2, "it");
  await chat.ended();
  await expect(chat.answer.locator("summary")).toHaveText(["Thoughts"]);
  await expect(chat.text).toHaveText(/^half of it/);
});
