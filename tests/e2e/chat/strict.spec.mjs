// In other people's pages: under a strict policy, from one tag, several at once.
import { expect, test } from "./support/test.mjs";
import { Chat } from "./support/chat.mjs";
import { said } from "../support/chat.mjs";

const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const page_ = (body) => ({
  contentType: "text/html",
  headers: { "Content-Security-Policy": POLICY },
  body: `<!doctype html><html lang="en"><title>strict</title><link rel="icon" href="data:,"><script type="module" src="/pkg/chat.js"></script>${body}`,
});

test("a page needs no script of its own", async ({ page }) => {
  const chat = new Chat(page);
  await page.route("**/plain", (route) => route.fulfill({ contentType: "text/html", body: '<!doctype html><title>plain</title><link rel="icon" href="data:,"><script type="module" src="/pkg/chat.js"></script><refinire-chat model="gpt-4o-mini" base-url="/api/openai/v1"></refinire-chat>' }));
  await page.goto("/plain");
  await chat.ask("Async/await in JavaScript");
  await expect(chat.text).toContainText("Leave the loop with break");
  await chat.ended();
  await expect(chat.answer.locator("pre")).toHaveCount(2);
  expect((await chat.answer.locator("pre").last().textContent())).toBe(/```js\n([^`]*)\n```\n\nLeave/.exec(said.code)[1]);
});

test.describe("under a strict content security policy, trusted types included", () => {
  test.use({ expectedComplaints: [/favicon|data:,/] });

  test("it looks and works as it should", async ({ page }) => {
    await page.route("**/strict", (route) => route.fulfill(page_('<refinire-chat model="gpt-4o-mini" base-url="/api/openai/v1" conversations counts></refinire-chat>')));
    await page.goto("/strict");
    const chat = new Chat(page);
    await expect(chat.question).toBeVisible();
    expect(await chat.send.evaluate((button) => getComputedStyle(button).borderRadius)).toBe("50%");
    await chat.question.fill("a\nb\nc");
    expect(await chat.question.evaluate(({ clientHeight }) => clientHeight)).toBeGreaterThan(70);
    await chat.ask("A very long answer");
    await expect(chat.text).toContainText("How a sentence gets");
    await chat.stop.click();
    await expect(chat.note).toBeVisible();
    expect(await chat.host.evaluate(({ shadowRoot }) => shadowRoot.querySelectorAll("[style], style").length)).toBe(0);
  });

  test("an image that came with its data is drawn under a strict content security policy", async ({ page }) => {
    await page.route("**/strict", (route) => route.fulfill(page_("<refinire-chat></refinire-chat>")));
    await page.goto("/strict");
    const chat = new Chat(page);
    await expect(chat.question).toBeVisible();
    await page.evaluate(async (data) => {
      const { Context, default: init } = await import("/pkg/refinire_web.js");
      await init();
      const files = [{ mediaType: "image/png", data, name: "A dot" }];
      const message = { role: "assistant", content: "Here", timestamp: "2020-01-02T03:04:05.000Z", metadata: {}, files };
      const empty = new Context({ storage: "memory" }).toJSON();
      document.querySelector("refinire-chat").context = Context.fromJSON({ ...empty, messages: [message] }, { storage: "memory" });
    }, "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    await expect(chat.answer.getByRole("img", { name: "A dot" })).toBeVisible();
    await expect(chat.answer.getByRole("link", { name: "A dot" })).toBeVisible();
  });
});

test("a talk with a name is there again after a reload, and so is what was interrupted", async ({ page }) => {
  const open = async () => {
    await page.goto("/talk");
    await expect(chat.question).toBeVisible();
  };
  const chat = new Chat(page);
  await page.route("**/talk", (route) => route.fulfill({ contentType: "text/html", body: '<!doctype html><title>talk</title><script type="module" src="/pkg/chat.js"></script><refinire-chat model="gpt-4o-mini" base-url="/api/openai/v1" conversation="kept"></refinire-chat>' }));
  await open();
  await chat.ask("Hello");
  await chat.ended();
  await expect(chat.text).toContainText("Hello! I am a stand-in");
  await chat.ask("A very long answer");
  await expect(chat.text).toContainText("You press Enter");
  await chat.stop.click();
  await expect(chat.note).toBeVisible();
  await open();
  await expect(chat.questions).toHaveCount(2);
  await expect(chat.answers.first()).toContainText("Hello! I am a stand-in");
  await expect(chat.note).toContainText("This answer was interrupted.");
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
});

test("several in a page keep to themselves", async ({ page }) => {
  const one = (id) => `<section id="${id}"><refinire-chat model="gpt-4o-mini" base-url="/api/openai/v1"></refinire-chat></section>`;
  await page.route("**/several", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html><title>several</title><script type="module" src="/pkg/chat.js"></script>${one("a")}${one("b")}` }));
  await page.goto("/several");
  const parts = ["a", "b"].map((id) => page.locator(`#${id}`));
  for (const part of parts) await expect(part.getByLabel("Your message")).toBeVisible();
  for (const [at, part] of parts.entries()) {
    await part.getByLabel("Your message").fill(["Hello", "Explain quantum computing"][at]);
    await part.getByLabel("Your message").press("Enter");
  }
  await expect(parts[0].getByRole("article", { name: "Assistant" })).toContainText("Hello! I am a stand-in");
  await expect(parts[1].getByRole("article", { name: "Assistant" })).toContainText("An ordinary bit is either");
  for (const part of parts) await expect(part.getByRole("article", { name: "You" })).toHaveCount(1);
});
