// Wires the form to the library.
import init, { RefinireAgent } from "/pkg/refinire_web.js";

import { element } from "../common/dom.js";
import { explainError } from "../common/explain-error.js";
import { agentOptions } from "../common/providers.js";
import { Calls } from "./calls.js";
import { Fields } from "./fields.js";
import { tools } from "./tools.js";
import { FIELDS, INSTRUCTIONS, TRIP } from "./trip.js";

const byId = (id) => document.getElementById(id);
const { wish, go, stop } = byId("ask").elements;
const fields = new Fields(byId("trip"), FIELDS);
const calls = new Calls(byId("calls"));

let running;

function announce(words) {
  byId("status").textContent = words;
}

function listen(event) {
  if (event.type === "partial") fields.grow(event.value);
  else if (event.type === "field" && event.path.length === 1) fields.settle(event.path[0], event.value);
  else calls.take(event);
}

function showProblem(title, detail) {
  const words = element("div", { class: "words" }, element("p", { class: "title" }, title), element("p", {}, detail));
  byId("problem").replaceChildren(element("div", { class: "problem", role: "alert" }, words));
}

function begin() {
  running = new AbortController();
  byId("problem").replaceChildren();
  fields.clear();
  calls.clear();
  setBusy(true);
  announce("The model fills in the form.");
}

function setBusy(busy) {
  const hadFocus = [go, stop].includes(document.activeElement);
  fields.busy = busy;
  go.hidden = busy;
  stop.hidden = !busy;
  // A button that goes away would take the focus with it.
  if (hadFocus) (busy ? stop : go).focus();
}

async function fillIn(question) {
  if (running) return;
  begin();
  const agent = new RefinireAgent({ ...agentOptions({ format: "openai" }), generationInstructions: INSTRUCTIONS, outputSchema: TRIP, tools });
  try {
    const { content } = await agent.run(question, { signal: running.signal, onEvent: listen });
    announce(`Filled in: ${content.title}.`);
  } catch (error) {
    if (running.signal.aborted) announce("Stopped.");
    else showFailure(error);
  } finally {
    agent.free();
    running = undefined;
    setBusy(false);
  }
}

function showFailure(error) {
  const { title, advice, detail } = explainError(error);
  showProblem(title, `${advice} ${detail}`);
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  fillIn(wish.value);
});
stop.addEventListener("click", () => running?.abort());
for (const button of byId("wishes").children) {
  button.addEventListener("click", () => {
    wish.value = button.textContent;
    fillIn(wish.value);
  });
}

try {
  await init();
  go.disabled = false;
} catch (error) {
  showProblem("The library could not be loaded", error.message);
}
