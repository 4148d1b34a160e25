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

test("a reload before the first chunk offers to ask again", async ({ chat, model }) => {
  await chat.ask("Anyone there?");
  await model.nextTurn();
  await chat.reload();
  await expect(chat.problem).toContainText("No answer came");
  await chat.problem.getByRole("button", { name: "Ask again" }).click();
  const turn = await model.nextTurn();
  await expect(chat.problem).toHaveCount(0);
  turn.say("Now I am.");
  turn.finish();
  await chat.ended();
  await chat.shows("Now I am.");
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

test("a key is sent where it belongs, and stored nowhere", async ({ chat, model, page }) => {
  const key = "not-a-real-key-3141592653";
  await page.getByLabel("API key").fill(key);
  await chat.ask("Hello");
  const turn = await model.nextTurn();
  expect(turn.request.headers.authorization).toBe(`Bearer ${key}`);
  turn.say("Hello.");
  turn.finish();
  await chat.ended();

  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
  expect(stored).toContain("Hello.");
  expect(stored).not.toContain(key);
  await chat.reload();
  await expect(page.getByLabel("API key")).toHaveValue("");
});
