// Wires the page to the library.
import init, { Context, RefinireAgent } from "/pkg/refinire_web.js";

import { Composer } from "./chat-page/composer.js";
import { element } from "./chat-page/dom.js";
import { explainError, explainStorage } from "./chat-page/explain-error.js";
import { agentOptions, formatOf, isOwn } from "./chat-page/providers.js";
import { Settings } from "./chat-page/settings.js";
import { count, duration, Tally } from "./chat-page/stats.js";
import { stickToEnd } from "./chat-page/stick.js";
import { Transcript } from "./chat-page/transcript.js";

const CONVERSATION = "refinire-demo";
// Held by the tab whose answer is under way.
const LOCK = `refinire-web:${CONVERSATION}`;
const FINISHED_EARLY = {
  length: "The model stopped at its length limit.",
  limit: "The answer reached the page’s length limit.",
  "content-filter": "The provider’s content filter stopped the answer.",
};

const byId = (id) => document.getElementById(id);
const transcript = new Transcript(byId("log"), byId("empty"), continueButton);
const end = stickToEnd(byId("latest"), () => transcript.isEmpty);
const settings = new Settings(byId("settings"), showDestination);
const composer = new Composer(byId("composer"), { onSend: ask, onStop: stop });

let context;
let running;
let awaited;

function announce(words) {
  byId("status").textContent = words;
}

function showDestination({ format, model, where }) {
  byId("open-settings").textContent = format;
  byId("destination").textContent = `${model} · ${where}`;
}

/** Takes what a run tells about itself besides its text. */
function listen(answer, event) {
  if (event.type === "reasoning-delta") answer.reason(event.text);
  else if (event.type === "retry") answer.waitFor(`Trying again in ${duration(event.delayMs)}: ${event.error.message}`);
  else if (event.type === "fallback") answer.waitFor("Streaming failed: requesting the answer without it.");
}

/** `begin(agent, options)` gives the chunks. */
async function stream(begin, answer, chosen, signal) {
  const tally = new Tally(performance.now());
  const agent = new RefinireAgent(agentOptions(chosen));
  try {
    const chunks = begin(agent, { context, signal, batch: "frame", onEvent: (event) => listen(answer, event) });
    for await (const chunk of chunks) {
      answer.arrived(tally.add(chunk, performance.now()), chunk.length);
      answer.append(chunk);
      answer.figures(tally);
      end.follow();
    }
    const { metrics, usage, finishReason } = await chunks.result;
    answer.figures(metrics, usage);
    if (!answer.text) answer.note("The model sent an empty answer.");
    if (FINISHED_EARLY[finishReason]) answer.note(FINISHED_EARLY[finishReason]);
    announce(`Answer finished, ${count(metrics.chars)} characters.`);
  } finally {
    agent.free();
  }
}

function again(question, answer) {
  if (running) return;
  if (!answer.text) answer.element.remove();
  ask(question);
}

function againButton(label, question, answer) {
  return element("button", { type: "button", class: "button", click: () => again(question, answer) }, label);
}

function showFailure(error, question, answer, chosen) {
  const explained = explainError(error, { own: isOwn(chosen) });
  const canGoOn = answer.text && context.messages.at(-1)?.interrupted;
  answer.fail(explained, canGoOn && continueButton(), againButton(answer.text ? "Ask again" : "Retry", question, answer));
}

async function answerTo(question, signal) {
  const last = context.messages.at(-1);
  // A question that got no answer is still the last message, and is asked again, not added again.
  if (!(last?.role === "user" && last.content === question)) transcript.addQuestion(question);
  await show(question, (agent, options) => agent.runStreamed(question, options), signal);
}

/** Goes on from the answer that was interrupted. */
async function goOn(signal) {
  const { content } = context.messages.at(-1);
  transcript.takeLast();
  await show(context.lastUserInput, (agent, options) => agent.resume(options), signal, content);
}

async function show(question, begin, signal, before = "") {
  const chosen = settings.current;
  const answer = transcript.addAnswer(formatOf(chosen.format).label);
  answer.start();
  if (before) answer.append(before);
  announce("Waiting for the answer.");
  end.jump();
  try {
    await stream(begin, answer, chosen, signal);
  } catch (error) {
    if (!signal.aborted) return showFailure(error, question, answer, chosen);
    const words = answer.text ? "Stopped: the answer is incomplete." : "Stopped before the first chunk arrived.";
    answer.interrupted(words, answer.text && continueButton());
    announce("Stopped.");
  } finally {
    answer.end();
  }
}

async function run(work) {
  if (!context || running) return;
  const controller = new AbortController();
  running = { controller, ended: work(controller.signal) };
  // What was pressed may go away, and would take the focus with it.
  composer.focus();
  composer.streaming = true;
  await running.ended;
  running = undefined;
  composer.streaming = false;
  transcript.adopt(context.messages);
  end.follow();
}

function ask(question) {
  return run((signal) => answerTo(question, signal));
}

function continueButton() {
  return element("button", { type: "button", class: "button continue", click: () => run(goOn) }, "Continue");
}

/** Ends an answer whose conversation another tab has left for a new one. */
function heed() {
  const hasQuestion = context.lastUserInput !== undefined;
  if (running.isAsked && !hasQuestion) startOver();
  running.isAsked = hasQuestion;
}

/** Shows what other tabs have changed, and what is being written there. */
async function refresh() {
  const isElsewhere = !running && (await isBusy());
  if (running) return;
  composer.waiting = isElsewhere ? "An answer is being written in another tab" : undefined;
  transcript.show(context.messages, isElsewhere);
  end.follow();
  // Let in when the answer there has ended, however it did.
  if (isElsewhere) awaited ??= navigator.locks.request(LOCK, { mode: "shared" }, () => (awaited = undefined)).then(refresh);
}

async function isBusy() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name, mode }) => name === LOCK && mode === "exclusive");
}

function stop() {
  running?.controller.abort();
}

async function startOver() {
  stop();
  // What a stopped answer leaves behind belongs to the old conversation.
  await running?.ended;
  context?.clear();
  transcript.clear();
  end.jump();
  announce("New conversation.");
  composer.focus();
}

function notice(words) {
  byId("notice").textContent = words;
  byId("notice").hidden = false;
}

async function open() {
  await init();
  const onStorageError = (error) => notice(explainStorage(error));
  context = await new Context({ id: CONVERSATION, onStorageError }).ready;
  await refresh();
  context.subscribe(() => void (running ? heed() : refresh()));
  const last = context.messages.at(-1);
  if (last?.role === "user" && !awaited) {
    const answer = transcript.addAnswer("Answer");
    const nothing = { title: "There is no answer", advice: "The page was closed before the first chunk arrived." };
    answer.fail(nothing, againButton("Ask again", last.content, answer));
  }
  composer.ready();
  end.jump();
}

for (const button of document.querySelectorAll("[data-new]")) button.addEventListener("click", startOver);
for (const chip of document.querySelectorAll("#suggestions button")) {
  chip.addEventListener("click", () => ask(chip.textContent));
}
// It goes away where it leads to.
byId("latest").addEventListener("click", () => composer.focus());
// In the wide layout the settings stand beside the conversation and are no popover.
matchMedia("(min-width: 60rem)").addEventListener("change", () => byId("settings").hidePopover());

open().catch((error) => notice(`The library could not be loaded: ${error.message}`));
