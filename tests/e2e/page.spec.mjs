import { said } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

test("nothing empty is sent", async ({ chat, page }) => {
  const asked = [];
  page.on("request", (request) => request.url().includes("/api/") && asked.push(request.url()));
  await expect(chat.send).toBeDisabled();
  await chat.question.press("Enter");
  await chat.question.fill("  \n ");
  await expect(chat.send).toBeDisabled();
  await chat.question.press("Enter");
  await expect(chat.questions).toHaveCount(0);
  await chat.askAndWait("Hello");
  expect(asked).toHaveLength(1);
});

test("Shift and Enter start a new line, and the field grows with it", async ({ chat }) => {
  const height = () => chat.question.evaluate((field) => field.clientHeight);
  await chat.question.fill("one");
  const before = await height();
  await chat.question.press("Shift+Enter");
  await chat.question.pressSequentially("two");
  await expect(chat.question).toHaveValue("one\ntwo");
  expect(await height()).toBeGreaterThan(before);
  await expect(chat.questions).toHaveCount(0);
});

test("a suggestion is asked with one click", async ({ chat, page }) => {
  await page.getByRole("button", { name: "Explain quantum computing" }).click();
  await chat.ended();
  expect(await chat.text()).toBe(said.quantum);
});

test("the page stays at the end while an answer grows, until the reader scrolls up", async ({ chat, model, page }) => {
  await page.setViewportSize({ width: 960, height: 500 });
  const fromEnd = () => page.evaluate(() => Math.round(document.documentElement.scrollHeight - innerHeight - scrollY));
  const top = () => page.evaluate(() => scrollY);
  const lines = (from, to) => Array.from({ length: to - from }, (_, index) => `Line ${from + index}\n`).join("");
  await chat.ask("Write a list");
  const turn = await model.nextTurn();
  turn.say(lines(0, 60));
  await chat.shows(lines(0, 60));
  await expect.poll(fromEnd).toBe(0);

  await page.evaluate(() => scrollBy(0, -300));
  await expect(chat.latest).toBeVisible();
  const left = await top();
  turn.say(lines(60, 120));
  await chat.shows(lines(0, 120));
  expect(await top()).toBe(left);

  await chat.latest.click();
  await expect.poll(fromEnd).toBe(0);
  await expect(chat.latest).toBeHidden();
  turn.finish();
  await chat.ended();
  await expect.poll(fromEnd).toBe(0);
});

test("the start page begins at its top on a small screen, also behind a long talk, and stays where it is scrolled to", async ({ chat, page }) => {
  const top = () => page.evaluate(() => scrollY);
  await page.setViewportSize({ width: 375, height: 560 });
  await chat.reload();
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(560);
  expect(await top()).toBe(0);
  await page.evaluate(() => scrollTo(0, 40));
  await page.setViewportSize({ width: 375, height: 540 });
  expect(await top()).toBe(40);

  await chat.askAndWait("Explain quantum computing");
  await expect.poll(top).toBeGreaterThan(200);
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect.poll(top).toBe(0);
});

test("a button that goes away leaves the focus in the field for the next question", async ({ chat, model, page }) => {
  const press = async (name) => {
    await page.getByRole("button", { name }).press("Enter");
    await expect(chat.question).toBeFocused();
  };
  await press("Give me a riddle");
  (await model.nextTurn()).say("Half");
  await chat.shows("Half");
  await press("Stop");
  await press("Continue");
  (await model.nextTurn()).say(" and more");
  await chat.shows("Half and more");
  await page.keyboard.press("Escape");
  await chat.question.fill("And?");
  await press("Send");
});

test("nothing scrolls sideways on a small screen", async ({ chat, page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await tooWide()).toBe(0);
  await chat.askAndWait("Async/await in JavaScript");
  expect(await tooWide()).toBe(0);
  await chat.askAndWait(`Hello ${"without-a-blank".repeat(20)}`);
  expect(await tooWide()).toBe(0);

  await page.getByRole("button", { name: "OpenAI Chat" }).click();
  await chat.useModelAt(`https://${"a-long-name.".repeat(10)}example/v1`);
  expect(await tooWide()).toBe(0);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByLabel("Base URL")).toBeHidden();
  expect(await tooWide()).toBe(0);
});

test("screen readers hear when an answer starts and ends, not every chunk", async ({ chat, model, page }) => {
  const status = page.getByRole("status");
  await expect(page.getByRole("log", { name: "Conversation" })).toBeAttached();
  await chat.ask("Hello");
  await expect(status).toHaveText("Waiting for the answer.");
  await expect(chat.answer).toHaveAttribute("aria-busy", "true");
  const turn = await model.nextTurn();
  turn.say("Hello.");
  await chat.shows("Hello.");
  await expect(status).toHaveText("Waiting for the answer.");
  turn.finish();
  await expect(status).toHaveText("Answer finished, 6 characters.");
  await expect(chat.answer).not.toHaveAttribute("aria-busy");
});
