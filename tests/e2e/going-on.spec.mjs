// Continue, with the stand-in: what was interrupted reads in the end as if it had not been.
import { said } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

const QUESTION = "A very long answer";

async function isGoneOnWith(chat, interrupt) {
  await chat.ask(QUESTION);
  await expect.poll(async () => (await chat.content())?.length).toBeGreaterThan(500);
  await interrupt();
  await chat.ended();
  expect(said.long.startsWith(await chat.content())).toBe(true);
  await chat.page.getByRole("button", { name: "Continue" }).click();
  await chat.shows(said.long);
  await chat.ended();
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.note).toHaveCount(0);
}

// One whose request ends with the answer as far as it goes, and one that is told to go on; the others are in tests/providers/continuing.rs.
for (const label of ["Anthropic", "OpenAI Chat"]) {
  test(`${label}: an answer that Continue goes on with after a stop is the whole answer`, async ({ chat }) => {
    await chat.chooseFormat(new RegExp(`^${label} `));
    await isGoneOnWith(chat, () => chat.stop.click());
  });
}

test("an answer that Continue goes on with after a reload is the whole answer", async ({ chat }) => {
  await isGoneOnWith(chat, () => chat.reload());
});
