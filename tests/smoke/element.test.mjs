// <refinire-chat>, in pages that hold nothing else.
import assert from "node:assert/strict";

import { ENTER, eventually, inEach } from "./support/test.mjs";

// The last letter is held back until it is known that it begins nothing: so that these end with a blank.
const HALF = "This much has come, and ";
const ANSWER = ["# A ", "title\n\nSome **bold ", "words**.\n\n```js\nlet a ", "= 1;\n```\n\n<b>no tag</b> "];
const RENDERED = [["H3", "A title"], ["P", "Some bold words."], ["FIGURE", "let a = 1;"], ["P", "<b>no tag</b>"]];

const inside = (selector) => `() => document.querySelector("refinire-chat")?.shadowRoot?.querySelector(${JSON.stringify(selector)})`;
const field = inside("textarea");

/** As they stand in the talk, code without its buttons. */
const blocks = () => [...document.querySelector("refinire-chat").shadowRoot.querySelectorAll(".answer .text > *")]
  .map((block) => [block.tagName, (block.querySelector("code") ?? block).textContent.trimEnd()]);
const turns = () => [...document.querySelector("refinire-chat").shadowRoot.querySelectorAll(".question p, .answer .text")].map(({ textContent }) => textContent.trimEnd());
const isStreaming = () => document.querySelector("refinire-chat").streaming;
const note = () => document.querySelector("refinire-chat").shadowRoot.querySelector(".note")?.textContent ?? "";

/** As `inEach`, with the page opened. */
function inChat(sentence, path, body) {
  inEach(sentence, async ({ browser, site }) => {
    const sees = (look, expected) => eventually(() => browser.run(look), expected);
    const open = async () => {
      await browser.go(site.url + path);
      await sees(`() => !!(${field})() && !(${field})().disabled`, true);
    };
    await open();
    await body({ browser, model: site.model, open, sees });
  });
}

/** Asks, and has the model say this much. */
async function begin({ browser, model, sees }, question, half) {
  await browser.type(field, question + ENTER);
  const turn = await model.nextTurn();
  turn.say(half);
  await sees(turns, [question, half.trimEnd()]);
  return turn;
}

for (const [where, path] of [["in a page", "/chat"], ["under a strict content security policy", "/strict"]]) {
  inChat(`an answer in Markdown grows ${where}, and is there again after a reload`, path, async ({ browser, model, open, sees }) => {
    await browser.type(field, `Tell me${ENTER}`);
    const turn = await model.nextTurn();
    const steps = [[["H3", "A"]], [["H3", "A title"], ["P", "Some bold"]], [...RENDERED.slice(0, 2), ["FIGURE", "let a"]], RENDERED];
    for (const [at, piece] of ANSWER.entries()) {
      turn.say(piece);
      await sees(blocks, steps[at]);
      assert.equal(await browser.run(isStreaming), true);
    }
    turn.finish();
    await sees(isStreaming, false);
    assert.deepEqual(await browser.run(blocks), RENDERED);
    assert.equal(await browser.run(`() => getComputedStyle((${inside("button.send")})()).borderRadius`), "50%");
    await open();
    await sees(blocks, RENDERED);
  });
}

inChat("stop keeps what has come, marks it, and closes the connection; a reload shows it again", "/chat", async (page) => {
  const turn = await begin(page, "Tell me", HALF);
  await page.browser.click(inside("button.stop"));
  await turn.closed;
  await page.sees(isStreaming, false);
  await page.sees(turns, ["Tell me", HALF.trimEnd()]);
  await page.open();
  await page.sees(turns, ["Tell me", HALF.trimEnd()]);
  assert.match(await page.browser.run(note), /interrupted/);
});

inChat("two tabs of a conversation see each other's text while it comes", "/chat", async (page) => {
  const { browser, model, open, sees } = page;
  const [one] = await browser.windows;
  const two = await browser.newWindow();
  await browser.switchTo(two);
  await open();
  const first = await begin(page, "One?", "It ");
  await browser.switchTo(one);
  await sees(turns, ["One?", "It"]);
  first.say("grows. ");
  await sees(turns, ["One?", "It grows."]);
  first.finish();
  await browser.switchTo(two);
  await sees(isStreaming, false);

  await browser.switchTo(one);
  await browser.type(field, `Two?${ENTER}`);
  const second = await model.nextTurn();
  assert.deepEqual(second.request.body.messages.map(({ content }) => content), ["One?", "It grows. ", "Two?"]);
  second.say("It does. ");
  await browser.switchTo(two);
  await sees(turns, ["One?", "It grows.", "Two?", "It does."]);
  second.finish();
});
