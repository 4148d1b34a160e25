// The agent, as users see it.
import { addressOf, Connection } from "./connection.js";
import { coreOf, fleeting } from "./context.js";
import { Delivery } from "./delivery.js";
import { drive } from "./driver.js";
import { describe, RefinireError } from "./error.js";
import { featuresOf } from "./features.js";
import { Exchange } from "./exchange.js";
import { Link } from "./link.js";
import { merged } from "./merge.js";
import { core, moduleMemory, more } from "./module.js";
import { check, invalid, oneOf, runOptions, wholeJson } from "./options.js";
import { script } from "./script.js";
import { chunkStream } from "./stream.js";
import { BUSY, FREE, takeTurn } from "./turns.js";

// What the core is told, and what stays here: functions and what only fetch knows of.
const TOLD = {
  name: "string",
  generationInstructions: "string",
  model: "string",
  provider: "string",
  baseUrl: "string",
  maxTokens: "positive",
  timeout: { connect: "number", firstChunk: "number", idle: "number", total: "number" },
  limits: { maxChars: "number", maxEventBytes: "positive" },
  historySize: "number",
  maxInputTokens: "positive",
  fallback: "boolean",
  continueOnCut: "number",
  maxSteps: "positive",
};
const RETRY = { attempts: "positive", baseMs: "number", maxMs: "number", schema: "number" };
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
// Where the body stands in a call.
const BODY = 2;

export class RefinireAgent {
  #core;
  #link;
  #name;
  #inputGuardrails;
  #providerOptions;
  #maxConnections;
  #countTokens;
  #features;
  #around;

  constructor(options) {
    const { Agent } = core();
    const of = "RefinireAgent";
    const told = check(options, TOLD, of);
    for (const name of ["name", "generationInstructions", "model"]) {
      if (told[name] === undefined) throw invalid(`${of}: \`${name}\` must be a string`);
    }
    const own = check(options, OWN, of);
    oneOf(own.credentials, ["omit", "same-origin", "include"], `${of}: \`credentials\``);
    told.retry = options.retry === false ? { attempts: 1 } : check(options.retry ?? {}, RETRY, `${of}: \`retry\``);
    if (told.baseUrl !== undefined) told.host = hostOf(told.baseUrl);
    this.#link = new Link(options.apiKey, own);
    this.#name = told.name;
    this.#inputGuardrails = own.inputGuardrails;
    this.#providerOptions = patchOf(own);
    // What a browser makes over HTTP/1.1. How a fetch of the caller's own gets there is not known.
    this.#maxConnections = own.maxConnections ?? (own.fetch ? Infinity : 6);
    this.#countTokens = own.countTokens;
    this.#around = (own.middleware ?? []).flatMap(({ event }) => event ?? []);
    const { told: more, ...features } = featuresOf(options);
    this.#features = { ...features, told: more, options };
    // What knows no JSON Schema is at least to answer with JSON.
    if (features.outputSchema && !more.outputSchema) told.generationInstructions += "\n\nAnswer with JSON and nothing else.";
    this.#core = new Agent(tell(told, own, more));
    if (this.#core.isPublic && typeof options.apiKey === "string" && !own.dangerouslyAllowBrowser && inPage()) {
      this.free();
      throw invalid(
        `${of}: a key in a page can be read by everyone who opens it. Give a function that fetches a short-lived one, ` +
          "or a baseUrl of your own backend, or set dangerouslyAllowBrowser: true",
      );
    }
  }

  get name() {
    return this.#name;
  }

  /** Runs to the end; gives the promise of the result. */
  async run(input, options) {
    return this.#launch(input, runOptions(options)).start();
  }

  /** Runs as far as it is read; gives the stream of chunks. */
  runStreamed(input, options) {
    return streamOf(this.#launch(input, runOptions(options)));
  }

  /** Goes on from the interrupted answer that the context ends with, as far as it is read; gives the stream of what is new. */
  resume(options) {
    const own = runOptions(options);
    if (!own.context) throw invalid("resume: `context` must be a Context");
    return streamOf(this.#launch(undefined, own, true));
  }

  free() {
    this.#core?.free();
    this.#core = undefined;
  }

  #launch(input, options, resumes) {
    if (!this.#core) throw invalid("this agent has been freed");
    const { text: question = input, attachments = [] } = Object(input);
    const isInput = typeof question === "string" && Array.isArray(attachments);
    if (!isInput && !resumes) throw invalid("the input must be a string or { text, attachments }");
    const own = options.context ? undefined : fleeting();
    const conversation = coreOf(options.context ?? own);
    const around = this.#around;
    const run = this.#core.run(options.deltas, options.onEvent !== undefined || around.length > 0, conversation.core);
    const [link, patch] = [this.#link, this.#providerOptions];
    const guardrails = this.#inputGuardrails;
    const maxConnections = this.#maxConnections;
    const counter = this.#countTokens && counterOf(this.#countTokens);
    const features = this.#features;
    let turn;
    const equip = async () => {
      const { Extras } = await script();
      const { delivery } = world;
      if (delivery.isOver) return;
      const extras = new Extras(features, question, options.context, (event) => delivery.tell(event), (options) => new RefinireAgent(options));
      world.extras = extras;
      delivery.onText = (text) => extras.push(text);
      if (attachments.length > 0) await extras.attach(run, attachments);
    };
    const world = {
      link,
      keep: conversation.isKept
        ? (delivered) => {
            run.keep(delivered);
            conversation.grown();
          }
        : undefined,
      admit: async () => {
        turn = takeTurn(conversation.core, conversation.lock, options.ifBusy !== "fail");
        const come = await turn.come;
        if (come === BUSY) throw invalid("another run is under way in this conversation");
        await conversation.ready;
        // What other tabs have just added belongs to the question.
        if (come !== FREE && conversation.isKept) conversation.refresh();
        // Whoever stopped it while it waited wants no guardrail asked.
        if (!resumes && !world.delivery.isOver) await guard(guardrails, question);
        // What it may need at any time is there before it begins.
        const hasMore = features.isNeeded || attachments.length > 0;
        if (!world.delivery.isOver && (hasMore || run.needsMore(resumes === true))) await more();
        if (!world.delivery.isOver && hasMore) await equip();
      },
      changed: () => conversation.changed(),
      concluded: (result) => conversation.concluded(result),
      left: () => turn?.leave(),
      exchange: (rearm) => {
        const connection = new Connection();
        const send = async () => {
          const call = run.call(counter);
          if (patch) call[BODY] = JSON.stringify(merged(JSON.parse(call[BODY]), patch));
          if (counter?.failure) throw counter.failure;
          await connection.open(call[0], maxConnections, run, rearm);
          return link.send(call, connection.signal);
        };
        return new Exchange(send, connection, run, world.delivery, moduleMemory(), rearm);
      },
    };
    world.delivery = new Delivery(run, moduleMemory(), { ...options, around }, () => drive(run, world, resumes ? undefined : question), () => {
      own?.free();
      world.extras?.free();
    });
    return world.delivery;
  }
}

function streamOf(delivery) {
  const stream = chunkStream(delivery);
  delivery.stream();
  return stream;
}

/** The options as the core reads them: whole numbers, but for what goes to the provider as it is. */
const tell = (told, { temperature }, more) => JSON.stringify({ ...JSON.parse(wholeJson(told)), temperature, ...more });

/** The caller's own options, as they are now and as JSON has them. */
function patchOf({ providerOptions }) {
  try {
    return providerOptions && JSON.parse(JSON.stringify(providerOptions));
  } catch (cause) {
    throw invalid("RefinireAgent: `providerOptions` must be something that JSON can hold", cause);
  }
}

/** Counts for the core. Nothing that the core calls throws: what went wrong is its `failure`. */
const counterOf = (countTokens) => ({
  count(text) {
    try {
      const tokens = countTokens(text);
      if (typeof tokens === "number" && tokens >= 0) return tokens;
      throw tokens;
    } catch (cause) {
      this.failure = invalid(`\`countTokens\` must give a number of at least 0: ${describe(cause)}`, cause);
      return Infinity;
    }
  },
});

async function guard(guardrails = [], input) {
  if (!/\S/.test(input)) throw invalid("the input is empty: there is nothing to answer");
  for (const guardrail of guardrails) {
    let passed;
    try {
      passed = await guardrail(input);
    } catch (cause) {
      throw new RefinireError("an input guardrail threw", { code: "guardrail", cause });
    }
    if (!passed) throw new RefinireError("an input guardrail refused the input", { code: "guardrail" });
  }
}

/** The host that a base URL stands for. Checked here, so that a typing error is not retried as if it were the network's. */
function hostOf(baseUrl) {
  let url;
  try {
    url = addressOf(baseUrl);
  } catch {
    url = undefined;
  }
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url.host;
  throw invalid("RefinireAgent: `baseUrl` is no address that can be fetched");
}

/** Whether this is a page or one of its workers, whose code everyone can read. */
const inPage = () => "document" in globalThis || "WorkerGlobalScope" in globalThis;
