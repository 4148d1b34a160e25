import { said } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

test("a reload shows the conversation again", async ({ chat }) => {
  await chat.askAndWait("Hello");
  await chat.askAndWait("Something in Arabic");
  await chat.reload();
  await expect(chat.questions).toHaveText(["Hello", "Something in Arabic"]);
  await expect(chat.answers).toHaveCount(2);
  expect(await chat.text()).toBe(said.arabic);
  await expect(chat.answer.locator(".note")).toHaveCount(0);
});

test("a reload in the middle of an answer keeps what had come, marked as interrupted", async ({ chat }) => {
  await chat.ask("A very long answer");
  await expect.poll(() => chat.length()).toBeGreaterThan(400);
  await chat.reload();
  const kept = await chat.text();
  expect(kept.length).toBeGreaterThan(100);
  expect(said.long.startsWith(kept)).toBe(true);
  await expect(chat.answer.locator(".note")).toContainText("Interrupted");
});

test("a reload before the first chunk offers to ask again", async ({ chat, page }) => {
  await page.route("**/chat/completions", () => {});
  const asked = page.waitForRequest("**/chat/completions");
  await chat.ask("Hello");
  await asked;
  await chat.reload();
  await page.unroute("**/chat/completions");
  await expect(chat.problem).toContainText("No answer came");
  await chat.problem.getByRole("button", { name: "Ask again" }).click();
  await expect(chat.problem).toHaveCount(0);
  await chat.ended();
  expect(await chat.text()).toBe(said.hello);
  await expect(chat.questions).toHaveCount(1);
});

test("a new conversation is still new after a reload", async ({ chat, page }) => {
  await chat.askAndWait("Hello");
  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(chat.questions).toHaveCount(0);
  await chat.reload();
  await expect(chat.questions).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("the wire format that was chosen is chosen again after a reload", async ({ chat, page }) => {
  await chat.chooseFormat(/^Gemini /);
  await chat.reload();
  await expect(page.getByRole("radio", { name: /^Gemini / })).toBeChecked();
});

test("a key is sent where it belongs, and stored nowhere", async ({ chat, page, baseURL }) => {
  const key = "not-a-real-key-3141592653";
  await page.getByText("Your own model").click();
  await page.getByLabel("Base URL").fill(`${baseURL}/api/openai/v1`);
  await page.getByLabel("API key").fill(key);
  const request = page.waitForRequest("**/chat/completions");
  await chat.askAndWait("Hello");
  expect(await (await request).headerValue("authorization")).toBe(`Bearer ${key}`);
  expect(await chat.text()).toBe(said.hello);

  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
  expect(stored).toContain("Hello");
  expect(stored).not.toContain(key);
  await chat.reload();
  await expect(page.getByLabel("API key")).toHaveValue("");
});
