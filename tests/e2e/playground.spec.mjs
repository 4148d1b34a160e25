// The playground of the chat element.
import { Chat } from "./chat/support/chat.mjs";
import { expect, test } from "./support/test.mjs";
import { tagOf } from "../../www/playground/options.js";

test("an option goes onto the element and into the tag, and off again", async ({ page }) => {
  await page.goto("/element.html");
  const chat = page.locator("refinire-chat");
  const tag = page.locator("#tag");
  await expect(tag).toContainText("<refinire-chat");
  await expect(tag).not.toContainText("placeholder");
  await page.getByRole("checkbox", { name: "placeholder" }).check();
  await page.getByRole("textbox", { name: "placeholder: value" }).fill('Ask "me"');
  await expect(chat).toHaveAttribute("placeholder", 'Ask "me"');
  await expect(tag).toContainText("placeholder='Ask \"me\"'");
  await page.getByRole("checkbox", { name: "placeholder" }).uncheck();
  await expect(chat).not.toHaveAttribute("placeholder");
  await expect(tag).not.toContainText("placeholder");
});

test("the tag that is shown is the element that stands beside it", async ({ page }) => {
  await page.goto("/element.html");
  await page.getByRole("checkbox", { name: "figures" }).check();
  const [shown, copied] = await page.evaluate(() => {
    // In a list the element gives its conversation a name.
    const attributes = (node) => Object.fromEntries([...node.attributes].filter(({ name }) => !["style", "dir", "conversation"].includes(name)).map(({ name, value }) => [name, value]));
    const template = document.createElement("template");
    template.innerHTML = document.querySelector("#tag").textContent;
    return [attributes(document.querySelector("refinire-chat")), attributes(template.content.querySelector("refinire-chat"))];
  });
  expect(copied).toEqual(shown);
  expect(shown).toHaveProperty("figures");
});

test("it answers with Markdown", async ({ page }) => {
  await page.goto("/element.html");
  const chat = new Chat(page);
  await chat.ask("Explain quantum computing");
  await expect(chat.answer.locator("table")).toBeVisible();
  await chat.ended();
  await expect(chat.answer.locator("li")).toHaveCount(3);
});

test("nothing scrolls sideways on a small screen", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto("/element.html");
  await expect(page.locator("#tag")).toContainText("<refinire-chat");
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

test("values are written so that HTML reads them back", () => {
  expect(tagOf({ a: "", b: "x & \"y\"", c: "it's \"so\"" }, "color: red")).toBe("<refinire-chat\n  a\n  b='x &amp; \"y\"'\n  c=\"it's &quot;so&quot;\"\n  style=\"color: red\"></refinire-chat>");
});
