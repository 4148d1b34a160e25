// Takes the steps of a flow one after the other: which one is next is its core's to say.
import { describe, RefinireError } from "../error.js";
import { textOf } from "../run/names.js";
import { invalid } from "../options.js";
import { IS_KEPT, runParallel } from "./parallel.js";

// What the core is told, and what it says: see tell() in src/web/flow.rs.
const [START, DONE, FAILED, BEHIND] = [0, 1, 2, 3];
const AGAIN = -2;

// More steps than anyone means.
const MOST = 2 ** 31;

/** What a step throws where the user is to be asked first. */
class Asked {
  constructor(prompt) {
    this.prompt = prompt;
  }
}

export class Walker {
  #world;
  #nodes;
  #options;
  #scope;
  // What it needs of its context, which may be freed meanwhile.
  #inside;
  #core;
  #input;
  // The step that gave the content, once one has.
  #source;

  /**
   * `world` is what all of a flow's run has in common, `plan` the `nodes` and `options` of the flow. `scope` is what the walk does it with: `context`; `signal`; `write(chunk)`,
   * which gives a promise where more shall wait; in a branch `book`, the context that takes what agents say, and `number`; `history` and `path`, which it fills; `outer`, the names of the steps that it
   * is in; `source`, the step that gave the content before.
   */
  constructor(world, { nodes, options }, scope) {
    this.#world = world;
    this.#nodes = nodes;
    this.#options = options;
    this.#scope = scope;
    this.#inside = world.inside(scope.context);
    this.#source = scope.source;
  }

  /**
   * Walks to the end, from the first step or from `behind` a step that asked the user, by the names of those it is in, with
   * the user's `answer`. Gives what the user is to be asked, where it ends with that.
   */
  async walk({ input, behind, answer }) {
    const { start, maxSteps } = this.#options;
    this.#input = input;
    this.#core = new this.#world.Core(JSON.stringify({ steps: this.#nodes.map(told), start, maxSteps: maxSteps && Math.floor(Math.min(maxSteps, MOST)) }));
    try {
      let place = behind ? await this.#goOn(behind, answer) : this.#tell(START, {});
      while (place >= 0) place = await this.#take(place);
      return undefined;
    } catch (error) {
      if (error instanceof Asked && this.#scope.outer.length === 0) return error;
      throw error;
    } finally {
      this.#core.free();
    }
  }

  /** `node` is the step that an error of the core's is about, if it is about one. */
  #tell(what, given, node) {
    const said = this.#core.tell(what, JSON.stringify(given));
    if (typeof said !== "string") throw node ? this.#named(said, node) : said;
    return JSON.parse(said);
  }

  /** Goes on where the user has answered, which may be in a step of this one. Gives the step that follows. */
  async #goOn([name, ...rest], answer) {
    const place = this.#nodes.findIndex((node) => node.name === name);
    const node = this.#nodes[place];
    const { path } = this.#scope;
    // What was tried behind it before is no part of the way.
    path.splice(path.includes(place) ? path.lastIndexOf(place) : path.length, Infinity, place);
    if (rest.length > 0) return this.#take(this.#tell(START, { step: name }), { behind: rest, answer });
    this.#conclude(node, answer);
    try {
      await this.#leave(node);
    } catch (error) {
      throw this.#named(error, node);
    }
    return this.#tell(BEHIND, { step: name, ...this.#said() }, node);
  }

  /** Takes a step, again where it fails and may; gives the next one. With `from` it is one that the user was asked in: see walk(). */
  async #take(place, from) {
    const node = this.#nodes[place];
    const { path, signal } = this.#scope;
    if (!from) path.push(place);
    for (let attempt = 1; ; attempt++) {
      let verdict;
      try {
        verdict = await this.#run(node, from);
      } catch (error) {
        // Of what a step said that has failed nothing counts.
        this.#said();
        const next = error instanceof Asked || signal.aborted ? null : this.#tell(FAILED, {}, node);
        if (next === null) throw error;
        const { onError } = node;
        this.#event(node, next === AGAIN ? { type: "retry", attempt: attempt + 1, delayMs: 0, error } : { type: "fallback", error });
        if (next === AGAIN) continue;
        if ("value" in onError) {
          this.#conclude(node, onError.value);
          this.#store(node);
        }
        return next;
      }
      return this.#tell(DONE, { verdict, ...this.#said() }, node);
    }
  }

  /** Runs a step, with its place in the history, its events and hooks. */
  async #run(node, from) {
    const { beforeStep } = this.#options;
    const { context, signal, history } = this.#scope;
    const last = history.at(-1);
    // One that asked the user goes on in its place.
    const hasAsked = from && last?.step === node.name && last.status === "completed";
    const entry = hasAsked ? history.pop() : { step: node.name, startedAt: new Date().toISOString(), durationMs: 0, status: "completed" };
    const began = performance.now();
    try {
      signal.throwIfAborted();
      this.#event(node, { type: "step-start" });
      if (!from) await this.#until(() => beforeStep?.(node.name, context));
      const verdict = await this.#what(node, entry, from);
      await this.#leave(node);
      return verdict;
    } catch (error) {
      if (error instanceof Asked) throw error;
      Object.assign(entry, { status: signal.aborted ? "aborted" : "failed", error: describe(error) });
      throw signal.aborted ? signal.reason : this.#named(error, node);
    } finally {
      entry.durationMs += performance.now() - began;
      history.push(entry);
      this.#inside.changed();
      const { durationMs, status } = entry;
      if (status !== "aborted") this.#event(node, { type: "step-finish", durationMs, status });
    }
  }

  /** What goes with the end of a step. */
  async #leave(node) {
    this.#store(node);
    await this.#until(() => this.#options.afterStep?.(node.name, this.#scope.context));
  }

  #store({ storeResultKey }) {
    const { context } = this.#scope;
    if (storeResultKey) context.sharedState[storeResultKey] = context.content;
  }

  /** What kind of step it is; gives its verdict, if it has one. */
  async #what(node, entry, from) {
    const { kind, step } = node;
    const { context, signal } = this.#scope;
    if (kind === "agent") return this.#agent(node);
    if (kind === "flow") return this.#nested(node, from, (entry.steps ??= []));
    if (kind === "input") return this.#ask(node);
    if (kind === "parallel") {
      const shares = { tell: (what, given) => this.#tell(what, given), run: (branch, scope) => this.#branch(node, branch, scope) };
      this.#conclude(node, await runParallel(node, { ...this.#scope, inside: this.#world.inside }, shares, (entry.steps = [])));
      return undefined;
    }
    if (kind === "condition") {
      const verdict = await this.#until(() => step.run(context));
      if (typeof verdict === "boolean" || typeof verdict === "string") return verdict;
      throw invalid("a condition must give true, false or the name of a step");
    }
    const value = await this.#until(() => step.run(this.#input, context, { signal }));
    if (value !== undefined && value !== context) this.#conclude(node, value);
    return undefined;
  }

  async #agent(node) {
    const { launch, batch, tell, totals, turn } = this.#world;
    const { context, signal, write, book, number } = this.#scope;
    const onEvent = tell && ((event) => event.type !== "error" && this.#event(node, event));
    const within = book ? undefined : turn;
    const result = await launch(node.step, this.#input, { ...batch, context, book, number, within, signal, prompt: this.#prompt(), callback: write, onEvent });
    totals.add(result);
    // What follows in the branch knows of it, too.
    if (book && result.text) context.addAssistantMessage(result.text, IS_KEPT);
    this.#source = node.name;
  }

  /** What an agent is asked: the input, and the content of the step before, where there is one, under its name. */
  #prompt() {
    const { content } = this.#scope.context;
    // It may have been cleared.
    if (this.#source === undefined || content === undefined) return this.#input;
    return `${this.#input}\n\n# ${this.#source}\n\n${textOf(content)}`;
  }

  async #nested(node, from, history) {
    const { context } = this.#scope;
    const before = context.result;
    const scope = { ...this.#scope, history, path: [], outer: [...this.#scope.outer, node.name], source: this.#source };
    await new Walker(this.#world, node.step.plan, scope).walk({ input: this.#input, ...from });
    if (context.result !== before) this.#source = node.name;
    // It has come to its own end only.
    this.#said();
  }

  /** A branch is a walk of one step, with a context of its own. */
  async #branch({ name }, branch, scope) {
    const { beforeStep, afterStep } = this.#options;
    const plan = { nodes: [{ ...branch, next: null }], options: { beforeStep, afterStep, isBranch: true } };
    const walker = new Walker(this.#world, plan, { ...this.#scope, ...scope, path: [], outer: [...this.#scope.outer, name], source: this.#source });
    await walker.walk({ input: this.#input });
  }

  async #ask(node) {
    const { context, outer } = this.#scope;
    const { prompt } = node.step;
    const text = typeof prompt === "function" ? await this.#until(() => prompt(context)) : prompt;
    const path = [...outer, node.name];
    const { name: flow, past } = this.#world;
    // What it did before goes on behind the answer, also where that comes in another page.
    const history = [...past.history, { step: path[0], startedAt: new Date().toISOString(), durationMs: 0, status: "completed" }];
    context.addAssistantMessage(text, { awaiting: { flow, step: node.name, path, input: this.#input, prompt: text, history } });
    this.#event(node, { type: "user-input", prompt: text });
    throw new Asked(text);
  }

  /** `content` is what came of a step. */
  #conclude({ name }, content) {
    const metrics = { chunks: 0, chars: 0, bytes: 0, timeToFirstChunkMs: 0, durationMs: 0, charsPerSecond: 0 };
    const result = { content, text: toldOf(content), reasoning: "", toolCalls: [], finishReason: "stop", metrics, attempts: 0, success: true };
    this.#inside.concluded(result);
    this.#source = name;
  }

  #said() {
    const said = this.#inside.steered(false);
    // Behind a branch there is no other step; and another flow may have come to its end in the same context.
    if (this.#options.isBranch || said === undefined) return {};
    return said === true ? { finish: true } : { goto: said };
  }

  /** What went wrong, with the name of its step; of what a function throws an error that says so. */
  #named(error, { name }) {
    const { named } = this.#world;
    if (named.has(error)) return error;
    let own = error;
    if (!(error instanceof RefinireError)) own = new RefinireError(`the step "${name}" failed: ${describe(error)}`, { code: "step", cause: error });
    // One that may not be written on, or bears the name of another flow's step.
    else if (error.step !== undefined || !Object.isExtensible(error)) own = new RefinireError(error.message, { ...error, step: undefined, cause: error });
    own.step = name;
    named.add(own);
    return own;
  }

  #event({ name }, event) {
    const { outer } = this.#scope;
    this.#world.tell?.({ ...event, step: name, ...(outer.length && { steps: [...outer, name] }) });
  }

  /**
   * What `work`, a function of the caller's, comes to; as soon as the flow is stopped, the reason of that: nobody waits for it
   * then. What it runs in this context has its turn now.
   */
  #until(work) {
    const { signal } = this.#scope;
    const { turn } = this.#world;
    turn.host();
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort);
      new Promise((settle) => settle(work()))
        .then(resolve, reject)
        .finally(() => signal.removeEventListener("abort", onAbort));
      if (signal.aborted) onAbort();
    }).finally(() => turn.unhost());
  }
}

/** A node as the core reads it. */
const told = ({ name, next, step, onError }) => ({
  name,
  next,
  ifTrue: step.ifTrue,
  ifFalse: step.ifFalse,
  retries: onError && Math.min(Math.floor(onError.retry ?? 0), MOST),
  goto: onError?.goto,
  hasValue: onError && "value" in onError,
});

/** A content as a text; not everything that functions hand on can be JSON. */
function toldOf(content) {
  try {
    return textOf(content);
  } catch {
    return describe(content);
  }
}
