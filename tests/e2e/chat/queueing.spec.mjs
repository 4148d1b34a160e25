// Questions that are sent while another answer is under way.
import { expect, test as base } from "./support/test.mjs";

const test = base.extend({
  /** A chat whose first answer is under way, and a look at what waits. */
  busy: async ({ mount, page }, use) => {
    await use(async (attributes) => {
      const chat = await mount(attributes);
      await chat.ask("One");
      await chat.says(1, "first ");
      await expect(chat.text).toContainText("first");
      return Object.assign(chat, { waiting: page.locator(".queue li"), sendNow: page.getByRole("button", { name: "Send now" }) });
    });
  },
});

const asked = (chat, number) => chat.asked(number).then((messages) => messages.at(-1)[1]);

test("what is sent during an answer waits in sight, and is sent after it in order", async ({ busy }) => {
  const chat = await busy();
  await chat.ask("Two");
  await expect(chat.question).toHaveValue("");
  await expect(chat.page.locator(".spoken")).toHaveText("Your message is sent after this answer");
  await chat.question.fill("Three");
  await expect(chat.stop).toBeVisible();
  await chat.send.click();
  await expect(chat.waiting).toHaveText(["Two", "Three"]);
  await expect(chat.sendNow).toHaveCount(0);
  await expect(chat.questions).toHaveCount(1);
  await chat.answerTo(1, "answer");
  expect(await asked(chat, 2)).toBe("Two");
  await expect(chat.waiting).toHaveText(["Three"]);
  await chat.answerTo(2, "second answer");
  expect(await asked(chat, 3)).toBe("Three");
  await expect(chat.page.locator(".queue")).toBeHidden();
  await chat.answerTo(3, "third answer");
  await chat.ended();
  await expect(chat.answers).toHaveText([/^first answer/, /^second answer/, /^third answer/]);
});

test("the answer that was waited for is still read out when the next one begins", async ({ busy }) => {
  const chat = await busy();
  await chat.ask("Two");
  await chat.answerTo(1, "answer");
  await chat.says(2, "second ");
  await expect(chat.text).toContainText("second");
  await expect(chat.page.locator(".spoken")).toHaveText("first answer");
});

test("a stop stops the answer, and not what waits", async ({ busy }) => {
  const chat = await busy();
  await chat.ask("Two");
  await chat.question.press("Escape");
  expect(await asked(chat, 2)).toBe("Two");
  await chat.answerTo(2, "second");
  await chat.ended();
  await expect(chat.answers.first()).toContainText("Interrupted");
});

test("what waits can be cancelled, with the keyboard too, and put back to be changed", async ({ busy, page }) => {
  const chat = await busy();
  for (const text of ["Two", "Three", "Four"]) await chat.ask(text);
  await page.getByRole("button", { name: "Cancel: Two" }).press("Enter");
  await expect(chat.waiting).toHaveText(["Three", "Four"]);
  await expect(page.getByRole("button", { name: "Edit: Three" })).toBeFocused();
  await chat.question.fill("a draft");
  await page.getByRole("button", { name: "Edit: Three" }).click();
  await expect(chat.question).toHaveValue("Three\n\na draft");
  await expect(chat.question).toBeFocused();
  await page.getByRole("button", { name: "Cancel: Four" }).press("Enter");
  await expect(chat.question).toBeFocused();
  await chat.answerTo(1, "answer");
  await chat.ended();
  await expect(chat.questions).toHaveCount(1);
});

test("after an answer that failed, what waits is sent when somebody says so", async ({ busy }) => {
  const chat = await busy();
  await chat.ask("Two");
  await chat.ask("Three");
  await chat.run(async (kit) => (await kit.kept.model.turn(1)).break(new TypeError("gone")) && undefined);
  await expect(chat.problem).toBeVisible();
  await expect(chat.page.locator(".queue")).toContainText("Not sent yet");
  expect(await chat.run((kit) => kit.kept.model.turns.length)).toBe(1);
  await chat.sendNow.click();
  expect(await asked(chat, 2)).toBe("Two");
  await expect(chat.sendNow).toHaveCount(0);
  await chat.answerTo(2, "second");
  expect(await asked(chat, 3)).toBe("Three");
  await chat.answerTo(3, "third");
  await chat.ended();
});

test("after a failure the next question goes first, and then what waits", async ({ busy }) => {
  const chat = await busy();
  await chat.ask("Two");
  await chat.run(async (kit) => (await kit.kept.model.turn(1)).break(new TypeError("gone")) && undefined);
  await expect(chat.sendNow).toBeVisible();
  await chat.ask("Instead");
  expect(await asked(chat, 2)).toBe("Instead");
  await expect(chat.waiting).toHaveText(["Two"]);
  await chat.answerTo(2, "there");
  expect(await asked(chat, 3)).toBe("Two");
});

test("send() waits too: its promise is that of its own question, and a cancelled one rejects", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => {
    const { chat } = kit.kept;
    kit.kept.told = [];
    chat.addEventListener("refinire-send", ({ detail }) => kit.kept.told.push(detail.text));
    kit.kept.sent = ["One", "Two", "Three", "Four"].map((text) => chat.send(text));
    kit.kept.cancelled = kit.failure(kit.kept.sent[2]);
  });
  await chat.page.getByRole("button", { name: "Cancel: Three" }).click();
  const told = await chat.run(async (kit) => {
    const { model, sent, told } = kit.kept;
    const cancelled = await kit.kept.cancelled;
    (await model.turn(1)).answer("1");
    (await model.turn(2)).answer("2");
    (await model.turn(3)).whole(500, "{}");
    const [one, two] = await Promise.all(sent.slice(0, 2));
    return [told, cancelled?.name, one.text, two.text, (await kit.failure(sent[3]))?.code];
  });
  expect(told).toEqual([["One", "Two", "Four"], "AbortError", "1", "2", "http"]);
});

test("what is sent when an answer finishes does not jump the queue", async ({ busy }) => {
  const chat = await busy();
  await chat.ask("Two");
  await chat.run((kit) => kit.kept.chat.addEventListener("refinire-finish", () => void kit.kept.chat.send("Three"), { once: true }));
  await chat.answerTo(1, "answer");
  expect(await asked(chat, 2)).toBe("Two");
  await chat.answerTo(2, "second");
  expect(await asked(chat, 3)).toBe("Three");
});

test("clear empties the queue", async ({ busy }) => {
  const chat = await busy();
  const name = await chat.run(async (kit) => {
    const { chat } = kit.kept;
    const sent = chat.send("Two");
    chat.clear();
    return (await kit.failure(sent))?.name;
  });
  expect(name).toBe("AbortError");
  await expect(chat.page.locator(".queue")).toBeHidden();
  await expect(chat.questions).toHaveCount(0);
  expect(await chat.run((kit) => kit.kept.model.turns.length)).toBe(1);
});

test("what waits stays with its conversation, until the element leaves the page", async ({ busy }) => {
  const chat = await busy({ conversation: "a" });
  await chat.run((kit) => {
    kit.kept.sent = kit.failure(kit.kept.chat.send("Two"));
    kit.kept.chat.setAttribute("conversation", "b");
  });
  await expect(chat.page.locator(".queue")).toBeHidden();
  await chat.exchange(2, "Hello", "Hi");
  await chat.host.evaluate((host) => host.setAttribute("conversation", "a"));
  await expect(chat.waiting).toHaveText(["Two"]);
  await expect(chat.stop).toBeVisible();
  await chat.host.evaluate((host) => host.remove());
  expect(await chat.run(async (kit) => (await kit.kept.sent).name)).toBe("AbortError");
});

test("what waits is no answer to what a flow asks meanwhile", async ({ mount }) => {
  const chat = await mount();
  await chat.run((kit) => {
    const { Flow, UserInputStep } = kit.refinire;
    kit.kept.chat.agent = new Flow({ one: kit.named("one", kit.kept.model), ask: new UserInputStep("ask", "Sure?"), two: kit.named("two", kit.kept.model) });
  });
  await chat.ask("Go");
  await chat.says(1, "Well. ");
  await chat.ask("Something else");
  await chat.answerTo(1);
  await chat.ended();
  await expect(chat.answer).toContainText("Sure?");
  await expect(chat.page.locator(".queue li")).toHaveText(["Something else"]);
  await expect(chat.page.getByRole("button", { name: "Send now" })).toBeVisible();
});
