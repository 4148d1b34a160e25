// A conversation as a user interface shows it: state that changes as a whole, and what a user can do. The bindings of all frameworks
// are a few lines around it.

const NONE = Object.freeze([]);

/** Before anything was read: also what a server renders, and a page until it has taken that over. */
export const INITIAL = Object.freeze({ messages: NONE, status: "ready", error: undefined, text: "", context: undefined });

/** The events that bring something of an answer. */
const CONTENT = ["text-delta", "reasoning-delta", "tool-input-start", "tool-call", "partial"];

export class Chat {
  #library;
  #options;
  #snapshot;
  #listeners = new Set();
  #runs = new Set();
  /** While something shows it. */
  #isAttached = false;
  #wasAttached = false;
  /** What it runs on: { opened: the promise of { agentFor, context, close }, isOver }. */
  #opening;
  /** A conversation without a name lasts as long as this. */
  #kept;

  /** `library`: { init, Context, RefinireAgent }. */
  constructor(library, options) {
    this.#library = library;
    this.#options = options;
    const context = contextOf(options);
    this.#snapshot = context ? Object.freeze({ ...INITIAL, messages: context.messages, context }) : INITIAL;
    this.actions = Object.freeze({
      send: this.send.bind(this), stop: this.stop.bind(this), resume: this.resume.bind(this), clear: this.clear.bind(this), clearError: this.clearError.bind(this),
    });
  }

  /** The same object until something changes. */
  getSnapshot = () => this.#snapshot;

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Whether these options are about the same conversation. */
  fits(options) {
    return options.id === this.#options.id && contextOf(options) === contextOf(this.#options);
  }

  /** What a run that begins from now on uses. */
  update(options) {
    this.#options = options;
  }

  /** To be called when something shows it; returns what is to be called when nothing does any more, which stops its runs. */
  attach = () => {
    this.#isAttached = true;
    this.#wasAttached = true;
    this.#open().catch(() => {});
    return () => {
      this.#isAttached = false;
      // A strict React runs each effect twice: what the first one sent is sent by the second.
      for (const run of this.#runs) run.isDropped ||= !run.hasBegun;
      queueMicrotask(() => this.#isAttached || this.#leave());
    };
  };

  send(input, options) {
    const begin = ({ agent, context, given }) => {
      if (!agent.context) return agent.run(input, { ...given, context });
      // A flow has its own conversation, and may wait for an answer of the user.
      return agent.awaiting ? agent.resume(input, given).result : agent.run(input, given);
    };
    return this.#run(begin, options);
  }

  resume(options) {
    const begin = ({ agent, context, given }) => {
      const last = context.messages.at(-1);
      if (agent.context) return agent.run(context.lastUserInput ?? "", given);
      // A question that got no answer at all is asked again; it stays one message.
      if (last?.role === "user") return agent.run(last.content, { ...given, context });
      return agent.resume({ ...given, context }).result;
    };
    return this.#run(begin, options);
  }

  stop() {
    for (const { controller } of this.#runs) controller.abort();
  }

  async clear() {
    this.stop();
    // What was said until then is kept in the conversation first.
    await Promise.all(Array.from(this.#runs, ({ settled }) => settled));
    this.#snapshot.context?.clear();
    this.#set({ error: undefined, text: "" });
  }

  clearError() {
    this.#set({ error: undefined });
  }

  async #run(begin, options) {
    const run = { controller: new AbortController(), status: "submitted", text: "", hasBegun: false, isDropped: false };
    this.#runs.add(run);
    this.#set({ error: undefined, text: "" });
    const { result, error } = await (run.settled = this.#settle(run, begin, options));
    if (error) this.#options.onError?.(error);
    if (result) this.#options.onFinish?.(result);
    return result;
  }

  /** Resolves to what it came to, { result } or { error }; to neither if it was stopped. */
  async #settle(run, begin, { signal, ...options } = {}) {
    const { controller } = run;
    const abort = () => controller.abort(signal.reason);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    const outcome = {};
    try {
      const opened = await this.#ready();
      if (!opened || run.isDropped || controller.signal.aborted) return outcome;
      run.hasBegun = true;
      outcome.result = await begin({ agent: opened.agentFor(this.#options.agent), context: opened.context, given: this.#given(run, options) });
      run.text = outcome.result.text;
    } catch (error) {
      if (!controller.signal.aborted) outcome.error = error instanceof Error ? error : new Error(String(error), { cause: error });
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#runs.delete(run);
      this.#set({ ...(outcome.error && { error: outcome.error }), ...(run.hasBegun && { text: run.text }) });
    }
    return outcome;
  }

  /** The options of a run that tells its text and events. */
  #given(run, { onEvent, callback, ...options }) {
    return {
      batch: "frame",
      ...options,
      signal: run.controller.signal,
      onEvent: (event) => {
        if (run.status === "submitted" && CONTENT.includes(event.type)) {
          run.status = "streaming";
          this.#set();
        }
        onEvent?.(event);
        this.#options.onEvent?.(event);
      },
      callback: (chunk) => {
        run.text += chunk;
        this.#set({ text: run.text });
        return callback?.(chunk);
      },
    };
  }

  /** What a run needs; undefined if nothing shows it any more. */
  async #ready() {
    // Until a strict React has run its effects for the second time.
    await undefined;
    return this.#wasAttached && !this.#isAttached ? undefined : this.#open();
  }

  #open() {
    if (this.#opening) return this.#opening.opened;
    const opening = (this.#opening = { isOver: false });
    opening.opened = this.#begin(opening).catch((error) => {
      // The next try begins anew.
      if (this.#opening === opening) this.#opening = undefined;
      this.#set({ error });
      throw error;
    });
    return opening.opened;
  }

  async #begin(opening) {
    const { init, Context, RefinireAgent } = this.#library;
    const { agent, id, storage, onStorageError } = this.#options;
    const given = contextOf(this.#options);
    if (!given || !isAgent(agent)) await init();
    const stored = () => new Context({ id, ...(storage !== undefined && { storage }), ...(onStorageError && { onStorageError }) });
    const own = given || id === undefined ? undefined : stored();
    const named = given ?? own ?? (this.#kept ??= new Context({ storage: "memory" }));
    const made = typeof agent === "function" ? await agent(named) : undefined;
    const context = made?.context ?? named;
    await context.ready;
    const agents = agentsOf(made, RefinireAgent);
    const show = () => this.#set({ messages: context.messages, context });
    const unsubscribe = opening.isOver ? undefined : context.subscribe(show);
    if (!opening.isOver) show();
    const close = () => {
      unsubscribe?.();
      agents.free();
      own?.free();
    };
    return { context, agentFor: agents.agentFor, close };
  }

  /** Nothing shows it any more. */
  async #leave() {
    const opening = this.#opening;
    this.#opening = undefined;
    this.stop();
    if (opening) opening.isOver = true;
    await Promise.all(Array.from(this.#runs, ({ settled }) => settled));
    await opening?.opened.then(({ close }) => close(), () => {});
  }

  #set(changes) {
    const next = { ...this.#snapshot, ...changes };
    const last = [...this.#runs].findLast(({ isDropped }) => !isDropped);
    next.status = last?.status ?? (next.error ? "error" : "ready");
    if (Object.keys(next).every((key) => Object.is(next[key], this.#snapshot[key]))) return;
    this.#snapshot = Object.freeze(next);
    for (const listener of [...this.#listeners]) listener();
  }
}

const isAgent = (agent) => typeof agent === "function" || typeof agent?.run === "function";

/** The conversation that the options name by itself: a given one, or a flow's own. */
const contextOf = ({ agent, context }) => context ?? (typeof agent === "function" ? undefined : agent?.context);

/** The agents of a chat. From options one is made; another one, if they have changed. */
function agentsOf(made, RefinireAgent) {
  let from;
  let own;
  return {
    agentFor(given) {
      if (made) return made;
      if (isAgent(given)) return given;
      if (own && isSame(given, from)) return own;
      const next = new RefinireAgent(given);
      own?.free();
      from = given;
      return (own = next);
    },
    free() {
      own?.free();
      made?.free?.();
      from = own = undefined;
    },
  };
}

function isSame(one, other) {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.is(one[key], other[key]));
}
