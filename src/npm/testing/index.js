// `refinire-web/testing`: a fetch that answers as a model does, from a script.
import { streamed, whole, wordsFor } from "./answer.js";
import { bodyOf } from "./body.js";
import { formatFor, formatOf, PROVIDERS } from "./formats.js";
import { Mistake } from "./parts.js";
import { reply } from "./steps.js";

export { PROVIDERS };
export { disconnect, errorEvent, finish, httpError, networkError, pause, raw, reasoning, reply, toolCall, truncate, usage } from "./steps.js";

const OPTIONS = ["provider", "readBytes"];

/** A model that says what the script says. */
export function scripted(script = [], options = {}) {
  return new ScriptedServer(script, options);
}

class ScriptedServer {
  requests = [];
  #answers;
  #options;
  #provider;
  #calls = 0;
  #waiting = [];
  #seen = 0;

  constructor(script, options) {
    const odd = Object.keys(options).find((name) => !OPTIONS.includes(name));
    if (odd) throw new TypeError(`scripted() has no option "${odd}"; there are ${OPTIONS.join(" and ")}`);
    this.#provider = options.provider === undefined ? undefined : formatOf(options.provider);
    this.#options = options;
    this.#answers = typeof script === "function" ? script : [...script];
    this.fetch = this.fetch.bind(this);
  }

  get remaining() {
    return typeof this.#answers === "function" ? Infinity : this.#answers.length;
  }

  add(...answers) {
    if (typeof this.#answers === "function") throw new TypeError("a function answers every request: nothing can be added");
    this.#answers.push(...answers);
  }

  async nextRequest() {
    if (this.#seen < this.requests.length) return this.requests[this.#seen++];
    this.#seen += 1;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async fetch(input, init) {
    const { request, signal, settle } = await received(input, init);
    // As a browser does it: what is aborted already is never sent.
    if (signal?.aborted) throw signal.reason;
    this.requests.push(request);
    this.#waiting.shift()?.(request);
    let format = this.#provider;
    try {
      format ??= formatFor(request.url, request.headers, request.body);
      request.provider = format.provider;
      const answer = await unless(signal, this.#next(request));
      return this.#respond(answer, format, { request, signal, settle });
    } catch (error) {
      settle(signal?.aborted ? "aborted" : "disconnected");
      if (!(error instanceof Mistake)) throw error;
      // A status that nobody retries, so that it is seen at once.
      return Response.json({ error: { message: `refinire-web/testing: ${error.message}` } }, { status: 400 });
    }
  }

  #next(request) {
    if (typeof this.#answers !== "function" && this.#answers.length === 0) {
      throw new Mistake(`request ${this.requests.length} has no answer in the script`);
    }
    const next = typeof this.#answers === "function" ? this.#answers : this.#answers.shift();
    return typeof next === "function" ? next(request) : next;
  }

  #respond(given, format, { request, signal, settle }) {
    const answer = typeof given === "string" ? reply(given) : given;
    if (answer?.type === "network-error") throw new TypeError(answer.message);
    if (answer?.type === "http-error") {
      settle("complete");
      return refusal(answer, format);
    }
    if (answer?.type !== "reply") throw new Mistake(`${JSON.stringify(answer)} is no answer: make one by reply()`);
    const steps = answer.steps.map((step) => (step?.type === "tool-call" ? { ...step, id: step.id ?? `call_${(this.#calls += 1)}` } : step));
    const model = request.body?.model ?? "scripted";
    const isStreamed = format.isStreamed(request.url, request.body);
    const { status, list } = isStreamed ? { status: 200, list: streamed(steps, format, model) } : whole(steps, format, model);
    const body = bodyOf(list, { readBytes: this.#options.readBytes, signal, ended: settle });
    return new Response(body, { status, headers: { "content-type": isStreamed ? format.contentType : "application/json" } });
  }
}

/** A status and its body, in the shape that the provider's errors have. */
function refusal({ status, message, retryAfter, headers, body = undefined }, format) {
  const sent = new Headers(headers);
  if (retryAfter !== undefined) sent.set("retry-after", retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter));
  const told = body ?? format.error(status, wordsFor(status, message));
  if (!sent.has("content-type")) sent.set("content-type", typeof told === "string" ? "text/plain" : "application/json");
  return new Response(typeof told === "string" ? told : JSON.stringify(told), { status, headers: sent });
}

/** A request as the test sees it. */
async function received(input, init = {}) {
  const isRequest = typeof input === "object" && "url" in input;
  const url = isRequest ? input.url : String(input);
  const text = init.body === undefined && isRequest ? await input.clone().text() : String(init.body ?? "");
  const signal = init.signal ?? (isRequest ? input.signal : undefined);
  let settle;
  const ended = new Promise((resolve) => (settle = resolve));
  const method = init.method ?? (isRequest ? input.method : "GET");
  const request = { url, method, headers: new Headers(init.headers ?? (isRequest ? input.headers : undefined)), text, body: parsed(text), provider: undefined, ended };
  return { request, signal, settle };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the promise comes to, unless the signal aborts before that. */
function unless(signal, promise) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    Promise.resolve(promise).then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
