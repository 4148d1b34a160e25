// Numbers under an answer.
import { expect, test } from "./support/test.mjs";

test("figures are times, rates and tokens, with bars for the text as it arrives", async ({ mount }) => {
  const chat = await mount({ figures: "" });
  await chat.ask("Count");
  await chat.says(1, "1234 ");
  const figures = chat.answer.locator(".figures");
  await expect(figures).toContainText("Characters: 5 · Chunks: 1 · First text: ");
  await expect(figures.locator("path")).toHaveAttribute("d", /^M0\.5 16v.*v-16\.0$/);
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).say("67").send(kit.ending(), kit.counting(1200, 7), kit.DONE).close());
  await chat.ended();
  await expect(figures).toHaveText(/^Characters: 7 · Chunks: 2 · First text: [\d.]+ sec · Duration: [\d.]+ sec · Characters per second: [\d,]+ · Tokens in: 1,200 · Tokens out: 7$/);
});

test("where a time runs long, bars stand for longer times", async ({ mount }) => {
  const chat = await mount({ figures: "" });
  // The page's clock is the test's.
  await chat.run(() => {
    let now = 0;
    performance.now = () => now;
    globalThis.elapse = (ms) => (now += ms);
  });
  await chat.ask("Slowly");
  await chat.says(1, "first ");
  await expect(chat.answer).toContainText("first");
  await chat.run(() => void globalThis.elapse(119 * 40));
  await chat.says(1, "second ");
  const path = chat.answer.locator(".figures path");
  await expect(path).toHaveAttribute("d", /^M0\.5 16v-1.*M119\.5 16v[^M]*$/);
  await chat.run(() => void globalThis.elapse(40));
  await chat.says(1, "third ");
  await expect(path).toHaveAttribute("d", /^M0\.5 16v-[\d.]+.*M59\.5 16v-[\d.]+M60\.5 16v-[\d.]+$/);
  await chat.answerTo(1);
  await chat.ended();
});
