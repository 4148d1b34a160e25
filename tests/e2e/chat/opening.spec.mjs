// A long conversation opens without work that its reader would wait for in vain.
import { expect, test } from "./support/test.mjs";

const COUNT = 200;
const ROWS = 50;

test("opening a long conversation makes only its end, goes through its messages once, and lays out and writes times when the end is there", async ({ mount }) => {
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
    return { ...seen, rows: rows() };
  }, COUNT);
  expect(seen.rows).toBe(ROWS);
  expect(seen.walks).toBe(1);
  expect(new Set(seen.formats)).toEqual(new Set([ROWS]));
  expect(new Set(seen.heights)).toEqual(new Set([ROWS]));
  await expect(chat.questions.last().locator("time")).toHaveText(/\d/);
});
