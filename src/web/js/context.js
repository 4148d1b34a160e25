// The conversation, as users see it.
import { describe, RefinireError } from "./error.js";
import { core } from "./module.js";
import { check, invalid, oneOf } from "./options.js";

const OPTIONS = { id: "string", onStorageError: "function", storage: "string" };

// Known to this package only: what a run needs of a context.
let inside;

export class Context {
  #core;
  #sharedState;
  #result;
  #messages;
  #version;
  #listeners = new Set();
  #onStorageError;
  #id;
  #ready;

  constructor(options) {
    const { Conversation } = core();
    const { id = randomId(), storage = "local", onStorageError } = check(options ?? {}, OPTIONS, "Context");
    if (id === "") throw invalid("Context: `id` must not be empty");
    oneOf(storage, ["local", "session", "memory"], "Context: `storage`");
    this.#id = id;
    this.#onStorageError = onStorageError;
    this.#core = new Conversation(id, storage);
    this.#sharedState = JSON.parse(this.#core.sharedState());
    this.#report();
  }

  static {
    inside = (context) => {
      if (!(#core in context)) throw invalid("`context` must be a Context");
      return {
        core: context.#alive,
        changed: () => context.#changed(),
        concluded: (result) => (context.#result = result),
      };
    };
  }

  /** Resolves when what was stored has been read. */
  get ready() {
    return (this.#ready ??= Promise.resolve(this));
  }

  get id() {
    return this.#id;
  }

  /** The same array until they change. */
  get messages() {
    const alive = this.#alive;
    const version = alive.version();
    if (version !== this.#version) {
      this.#version = version;
      this.#messages = Object.freeze(JSON.parse(alive.messages()));
    }
    return this.#messages;
  }

  get lastUserInput() {
    return this.#alive.lastUserInput();
  }

  get sharedState() {
    return this.#sharedState;
  }

  set sharedState(state) {
    this.#sharedState = state;
  }

  get result() {
    return this.#result;
  }

  get content() {
    return this.#result?.content;
  }

  addUserMessage(content, metadata) {
    this.#add("user", content, metadata);
  }

  addAssistantMessage(content, metadata) {
    this.#add("assistant", content, metadata);
  }

  addSystemMessage(content, metadata) {
    this.#add("system", content, metadata);
  }

  getLastMessages(n = 10) {
    return n > 0 ? this.messages.slice(-n) : [];
  }

  getConversationText({ includeSystem = false } = {}) {
    return this.#alive.text(includeSystem);
  }

  subscribe(listener) {
    if (typeof listener !== "function") throw invalid("`listener` must be a function");
    const own = () => listener(this);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Resolves when everything so far is in the store. */
  async save() {
    this.#keep();
  }

  clear() {
    this.#alive.clear();
    this.#sharedState = {};
    this.#result = undefined;
    this.#changed();
  }

  async delete() {
    this.#alive.clear();
    this.#alive.erase();
    this.#report();
    this.#tell();
  }

  toJSON() {
    const record = JSON.parse(this.#alive.record());
    return { ...record, sharedState: this.#sharedState };
  }

  static fromJSON(value, options) {
    const context = new Context({ ...options, id: options?.id ?? value?.id });
    try {
      context.#core.adopt(json(value, "it"));
    } catch (cause) {
      context.free();
      throw invalid(`Context.fromJSON: ${describe(cause)}`, cause);
    }
    context.#sharedState = JSON.parse(context.#core.sharedState());
    context.#changed();
    return context;
  }

  /** Stored conversations, newest first. */
  static async list(options) {
    const { Conversation } = core();
    const { storage = "local" } = check(options ?? {}, OPTIONS, "Context.list");
    const fields = Conversation.list(oneOf(storage, ["local", "session", "memory"], "Context.list: `storage`"));
    const listed = [];
    while (fields.length > 0) {
      const [id, updatedAt, messages, preview] = fields.splice(0, 4);
      listed.push({ id, updatedAt, messages: Number(messages), preview });
    }
    return listed;
  }

  free() {
    this.#core?.free();
    this.#core = undefined;
    this.#listeners.clear();
  }

  get #alive() {
    if (this.#core) return this.#core;
    throw invalid("this context has been freed");
  }

  #add(role, content, metadata) {
    if (typeof content !== "string") throw invalid("a message's content must be a string");
    this.#alive.add(role, content, metadata === undefined ? "{}" : json(metadata, "a message's metadata"));
    this.#changed();
  }

  // A run may outlive its context: what it changes then is no longer kept.
  #changed() {
    if (!this.#core) return;
    this.#keep();
    this.#tell();
  }

  #keep() {
    let state;
    try {
      state = json(this.#sharedState, "sharedState");
    } catch (error) {
      this.#complain(error);
      // The last one that could be kept stays.
      state = this.#alive.sharedState();
    }
    this.#alive.keep(state);
    this.#report();
  }

  #report() {
    const problem = this.#core.problem();
    if (problem) this.#complain(problem);
  }

  #complain(error) {
    if (this.#onStorageError) heard(() => this.#onStorageError(error));
  }

  #tell() {
    for (const listener of [...this.#listeners]) heard(listener);
  }
}

/** Calls a listener. What it throws is its own affair: told to the page as any uncaught error, without ending the run. */
function heard(listener) {
  try {
    listener();
  } catch (error) {
    reportError(error);
  }
}

/** What a run needs of a context. */
export function coreOf(context) {
  if (typeof context !== "object" || context === null) throw invalid("`context` must be a Context");
  return inside(context);
}

/** A conversation that lasts as long as one run. */
export const fleeting = () => new Context({ storage: "memory" });

function json(value, what) {
  let text;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new RefinireError(`${what} cannot be written as JSON`, { code: "invalid-argument", cause });
  }
  if (text === undefined) throw invalid(`${what} cannot be written as JSON`);
  return text;
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return Array.from(bytes, (byte) => byte.toString(36).padStart(2, "0")).join("");
}
