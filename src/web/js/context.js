// The conversation, as users see it.
import { timestamp } from "./clock.js";
import { describe, RefinireError } from "./error.js";
import { core } from "./module.js";
import { check, invalid, oneOf } from "./options.js";
import { openStorage } from "./storage.js";

const OPTIONS = { id: "string", onStorageError: "function", storage: "string" };

// What the core is told to do: see change() in src/web/context.rs.
const [ADD, SHARE, TAKE, CLEAR, LOAD, SAVE, ERASE] = [0, 1, 2, 3, 4, 5, 6];

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
    const [kept, denied] = openStorage(storage);
    this.#core = new Conversation(id, kept);
    const problem = this.#core.change(LOAD, "");
    this.#sharedState = this.#record().sharedState;
    this.#complain(denied ?? problem);
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
      this.#messages = Object.freeze(this.#record().messages);
    }
    return this.#messages;
  }

  get lastUserInput() {
    return this.messages.findLast(({ role }) => role === "user")?.content;
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
    const told = this.messages.filter(({ role }) => includeSystem || role !== "system");
    return told.map(({ role, content }) => `${role[0].toUpperCase()}${role.slice(1)}: ${content}`).join("\n");
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
    this.#alive.change(CLEAR, timestamp());
    this.#sharedState = {};
    this.#result = undefined;
    this.#changed();
  }

  async delete() {
    this.#alive.change(CLEAR, timestamp());
    this.#complain(this.#core.change(ERASE, ""));
    this.#tell();
  }

  toJSON() {
    return { ...this.#record(), sharedState: this.#sharedState };
  }

  static fromJSON(value, options) {
    const context = new Context({ ...options, id: options?.id ?? value?.id });
    try {
      context.#change(TAKE, json(value, "it"));
    } catch (cause) {
      context.free();
      throw invalid(`Context.fromJSON: ${describe(cause)}`, cause);
    }
    context.#sharedState = context.#record().sharedState;
    context.#changed();
    return context;
  }

  /** Stored conversations, newest first. */
  static async list(options) {
    const { Conversation } = core();
    const { storage = "local" } = check(options ?? {}, OPTIONS, "Context.list");
    const [kept] = openStorage(oneOf(storage, ["local", "session", "memory"], "Context.list: `storage`"));
    const listed = kept ? Conversation.list(kept) : "[]";
    if (typeof listed !== "string") throw listed;
    return JSON.parse(listed);
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
    // Read back, so that it is what JSON holds of it.
    metadata = JSON.parse(json(metadata ?? {}, "a message's metadata"));
    this.#change(ADD, JSON.stringify({ role, content, timestamp: timestamp(), metadata }));
    this.#changed();
  }

  #record() {
    return JSON.parse(this.#alive.record());
  }

  /** Tells the core to, and throws what it says to that. */
  #change(what, text) {
    const problem = this.#alive.change(what, text);
    if (problem) throw problem;
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
    }
    // Otherwise the last one that could be kept stays.
    if (state !== undefined) this.#complain(this.#alive.change(SHARE, state));
    this.#complain(this.#alive.change(SAVE, ""));
  }

  #complain(problem) {
    if (problem && this.#onStorageError) heard(() => this.#onStorageError(problem));
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
