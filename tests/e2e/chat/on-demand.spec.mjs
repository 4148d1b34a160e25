// The optional parts of a chat are loaded on demand.
import { expect, test } from "./support/test.mjs";

const PARTS = "**/pkg/chat/parts-*.js";
const loaded = (chat) => chat.run(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/chat/parts-")).length);

test("a plain chat loads nothing more before its first answer, and then is ready for a network that goes away", async ({ mount, page }) => {
  const chat = await mount();
  await chat.ask("Hi");
  await chat.says(1, "Hello");
  await expect(chat.text).toHaveText("Hello");
  expect(await loaded(chat)).toBe(0);
  await chat.answerTo(1, "!");
  await expect.poll(() => loaded(chat)).toBe(1);
  await page.context().setOffline(true);
  await chat.questions.getByRole("button", { name: "Edit" }).click();
  await expect(page.getByLabel("Edit this message")).toBeFocused();
});

test("what needs them before that has them loaded", async ({ mount, page }) => {
  const chat = await mount();
  await chat.ask("Hi");
  await chat.says(1, "Hello");
  await chat.ask("And then?");
  await expect(page.locator(".queue li")).toHaveText("And then?");
});

test("what comes of an answer while they are being loaded is shown then, in order", async ({ mount, page }) => {
  let release;
  const isReleased = new Promise((resolve) => (release = resolve));
  await page.route(PARTS, async (route) => {
    await isReleased;
    await route.continue();
  });
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
  await chat.run((kit) => {
    kit.kept.chat.remove();
    const made = document.createElement("refinire-chat");
    made.setAttribute("figures", "");
    made.agent = kit.agent(kit.kept.model);
    document.body.append(made);
    kit.kept.sent = ["One", "Two"].map((text) => made.send(text));
    kit.kept.refused = kit.failure(made.send("Three", { ifBusy: "fail" }));
  });
  await chat.answerTo(1, "a ", "b");
  await chat.answerTo(2, "c");
  const told = await chat.run(async (kit) => [...(await Promise.all(kit.kept.sent)).map(({ text }) => text), (await kit.kept.refused).code]);
  expect(told).toEqual(["a b", "c", "invalid-argument"]);
  await expect(chat.answers.locator(".figures")).toHaveText([/Chunks: \d · First text/, /Chunks: \d · First text/]);
});

test.describe("parts that cannot be loaded", () => {
  test.use({ expectedComplaints: [/dynamically imported module|ERR_FAILED/] });

  test("the chat says so, and answers all the same", async ({ mount, page }) => {
    await page.route(PARTS, (route) => route.abort());
    const chat = await mount({ counts: "", conversations: "" });
    await chat.exchange(1, "Hi", "Hello");
    await expect(chat.text).toHaveText("Hello");
    await expect(chat.answer.locator(".figures")).toHaveCount(0);
    await expect(chat.page.locator(".notice")).toHaveText("Part of this chat could not be loaded. Load the page again.");
  });
});
