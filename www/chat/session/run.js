// One answer under way: from the call of the agent to its result.

import { turnsOf } from "./turns.js";

// A piece that takes no noticeable time to show; more at once comes where a server does not stream.
const PIECE = 4096;

export class Run {
  /** What was asked; undefined where an interrupted answer is gone on with. */
  question;
  attachments;
  at = new Date().toISOString();
  /** Where among the messages begins what it replaces, a question or an answer; undefined where it comes at the end. */
  from;
  /** The last question is asked again, for another answer. */
  isAgain = false;
  /** How many turns there were before it. */
  base = 0;
  /** What its figures are made of: `arrivals` of text, each the milliseconds from the beginning and a length, and at the end the `result`. */
  record = { arrivals: [] };
  /** The model has been asked: from now on this run alone says what its answer is. */
  hasBegun = false;
  /** The question had to wait for another answer. */
  hasWaited = false;
  /** The conversation, from when it is loaded on. */
  context;
  /** Resolves when it has ended, however it did. */
  ended;
  /** Where the answer is shown. */
  view;
  // What came last before something was put aside.
  #last;
  #isStopped = false;
  #startedAt = performance.now();
  #stream;

  constructor(question, attachments = []) {
    this.question = question;
    this.attachments = attachments;
  }

  /** The question as an agent takes it. */
  get #input() {
    const { question: text, attachments } = this;
    return attachments.length > 0 ? { text, attachments } : text;
  }

  /** Puts aside what it replaces, unless the agent does that. */
  makeRoom(agent, context) {
    if (this.from === undefined || this.#isRegenerated(agent)) return;
    this.#last = context.messages.at(-1).id;
    context.branch(this.from);
  }

  /** A flow may have added nothing to its conversation: then its question and its result are added here. */
  keep(context, { text }) {
    // What was put aside has come back.
    if (this.from !== undefined && context.messages.at(-1)?.id === this.#last) context.branch(this.from);
    if (turnsOf(context.messages).length > this.base) return;
    if (!this.isAgain) context.addUserMessage(this.question);
    if (text) context.addAssistantMessage(text);
  }

  #isRegenerated(agent) {
    return this.isAgain && !agent.context && typeof agent.regenerate === "function";
  }

  /** Keeps what has come, and lets the run end. */
  stop() {
    this.#isStopped = true;
    this.#stream?.cancel().catch(() => {});
  }

  /** Gives the result. `batch` is how text comes, `heard` are event(event), chunk(text) as the library gives it, and show(text) in pieces. */
  follow(agent, context, batch, heard) {
    const onEvent = (event) => {
      this.hasBegun = true;
      heard.event(event);
    };
    const callback = (chunk) => {
      this.hasBegun = true;
      this.record.arrivals.push([performance.now() - this.#startedAt, chunk.length]);
      heard.chunk(chunk);
      return show(chunk, heard.show);
    };
    // A flow has a conversation of its own.
    const options = { batch, callback, onEvent, ...(agent.context ? {} : { context }) };
    if (this.question === undefined) this.#stream = agent.resume(options);
    else if (this.#isRegenerated(agent)) this.#stream = agent.regenerate(options);
    // A flow that waits for its user takes this as the answer.
    else this.#stream = agent.awaiting ? agent.resume(this.question, options) : agent.runStreamed(this.#input, options);
    const { result } = this.#stream;
    if (this.#isStopped) this.stop();
    return result;
  }
}

/** Gives a promise where it takes a while. */
function show(chunk, put) {
  if (chunk.length > PIECE) return showPieces(chunk, put);
  put(chunk);
  return undefined;
}

async function showPieces(chunk, put) {
  for (let from = 0; from < chunk.length; from += PIECE) {
    put(chunk.slice(from, from + PIECE));
    // Lets the page draw and listen, unless nobody sees it.
    if (document.visibilityState !== "hidden") await new Promise((resolve) => setTimeout(resolve));
  }
}
