import { said } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

test("a suggestion is asked with one click", async ({ chat, page }) => {
  await page.getByRole("button", { name: "Explain quantum computing" }).click();
  await chat.ended();
  await chat.shows(said["quantum-markdown"]);
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

test("an answer goes on when the settings change meanwhile", async ({ chat, model }) => {
  await chat.ask("Hello");
  const turn = await model.nextTurn();
  turn.say("It began here");
  await chat.shows("It began here");
  await chat.chooseFormat(/^Gemini /);
  turn.say(", and ends here.");
  turn.finish();
  await chat.ended();
  await chat.shows("It began here, and ends here.");
});

test("the page says how the library is installed", async ({ page, chat }) => {
  await expect(page.getByRole("heading", { level: 1 })).toContainText("AI answers that stream into your page");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("main").getByRole("button", { name: "Copy", exact: true }).first().click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("npm install refinire-web");
  await expect(chat.question).toBeEnabled();
});
