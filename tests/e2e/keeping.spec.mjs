import { Chat, said } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

test("a reload shows the conversation again", async ({ chat }) => {
  await chat.askAndWait("Hello");
  await chat.askAndWait("Something in Arabic");
  await chat.reload();
  await expect(chat.questions).toContainText(["Hello", "Something in Arabic"]);
  await expect(chat.answers).toHaveCount(2);
  await chat.shows(said.arabic);
  await expect(chat.note).toHaveCount(0);
});

const HALF = "This much has come, and";

/** An answer that has come half way. */
async function begin(chat, model) {
  await chat.ask("Tell me");
  const turn = await model.nextTurn();
  turn.say(HALF);
  await chat.shows(HALF);
  return turn;
}

/** The same page in a second tab. */
async function secondTab(page) {
  const chat = new Chat(await page.context().newPage());
  await chat.open();
  return chat;
}

test("a reload in the middle of an answer shows what had come, marked as interrupted", async ({ chat, model }) => {
  await begin(chat, model);
  await chat.reload();
  await chat.shows(HALF);
  await expect(chat.note).toContainText("interrupted");
  await expect(chat.questions).toContainText(["Tell me"]);
  await expect(chat.problem).toHaveCount(0);

  await chat.useModelAt(model.baseUrl);
  await chat.ask("And then?");
  const turn = await model.nextTurn();
  expect(turn.request.body.messages.map(({ content }) => content)).toContain(HALF);
  turn.say("It went on.");
  turn.finish();
  await chat.ended();
  await chat.shows("It went on.");
});

for (const [what, interrupt] of Object.entries({ reload: (chat) => chat.reload(), stop: (chat) => chat.stop.click() })) {
  test(`after a ${what} in the middle of an answer, Continue goes on with it, here and in a second tab`, async ({ chat, model, page }) => {
    await begin(chat, model);
    await interrupt(chat);
    await chat.ended();
    const other = await secondTab(page);
    await other.shows(HALF);
    if (what === "reload") await chat.useModelAt(model.baseUrl);
    await page.getByRole("button", { name: "Continue" }).click();
    const turn = await model.nextTurn();
    expect(turn.request.body.messages.map(({ content }) => content)).toContain(HALF);
    // Models repeat where they are to go on.
    turn.say("has come, and this is the rest");
    await chat.shows(`${HALF} this is the rest`);
    await other.shows(`${HALF} this is the rest`);
    turn.say(" of it.");
    turn.finish();
    for (const tab of [chat, other]) {
      await tab.ended();
      await tab.shows(`${HALF} this is the rest of it.`);
      await expect(tab.answers).toHaveCount(1);
      await expect(tab.note).toHaveCount(0);
    }
    await chat.reload();
    await chat.shows(`${HALF} this is the rest of it.`);
    await expect(page.getByRole("button", { name: "Continue" })).toHaveCount(0);
  });
}

test("a second tab shows the answer as it comes", async ({ chat, model, page }) => {
  const other = await secondTab(page);
  const turn = await begin(chat, model);
  await other.shows(HALF);
  await expect(other.page.locator(".live")).toHaveCount(1);

  turn.say(" this is more.");
  await other.shows(`${HALF} this is more.`);
  turn.finish();
  await other.ended();
  await other.shows(`${HALF} this is more.`);
  await expect(other.note).toHaveCount(0);
  await expect(other.questions).toContainText(["Tell me"]);
  await expect(other.answers).toHaveCount(1);
});

test("a second tab that is opened in the middle shows the answer, and that it was interrupted when its tab is closed", async ({ chat, model, page }) => {
  await begin(chat, model);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  const other = await secondTab(page);
  await other.shows(HALF);
  await page.close();
  await expect(other.note).toContainText("interrupted");
  await other.ended();
  await other.shows(HALF);
});

test("a reload before the first chunk offers to ask again", async ({ chat, model, page }) => {
  await chat.ask("Anyone there?");
  await model.nextTurn();
  await chat.reload();
  await expect(chat.note).toContainText("There is no answer");
  await chat.useModelAt(model.baseUrl);
  await page.getByRole("button", { name: "Try again" }).click();
  const turn = await model.nextTurn();
  await expect(chat.note).toHaveCount(0);
  turn.say("Now I am.");
  turn.finish();
  await chat.ended();
  await chat.shows("Now I am.");
  await expect(chat.questions).toHaveCount(1);
});

test("the wire format that was chosen is chosen again after a reload", async ({ chat, page }) => {
  await chat.chooseFormat(/^Gemini /);
  await chat.reload();
  await expect(page.getByRole("radio", { name: /^Gemini / })).toBeChecked();
});

test("a key is sent where it belongs, and stored nowhere", async ({ chat, model, page }) => {
  const key = "not-a-real-key-3141592653";
  await page.getByLabel("API key").fill(key);
  await chat.ask("Hello");
  const turn = await model.nextTurn();
  expect(turn.request.headers.authorization).toBe(`Bearer ${key}`);
  turn.say("Hello.");
  turn.finish();
  await chat.ended();

  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
  expect(stored).toContain("Hello.");
  expect(stored).not.toContain(key);
  await chat.reload();
  await expect(page.getByLabel("API key")).toHaveValue("");
});
