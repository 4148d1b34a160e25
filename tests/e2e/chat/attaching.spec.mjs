// Files that go with a question: chosen, pasted and dropped, shown, refused and sent.
import { Buffer } from "node:buffer";
import { Chat } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

// One pixel.
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const picture = (name = "cat.png") => ({ name, mimeType: "image/png", buffer: Buffer.from(PNG, "base64") });
const paper = { name: "paper.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 a paper") };
const archive = { name: "files.zip", mimeType: "application/zip", buffer: Buffer.from("PK") };

const tray = (page) => page.getByRole("list", { name: "Attachments" }).getByRole("listitem");
const choose = (page, ...files) => page.locator("refinire-chat input[type=file]").setInputFiles(files);

/** An event of the page that carries these files: `[name, type, base64][]`. */
const bring = (chat, selector, event, files, types = {}) => chat.host.evaluate(({ shadowRoot }, { selector, event, files, types }) => {
  const data = new DataTransfer();
  for (const [name, type, bytes] of files) data.items.add(new File([Uint8Array.from(atob(bytes), (each) => each.charCodeAt(0))], name, { type }));
  for (const [type, text] of Object.entries(types)) data.setData(type, text);
  const init = { bubbles: true, cancelable: true, composed: true, clipboardData: data, dataTransfer: data };
  return !shadowRoot.querySelector(selector).dispatchEvent(event === "paste" ? new ClipboardEvent(event, init) : new DragEvent(event, init));
}, { selector, event, files, types });

const asked = (chat, number) => chat.asked(number).then((messages) => messages.at(-1)[1]);

test("chosen files are shown, can be removed, and go with the question", async ({ mount, page }) => {
  const chat = await mount({ attachments: "" });
  await choose(page, picture(), paper, picture("dog.png"));
  await expect(tray(page)).toHaveCount(3);
  await expect(tray(page).getByRole("img")).toHaveCount(2);
  await expect(tray(page).nth(1)).toContainText("paper.pdf");
  await expect(tray(page).nth(1)).toContainText("16 byte");
  await page.getByRole("button", { name: "Remove: dog.png" }).press("Enter");
  await expect(tray(page)).toHaveCount(2);
  await expect(chat.question).toBeFocused();
  await chat.ask("What is this?");
  await expect(tray(page)).toHaveCount(0);
  const parts = await asked(chat, 1);
  expect(parts.map(({ type }) => type).sort()).toEqual(["file", "image_url", "text"]);
  expect(parts.find(({ type }) => type === "image_url").image_url.url).toBe(`data:image/png;base64,${PNG}`);
  await expect(chat.questions.locator(".attachment")).toHaveCount(2);
  await expect(chat.questions.getByRole("img", { name: "cat.png" })).toBeVisible();
  await expect(chat.questions).toContainText("paper.pdf");
});

test("the addresses of thumbnails are released", async ({ mount, page }) => {
  await page.evaluate(() => {
    globalThis.open = new Set();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => {
      const url = createObjectURL.call(URL, blob);
      globalThis.open.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      globalThis.open.delete(url);
      revokeObjectURL.call(URL, url);
    };
  });
  const chat = await mount({ attachments: "" });
  await choose(page, picture(), { ...picture("broken.png"), buffer: Buffer.from("no picture") });
  await expect(tray(page).getByRole("img")).toHaveCount(1);
  await expect(tray(page).nth(1)).toContainText("broken.png");
  await chat.ask("Look");
  await expect(chat.questions.getByRole("img")).toHaveCount(1);
  await expect.poll(() => page.evaluate(() => globalThis.open.size)).toBe(0);
});

test("files alone are a question, and a question without any has none", async ({ mount, page }) => {
  const chat = await mount({ attachments: "" });
  await expect(chat.send).toBeDisabled();
  await choose(page, picture());
  await chat.send.click();
  expect((await asked(chat, 1)).map(({ type }) => type)).toEqual(["image_url"]);
  await expect(chat.questions.locator(".bubble")).toBeHidden();
  await chat.answerTo(1, "A cat");
  await chat.ended();
  await chat.ask("Sure?");
  expect(await asked(chat, 2)).toBe("Sure?");
});

test("what does not fit is refused with a reason, and the rest is taken", async ({ mount, page }) => {
  const chat = await mount({ attachments: "", "max-attachment-size": "100" });
  const hint = page.locator(".hint");
  await choose(page, archive, picture(), { ...paper, buffer: Buffer.alloc(101) });
  await expect(hint).toHaveText("files.zip cannot be attached here: files of the type application/zip are not accepted. paper.pdf is too large: at most 100 byte are accepted.");
  await expect(hint).toHaveAttribute("role", "alert");
  await expect(tray(page)).toHaveCount(1);
  await chat.ask("Hello");
  await expect(hint).toBeHidden();
  expect((await asked(chat, 1)).map(({ type }) => type)).not.toContain("file");
});

test("a list says which files are accepted, and the provider does where there is none", async ({ mount, page }) => {
  const chat = await mount({ attachments: "text/*,.ZIP" });
  const input = page.locator("refinire-chat input[type=file]");
  await expect(input).toHaveAttribute("accept", "text/*,.ZIP");
  await choose(page, archive, picture(), { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
  await expect(tray(page)).toHaveText([/files\.zip/, /a\.txt/]);
  const accepted = {};
  await chat.run((kit) => void (kit.kept.chat.agent = undefined));
  await chat.host.evaluate((host) => host.setAttribute("attachments", ""));
  for (const model of ["gpt-5", "claude-sonnet-4-5", "gemini-2.5-flash", "llama3.1:8b", "anthropic://x", "relay://"]) {
    await chat.host.evaluate((host, name) => host.setAttribute("model", name), model);
    await chat.run((kit) => kit.settled());
    accepted[model] = [await input.getAttribute("accept"), await page.locator("[part=attach]").isVisible()];
  }
  expect(accepted).toEqual({
    "gpt-5": ["image/*,application/pdf,audio/wav,audio/mpeg", true],
    "claude-sonnet-4-5": ["image/*,application/pdf", true],
    "gemini-2.5-flash": ["", true],
    "llama3.1:8b": ["image/*", true],
    "anthropic://x": ["image/*,application/pdf", true],
    "relay://": ["", false],
  });
});

test("files are pasted, but not the picture of a text", async ({ mount, page }) => {
  const chat = await mount({ attachments: "" });
  expect(await bring(chat, "textarea", "paste", [["cat.png", "image/png", PNG]])).toBe(true);
  await expect(tray(page)).toHaveCount(1);
  expect(await bring(chat, "textarea", "paste", [["cells.png", "image/png", PNG]], { "text/plain": "1", "text/html": "<b>1</b>" })).toBe(false);
  expect(await bring(chat, "textarea", "paste", [], { "text/plain": "1" })).toBe(false);
  await expect(tray(page)).toHaveCount(1);
});

test("files are dropped anywhere on the chat, and the place is shown meanwhile", async ({ mount, page }) => {
  const chat = await mount({ attachments: "" });
  const zone = page.getByText("Drop files here");
  const file = [["cat.png", "image/png", PNG]];
  await bring(chat, ".log", "dragenter", file);
  await bring(chat, ".list", "dragenter", file);
  await bring(chat, ".log", "dragleave", file);
  await expect(zone).toBeVisible();
  await bring(chat, ".list", "dragleave", file);
  await expect(zone).toBeHidden();
  await bring(chat, ".log", "dragenter", file);
  expect(await bring(chat, ".log", "dragover", file)).toBe(true);
  expect(await bring(chat, ".log", "drop", file)).toBe(true);
  await expect(zone).toBeHidden();
  await expect(tray(page)).toHaveCount(1);
  // A text that is dragged is none of the chat's business.
  expect(await bring(chat, ".log", "dragover", [], { "text/plain": "1" })).toBe(false);
});

test("without `attachments`, and while it is disabled, nothing can be attached", async ({ mount, page }) => {
  const file = [["cat.png", "image/png", PNG]];
  const chat = await mount();
  await expect(page.locator("[part=attach]")).toBeHidden();
  expect(await bring(chat, "textarea", "paste", file)).toBe(false);
  expect(await bring(chat, ".log", "drop", file)).toBe(false);
  const other = await mount({ attachments: "", disabled: "" });
  await expect(page.getByRole("button", { name: "Attach files" })).toBeDisabled();
  expect(await bring(other, ".log", "drop", file)).toBe(false);
});

test("what waits keeps its files, also when it is put back to be changed", async ({ mount, page }) => {
  const chat = await mount({ attachments: "" });
  await chat.ask("One");
  await choose(page, picture());
  await chat.ask("Two");
  await expect(tray(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Edit: Two" }).click();
  await expect(tray(page)).toHaveCount(1);
  await chat.ask("Three");
  await chat.answerTo(1, "1");
  expect((await asked(chat, 2)).map(({ type }) => type).sort()).toEqual(["image_url", "text"]);
});

test("a question that is edited keeps its files, but for those that are removed", async ({ mount, page }) => {
  const chat = await mount({ attachments: "" });
  await chat.run((kit) => void (kit.kept.chat.agent = kit.agent(kit.kept.model, { inputGuardrails: [(input) => !input.includes("secret")] })));
  await choose(page, paper, picture());
  await chat.ask("a secret");
  await expect(chat.problem).toBeVisible();
  await expect(chat.questions.locator(".attachment")).toHaveCount(2);
  await chat.problem.getByRole("button", { name: "Edit" }).click();
  const field = page.getByLabel("Edit this message");
  await page.getByRole("button", { name: "Remove: paper.pdf" }).press("Enter");
  await expect(field).toBeFocused();
  await field.press("Escape");
  await expect(chat.questions.locator(".attachment")).toHaveCount(2);
  await chat.problem.getByRole("button", { name: "Edit" }).click();
  await expect(tray(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Remove: paper.pdf" }).press("Enter");
  await field.fill("a riddle");
  await field.press("Enter");
  expect((await asked(chat, 1)).map(({ type }) => type).sort()).toEqual(["image_url", "text"]);
  await expect(chat.questions.locator(".attachment")).toHaveCount(1);
});

test("a conversation without a name keeps its files while the element is out of the page", async ({ mount, page }) => {
  const chat = await mount({ attachments: "" });
  await choose(page, picture());
  await chat.exchange(1, "Look", "I see.");
  await chat.run(async (kit) => {
    const { chat } = kit.kept;
    chat.remove();
    await kit.settled();
    document.body.append(chat);
  });
  await expect(chat.questions.getByRole("img", { name: "cat.png" })).toBeVisible();
  await chat.exchange(2, "And now?", "Still.");
  expect((await chat.asked(2))[0][1].map(({ type }) => type).sort()).toEqual(["image_url", "text"]);
});

test("a question's files are there again after a reload, and what is not stored any more is named", async ({ page }) => {
  const chat = new Chat(page);
  const open = async () => {
    await page.goto("/files");
    await expect(chat.question).toBeVisible();
  };
  await page.route("**/files", (route) => route.fulfill({ contentType: "text/html", body: '<!doctype html><title>files</title><script type="module" src="/pkg/chat.js"></script><refinire-chat model="gpt-4o-mini" base-url="/api/openai/v1" conversation="kept" attachments></refinire-chat>' }));
  await open();
  await choose(page, picture(), paper);
  await chat.ask("Hello");
  await expect(chat.answer).toContainText("stand-in");
  await chat.ended();
  await page.evaluate(() => document.querySelector("refinire-chat").context.save());
  await open();
  await expect(chat.questions.getByRole("img", { name: "cat.png" })).toBeVisible();
  await expect(chat.questions.locator(".attachment").nth(1)).toHaveText(/^paper\.pdf16 byte$/);
  await page.evaluate(() => new Promise((resolve, reject) => {
    const request = indexedDB.open("refinire-web");
    request.onerror = reject;
    request.onsuccess = () => {
      const { result } = request;
      const change = result.transaction([...result.objectStoreNames], "readwrite");
      for (const name of result.objectStoreNames) change.objectStore(name).clear();
      change.oncomplete = () => resolve(result.close());
    };
  }));
  await open();
  await expect(chat.questions.locator(".attachment")).toHaveText([/^cat\.png.*no longer stored$/, /^paper\.pdf.*no longer stored$/]);
});
test("what only the library knows to be refused is explained, too", async ({ mount, page }) => {
  const chat = await mount({ attachments: "*/*" });
  await choose(page, archive);
  await chat.ask("What is in it?");
  await expect(chat.problem.getByRole("alert")).toContainText("This model does not accept an attachment.");
  await expect(chat.problem.getByRole("button")).toHaveText(["Edit"]);
  expect(await chat.run((kit) => kit.kept.model.turns.length)).toBe(0);
});

test("a script sends files, too, and is told of them", async ({ mount }) => {
  const chat = await mount();
  const told = await chat.run(async (kit) => {
    const { chat, model } = kit.kept;
    const told = new Promise((resolve) => chat.addEventListener("refinire-send", ({ detail }) => resolve([detail.text, detail.attachments.map(({ name }) => name)]), { once: true }));
    void chat.send("", { attachments: [new File(["%PDF"], "a.pdf", { type: "application/pdf" })] });
    const [part] = (await model.turn(1)).body.messages.at(-1).content;
    return [await told, part.type];
  });
  expect(told).toEqual([["", ["a.pdf"]], "file"]);
});
