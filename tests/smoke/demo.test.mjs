// The demo page, from its own server.
import assert from "node:assert/strict";

import { said } from "../e2e/support/chat.mjs";
import { startDemo } from "./support/site.mjs";
import { ENTER, eventually, inEach } from "./support/test.mjs";

const HALF = "This much has come, and";
const field = () => document.querySelector("#question");

/** Exactly as they stand in the page. */
const texts = () => [...document.querySelectorAll(".answer .text")].map(({ textContent }) => textContent);
const questions = () => [...document.querySelectorAll(".question .text")].map(({ textContent }) => textContent);
const isIdle = () => document.querySelector("[name=stop]").hidden && !document.querySelector("[aria-busy]");
const note = () => document.querySelector(".answer .note")?.textContent.includes("the answer is incomplete");

async function useModel(browser, model) {
  await browser.click(() => document.querySelector("#settings summary"));
  await browser.type(() => document.querySelector("[name=baseUrl]"), model.baseUrl);
}

/** As `inEach`, with the demo page opened. */
function inDemo(sentence, body) {
  inEach(sentence, async ({ browser, site }) => {
    const demo = await startDemo();
    const ready = () => eventually(() => browser.run(() => document.querySelector("#question")?.disabled), false);
    const sees = (look, expected) => eventually(() => browser.run(look), expected);
    try {
      await browser.go(demo.url);
      await ready();
      await body({ browser, model: site.model, ready, sees });
    } finally {
      demo.stop();
    }
  });
}

inDemo("an answer grows in the demo page while it streams in", async ({ browser, model, sees }) => {
  await useModel(browser, model);
  await browser.type(field, `Count${ENTER}`);
  const turn = await model.nextTurn();
  let whole = "";
  for (const piece of ["One, ", "two, ", "thr", "ee.\n", "\nwörld 🙂"]) {
    turn.say(piece);
    whole += piece;
    await sees(texts, [whole]);
    assert.equal(await browser.run(isIdle), false);
  }
  turn.finish();
  await sees(isIdle, true);
  assert.deepEqual(await browser.run(texts), [whole]);
});

inDemo("stop keeps what has come, marks it, and closes the connection; a reload shows it again", async ({ browser, model, ready, sees }) => {
  await useModel(browser, model);
  await browser.type(field, `Tell me${ENTER}`);
  const turn = await model.nextTurn();
  turn.say(HALF);
  await sees(texts, [HALF]);
  await browser.click(() => document.querySelector("[name=stop]"));
  await turn.closed;
  await sees(isIdle, true);
  await sees(note, true);
  assert.deepEqual(await browser.run(texts), [HALF]);
  await browser.reload();
  await ready();
  await sees(texts, [HALF]);
  await sees(note, true);
});

inDemo("the stand-in's answers are whole, and a reload keeps the conversation", async ({ browser, ready, sees }) => {
  await browser.type(field, `Hello${ENTER}`);
  await sees(texts, [said.hello]);
  await sees(isIdle, true);
  await browser.reload();
  await ready();
  await sees(questions, ["Hello"]);
  await sees(texts, [said.hello]);
  await browser.type(field, `Something in Arabic${ENTER}`);
  await sees(texts, [said.hello, said.arabic]);
  await sees(isIdle, true);
});
