import { said } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

async function startLongAnswer(chat) {
  await chat.ask("A very long answer");
  await expect.poll(() => chat.length()).toBeGreaterThan(100);
}

async function expectInterrupted(chat) {
  await chat.ended();
  const kept = await chat.text();
  expect(kept.length).toBeGreaterThan(100);
  expect(said.long.startsWith(kept)).toBe(true);
  expect(kept).not.toBe(said.long);
  await expect(chat.answer.locator(".note")).toContainText("this is not the whole answer");
  return kept;
}

test("stop closes the request, keeps the text and marks it as interrupted", async ({ chat, page }) => {
  await startLongAnswer(chat);
  const closed = page.waitForEvent("requestfailed");
  await chat.stop.click();
  expect((await closed).url()).toContain("/chat/completions");
  const kept = await expectInterrupted(chat);
  await expect(chat.question).toBeFocused();

  await chat.reload();
  expect(await chat.text()).toBe(kept);
  await expectInterrupted(chat);
});

test("Escape stops too, and the conversation goes on after it", async ({ chat, page }) => {
  await startLongAnswer(chat);
  await page.keyboard.press("Escape");
  await expectInterrupted(chat);
  await chat.askAndWait("Hello");
  expect(await chat.text()).toBe(said.hello);
  await expect(chat.answers).toHaveCount(2);
});

test("stop before the first chunk leaves the question and says so", async ({ chat, page }) => {
  await page.route("**/chat/completions", () => {});
  await chat.ask("Hello");
  await chat.stop.click();
  await chat.ended();
  await expect(chat.answer).toContainText("Stopped before the first chunk came");
  await page.unroute("**/chat/completions");

  await chat.askAndWait("Hello");
  expect(await chat.text()).toBe(said.hello);
  await expect(chat.questions).toHaveCount(1);
});

test("a new conversation while an answer streams leaves nothing of the old one", async ({ chat, page }) => {
  await startLongAnswer(chat);
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(chat.stop).toBeHidden();
  await chat.reload();
  await expect(chat.questions).toHaveCount(0);
  await expect(chat.answers).toHaveCount(0);
});
