// The conversation, as users see it.
import { timestamp } from "./clock.js";
import { describe, RefinireError } from "./error.js";
import { keepAll } from "./keeper.js";
import { core } from "./module.js";
import { check, invalid, pick, refuseUnknown } from "./options.js";
import { openStorage, storageOf } from "./storage.js";
import { listed } from "./storage/list.js";

const OPTIONS = { id: "string", onStorageError: "function" };
const KNOWN = [...Object.keys(OPTIONS), "storage"];

// What the core is told to do: see change() in src/web/context.rs.
const [ADD, SHARE, TAKE, CLEAR, APPLY, LOAD, SAVE, ERASE, CATCH_UP] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

// Known to this package only: what a run needs of a context.
let inside;

export class Context {
  /** What a model chose of the steps it was given. */
  routingResult;
  #core;
  #sharedState = {};
  #result;
  #messages;
  #version;
  #listeners = new Set();
  #onStorageError;
  #id;
  #storage;
  #lock;
  #ready;
  #isLoading;
  // What was said of the step to run next.
  #steer = {};
  // Forgotten before it was read.
  #isCleared = false;
  // The shared state as it was kept last.
  #keptState = "{}";

  constructor(options) {
    const { Conversation } = core();
    refuseUnknown(options ?? {}, KNOWN, "Context");
    const { id = randomText(20), onStorageError } = pick(options ?? {}, OPTIONS, "Context");
    if (id === "") throw invalid("Context: `id` must not be empty");
    const storage = storageOf(options?.storage ?? undefined, "Context");
    this.#id = id;
    this.#onStorageError = onStorageError;
    const self = new WeakRef(this);
    const heard = (key, value) => self.deref()?.#hear(key, value);
    this.#storage = openStorage(storage, id, heard, (error) => self.deref()?.#complain(error));
    const { kept, ready, denied } = this.#storage;
    if (kept && storage !== "session") this.#lock = `refinire-web:${id}`;
    // Who writes, as far as places are concerned, is another one in each context.
    this.#core = new Conversation(id, kept ? randomText(4) : "", kept);
    const problem = !kept || ready ? undefined : this.#core.change(LOAD, "");
    if (kept) this.#readState();
    this.#complain(denied ?? problem);
    this.#isLoading = ready !== undefined;
    this.#ready = ready?.then(() => this.#loaded());
  }

  static {
    inside = (context) => {
      if (!(#core in context)) throw invalid("`context` must be a Context: new Context({ id })");
      return {
        core: context.#alive,
        lock: context.#lock,
        isKept: context.#storage.kept !== undefined,
        ready: context.#ready,
        changed: () => context.#changed(),
        grown: () => context.#grown(),
        // The store may show later what others have told.
        refresh: () => context.#hear(null, undefined, context.#storage.isTold ? CATCH_UP : LOAD),
        concluded: (result) => (context.#result = result),
        // What was said of the step to run next, for once.
        steered: (next = {}) => {
          const said = context.#steer;
          context.#steer = next;
          return said;
        },
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

  getConversationText(options = {}) {
    const { includeSystem = false } = check(options, { includeSystem: "boolean" }, "getConversationText");
    const told = this.messages.filter(({ role }) => includeSystem || role !== "system");
    return told.map(({ role, content }) => `${role[0].toUpperCase()}${role.slice(1)}: ${content}`).join("\n");
  }

  goto(step) {
    this.#steer = { goto: step };
  }

  finish() {
    this.#steer = { finish: true };
  }

  get finished() {
    return this.#steer.finish === true;
  }

  subscribe(listener) {
    if (typeof listener !== "function") throw invalid("`listener` must be a function");
    const own = () => listener(this);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Resolves when everything so far is in the store, and rejects where it is not. */
  async save() {
    if (this.#isLoading) await this.#ready;
    const problem = this.#keep();
    await this.#storage.saved?.();
    // One without a cause tells what had to go for it.
    if (problem?.cause) throw problem;
  }

  clear() {
    this.#empty();
    this.#isCleared = this.#isLoading;
    this.#changed();
  }

  async delete() {
    if (this.#isLoading) await this.#ready;
    this.#empty();
    // Nothing is shared any more, and that is kept nowhere.
    this.#keptState = "{}";
    this.#complain(this.#core.change(ERASE, ""));
    this.#tell();
    await this.#storage.saved?.();
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
    context.#readState();
    context.#changed();
    return context;
  }

  /** Stored conversations, newest first. */
  static async list(options) {
    core();
    refuseUnknown(options ?? {}, KNOWN, "Context.list");
    pick(options ?? {}, OPTIONS, "Context.list");
    let problem;
    const { kept, ready } = openStorage(storageOf(options?.storage ?? undefined, "Context.list"), undefined, undefined, (error) => {
      problem = error;
    });
    await ready;
    if (problem) throw problem;
    return kept ? listed(kept) : [];
  }

  free() {
    if (!this.#core) return;
    // What was shown and is not kept yet, also of an answer that goes on.
    if (this.#storage.kept) keepAll();
    this.#core.free();
    this.#core = undefined;
    this.#storage.leave?.();
    this.#listeners.clear();
  }

  get #alive() {
    if (this.#core) return this.#core;
    throw invalid("this context has been freed");
  }

  #empty() {
    this.#alive.change(CLEAR, timestamp());
    this.#sharedState = {};
    this.#result = this.routingResult = undefined;
    this.#steer = {};
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

  /** The answer that is being given is longer: nothing else is looked at. */
  #grown() {
    if (!this.#core) return;
    this.#complain(this.#save());
    this.#tell();
  }

  /** What an adapter held has been read. */
  #loaded() {
    this.#isLoading = false;
    if (this.#core) {
      if (this.#isCleared) this.#complain(this.#core.change(ERASE, ""));
      this.#hear(null);
      // What was added meanwhile.
      this.#keep();
    }
    return this;
  }

  /** Another page, or another context of this one, has kept `value` under `key`, or forgotten it; anything, without a key. */
  #hear(key, value, how = key === null ? LOAD : APPLY) {
    const alive = this.#core;
    if (!alive) return;
    const before = alive.version();
    const isHead = key === null || key === `refinire-web:${this.#id}`;
    const problem = alive.change(how, how === APPLY ? JSON.stringify({ key, value }) : "");
    this.#complain(problem);
    const hasState = isHead && this.#takeState();
    // Somebody has deleted it.
    if (isHead && value === null) this.#result = undefined;
    if (hasState || alive.version() !== before) this.#tell();
  }

  #readState() {
    this.#sharedState = this.#record().sharedState;
    this.#keptState = JSON.stringify(this.#sharedState);
  }

  /** Takes over another page's shared state, unless somebody has changed ours meanwhile. Whether there was anything new. */
  #takeState() {
    const theirs = JSON.stringify(this.#record().sharedState);
    if (theirs === this.#keptState || stateOf(this.#sharedState) !== this.#keptState) return false;
    this.#readState();
    return true;
  }

  /** Gives what went wrong, having told it. */
  #keep() {
    try {
      const state = json(this.#sharedState, "sharedState");
      if (state !== this.#keptState) this.#change(SHARE, `{"sharedState":${state}}`);
      this.#keptState = state;
    } catch (error) {
      // The last one that could be kept stays.
      this.#complain(error);
    }
    const problem = this.#save();
    this.#complain(problem);
    return problem;
  }

  // Not before what is there has been read: it might be overwritten.
  #save() {
    return this.#isLoading ? undefined : this.#alive.change(SAVE, "");
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
export const fleeting = () => new Context({ id: "fleeting", storage: "memory" });

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

function stateOf(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function randomText(length) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}
