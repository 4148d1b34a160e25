// Runs in the page: a fetch whose every byte a test sends itself, and ways to look at what comes of it.
import * as refinire from "/pkg/refinire_web.js";

export { refinire };

/** What one test leaves for its next step. */
export const kept = {};

const encoder = new TextEncoder();

/** A chunk of Chat Completions. */
export const chunk = (delta, more = {}) => `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;
export const saying = (text) => chunk({ content: text });
export const ending = (reason = "stop") => `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })}\n\n`;
export const counting = (prompt, completion) =>
  `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion } })}\n\n`;
export const DONE = "data: [DONE]\n\n";

/** One request, and its response, which the test writes. Its body gives one piece a pull and reads nothing ahead. */
class Turn {
  pulls = 0;
  cancels = 0;
  #answered = false;
  #pieces = [];
  #end;
  #controller;
  #waiting;
  #head = Promise.withResolvers();

  constructor(url, init) {
    this.url = url;
    this.init = init;
    this.headers = init.headers;
    this.signal = init.signal;
    this.response = this.#head.promise;
    this.stream = new ReadableStream({
      start: (controller) => (this.#controller = controller),
      pull: () => this.#pull(),
      cancel: () => void (this.cancels += 1),
    }, { highWaterMark: 0 });
    // As a real fetch does it.
    this.signal?.addEventListener("abort", () => {
      this.#head.reject(this.signal.reason);
      this.break(this.signal.reason);
    });
  }

  get body() {
    return JSON.parse(this.init.body);
  }

  /** Answers with a head; what is sent without one has a 200. */
  respond(status = 200, headers = {}) {
    if (!this.#answered) this.#head.resolve(new Response(this.stream, { status, headers }));
    this.#answered = true;
    return this;
  }

  refuse(reason) {
    this.#head.reject(reason);
    return this;
  }

  /** Each piece is what one read gives. */
  send(...pieces) {
    this.respond();
    this.#pieces.push(...pieces.map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece)));
    this.#offer();
    return this;
  }

  say(...texts) {
    return this.send(...texts.map(saying));
  }

  close() {
    this.respond();
    this.#end = (controller) => controller.close();
    this.#offer();
    return this;
  }

  break(reason) {
    this.#end = (controller) => controller.error(reason);
    this.#offer();
    return this;
  }

  finish(reason = "stop") {
    return this.send(ending(reason), DONE).close();
  }

  answer(...texts) {
    return this.say(...texts).finish();
  }

  /** A response in one piece that is no stream. */
  whole(status, text, headers) {
    return this.respond(status, headers).send(text).close();
  }

  #pull() {
    this.pulls += 1;
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#offer();
    });
  }

  #offer() {
    if (!this.#waiting || (this.#pieces.length === 0 && !this.#end)) return;
    if (this.#pieces.length > 0) this.#controller.enqueue(this.#pieces.shift());
    else this.#end(this.#controller);
    this.#waiting();
    this.#waiting = undefined;
  }
}

/** A `fetch` for an agent. `script` is called for every request, with the turn and its number from 1. */
export function model(script = () => {}) {
  const turns = [];
  const awaited = [];
  const at = (number) => (awaited[number] ??= Promise.withResolvers());
  return {
    turns,
    turn: (number = 1) => at(number).promise,
    fetch: (url, init = {}) => {
      const turn = new Turn(url, init);
      turns.push(turn);
      script(turn, turns.length);
      at(turns.length).resolve(turn);
      return turn.response;
    },
  };
}

/** A model that answers every question with these words. */
export const saysAll = (...texts) => model((turn) => turn.answer(...texts));

/** An agent that asks once, unless a test says otherwise. */
export const agent = ({ fetch }, options) => new refinire.RefinireAgent({
  name: "agent", generationInstructions: "", model: "gpt-test", baseUrl: "/v1", fetch, retry: false, fallback: false, ...options,
});

/** The same under a name, as the steps of a flow are. */
export const named = (name, model, options) => agent(model, { name, ...options });

/** A context that lasts as long as the page. */
export const memory = (options) => new refinire.Context({ storage: "memory", ...options });

/** Lets everything happen that can without time passing. */
export async function settled(tasks = 20) {
  for (let task = 0; task < tasks; task += 1) {
    const { port1, port2 } = new MessageChannel();
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(0);
    });
    port1.close();
  }
}

/** What a call or a promise throws; nothing where it does not. */
export async function thrown(work) {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    return { error };
  }
  return undefined;
}

/** An error as it can leave the page. */
export function told(error) {
  const { name, message, stack, code, status, retryable, retryAfterMs, partialText, provider, step } = error;
  const real = error instanceof Error && error instanceof refinire.RefinireError && typeof stack === "string";
  return { real, name, message, code, status, retryable, retryAfterMs, partialText, provider, step };
}

export const failure = async (work) => {
  const failed = await thrown(work);
  return failed && told(failed.error);
};

/** Reads to the end. */
export async function read(stream) {
  const chunks = [];
  try {
    for await (const text of stream) chunks.push(text);
  } catch (error) {
    return { chunks, error };
  }
  return { chunks };
}

/** The messages of a context without what differs each time. */
export const said = (context) => context.messages.map(({ role, content, streaming, interrupted }) => ({ role, content, ...(streaming && { streaming }), ...(interrupted && { interrupted }) }));

/** The conversation that tabs share, where a test is about one. */
export const talk = (options) => new refinire.Context({ id: "talk", ...options });

/** Resolves when `isSo(context)` is, which is looked at whenever the context tells of a change. */
export const until = (context, isSo) => new Promise((resolve) => {
  const stop = context.subscribe(look);
  function look() {
    if (!isSo(context)) return;
    stop();
    resolve();
  }
  look();
});

/** A model that says these words and then nothing more, asked in `kept.context`; resolves when they were delivered. */
export async function streaming(...words) {
  kept.context ??= talk();
  kept.model = model();
  kept.delivered = "";
  const callback = (chunk) => void (kept.delivered += chunk);
  kept.controller = new AbortController();
  kept.run = failure(agent(kept.model).run("Hi", { context: kept.context, callback, signal: kept.controller.signal }));
  kept.turn = await kept.model.turn();
  kept.turn.say(...words);
  await settled();
}

/** The keys of the pieces that growing answers are kept in. */
export const pieces = () => Object.keys(localStorage).filter((key) => key.startsWith("refinire-web+"));
