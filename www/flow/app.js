// Wires the flow to the page.
import init, { Context } from "/pkg/refinire_web.js";

import { copyButton } from "../common/copy.js";
import { element } from "../common/dom.js";
import { explainError } from "../common/explain-error.js";
import { readChart } from "./chart.js";
import { Graph } from "./graph.js";
import { AgentPanels } from "./agent-panels.js";
import { Past } from "./past.js";
import { Progress } from "./progress.js";
import { briefing } from "./steps.js";

const byId = (id) => document.getElementById(id);
const { wish, go, stop } = byId("ask").elements;
const { answer } = byId("reply").elements;
const panels = new AgentPanels([...document.querySelectorAll(".panel[data-step]")], byId("brief"));
const pair = document.querySelector(".pair");
const past = new Past(byId("past"));
const progress = new Progress();

let flow;
let graph;
let agents;
let questions;
let running;
// What ran before the page was loaded again.
let earlier = [];

const history = () => (flow.history.length > 0 ? flow.history : earlier);

function announce(words) {
  byId("status").textContent = words;
}

function listen(event) {
  progress.take(event);
  panels.take(event, (step) => agents.has(step));
  if (event.type === "step-start" && agents.has(event.step)) announce(`${event.step} is being written.`);
  // Pieces of text change nothing in the graph, and there are many.
  if (event.type === "text-delta") return;
  graph.show(progress);
  past.show(history(), questions);
}

function showProblem({ title, advice, detail }, again) {
  const words = element("div", { class: "words" }, element("p", { class: "title" }, title), element("p", {}, advice), element("p", { class: "detail" }, detail));
  const button = again && element("button", { type: "button", class: "button", click: again }, "Try again");
  byId("problem").replaceChildren(element("div", { class: "problem", role: "alert" }, words, button ?? ""));
}

function showFailure(error, again) {
  const { title, ...rest } = explainError(error);
  const [first, ...others] = title;
  showProblem({ title: error.step ? `${error.step}: ${first.toLowerCase()}${others.join("")}` : title, ...rest }, again);
}

function setBusy(busy) {
  const hadFocus = byId("ask").contains(document.activeElement) || byId("reply").contains(document.activeElement);
  wish.readOnly = busy;
  byId("ask").classList.toggle("busy", busy);
  go.hidden = busy;
  stop.hidden = !busy;
  for (const button of byId("wishes").children) button.disabled = busy;
  if (busy) byId("reply").hidden = true;
  // What goes away would take the focus with it.
  if (hadFocus && !busy && !byId("reply").hidden) answer.focus();
  else if (hadFocus) (busy ? stop : go).focus({ preventScroll: true });
}

/** The question that the flow waits with, if it does. */
function showQuestion() {
  const { awaiting } = flow;
  byId("reply").hidden = !awaiting;
  if (!awaiting) return;
  byId("reply").querySelector("label").textContent = awaiting.prompt;
  wish.value = awaiting.input;
  answer.value = "";
}

/** What stays as it is until the next event. */
function showEnd(isOver) {
  panels.end();
  progress.end(history(), flow.awaiting?.step, isOver);
  graph.show(progress);
  past.show(history(), questions);
  showQuestion();
  showMermaid();
}

function showMermaid() {
  const text = flow.show();
  byId("mermaid").replaceChildren(copyButton(text), element("pre", { class: "code", tabindex: "0", role: "region", "aria-label": "Mermaid" }, text));
}

/** Runs the flow, from its first step or on from a question, as `begin(options)` does; `again` does it once more. */
async function run(begin, again) {
  running = new AbortController();
  byId("problem").replaceChildren();
  setBusy(true);
  graph.show(progress);
  let reason;
  try {
    const stream = begin({ signal: running.signal, onEvent: listen });
    // Only what is read goes on: the words themselves are shown as the events tell them.
    await stream.pipeTo(new WritableStream());
    reason = (await stream.result).finishReason;
  } catch (error) {
    if (!running.signal.aborted) showFailure(error, again);
  }
  const isStopped = running.signal.aborted;
  running = undefined;
  showEnd(reason !== undefined && !isStopped && !flow.awaiting);
  setBusy(false);
  // Also for when the page is loaded again.
  Object.assign(flow.context.sharedState, { history: history(), progress: progress.toJSON() });
  await flow.context.save();
  announce(isStopped ? "Stopped." : (flow.awaiting?.prompt ?? (reason ? `${progress.path.at(-1)} is finished.` : "")));
}

function start(question) {
  if (running) return;
  earlier = [];
  flow.context.clear();
  progress.begin();
  panels.clear();
  past.show([], questions);
  run((options) => flow.runStreamed(question, options), () => start(question));
  // On a small screen, so that the button, the graph and what is written are seen together.
  if (pair.getBoundingClientRect().top > innerHeight * 0.6) byId("ask").scrollIntoView();
}

function goOn(reply) {
  if (running || !flow.awaiting) return;
  progress.answered();
  run((options) => flow.resume(reply, options), () => (flow.awaiting ? goOn(reply) : start(wish.value)));
  byId("brief").scrollIntoView({ block: "nearest" });
}

/** Shows what was kept, if it waits or came to its end. */
function restore() {
  const { history: kept, progress: reached, sides, brief } = flow.context.sharedState;
  if (!reached || !(flow.awaiting || brief)) return;
  earlier = kept;
  wish.value = flow.awaiting?.input ?? flow.context.messages[0].content;
  progress.restore(reached);
  panels.restore([...Object.entries(sides ?? {}), ...(brief ? [[kept.at(-1).step, brief]] : [])]);
  past.show(kept, questions);
  showQuestion();
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  start(wish.value);
});
byId("reply").addEventListener("submit", (event) => {
  event.preventDefault();
  goOn(answer.value);
});
stop.addEventListener("click", () => running?.abort());
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") running?.abort();
});
for (const button of byId("wishes").children) {
  button.addEventListener("click", () => {
    wish.value = button.textContent;
    start(wish.value);
  });
}
for (const button of byId("answers").children) button.addEventListener("click", () => goOn(button.textContent));

async function open() {
  await init();
  const onStorageError = (error) => showProblem({ title: "This flow will be lost when the page is reloaded", advice: "It still runs.", detail: error.message });
  flow = briefing(await new Context({ id: "refinire-demo.flow", onStorageError }).ready);
  const chart = readChart(flow.show());
  const steps = chart.nodes.flatMap((node) => [node, ...node.branches]);
  const ofKind = (wanted) => new Set(steps.filter(({ kind }) => kind === wanted).map(({ name }) => name));
  agents = ofKind("agent");
  questions = ofKind("input");
  graph = new Graph(byId("graph"), chart);
  restore();
  graph.show(progress);
  showMermaid();
  go.disabled = false;
}

open().catch((error) => showProblem({ title: "The library could not be loaded", advice: "Load the page again.", detail: error.message }));
