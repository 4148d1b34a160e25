// Long answers: what stands there is never touched again, and the page stays quick.
import { expect, test } from "./support/test.mjs";

const PARAGRAPH = "Some **words** of an answer that is long, with `code`, and a list of things to come, so that it is like a real one. ";
const TEXT = Array.from({ length: 100 }, (_, at) => (at % 10 === 9 ? `\n\n\`\`\`js\n${"let a = 1; // code\n".repeat(6)}\`\`\`\n\n` : `${PARAGRAPH}\n\n- item ${at}\n- another\n\n`)).join("");

test("an answer of 2,000 chunks appends, and is drawn with the frames", async ({ mount }) => {
  const chat = await mount();
  const size = Math.ceil(TEXT.length / 2000);
  const pieces = Array.from({ length: 2000 }, (_, at) => TEXT.slice(at * size, (at + 1) * size));
  const told = await chat.run(async (kit, pieces) => {
    const { chat, model } = kit.kept;
    const gone = [];
    const watch = new MutationObserver((records) => {
      for (const { removedNodes, target } of records) if (target.closest?.(".text") && removedNodes.length > 0) gone.push(target.localName);
    });
    watch.observe(chat.shadowRoot, { childList: true, subtree: true });
    const sent = chat.send("Question");
    const turn = await model.turn(1);
    let first;
    for (let at = 0; at < pieces.length; at += 10) {
      turn.say(...pieces.slice(at, at + 10));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      first ??= chat.shadowRoot.querySelector(".answer:last-child .text > p");
    }
    turn.finish();
    const { metrics } = await sent;
    watch.disconnect();
    const text = chat.shadowRoot.querySelector(".answer:last-child .text");
    return { gone, isSame: first === text.querySelector("p"), chunks: metrics.chunks, chars: metrics.chars, blocks: text.children.length };
  }, pieces);
  expect(told).toMatchObject({ gone: [], isSame: true, chars: TEXT.length, blocks: 200 - 10 });
  // A chunk a frame, not one a delta.
  expect(told.chunks).toBeGreaterThan(20);
  expect(told.chunks).toBeLessThan(400);
});

test("what an answer costs does not grow with what stands there", async ({ mount }) => {
  const chat = await mount();
  const counts = await chat.run(async (kit, paragraph) => {
    const { chat, model } = kit.kept;
    let changes = 0;
    const watch = new MutationObserver((records) => (changes += records.length));
    watch.observe(chat.shadowRoot, { childList: true, characterData: true, attributes: true, subtree: true });
    chat.send("Much").catch(() => {});
    const turn = await model.turn(1);
    const counts = [];
    for (let at = 0; at < 300; at += 1) {
      const before = changes;
      const come = new Promise((resolve) => chat.addEventListener("refinire-chunk", resolve, { once: true }));
      turn.say(`${paragraph}\n\n`);
      await come;
      await kit.settled(2);
      counts.push(changes - before);
    }
    turn.finish();
    watch.disconnect();
    return counts.slice(10);
  }, PARAGRAPH);
  expect(new Set(counts).size).toBeLessThanOrEqual(2);
  expect(Math.max(...counts)).toBeLessThan(40);
});

test("a hidden page shows what comes without a frame", async ({ mount, page }) => {
  const chat = await mount();
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    Object.defineProperty(document, "hidden", { get: () => true });
    globalThis.requestAnimationFrame = () => 0;
  });
  await chat.ask("Are you there?");
  await chat.says(1, "Yes, ");
  await expect.poll(() => chat.text.textContent()).toContain("Yes,");
  await chat.answerTo(1, `I am.${"\n\nStill here.".repeat(1000)}`);
  await expect.poll(() => chat.text.evaluate(({ children }) => children.length)).toBe(1001);
});
