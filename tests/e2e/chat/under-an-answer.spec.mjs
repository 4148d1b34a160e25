// The buttons under an answer that a page asks for: feedback, reading aloud, and its own.
import { expect, test } from "./support/test.mjs";
import { Chat } from "./support/chat.mjs";

const pressed = (button) => expect(button).toHaveAttribute("aria-pressed", "true");
const released = (button) => expect(button).toHaveAttribute("aria-pressed", "false");

test("feedback is told with the answer and its question, can be changed and taken back", async ({ mount }) => {
  const chat = await mount({ feedback: "" });
  await chat.run((kit) => {
    kit.kept.told = [];
    document.addEventListener("refinire-feedback", ({ detail }) => kit.kept.told.push([detail.value, detail.message.content, detail.question]));
  });
  await chat.exchange(1, "One?", "1");
  await chat.exchange(2, "Two?", "2");
  const [good, bad] = ["Good answer", "Bad answer"].map((name) => chat.answers.first().getByRole("button", { name }));
  await released(good);
  await good.click();
  await pressed(good);
  await bad.click();
  await pressed(bad);
  await released(good);
  await bad.click();
  await released(bad);
  await chat.answer.getByRole("button", { name: "Good answer" }).click();
  expect(await chat.run((kit) => kit.kept.told)).toEqual([["up", "1", "One?"], ["down", "1", "One?"], [undefined, "1", "One?"], ["up", "2", "Two?"]]);
  const plain = await mount();
  await plain.exchange(1, "One?", "1");
  await expect(plain.answer.getByRole("button", { name: "Good answer" })).toHaveCount(0);
});

test("feedback is there again after a reload", async ({ page }) => {
  await page.route("**/rated", (route) => route.fulfill({ contentType: "text/html", body: '<!doctype html><title>rated</title><script type="module" src="/pkg/chat.js"></script><refinire-chat model="gpt-4o-mini" base-url="/api/openai/v1" conversation="rated" feedback></refinire-chat>' }));
  const chat = new Chat(page);
  await page.goto("/rated");
  await chat.ask("Hello");
  await expect(chat.text).toContainText("Hello! I am a stand-in");
  await chat.ended();
  const bad = chat.answer.getByRole("button", { name: "Bad answer" });
  await bad.click();
  await pressed(bad);
  await page.evaluate(() => document.querySelector("refinire-chat").context.save());
  await page.goto("/rated");
  await pressed(bad);
});

test.describe("a page with buttons of its own", () => {
  test.use({ expectedComplaints: [/no such list/] });

  test("they run with the answer, and what goes wrong in them is reported", async ({ mount, page }) => {
    const errors = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    const chat = await mount();
    await chat.run((kit) => {
      const { chat } = kit.kept;
      const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      kit.kept.ran = [];
      chat.actions = [
        { name: "save", label: "Save it", icon, run: (subject) => void kit.kept.ran.push([subject.message.role, subject.text, subject.chat === chat]) },
        { name: "list", label: "List", run: async () => { throw new Error("no such list"); } },
      ];
    });
    await chat.exchange(1, "One?", "**1**");
    const save = chat.answer.getByRole("button", { name: "Save it" });
    await expect(save.locator("svg")).toHaveCount(1);
    await save.click();
    expect(await chat.run((kit) => kit.kept.ran)).toEqual([["assistant", "**1**", true]]);
    const list = chat.answer.getByRole("button", { name: "List" });
    await expect(list).toHaveText("List");
    await list.click();
    await expect.poll(() => errors.join()).toContain("no such list");
    await expect(list).toBeEnabled();
    await chat.run((kit) => void (kit.kept.chat.actions = undefined));
    await expect(save).toHaveCount(0);
    await expect(chat.text).toHaveText("1");
  });
});

test.describe("reading aloud", () => {
  /** A voice that says nothing, and tells what it should say. */
  const mute = (chat) => chat.run((kit) => {
    const voice = { said: [], cancels: 0, speak: (utterance) => voice.said.push(utterance), cancel: () => void (voice.cancels += 1) };
    Object.defineProperty(globalThis, "speechSynthesis", { value: voice, configurable: true });
    kit.kept.voice = voice;
    document.documentElement.lang = "de";
    kit.kept.chat.setAttribute("read-aloud", "");
  });
  const said = (chat) => chat.run((kit) => kit.kept.voice.said.map(({ text, lang }) => [text, lang]));
  const cancels = (chat) => chat.run((kit) => kit.kept.voice.cancels);

  test("says the text without markup and code, in the page's language, and ends by itself", async ({ mount }) => {
    const chat = await mount();
    await mute(chat);
    await chat.exchange(1, "Read", "# A *title*\n\nSome **words**.\n\n```js\ncode();\n```\n");
    const read = chat.answer.getByRole("button", { name: "Read aloud" });
    await read.click();
    await pressed(read);
    expect(await said(chat)).toEqual([["A title", "de"], ["Some words.", "de"]]);
    await chat.run((kit) => kit.kept.voice.said.at(-1).onend());
    await released(read);
  });

  test("stops when it is pressed again, when another answer is read, and when the conversation or the element goes", async ({ mount }) => {
    const chat = await mount();
    await mute(chat);
    await chat.exchange(1, "One", "1");
    await chat.exchange(2, "Two", "2");
    const [one, two] = [chat.answers.first(), chat.answer].map((answer) => answer.getByRole("button", { name: "Read aloud" }));
    await one.click();
    await one.click();
    await released(one);
    expect(await cancels(chat)).toBe(1);
    await one.click();
    await two.click();
    await released(one);
    await pressed(two);
    expect(await cancels(chat)).toBe(2);
    await chat.run((kit) => kit.kept.chat.clear());
    await expect.poll(() => cancels(chat)).toBe(3);
    await chat.exchange(3, "Three", "3");
    await two.click();
    await chat.run((kit) => kit.kept.chat.remove());
    await expect.poll(() => cancels(chat)).toBe(4);
  });
});
