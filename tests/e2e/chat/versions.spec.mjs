// Questions that are put otherwise and answers that are asked for again: the earlier versions stay, and can be shown.
import { expect, test } from "./support/test.mjs";
import { Chat } from "./support/chat.mjs";

const versions = (turn) => turn.getByRole("group", { name: /^Version/ });
const button = (turn, name) => turn.getByRole("button", { name, exact: true });
const editor = (chat) => chat.page.getByLabel("Edit this message");

/** The questions and answers as they stand there. */
const shown = (chat) => chat.host.evaluate(({ shadowRoot }) => [...shadowRoot.querySelectorAll(".bubble p, .answer .text")].map(({ textContent }) => textContent.trim()));
const contents = async (chat) => (await chat.said()).map(({ content }) => content);

async function edit(chat, at, text) {
  await button(chat.questions.nth(at), "Edit").click();
  await editor(chat).fill(text);
  await editor(chat).press("Enter");
}

test("any question can be edited where it stands, or left as it is", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "First", "1");
  await chat.exchange(2, "Second", "2");
  await button(chat.questions.first(), "Edit").click();
  await expect(editor(chat)).toBeFocused();
  await expect(editor(chat)).toHaveValue("First");
  await editor(chat).fill("Not this");
  await editor(chat).press("Escape");
  await expect(editor(chat)).toHaveCount(0);
  await expect(button(chat.questions.first(), "Edit")).toBeFocused();
  expect(await shown(chat)).toEqual(["First", "1", "Second", "2"]);

  await edit(chat, 0, "Another first");
  await expect(chat.question).toBeFocused();
  expect(await chat.asked(3)).toEqual([["user", "Another first"]]);
  await chat.answerTo(3, "One");
  await chat.ended();
  expect(await shown(chat)).toEqual(["Another first", "One"]);
  expect(await contents(chat)).toEqual(["Another first", "One"]);
});

test("the earlier version of a question is shown with what followed it, by pointer and by keys", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "First", "1");
  await chat.exchange(2, "Second", "2");
  await edit(chat, 0, "Another first");
  await chat.answerTo(3, "One");
  await chat.ended();
  const first = chat.questions.first();
  await expect(versions(first)).toHaveAccessibleName("Version 2 of 2");
  await expect(button(first, "Next version")).toBeDisabled();
  await button(first, "Previous version").click();
  await expect.poll(() => shown(chat)).toEqual(["First", "1", "Second", "2"]);
  expect(await contents(chat)).toEqual(["First", "1", "Second", "2"]);
  await expect(chat.page.locator(".spoken")).toHaveText("Version 1 of 2");
  await expect(button(first, "Next version")).toBeFocused();
  await chat.page.keyboard.press("Enter");
  await expect.poll(() => shown(chat)).toEqual(["Another first", "One"]);
  await expect(button(first, "Previous version")).toBeFocused();
});

test("what was written there before is kept apart while its new version is written", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "First", "The earlier answer");
  await edit(chat, 0, "First");
  await chat.says(2, "The new ");
  await expect(chat.text).toHaveText("The new");
  expect(await shown(chat)).toEqual(["First", "The new"]);
  await expect(versions(chat.questions.first()).locator("xpath=ancestor::*[@inert]")).toHaveCount(1);
  await chat.answerTo(2, "one");
  await chat.ended();
  expect(await shown(chat)).toEqual(["First", "The new one"]);
  await button(chat.questions.first(), "Previous version").click();
  await expect.poll(() => shown(chat)).toEqual(["First", "The earlier answer"]);
  await expect(versions(chat.questions.first()).locator("xpath=ancestor::*[@inert]")).toHaveCount(0);
});

test("an answer can be had anew: the earlier one is not sent, but stays", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "First", "1");
  await chat.exchange(2, "A riddle", "A bad one");
  await expect(button(chat.answers.first(), "Try again")).toHaveCount(0);
  await button(chat.answer, "Try again").click();
  expect(await chat.asked(3)).toEqual([["user", "First"], ["assistant", "1"], ["user", "A riddle"]]);
  await chat.says(3, "A ");
  await expect(chat.text).toHaveText("A");
  await chat.answerTo(3, "good one");
  await chat.ended();
  expect(await shown(chat)).toEqual(["First", "1", "A riddle", "A good one"]);
  await button(chat.answer, "Previous version").click();
  await expect.poll(() => shown(chat)).toEqual(["First", "1", "A riddle", "A bad one"]);
  await button(chat.answer, "Try again").click();
  await chat.answerTo(4, "A third");
  await chat.ended();
  await expect(versions(chat.answer)).toHaveAccessibleName("Version 3 of 3");
  expect(await contents(chat)).toEqual(["First", "1", "A riddle", "A third"]);
});

test("an answer that fails to come anew leaves the earlier one", async ({ mount }) => {
  const chat = await mount();
  await chat.exchange(1, "First", "1");
  await button(chat.answer, "Try again").click();
  await chat.run(async (kit) => (await kit.kept.model.turn(2)).whole(500, "{}") && undefined);
  await expect(chat.problem).toBeVisible();
  expect(await shown(chat)).toEqual(["First", "1"]);
  await button(chat.problem, "Try again").click();
  await chat.answerTo(3, "One");
  await chat.ended();
  expect(await shown(chat)).toEqual(["First", "One"]);
  await expect(versions(chat.answer)).toHaveAccessibleName("Version 2 of 2");
});

for (const [what, make] of [
  ["an agent without `regenerate`", (kit, agent) => ({ runStreamed: (input, options) => agent.runStreamed(input, options) })],
  ["a flow", (kit, agent) => new kit.refinire.Flow({ one: agent })],
  ["what keeps nothing in its own conversation", (kit, agent) => ({ context: kit.memory(), runStreamed: (input, options) => agent.runStreamed(input, options) })],
]) {
  test(`${what} answers anew, and another question, in the same way`, async ({ mount }) => {
    const chat = await mount();
    await chat.run(`(kit) => void (kit.kept.chat.agent = (${make})(kit, kit.agent(kit.kept.model)))`);
    await chat.exchange(1, "First", "1");
    await button(chat.answer, "Try again").click();
    expect((await chat.asked(2)).at(-1)).toEqual(["user", "First"]);
    await chat.answerTo(2, "One");
    await chat.ended();
    expect(await shown(chat)).toEqual(["First", "One"]);
    await edit(chat, 0, "Another");
    await chat.answerTo(3, "Else");
    await chat.ended();
    expect(await shown(chat)).toEqual(["Another", "Else"]);
    await button(chat.questions.first(), "Previous version").click();
    await expect.poll(() => shown(chat)).toEqual(["First", "One"]);
    await button(chat.answer, "Previous version").click();
    await expect.poll(() => shown(chat)).toEqual(["First", "1"]);
  });
}

test("an edited question that is refused is shown in its place, and can be edited again", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => {
    const { chat, model } = kit.kept;
    chat.agent = kit.agent(model, { inputGuardrails: [(input) => !input.includes("secret")] });
  });
  await chat.exchange(1, "First", "1");
  await chat.exchange(2, "Second", "2");
  await edit(chat, 1, "A secret");
  await expect(chat.problem).toBeVisible();
  expect(await shown(chat)).toEqual(["First", "1", "A secret"]);
  expect(await contents(chat)).toEqual(["First", "1", "Second", "2"]);
  await button(chat.problem, "Edit").click();
  await expect(editor(chat)).toHaveValue("A secret");
  await editor(chat).fill("A riddle");
  await editor(chat).press("Enter");
  await chat.answerTo(3, "Here");
  await chat.ended();
  expect(await contents(chat)).toEqual(["First", "1", "A riddle", "Here"]);
  await button(chat.questions.last(), "Previous version").click();
  await expect.poll(() => shown(chat)).toEqual(["First", "1", "Second", "2"]);
});

test("the versions are there in every tab and after a reload", async ({ page, context }) => {
  await context.route("**/versions", (route) => route.fulfill({ contentType: "text/html", body: '<!doctype html><title>versions</title><script type="module" src="/pkg/chat.js"></script><refinire-chat model="gpt-4o-mini" base-url="/api/openai/v1" conversation="versions"></refinire-chat>' }));
  const chat = new Chat(page);
  await page.goto("/versions");
  await chat.ask("Hello");
  await expect(chat.text).toContainText("Hello! I am a stand-in");
  await chat.ended();
  await edit(chat, 0, "Explain quantum computing");
  await expect(chat.text).toContainText("An ordinary bit is either");
  await chat.ended();
  const other = new Chat(await context.newPage());
  await other.page.goto("/versions");
  for (const tab of [chat, other]) await expect(versions(tab.questions.first())).toHaveAccessibleName("Version 2 of 2");
  await button(other.questions.first(), "Previous version").click();
  for (const tab of [chat, other]) await expect(tab.text).toContainText("Hello! I am a stand-in");
  await page.goto("/versions");
  await expect(chat.text).toContainText("Hello! I am a stand-in");
  await expect(versions(chat.questions.first())).toHaveAccessibleName("Version 1 of 2");
  await other.page.close();
});

test("with 2,000 turns an edit changes only what it is about, and calls of tools stay", async ({ mount }) => {
  const chat = await mount();
  await chat.run(async (kit) => {
    const message = (role, content, more) => ({ role, content, timestamp: "2020-01-02T03:04:05.000Z", metadata: {}, ...more });
    const called = [message("assistant", "", { toolCalls: [{ id: "c", name: "weather", input: {}, inputText: "{}" }] }), message("tool", "rain", { toolCallId: "c" }), message("assistant", "It rains")];
    const messages = Array.from({ length: 1000 }, (_, at) => [message("user", `Question ${at}`), ...(at === 996 ? called : [message("assistant", `Answer ${at}`)])]).flat();
    kit.kept.chat.context = kit.refinire.Context.fromJSON({ ...kit.memory().toJSON(), messages }, { storage: "memory" });
  });
  await expect(chat.questions.last()).toContainText("Question 999");
  const rows = chat.page.locator(".turn");
  await expect(rows).toHaveCount(50);
  await rows.evaluateAll((all) => all.forEach((row) => (row.dataset.old = "")));
  await button(chat.questions.nth(22), "Edit").click();
  await expect(editor(chat)).toHaveValue("Question 997");
  await editor(chat).fill("Another question");
  await editor(chat).press("Enter");
  await chat.answerTo(1, "Another answer");
  await chat.ended();
  await expect(rows).toHaveCount(46);
  await expect(chat.page.locator(".turn[data-old]")).toHaveCount(44);
  await expect(chat.page.locator(".turn summary")).toHaveText("Called weather");
  expect((await contents(chat)).slice(-5)).toEqual(["", "rain", "It rains", "Another question", "Another answer"]);
  await button(chat.questions.last(), "Previous version").click();
  await expect(chat.questions.last()).toContainText("Question 999");
  await expect(chat.page.locator(".turn[data-old]")).toHaveCount(44);
  expect((await contents(chat)).length).toBe(2002);
});

test("the buttons go when the other versions are gone, as from a store that is full", async ({ mount }) => {
  const chat = await mount();
  await chat.run(({ kept }) => {
    const message = (role, id, alternatives) => ({ id, role, content: "Hello", timestamp: "2020-01-02T03:04:05.000Z", metadata: {}, alternatives });
    const messagesWith = (alternatives) => [message("user", "1", alternatives), message("assistant", "2", alternatives)];
    const subscribe = (heard) => {
      kept.lose = () => heard(Object.assign(kept.chat.context, { messages: messagesWith() }));
      return () => {};
    };
    kept.chat.context = { id: "c", ready: Promise.resolve(), messages: messagesWith({ index: 1, count: 2 }), subscribe };
  });
  const groups = chat.page.getByRole("group", { name: "Version 2 of 2" });
  await expect(groups).toHaveCount(2);
  await chat.run(({ kept }) => kept.lose());
  await expect(groups).toHaveCount(0);
});
