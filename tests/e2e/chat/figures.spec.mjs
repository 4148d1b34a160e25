// Numbers under an answer.
import { expect, test } from "./support/test.mjs";

/** A chat with figures in a page whose clock is the test's. */
async function mountWithFigures(mount) {
  const chat = await mount({ figures: "" });
  await chat.run(() => {
    let now = 0;
    performance.now = () => now;
    globalThis.elapse = (ms) => (now += ms);
  });
  return { chat, elapse: (ms) => chat.run((kit, ms) => void globalThis.elapse(ms), ms), figures: chat.answer.locator(".figures") };
}

test("figures are times, rates and tokens, with bars for the text as it arrives", async ({ mount }) => {
  const { chat, elapse, figures } = await mountWithFigures(mount);
  await chat.ask("Count");
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)));
  await elapse(100);
  await chat.says(1, "1234 ");
  await expect(figures).toContainText("Characters: 5 · Chunks: 1 · First text: 0.1 sec");
  await expect(figures.locator("path")).toHaveAttribute("d", "M0.5 16v-0.5M1.5 16v-0.5M2.5 16v-16.0");
  await elapse(300);
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).say("67").send(kit.ending(), kit.counting(1200, 7), kit.DONE).close());
  await chat.ended();
  await expect(figures).toHaveText("Characters: 7 · Chunks: 2 · First text: 0.1 sec · Duration: 0.4 sec · Characters per second: 18 · Tokens in: 1,200 · Tokens out: 7");
});

test("figures that are wanted while an answer streams tell of all of it at its end, and stay when it is drawn anew", async ({ mount }) => {
  const { chat, elapse, figures } = await mountWithFigures(mount);
  await chat.run((kit) => kit.kept.chat.removeAttribute("figures"));
  await chat.ask("Count");
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)));
  await elapse(100);
  await chat.says(1, "1234 ");
  await expect(chat.text).toHaveText("1234");
  await chat.run((kit) => kit.kept.chat.setAttribute("figures", ""));
  await elapse(300);
  await chat.run(async (kit) => void (await kit.kept.model.turn(1)).say("67").send(kit.ending(), kit.counting(1200, 7), kit.DONE).close());
  await chat.ended();
  const isThere = async () => {
    await expect(figures).toHaveText("Characters: 7 · Chunks: 2 · First text: 0.1 sec · Duration: 0.4 sec · Characters per second: 18 · Tokens in: 1,200 · Tokens out: 7");
    await expect(figures.locator("path")).toHaveAttribute("d", /^M0\.5 16v-0\.5M1\.5 16v-0\.5M2\.5 16v-16\.0.*M10\.5 16v-[\d.]+$/);
  };
  await isThere();
  await chat.run((kit) => kit.kept.chat.setAttribute("feedback", ""));
  await expect(chat.answer.getByRole("button", { name: "Good answer" })).toBeAttached();
  await isThere();
});

test("where a time runs long, bars stand for longer times", async ({ mount }) => {
  const { chat, elapse, figures } = await mountWithFigures(mount);
  await chat.ask("Slowly");
  await chat.says(1, "first ");
  await expect(chat.answer).toContainText("first");
  await elapse(119 * 40);
  await chat.says(1, "second ");
  const path = figures.locator("path");
  await expect(path).toHaveAttribute("d", /^M0\.5 16v-1.*M119\.5 16v[^M]*$/);
  await elapse(40);
  await chat.says(1, "third ");
  await expect(path).toHaveAttribute("d", /^M0\.5 16v-[\d.]+.*M59\.5 16v-[\d.]+M60\.5 16v-[\d.]+$/);
  await chat.answerTo(1);
  await chat.ended();
});
