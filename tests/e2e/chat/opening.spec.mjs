// A long conversation opens without work that its reader would wait for in vain.
import { expect, test } from "./support/test.mjs";

const COUNT = 200;
// What may be in view, and what comes above it a moment later.
const FIRST = 20;
const ROWS = 50;

test("opening a long conversation goes through its messages once, lays out when what may be in view is there, and does the rest later", async ({ mount }) => {
  const chat = await mount({ lang: "en" });
  const seen = await chat.run(async (kit, count) => {
    const context = kit.memory();
    for (let at = 0; at < count; at += 1) at % 2 ? context.addAssistantMessage(`Answer ${at}`) : context.addUserMessage(`Question ${at}`);
    const { shadowRoot } = kit.kept.chat;
    const rows = () => shadowRoot.querySelectorAll(".turn").length;
    // How many rows there are whenever the browser has to load a language or to lay out.
    const seen = { walks: 0, formats: [], heights: [] };
    Intl.DateTimeFormat = class extends Intl.DateTimeFormat {
      constructor(...given) {
        super(...given);
        seen.formats.push(rows());
      }

      static supportedLocalesOf(...given) {
        seen.formats.push(rows());
        return super.supportedLocalesOf(...given);
      }
    };
    const { get } = Object.getOwnPropertyDescriptor(Element.prototype, "scrollHeight");
    Object.defineProperty(shadowRoot.querySelector(".log"), "scrollHeight", {
      get() {
        seen.heights.push(rows());
        return get.call(this);
      },
    });
    const { entries } = Array.prototype;
    Array.prototype.entries = function () {
      seen.walks += Number(this.length === count);
      return entries.call(this);
    };
    kit.kept.chat.context = context;
    while (![...shadowRoot.querySelectorAll("time")].at(-1)?.textContent) await kit.settled();
    return seen;
  }, COUNT);
  expect(seen.walks).toBe(1);
  expect([seen.heights[0], seen.formats[0]]).toEqual([FIRST, ROWS]);
  await expect(chat.page.locator(".turn")).toHaveCount(ROWS);
  await expect(chat.questions.last().locator("time")).toHaveText(/\d/);
  expect(await chat.log.evaluate(({ scrollHeight, clientHeight, scrollTop }) => Math.round(scrollHeight - clientHeight - scrollTop))).toBe(0);
});

test("a long conversation that is printed as soon as it is opened is as long afterwards as any other", async ({ mount }) => {
  const chat = await mount();
  const seen = await chat.run(async (kit, count) => {
    const context = kit.memory();
    for (let at = 0; at < count; at += 1) context.addUserMessage(`Question ${at}`);
    kit.kept.chat.context = context;
    const rows = () => kit.kept.chat.shadowRoot.querySelectorAll(".turn").length;
    while (rows() === 0) await kit.settled();
    return ["beforeprint", "afterprint"].map((type) => {
      dispatchEvent(new Event(type));
      return rows();
    });
  }, COUNT);
  expect(seen).toEqual([COUNT, ROWS]);
  await expect(chat.questions).toHaveCount(ROWS);
});

test("messages that are drawn anew are those that were shown", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit, count) => {
    const context = kit.memory();
    for (let at = 0; at < count; at += 1) context.addUserMessage(`Question ${at}`);
    kit.kept.chat.context = context;
  }, COUNT);
  await expect(chat.questions).toHaveCount(ROWS);
  await chat.page.getByRole("button", { name: "Show earlier messages" }).click();
  await expect(chat.questions).toHaveCount(2 * ROWS);
  const articles = await chat.run(async (kit) => {
    kit.kept.chat.texts = { you: "Me" };
    await kit.settled();
    return kit.kept.chat.shadowRoot.querySelectorAll("[aria-label=Me]").length;
  });
  expect(articles).toBe(2 * ROWS);
});
