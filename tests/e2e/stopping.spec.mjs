import { expect, test } from "./support/test.mjs";

const KEPT = "This much has come, and";

async function beginAnswer(chat, model) {
  await chat.ask("Tell me");
  const turn = await model.nextTurn();
  turn.say(KEPT);
  await chat.shows(KEPT);
  return turn;
}

async function expectStopped(chat) {
  await chat.ended();
  await chat.shows(KEPT);
  await expect(chat.page.getByRole("button", { name: "Continue" })).toBeVisible();
}

test("stop closes the connection, keeps the text and marks it as interrupted", async ({ chat, model }) => {
  const turn = await beginAnswer(chat, model);
  await chat.stop.click();
  await turn.closed;
  await expectStopped(chat);
  await expect(chat.question).toBeFocused();
  await chat.reload();
  await expectStopped(chat);
});

test("Escape stops too, and the conversation goes on after it", async ({ chat, model, page }) => {
  const stopped = await beginAnswer(chat, model);
  await page.keyboard.press("Escape");
  await stopped.closed;
  await expectStopped(chat);

  await chat.ask("And now?");
  const turn = await model.nextTurn();
  expect(turn.request.body.messages.map(({ content }) => content)).toContain(KEPT);
  turn.say("On we go.");
  turn.finish();
  await chat.ended();
  await chat.shows("On we go.");
  await expect(chat.answers).toHaveCount(2);
});

test("stop before the first chunk leaves the question and says so", async ({ chat, model }) => {
  await chat.ask("Hello");
  const stopped = await model.nextTurn();
  await chat.stop.click();
  await stopped.closed;
  await chat.ended();
  await expect(chat.note).toContainText("Stopped");

  await chat.ask("Hello");
  const turn = await model.nextTurn();
  turn.say("Hello.");
  turn.finish();
  await chat.ended();
  await chat.shows("Hello.");
  await expect(chat.questions).toHaveCount(1);
  expect(turn.request.body.messages.filter(({ role }) => role === "user")).toHaveLength(1);
});

test("Continue goes on behind its own question, also where an earlier one got no answer", async ({ chat, model, page }) => {
  await chat.ask("Hello");
  await model.nextTurn();
  await chat.stop.click();
  await chat.ended();
  await beginAnswer(chat, model);
  await chat.stop.click();
  await expectStopped(chat);
  await page.getByRole("button", { name: "Continue" }).click();
  const turn = await model.nextTurn();
  turn.say(" this is the rest.");
  turn.finish();
  await chat.ended();
  await chat.shows(`${KEPT} this is the rest.`);
  await expect(chat.questions).toContainText(["Hello", "Tell me"]);
});

test("only the last answer can be gone on with", async ({ chat, model, page }) => {
  await beginAnswer(chat, model);
  await chat.stop.click();
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
  await chat.ask("And now?");
  await model.nextTurn();
  await expect(page.getByRole("button", { name: "Continue" })).toHaveCount(0);
});
