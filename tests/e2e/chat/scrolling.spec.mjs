// The end stays in view, until the reader scrolls away from it.
import { follows } from "../../../www/chat/view/scroll.js";
import { expect, test } from "./support/test.mjs";

test("a reader who scrolls up is let go, and caught again at the end", () => {
  const cases = [
    // was following, last, top, from end, follows
    [true, 100, 100, 0, true],
    [true, 100, 90, 40, false],
    [true, 100, 60, 0, true],
    [true, 100, 100, 500, true],
    [false, 100, 120, 300, false],
    [false, 100, 120, 30, true],
    [false, 100, 100, 30, false],
    [false, 100, 120, 1, true],
  ];
  expect(cases.map(([was, last, top, fromEnd]) => follows(was, { last, top, fromEnd }))).toEqual(cases.map((row) => row[4]));
});

const lines = (from, to) => Array.from({ length: to - from }, (_, at) => `Line ${from + at}\n\n`).join("");

test("the end stays in view while an answer grows, until the reader scrolls up", async ({ mount }) => {
  const chat = await mount();
  const fromEnd = () => chat.log.evaluate(({ scrollHeight, clientHeight, scrollTop }) => Math.round(scrollHeight - clientHeight - scrollTop));
  const top = () => chat.log.evaluate(({ scrollTop }) => scrollTop);
  await chat.ask("Write a list");
  await chat.says(1, lines(0, 60));
  await expect(chat.text).toContainText("Line 59");
  await expect.poll(fromEnd).toBe(0);
  await expect(chat.jump).toBeHidden();

  await chat.log.hover();
  await chat.page.mouse.wheel(0, -200);
  await expect(chat.jump).toBeVisible();
  // Scrolling may be smooth: until it has come to rest.
  let before = -1;
  await expect.poll(async () => before === (before = await top())).toBe(true);
  await chat.says(1, lines(60, 120));
  await expect(chat.text).toContainText("Line 119");
  expect(await top()).toBe(before);

  await chat.jump.click();
  await expect.poll(fromEnd).toBe(0);
  await expect(chat.jump).toBeHidden();
  await chat.answerTo(1, lines(120, 180));
  await chat.ended();
  await expect.poll(fromEnd).toBe(0);

  // Another question brings a reader who is elsewhere back to the end.
  await chat.log.evaluate((log) => log.scrollTo(0, 0));
  await expect(chat.jump).toBeVisible();
  await chat.ask("More");
  await expect.poll(fromEnd).toBe(0);
});

test("what a reader unfolds stays where it is", async ({ mount }) => {
  const chat = await mount();
  await chat.ask("Think");
  await chat.run(async (kit, thoughts) => {
    const turn = await kit.kept.model.turn(1);
    turn.send(kit.chunk({ reasoning_content: thoughts })).say("Done");
  }, lines(0, 80));
  await expect(chat.answer.locator("summary")).toBeVisible();
  const before = await chat.answer.locator("summary").boundingBox();
  await chat.answer.locator("summary").click();
  await expect(chat.jump).toBeVisible();
  expect((await chat.answer.locator("summary").boundingBox()).y).toBe(before.y);
});

/** Where a question's top is. */
const topOf = (chat, question) => chat.page.getByText(question, { exact: true }).evaluate((row) => row.getBoundingClientRect().top);
/** It stays there, but for less than a line. */
const staysAt = (chat, question, top) => expect.poll(async () => Math.abs((await topOf(chat, question)) - top)).toBeLessThan(12);

for (const [how, css] of [["where the browser keeps the place", "/**/"], ["where it does not", "refinire-chat::part(log) { overflow-anchor: none } refinire-chat::part(message) { content-visibility: visible }"]]) {
  test(`a long conversation begins with its end; what comes before moves neither what is seen nor the focus, ${how}`, async ({ mount, page }) => {
    const chat = await mount();
    await page.addStyleTag({ content: css });
    await chat.run((kit) => {
      const context = kit.memory();
      for (let at = 0; at < 60; at += 1) {
        context.addUserMessage(`Question ${at}`);
        context.addAssistantMessage(`Answer ${at}`);
      }
      kit.kept.chat.context = context;
    });
    await expect(chat.answers).toHaveCount(25);
    await expect(chat.answer).toContainText("Answer 59");
    const earlier = page.getByRole("button", { name: "Show earlier messages" });
    const focused = () => chat.host.evaluate(({ shadowRoot }) => shadowRoot.activeElement?.textContent);
    await chat.log.evaluate((log) => log.scrollTo(0, 0));
    await chat.run((kit) => kit.settled(4));
    const before = await topOf(chat, "Question 35");
    await earlier.focus();
    await earlier.press("Enter");
    await expect(chat.answers).toHaveCount(50);
    await staysAt(chat, "Question 35", before);
    expect(await focused()).toBe("Show earlier messages");
    await earlier.press("Enter");
    await expect(chat.answers).toHaveCount(60);
    await staysAt(chat, "Question 35", before);
    await expect(earlier).toBeHidden();
    expect(await focused()).toContain("Question 0");
    await expect(chat.questions.first()).toContainText("Question 0");
    await chat.exchange(1, "Question 60", "Answer 60");
    await expect(chat.answers).toHaveCount(61);
  });
}

test("the way to the end is only offered where the end is out of view, with a mark once something new came", async ({ mount }) => {
  const chat = await mount();
  const scrollBy = (pixels) => chat.log.evaluate((log, by) => log.scrollBy(0, by), pixels);
  await chat.ask("Write a list");
  await chat.says(1, lines(0, 60));
  await expect(chat.text).toContainText("Line 59");
  await scrollBy(-20);
  await chat.run((kit) => kit.settled(4));
  await expect(chat.jump).toBeHidden();
  await scrollBy(-100);
  await expect(chat.jump).toBeVisible();
  await expect(chat.jump).not.toHaveClass(/new/);
  await chat.says(1, lines(60, 70));
  await expect(chat.jump).toHaveClass(/new/);
  await chat.jump.click();
  await expect(chat.jump).toBeHidden();
  await scrollBy(-100);
  await expect(chat.jump).toBeVisible();
  await expect(chat.jump).not.toHaveClass(/new/);
});

test("the whole conversation is printed, and afterwards all is as before", async ({ mount, page }) => {
  const chat = await mount();
  await chat.run((kit) => {
    const context = kit.memory();
    for (let at = 0; at < 60; at += 1) {
      context.addUserMessage(`Question ${at}`);
      context.addAssistantMessage(at % 9 ? `Answer ${at}` : "```\ncode\n```");
    }
    kit.kept.chat.context = context;
  });
  await expect(chat.answers).toHaveCount(25);
  await page.addStyleTag({ content: "refinire-chat { height: 300px }" });
  await chat.log.evaluate((log) => log.scrollTo(0, 400));
  await chat.run((kit) => kit.settled(4));
  const visible = await chat.questions.evaluateAll((rows) => rows.find((row) => row.getBoundingClientRect().top > 100).querySelector("p").textContent);
  const before = await topOf(chat, visible);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await expect(chat.answers).toHaveCount(60);
  const [log, host] = [await chat.log.boundingBox(), await chat.host.boundingBox()];
  expect(await chat.log.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
  expect(log.height).toBeGreaterThan(60 * 40);
  expect(host.height).toBeGreaterThanOrEqual(log.height);
  await expect(chat.question).toBeHidden();
  await expect(chat.host.getByRole("button")).toHaveCount(0);
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await expect(chat.answers).toHaveCount(25);
  await staysAt(chat, visible, before);
});
