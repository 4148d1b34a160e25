// A question that is spoken, with a recognition that hears what a test has it hear.
import { expect, test as base } from "./support/test.mjs";

const test = base.extend({
  /** A chat with a microphone; `say(...)` are the pieces of speech so far. */
  listening: async ({ mount, page }, use) => {
    await page.evaluate(() => {
      globalThis.webkitSpeechRecognition = globalThis.SpeechRecognition = class extends EventTarget {
        calls = [];
        constructor() {
          super();
          globalThis.heard = this;
        }
        start() {
          this.calls.push("start");
        }
        stop() {
          this.calls.push("stop");
          this.dispatchEvent(new Event("end"));
        }
        abort() {
          this.calls.push("abort");
        }
      };
    });
    await use(async (attributes) => {
      const chat = await mount({ speech: "", ...attributes });
      return Object.assign(chat, {
        microphone: page.getByRole("button", { name: "Dictate" }),
        ending: page.getByRole("button", { name: "Stop dictating" }),
        say: (...pieces) => page.evaluate((texts) =>
          globalThis.heard.dispatchEvent(Object.assign(new Event("result"), { results: texts.map((transcript) => [{ transcript }]) })), pieces),
        fail: (error) => page.evaluate((name) => {
          globalThis.heard.dispatchEvent(Object.assign(new Event("error"), { error: name }));
          globalThis.heard.dispatchEvent(new Event("end"));
        }, error),
        recognition: () => page.evaluate(() => {
          const { lang, continuous, interimResults, calls } = globalThis.heard;
          return { lang, continuous, interimResults, calls };
        }),
      });
    });
  },
});

test("what is said is written behind what is there, and a press ends it", async ({ listening, page }) => {
  await page.evaluate(() => (document.documentElement.lang = "de"));
  const chat = await listening();
  await chat.question.fill("Please ");
  await chat.microphone.click();
  await expect(chat.ending).toHaveAttribute("aria-pressed", "true");
  expect(await chat.recognition()).toEqual({ lang: "de", continuous: true, interimResults: true, calls: ["start"] });
  await chat.say("tell");
  await expect(chat.question).toHaveValue("Please tell");
  await chat.say("tell me ", "more");
  await expect(chat.question).toHaveValue("Please tell me more");
  await chat.ending.press("Enter");
  await expect(chat.microphone).toHaveAttribute("aria-pressed", "false");
  await chat.say("too late");
  await expect(chat.question).toHaveValue("Please tell me more");
  await chat.question.press("Enter");
  expect((await chat.asked(1)).at(-1)).toEqual(["user", "Please tell me more"]);
});

test("Escape ends dictating before it stops an answer", async ({ listening }) => {
  const chat = await listening();
  await chat.ask("One");
  await chat.says(1, "1 ");
  await chat.microphone.click();
  await chat.ending.press("Escape");
  await expect(chat.microphone).toBeVisible();
  await expect(chat.stop).toBeVisible();
  expect((await chat.recognition()).calls).toContain("stop");
  await chat.microphone.press("Escape");
  await chat.ended();
});

test("who types or sends has ended dictating", async ({ listening }) => {
  const chat = await listening();
  await chat.microphone.click();
  await chat.say("spoken");
  await chat.question.press("End");
  await chat.question.pressSequentially("!");
  await expect(chat.microphone).toBeVisible();
  await chat.microphone.click();
  await chat.say("Again");
  await chat.send.click();
  await expect(chat.microphone).toBeVisible();
  await chat.say("Again and again");
  await expect(chat.question).toHaveValue("");
  expect((await chat.asked(1)).at(-1)).toEqual(["user", "spoken! Again"]);
});

for (const [error, words] of [
  ["not-allowed", "The microphone is not available: this page may not use it."],
  ["audio-capture", "No microphone was found."],
  ["network", "What you say could not be recognized: the speech service cannot be reached."],
]) {
  test(`the error ${error} is explained`, async ({ listening, page }) => {
    const chat = await listening();
    await chat.microphone.click();
    await chat.fail(error);
    await expect(page.locator(".hint")).toHaveText(words);
    await expect(chat.microphone).toBeVisible();
    await chat.microphone.click();
    await expect(page.locator(".hint")).toBeHidden();
    await chat.fail("no-speech");
    await expect(page.locator(".hint")).toBeHidden();
  });
}

test("there is no microphone unless it is asked for, and none where nothing understands", async ({ listening, mount, page }) => {
  const chat = await listening();
  await expect(chat.microphone).toBeVisible();
  await chat.host.evaluate((host) => host.removeAttribute("speech"));
  await expect(chat.microphone).toBeHidden();
  await page.evaluate(() => void (globalThis.SpeechRecognition = globalThis.webkitSpeechRecognition = undefined));
  await mount({ speech: "" });
  await expect(chat.microphone).toBeHidden();
});

test("axe-core finds nothing serious while it listens", async ({ listening, findings }) => {
  const chat = await listening();
  await chat.microphone.click();
  expect(await findings()).toEqual([]);
  await chat.fail("not-allowed");
  expect(await findings()).toEqual([]);
});

test("dictating ends when the element leaves the page, and goes on when it is moved", async ({ listening, page }) => {
  const chat = await listening();
  await chat.microphone.click();
  await chat.host.evaluate((host) => document.body.prepend(host));
  await chat.say("Still");
  await expect(chat.question).toHaveValue("Still");
  await chat.host.evaluate((host) => host.remove());
  await expect.poll(() => page.evaluate(() => globalThis.heard.calls)).toContain("stop");
});
