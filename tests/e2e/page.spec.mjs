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

test("the page stays at the end while an answer grows, until the reader scrolls up", async ({ chat, page }) => {
  await page.setViewportSize({ width: 900, height: 400 });
  const fromEnd = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight - scrollY);
  const top = () => page.evaluate(() => scrollY);
  await chat.ask("A very long answer");
  await expect.poll(top).toBeGreaterThan(300);
  await expect.poll(fromEnd).toBeLessThan(50);

  await page.mouse.move(450, 150);
  await page.mouse.wheel(0, -250);
  await expect(chat.latest).toBeVisible();
  const left = await top();
  const length = await chat.length();
  await expect.poll(() => chat.length()).toBeGreaterThan(length + 300);
  expect(await top()).toBe(left);

  await chat.latest.click();
  await expect.poll(fromEnd).toBeLessThan(50);
  await expect(chat.latest).toBeHidden();
  await chat.stop.click();
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
  await page.getByText("Your own model").click();
  await page.getByLabel("Base URL").fill(`https://${"a-long-name.".repeat(10)}example/v1`);
  expect(await tooWide()).toBe(0);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByLabel("Base URL")).toBeHidden();
  expect(await tooWide()).toBe(0);
});

test("screen readers hear when an answer starts and ends, not every chunk", async ({ chat, page }) => {
  const status = page.getByRole("status");
  await expect(page.getByRole("log", { name: "Conversation" })).toBeAttached();
  await chat.ask("A very long answer");
  await expect(status).toHaveText("Waiting for the answer.");
  await expect(chat.answer).toHaveAttribute("aria-busy", "true");
  await chat.stop.click();
  await expect(status).toHaveText("Stopped.");
  await chat.askAndWait("Hello");
  await expect(status).toHaveText(/^Answer finished, \d+ characters\.$/);
});
