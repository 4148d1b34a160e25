import { FORMATS } from "../../www/common/providers.js";
import { requestsOf } from "../fixtures/providers.mjs";
import { said } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

/** The member of a request that carries the question, by the request in the format's fixtures that asks "Hi". */
function questionMember(provider) {
  const { body } = requestsOf(provider).question;
  return Object.keys(body).find((name) => JSON.stringify(body[name]).includes('"Hi"'));
}

test("an answer grows while it streams in", async ({ chat, model }) => {
  await chat.ask("Count");
  const turn = await model.nextTurn();
  let said = "";
  for (const piece of ["One, ", "two, ", "thr", "ee.\n", "\nFour"]) {
    turn.say(piece);
    said += piece;
    await chat.shows(said);
    await expect(chat.stop).toBeVisible();
  }
  turn.finish();
  await chat.ended();
  await chat.shows(said);
});

test("until the first chunk comes, the page says that it waits", async ({ chat, model }) => {
  await chat.ask("Hello");
  const waiting = chat.answer.getByText("Waiting for the answer");
  await expect(waiting).toBeVisible();
  const turn = await model.nextTurn();
  turn.say("Here I am");
  await chat.shows("Here I am");
  await expect(waiting).toBeHidden();
  turn.finish();
  await chat.ended();
});

for (const { id, label, standIn } of FORMATS) {
  test(`${label} brings the complete answer`, async ({ chat, page }) => {
    await chat.chooseFormat(new RegExp(`^${label} `));
    const request = page.waitForRequest((each) => new URL(each.url()).pathname.startsWith(standIn) && each.method() === "POST");
    await chat.askAndWait("In Japanese, please");
    await chat.shows(said.japanese);
    expect(Object.keys((await request).postDataJSON())).toContain(questionMember(id));
    await chat.askAndWait("Some emoji");
    await chat.shows(said.emoji);
    await expect(chat.questions).toHaveCount(2);
  });
}

test("a follow-up sends the conversation so far", async ({ chat, page }) => {
  await chat.askAndWait("Hello");
  const request = page.waitForRequest("**/chat/completions");
  await chat.ask("And quantum computing?");
  const { messages } = (await request).postDataJSON();
  const spoken = messages.filter(({ role }) => role !== "system").map(({ role, content }) => [role, content]);
  expect(spoken).toEqual([["user", "Hello"], ["assistant", said.hello], ["user", "And quantum computing?"]]);
  await chat.ended();
});

test("what a model writes is text, never markup", async ({ chat, model, page }) => {
  const answer = "<img src=x onerror=\"document.title='run'\"> & <b>bold</b>\n<script>document.title='run'</script>";
  await chat.ask("Write some HTML");
  const turn = await model.nextTurn();
  turn.say(answer);
  turn.finish();
  await chat.ended();
  await chat.shows(answer);
  await expect(chat.text.locator("img, b, script")).toHaveCount(0);
  await expect(page).not.toHaveTitle("run");
});

test("code in fences is shown as code, without the fences", async ({ chat }) => {
  await chat.askAndWait("Async/await in JavaScript");
  const blocks = said.code.split("```");
  const code = chat.answer.locator("pre code");
  await expect(code).toHaveCount((blocks.length - 1) / 2);
  expect((await code.first().textContent()).trimEnd()).toBe(blocks[1].replace("js\n", "").trimEnd());
  await expect(chat.text).not.toContainText("```");
});
