// The package's entry: what users import. Says clearly what the module's own glue cannot: that it is not there yet, or
// that an object has been freed.
import start, * as glue from "#glue";
import { RefinireError } from "./error.js";

export { RefinireError };

let starting;
let ready = false;

/** Fetches and instantiates the WebAssembly module, once; later calls return the same promise. */
export default function init(source) {
  starting ??= start(source).then(
    (exports) => {
      ready = true;
      return exports;
    },
    (error) => {
      // Nothing was started: the next call may try again.
      starting = undefined;
      throw error;
    },
  );
  return starting;
}

function needModule() {
  if (ready) return;
  throw new RefinireError("refinire-web is not there yet: call init() and await it first", { code: "not-initialized" });
}

function needAlive(core, name) {
  if (core) return core;
  throw new RefinireError(`this ${name} has been freed`, { code: "invalid-argument" });
}

/** The core of the context in a run's options; a fleeting one where there is none. */
function contextOf(options, run) {
  const context = options?.context;
  if (context !== undefined && context !== null) return run(coreOf(context));
  const fleeting = glue.Context.fleeting();
  try {
    return run(fleeting);
  } finally {
    // The run holds on to what it needs.
    fleeting.free();
  }
}

// Known to this file only: the wasm object behind a context.
let coreOf;

export class RefinireAgent {
  #core;
  #name;

  constructor(options) {
    needModule();
    this.#core = new glue.RefinireAgent(options);
    this.#name = this.#core.name;
  }

  get name() {
    return this.#name;
  }

  async run(input, options) {
    const core = needAlive(this.#core, "agent");
    return contextOf(options, (context) => core.run(input, options, context));
  }

  runStreamed(input, options) {
    const core = needAlive(this.#core, "agent");
    return contextOf(options, (context) => core.runStreamed(input, options, context));
  }

  free() {
    this.#core?.free();
    this.#core = undefined;
  }
}

export class Context {
  #core;
  #ready;

  constructor(options) {
    needModule();
    this.#core = new glue.Context(options);
  }

  static {
    coreOf = (context) => {
      if (typeof context === "object" && #core in context) return context.#alive;
      throw new RefinireError("`context` must be a Context", { code: "invalid-argument" });
    };
  }

  get #alive() {
    return needAlive(this.#core, "context");
  }

  get ready() {
    return (this.#ready ??= Promise.resolve(this));
  }

  get id() {
    return this.#alive.id;
  }

  get messages() {
    return this.#alive.messages;
  }

  get lastUserInput() {
    return this.#alive.lastUserInput;
  }

  get sharedState() {
    return this.#alive.sharedState;
  }

  set sharedState(state) {
    this.#alive.sharedState = state;
  }

  get result() {
    return this.#alive.result;
  }

  get content() {
    return this.#alive.result?.content;
  }

  addUserMessage(content, metadata) {
    this.#alive.add("user", content, metadata);
  }

  addAssistantMessage(content, metadata) {
    this.#alive.add("assistant", content, metadata);
  }

  addSystemMessage(content, metadata) {
    this.#alive.add("system", content, metadata);
  }

  getLastMessages(n = 10) {
    return this.#alive.getLastMessages(n);
  }

  getConversationText({ includeSystem = false } = {}) {
    return this.#alive.getConversationText(includeSystem);
  }

  subscribe(listener) {
    const core = this.#alive;
    if (typeof listener !== "function") {
      throw new RefinireError("`listener` must be a function", { code: "invalid-argument" });
    }
    const number = core.subscribe(() => listener(this));
    return () => this.#core?.unsubscribe(number);
  }

  async save() {
    this.#alive.save();
  }

  clear() {
    this.#alive.clear();
  }

  async delete() {
    this.#alive.delete();
  }

  toJSON() {
    return this.#alive.toJSON();
  }

  static fromJSON(value, options) {
    const context = new Context({ ...options, id: options?.id ?? value?.id });
    context.#core.adopt(value);
    return context;
  }

  static async list(options) {
    needModule();
    return glue.Context.list(options);
  }

  free() {
    this.#core?.free();
    this.#core = undefined;
  }
}

export function decodeResponse(response, options) {
  needModule();
  return glue.decodeResponse(response, options);
}
