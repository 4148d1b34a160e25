// What stands below the last message when something went wrong, and what can be done about it there.
import { expect, test } from "./support/test.mjs";

const START = new Date("2030-01-01T00:00:00Z");

/** The request of that number fails with this. */
const fail = (chat, number, status, body = {}, headers = {}) =>
  chat.run(async (kit, [at, status, body, headers]) => (await kit.kept.model.turn(at)).whole(status, JSON.stringify(body), headers) && undefined,
    [number, status, body, headers]);

const buttons = (chat) => chat.problem.getByRole("button");

test("what the provider says of an error is behind Details, or left out", async ({ mount }) => {
  for (const attributes of [{}, { "hide-error-details": "" }]) {
    const chat = await mount(attributes);
    await chat.host.evaluate((host) => (host.style.height = "250px"));
    await chat.ask("Fail");
    await fail(chat, 1, 500, { error: { message: `upstream gone ${"x ".repeat(200)}` } });
    await expect(chat.problem.getByRole("alert")).toHaveText("The model’s server failed.Try again in a moment.");
    const details = chat.problem.locator("details");
    if (attributes["hide-error-details"] !== undefined) {
      await expect(details).toHaveCount(0);
      await expect(chat.problem).not.toContainText("upstream gone");
      continue;
    }
    await expect(details.getByText(/upstream gone/)).toBeHidden();
    await details.locator("summary").click();
    await expect(details.getByText(/upstream gone/)).toBeVisible();
    await expect.poll(() => chat.log.evaluate(({ scrollHeight, clientHeight, scrollTop }) => Math.round(scrollHeight - clientHeight - scrollTop))).toBe(0);
    // What is drawn again in the meantime is not folded again.
    await chat.run((kit) => {
      kit.kept.chat.setAttribute("model", "another");
      return kit.settled();
    });
    await expect(details.getByText(/upstream gone/)).toBeVisible();
  }
});

const TOO_LONG = { error: { message: "This model's maximum context length is 8192 tokens." } };
for (const [status, body, title] of [
  [400, { error: { message: "unknown role" } }, "The model did not accept this message."],
  [404, {}, "This model is not available."],
  [413, {}, "The conversation is too long for this model."],
  [400, TOO_LONG, "The conversation is too long for this model."],
  [422, {}, "The model did not accept this message."],
]) {
  test(`a ${status} of ${JSON.stringify(body)} is not tried again, but the question can be changed`, async ({ mount }) => {
    const chat = await mount();
    await chat.ask("Questoin");
    await fail(chat, 1, status, body);
    await expect(chat.problem.getByRole("alert")).toContainText(title);
    await expect(buttons(chat)).toHaveText(["Edit"]);
    await buttons(chat).click();
    const editor = chat.page.getByLabel("Edit this message");
    await expect(editor).toHaveValue("Questoin");
    await editor.fill("Question");
    await editor.press("Enter");
    await chat.answerTo(2, "Yes");
    await chat.ended();
    expect((await chat.said()).map(({ content }) => content)).toEqual(["Question", "Yes"]);
  });
}

test("an answer that was cut by the length limit is continued, also after another cut", async ({ mount, page }) => {
  const chat = await mount();
  await chat.ask("Count");
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).say("one, two, ").finish("length"));
  await expect(chat.note).toContainText("The model stopped at its length limit.");
  await expect(chat.note).toHaveClass(/warning/);
  await chat.note.getByRole("button", { name: "Continue" }).click();
  await chat.run(async (kit) => void (await kit.kept.model.turn(2)).say("three, ").finish("length"));
  await expect(chat.text).toContainText("three,");
  await page.getByRole("button", { name: "Continue" }).click();
  await chat.answerTo(3, "four.");
  await chat.ended();
  await expect(chat.note).toHaveCount(0);
  await expect(chat.text).toHaveText("one, two, three, four.");
  expect(await chat.said()).toEqual([{ role: "user", content: "Count" }, { role: "assistant", content: "one, two, three, four." }]);
});

test("what the reader stops is no warning, and can be continued", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Count");
  await chat.says(1, "one, ", "two");
  await expect(chat.text).toContainText("one,");
  await chat.stop.click();
  await chat.ended();
  await expect(chat.note.locator("p")).toHaveText("Stopped");
  await expect(chat.note).not.toHaveClass(/warning/);
  await expect(chat.note.getByRole("button")).toHaveText(["Continue", "Try again"]);
});

test("without a network that is what is said, until there is one", async ({ mount, context }) => {
  const chat = await mount();
  await chat.ask("Hello");
  await chat.run(async (kit) => (await kit.kept.model.turn(1)).refuse(new TypeError("Failed to fetch")) && undefined);
  await expect(chat.problem.getByRole("alert")).toContainText("The model could not be reached.");
  await context.setOffline(true);
  await expect(chat.problem.getByRole("alert")).toContainText("You are offline.");
  await context.setOffline(false);
  await expect(chat.problem.getByRole("alert")).toContainText("The model could not be reached.");
});

for (const [name, act] of [["Try again", "retry"], ["Continue", "resume"]]) {
  test(`after ${name} the focus is in the input`, async ({ mount, page }) => {
    const chat = await mount();
    await chat.ask("Hello");
    await chat.says(1, "half", " of");
    await expect(chat.text).toContainText("half");
    await chat.stop.click();
    await chat.ended();
    await chat.note.getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
    await expect(chat.question).toBeFocused();
    // A reader who is elsewhere meanwhile stays there.
    await page.evaluate(() => document.body.append(Object.assign(document.createElement("input"), { id: "elsewhere" })));
    await page.locator("#elsewhere").focus();
    await chat.answerTo(2, act);
    await chat.ended();
    await expect(page.locator("#elsewhere")).toBeFocused();
  });
}

test("on a touch screen no keyboard comes up after Try again", async ({ browser, baseURL }) => {
  const page = await browser.newPage({ baseURL, hasTouch: true, isMobile: true, viewport: { width: 375, height: 667 } });
  await page.goto("/element.html");
  const field = page.getByLabel("Your message");
  await field.fill("Hello");
  await field.press("Enter");
  await expect(page.getByRole("button", { name: "Stop" })).toBeHidden();
  await page.getByRole("article", { name: "Assistant" }).last().getByRole("button", { name: "Try again" }).tap();
  await expect(page.getByRole("log")).toBeFocused();
  await page.close();
});

test.describe("with a clock", () => {
  test.use({ ownContext: true });

  test("too many requests: the button counts down, and nothing is announced meanwhile", async ({ mount, page }) => {
    await page.clock.install({ time: START });
    const chat = await mount();
    await chat.ask("Hello");
    await page.clock.pauseAt(new Date(START.getTime() + 60_000));
    await fail(chat, 1, 429, {}, { "retry-after": "3" });
    const retry = buttons(chat);
    await expect(retry).toHaveText("Try again in 3 seconds");
    await expect(retry).toBeDisabled();
    const alert = chat.problem.getByRole("alert");
    await expect(alert).toHaveText("Too many requests.Wait 3 seconds, then try again.");
    // Drawn anew it counts on.
    for (const disabled of [true, false]) await chat.run((kit, disabled) => kit.kept.chat.toggleAttribute("disabled", disabled), disabled);
    await expect(retry).toHaveText("Try again in 3 seconds");
    await alert.evaluate((node) => {
      globalThis.changes = [];
      new MutationObserver((records) => globalThis.changes.push(...records.map(({ type }) => type))).observe(node, { subtree: true, childList: true, characterData: true });
    });
    for (const words of ["Try again in 2 seconds", "Try again in 1 second"]) {
      await page.clock.runFor(1000);
      await expect(retry).toHaveText(words);
    }
    expect(await page.evaluate(() => globalThis.changes)).toEqual([]);
    await expect(alert.getByRole("button")).toHaveCount(0);
    await expect(alert).toHaveText("Too many requests.Wait 3 seconds, then try again.");
    await page.clock.runFor(1000);
    await expect(retry).toHaveText("Try again");
    await retry.click();
    await page.clock.resume();
    await chat.answerTo(2, "Hi");
    await chat.ended();
    await expect(chat.text).toHaveText("Hi");
  });

  for (const [lang, texts, advice, words] of [
    ["en", {}, "Wait 3 hours, then try again.", {
      1: "Try again in 3 hours", 60: "Try again in 2 hours 59 minutes", 7200: "Try again in 1 hour", 10_680: "Try again in 2 minutes",
      10_681: "Try again in 119 seconds", 10_799: "Try again in 1 second",
    }],
    ["de", { retryIn: "Erneut in {time}", adviceBusyFor: "Erst in {time}." }, "Erst in 3 Stunden.", { 60: "Erneut in 2 Stunden, 59 Minuten" }],
    ["en", { retryIn: "Wait {seconds} s", adviceBusyFor: "{seconds} seconds" }, "10800 seconds", { 60: "Wait 10740 s" }],
  ]) {
    test(`a long time to wait is told in the page's language, as its texts have it: ${advice}`, async ({ mount, page }) => {
      await page.clock.install({ time: START });
      await page.evaluate((lang) => (document.documentElement.lang = lang), lang);
      const chat = await mount({ texts: JSON.stringify(texts) });
      await chat.ask("Hello");
      await page.clock.pauseAt(new Date(START.getTime() + 60_000));
      await fail(chat, 1, 429, {}, { "retry-after": "10800" });
      await expect(chat.problem.getByRole("alert").locator("p").last()).toHaveText(advice);
      let now = 0;
      for (const [second, shown] of Object.entries(words)) {
        await page.clock.fastForward((second - now) * 1000);
        now = second;
        await expect(buttons(chat)).toHaveText(shown);
        await expect(buttons(chat)).toBeDisabled();
      }
      await page.clock.fastForward((10_800 - now) * 1000);
      await expect(buttons(chat)).toHaveText("Try again");
      await expect(buttons(chat)).toBeEnabled();
    });
  }

  test("what is announced is not left behind for those who read the page with a screen reader", async ({ mount, page }) => {
    await page.clock.install({ time: START });
    const chat = await mount();
    const spoken = page.locator(".spoken");
    await chat.ask("Hello");
    await chat.answerTo(1, "An answer.");
    await chat.ended();
    await page.clock.pauseAt(new Date(START.getTime() + 3_600_000));
    await expect(spoken).toBeEmpty();
    await chat.ask("Again");
    await expect(spoken).toHaveText("Waiting for the answer");
    await page.clock.runFor(5000);
    await chat.answerTo(2, "Another answer.");
    await page.clock.runFor(1000);
    await expect(spoken).toHaveText("Another answer.");
    await page.clock.runFor(4000);
    await expect(spoken).toHaveText("Another answer.");
    await page.clock.runFor(3000);
    await expect(spoken).toBeEmpty();
    await expect(chat.text).toHaveText("Another answer.");
  });
});
