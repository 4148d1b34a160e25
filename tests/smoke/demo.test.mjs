// The demo page, from its own server.
import assert from "node:assert/strict";

import { said } from "../e2e/support/chat.mjs";
import { startDemo } from "./support/site.mjs";
import { ENTER, eventually, inEach } from "./support/test.mjs";

// The last letter is held back until it is known that it begins nothing: so that this ends with a blank.
const HALF = "This much has come, and ";
const field = () => document.querySelector("refinire-chat").shadowRoot.querySelector("textarea");
const stop = () => document.querySelector("refinire-chat").shadowRoot.querySelector(".stop");

/** The answers, as the conversation has them and as they stand in the page. */
const contents = () => document.querySelector("refinire-chat").context.messages.filter(({ role }) => role === "assistant").map(({ content }) => content);
const texts = () => [...document.querySelector("refinire-chat").shadowRoot.querySelectorAll(".answer .text")].map(({ textContent }) => textContent.trimEnd());
const questions = () => [...document.querySelector("refinire-chat").shadowRoot.querySelectorAll(".question p")].map(({ textContent }) => textContent);
const isIdle = () => !document.querySelector("refinire-chat").streaming && !document.querySelector("refinire-chat").shadowRoot.querySelector(".live");
const canContinue = () => !!document.querySelector("refinire-chat").shadowRoot.querySelector("[data-action=resume]");
const isReady = () => {
  const chat = document.querySelector("refinire-chat");
  return Boolean(chat?.agent && chat.context);
};

async function useModel(browser, model) {
  await browser.click(() => document.querySelector("#settings summary"));
  await browser.type(() => document.querySelector("[name=baseUrl]"), model.baseUrl);
}

/** As `inEach`, with the demo page opened. */
function inDemo(sentence, body) {
  inEach(sentence, async ({ browser, site }) => {
    const demo = await startDemo();
    const ready = () => eventually(() => browser.run(isReady), true);
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
  for (const piece of ["One, ", "two, ", "thr", "ee and ", "wörld 🙂 "]) {
    turn.say(piece);
    whole += piece;
    await sees(contents, [whole]);
    assert.equal(await browser.run(isIdle), false);
  }
  await sees(texts, [whole.trimEnd()]);
  turn.finish();
  await sees(isIdle, true);
  assert.deepEqual(await browser.run(contents), [whole]);
  assert.deepEqual(await browser.run(texts), [whole.trimEnd()]);
});

inDemo("stop keeps what has come, marks it, and closes the connection; a reload shows it again", async ({ browser, model, ready, sees }) => {
  await useModel(browser, model);
  await browser.type(field, `Tell me${ENTER}`);
  const turn = await model.nextTurn();
  turn.say(HALF);
  await sees(texts, [HALF.trimEnd()]);
  await browser.click(stop);
  await turn.closed;
  await sees(isIdle, true);
  await sees(canContinue, true);
  assert.deepEqual(await browser.run(contents), [HALF]);
  await browser.reload();
  await ready();
  await sees(texts, [HALF.trimEnd()]);
  await sees(canContinue, true);
});

inDemo("the stand-in's answers are whole, and a reload keeps the conversation", async ({ browser, ready, sees }) => {
  await browser.type(field, `Hello${ENTER}`);
  await sees(contents, [said.hello]);
  await sees(isIdle, true);
  await browser.reload();
  await ready();
  await sees(questions, ["Hello"]);
  await sees(contents, [said.hello]);
  await browser.type(field, `Something in Arabic${ENTER}`);
  await sees(contents, [said.hello, said.arabic]);
  await sees(isIdle, true);
});
