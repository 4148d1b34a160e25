// The agent, as users see it.
import { addressOf } from "./address.js";
import { FEATURES, featuresOf } from "./features.js";
import { coreOf, fleeting } from "./inside.js";
import { core } from "./module.js";
import { check, invalid, LIMITS, oneOf, pick, refuseUnknown, runOptions, wholeJson } from "./options.js";
import { chunkStream } from "./stream.js";
import { Host } from "./world.js";

// What the core is told, and what stays here: functions and what only fetch knows of.
const TOLD = {
  name: "string",
  generationInstructions: "string",
  model: "string",
  provider: "string",
  baseUrl: "string",
  maxTokens: "count",
  timeout: { connect: "number", firstChunk: "number", idle: "number", total: "number" },
  limits: LIMITS,
  historySize: "number",
  maxInputTokens: "positive",
  fallback: "boolean",
  continueOnCut: "whole",
  maxSteps: "count",
  thinkTags: "boolean",
};
const RETRY = { attempts: "count", baseMs: "number", maxMs: "number", schema: "whole" };
const OWN = {
  temperature: "finite",
  providerOptions: "object",
  dangerouslyAllowBrowser: "boolean",
  headers: "strings",
  credentials: "string",
  fetch: "function",
  inputGuardrails: "functions",
  maxConnections: "count",
  countTokens: "function",
  middleware: "list",
};

const KNOWN = [TOLD, OWN, FEATURES].flatMap(Object.keys).concat("apiKey", "retry");

// Known to this package only: the runs of an agent in a flow.
let launched;

export class RefinireAgent {
  #core;
  #name;
  // What its runs see of it.
  #traits;

  constructor(options) {
    const { Agent } = core();
    const of = "RefinireAgent";
    refuseUnknown(options, KNOWN, of);
    const told = pick(options, TOLD, of, ["name", "generationInstructions", "model"]);
    const own = pick(options, OWN, of);
    oneOf(own.credentials, ["omit", "same-origin", "include"], `${of}: \`credentials\``);
    told.retry = options.retry === false ? { attempts: 1 } : check(options.retry ?? {}, RETRY, `${of}: \`retry\``);
    if (told.baseUrl !== undefined) told.host = hostOf(told);
    this.#name = told.name;
    const { told: more, ...features } = featuresOf(options);
    this.#traits = {
      guardrails: own.inputGuardrails,
      countTokens: own.countTokens,
      features: { ...features, told: more, options },
      instructions: told.generationInstructions,
      agent: (options) => this.#aside(options),
    };
    const middleware = own.middleware ?? [];
    this.#core = new Agent(tell(told, own, more), {
      ...{ apiKey: options.apiKey, headers: own.headers, credentials: own.credentials, fetch: own.fetch },
      requests: middleware.flatMap(({ request }) => request ?? []),
      events: middleware.flatMap(({ event }) => event ?? []),
      providerOptions: patchOf(own),
      maxConnections: own.maxConnections,
    });
    if (this.#core.isPublic && typeof options.apiKey === "string" && !own.dangerouslyAllowBrowser && inPage()) {
      this.free();
      throw invalid(
        `${of}: a key in a page can be read by everyone who opens it. Give a function that fetches a short-lived one, ` +
          "or a baseUrl of your own backend, or set dangerouslyAllowBrowser: true",
      );
    }
  }

  static {
    launched = (agent, input, options) => started(agent.#launch(input, options));
  }

  get name() {
    return this.#name;
  }

  /** The steps that it chooses from, in a flow. */
  get destinations() {
    return this.#traits.features.routing?.destinations;
  }

  /** Runs to the end; gives the promise of the result. */
  async run(input, options) {
    return started(this.#launch(input, runOptions(options)));
  }

  /** Runs as far as it is read; gives the stream of chunks. */
  runStreamed(input, options) {
    return chunkStream(this.#launch(input, runOptions(options)));
  }

  /** Goes on from the interrupted answer that the context ends with, as far as it is read; gives the stream of what is new. */
  resume(options) {
    const own = runOptions(options);
    if (!own.context) throw invalid("resume: `context` must be a Context");
    return chunkStream(this.#launch(undefined, own, true));
  }

  free() {
    // Runs that go on keep no socket either.
    this.#core?.close();
    this.#core?.free();
    this.#core = undefined;
  }

  /** An agent beside this one. A key is for whoever it was given for: no other vendor is sent it. */
  #aside(options) {
    const aside = new RefinireAgent(options);
    if (aside.#core.root() !== this.#core.root()) aside.#core.forget();
    return aside;
  }

  #launch(input, options, resumes = false) {
    if (!this.#core) throw invalid("this agent has been freed");
    const { text: question = input, attachments = [] } = Object(input);
    const isInput = typeof question === "string" && Array.isArray(attachments);
    if (!isInput && !resumes) throw invalid("the input must be a string or { text, attachments }");
    // A misspelled `attachments` would be a question without them.
    if (typeof input === "object" && !resumes) refuseUnknown(input, ["text", "attachments"], "the input");
    const own = options.context ? undefined : fleeting();
    const conversation = coreOf(options.context ?? own);
    const book = options.book ? coreOf(options.book) : conversation;
    const host = new Host(this.#traits, conversation, book, { question, attachments, options, resumes }, () => own?.free());
    const turns = book.core;
    try {
      return this.#core.launch({ ...options, question: resumes ? undefined : question }, turns, host);
    } finally {
      turns.free();
    }
  }
}

/** The promise of a run that is read by nobody. */
function started(run) {
  const result = run.start();
  run.free();
  return result;
}

/**
 * Runs an agent as a step of a flow; `prompt`, in its options, is asked instead of the input, which is a turn already. In a
 * branch `book` is the context that takes the answer, of several at the same time that of this `number`.
 */
export const launch = (...given) => launched(...given);

/** The options as the core reads them: whole numbers, but for what goes to the provider as it is. */
const tell = (told, { temperature }, more) => JSON.stringify({ ...JSON.parse(wholeJson(told)), temperature, ...more });

/** The caller's own options, as they are now, as JSON. */
function patchOf({ providerOptions }) {
  try {
    return providerOptions && JSON.stringify(providerOptions);
  } catch (cause) {
    throw invalid("RefinireAgent: `providerOptions` must be something that JSON can hold", cause);
  }
}

/** The host that a base URL stands for. Checked here, so that a typing error is not retried as if it were the network's. */
function hostOf({ baseUrl, provider, model }) {
  let url;
  try {
    url = addressOf(baseUrl);
  } catch {
    url = undefined;
  }
  const protocol = /^websocket/.test(provider ?? model) ? /^(http|ws)s?:/ : /^https?:/;
  if (url && protocol.test(url.protocol) && !url.username && !url.password) return url.host;
  throw invalid("RefinireAgent: `baseUrl` is no address that can be fetched");
}

/** Whether this is a page or one of its workers, whose code everyone can read. */
const inPage = () => "document" in globalThis || "WorkerGlobalScope" in globalThis;
