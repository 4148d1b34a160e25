// The page of the README: a chat with a colour of its own, attachments, suggestions and highlighted code, with a local model.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "./support/test.mjs";
import { bundleOf } from "./support/vendor.mjs";

const inProject = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const ANSWERS = { "How long does green tea brew?": "| Tea | Minutes |\n|---|--:|\n| Green | 2 |\n", "Write a timer in Python": "```python\nimport time\n```\n", "What is this?": "A leaf." };

/** Serves the page, the packages that it names, and the model, whose requests it gives. */
async function serve(page) {
  const requests = [];
  const html = readFileSync(inProject("www/site/samples/tea.html"), "utf8");
  await page.route("**/tea.html", (route) => route.fulfill({ contentType: "text/html", body: html }));
  await page.route("**/node_modules/refinire-web/**", (route) => route.fulfill({ path: inProject(`pkg/${route.request().url().split("/refinire-web/")[1]}`) }));
  const highlighter = bundleOf("highlight.js/lib/common");
  await page.route("**/node_modules/@highlightjs/**", (route) => route.fulfill({ contentType: "text/javascript", body: highlighter }));
  await page.route("http://localhost:11434/api/chat", (route) => {
    const body = route.request().postDataJSON();
    requests.push(body);
    const message = { role: "assistant", content: ANSWERS[body.messages.at(-1).content] };
    const lines = [{ model: body.model, message, done: false }, { model: body.model, message: { role: "assistant", content: "" }, done: true, done_reason: "stop" }];
    const headers = { "access-control-allow-origin": "*" };
    return route.fulfill({ contentType: "application/x-ndjson", headers, body: lines.map((line) => `${JSON.stringify(line)}\n`).join("") });
  });
  return requests;
}

test("a page of the README's does what the README says", async ({ page }) => {
  const requests = await serve(page);
  await page.goto("/tea.html");
  await expect(page.getByText("Tea shop")).toBeVisible();
  const answers = page.getByRole("article", { name: "Assistant" });
  const ask = async (text) => {
    await page.getByLabel("Your message").fill(text);
    await page.getByLabel("Your message").press("Enter");
  };
  await page.getByRole("button", { name: "How long does green tea brew?" }).click();
  await expect(answers.last().getByRole("cell", { name: "Green" })).toBeVisible();
  await ask("Write a timer in Python");
  await expect(answers.last().locator(".hljs-keyword")).toHaveText("import");
  const image = readFileSync(inProject("www/screenshots/element.webp"));
  await page.locator("refinire-chat input[type=file]").setInputFiles({ name: "leaf.webp", mimeType: "image/webp", buffer: image });
  await ask("What is this?");
  await expect(answers.last()).toContainText("A leaf.");
  expect(requests.map(({ model, messages }) => [model, messages.length])).toEqual([1, 3, 5].map((length) => ["llama3.1:8b", length]));
  expect(requests[2].messages[4].images).toEqual([image.toString("base64")]);
  expect(await page.locator("refinire-chat").evaluate((chat) => getComputedStyle(chat.shadowRoot.querySelector(".bubble")).fontFamily)).toContain("Georgia");
  await page.reload();
  await expect(answers.last()).toContainText("A leaf.");
  await expect(page.getByRole("article", { name: "You" }).getByRole("img", { name: "leaf.webp" })).toBeVisible();
});
