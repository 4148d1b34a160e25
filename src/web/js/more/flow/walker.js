// Takes the steps of a flow one after the other: which one is next is its core's to say.
import { kit } from "../kit.js";
import { textOf } from "../names.js";
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

  #tell(what, given) {
    const said = this.#core.tell(what, JSON.stringify(given));
    if (typeof said !== "string") throw said;
    return JSON.parse(said);
  }

  /** Goes on where the user has answered, which may be in a step of this one. Gives the step that follows. */
  async #goOn([name, ...rest], answer) {
    const place = this.#nodes.findIndex((node) => node.name === name);
    const node = this.#nodes[place];
    if (!node || (rest.length > 0 && node.kind !== "flow")) throw kit.invalid(`resume: there is no step "${name}" that waits`);
    const { path } = this.#scope;
    // What was tried behind it before is no part of the way.
    path.splice(path.includes(place) ? path.lastIndexOf(place) : path.length, Infinity, place);
    if (rest.length > 0) await this.#nested(node, { behind: rest, answer });
    else this.#conclude(node, answer);
    return this.#tell(BEHIND, { step: name, ...this.#said() });
  }

  /** Takes a step, again where it fails and may; gives the next one. */
  async #take(place) {
    const node = this.#nodes[place];
    this.#scope.path.push(place);
    for (let attempt = 1; ; attempt++) {
      let verdict;
      try {
        verdict = await this.#run(node);
      } catch (error) {
        const next = error instanceof Asked || this.#scope.signal.aborted ? null : this.#tell(FAILED, {});
        if (next === null) throw error;
        const { onError } = node;
        this.#event(node, next === AGAIN ? { type: "retry", attempt: attempt + 1, delayMs: 0, error } : { type: "fallback", error });
        if (next === AGAIN) continue;
        if ("value" in onError) this.#conclude(node, onError.value);
        return next;
      }
      const said = this.#said();
      try {
        return this.#tell(DONE, { verdict, ...said });
      } catch (error) {
        throw named(error, node);
      }
    }
  }

  /** Runs a step, with its place in the history, its events and hooks. */
  async #run(node) {
    const { beforeStep, afterStep } = this.#options;
    const { context, signal, history } = this.#scope;
    const entry = { step: node.name, startedAt: new Date().toISOString(), durationMs: 0, status: "completed" };
    const began = performance.now();
    try {
      signal.throwIfAborted();
      this.#event(node, { type: "step-start" });
      await this.#until(beforeStep?.(node.name, context));
      const verdict = await this.#what(node, entry);
      if (node.storeResultKey) context.sharedState[node.storeResultKey] = context.content;
      await this.#until(afterStep?.(node.name, context));
      return verdict;
    } catch (error) {
      if (error instanceof Asked) throw error;
      Object.assign(entry, { status: signal.aborted ? "aborted" : "failed", error: kit.describe(error) });
      throw signal.aborted ? signal.reason : named(error, node);
    } finally {
      entry.durationMs = performance.now() - began;
      history.push(entry);
      this.#world.inside(context).changed();
      const { durationMs, status } = entry;
      if (status !== "aborted") this.#event(node, { type: "step-finish", durationMs, status });
    }
  }

  /** What kind of step it is; gives its verdict, if it has one. */
  async #what(node, entry) {
    const { kind, step } = node;
    const { context, signal } = this.#scope;
    if (kind === "agent") return this.#agent(node);
    if (kind === "flow") return this.#nested(node, {}, (entry.steps = []));
    if (kind === "input") return this.#ask(node);
    if (kind === "parallel") {
      const shares = { tell: (what, given) => this.#tell(what, given), run: (branch, scope) => this.#branch(branch, scope) };
      this.#conclude(node, await runParallel(node, { ...this.#scope, inside: this.#world.inside }, shares, (entry.steps = [])));
      return undefined;
    }
    if (kind === "condition") {
      const verdict = await this.#until(step.run(context));
      if (typeof verdict === "boolean" || typeof verdict === "string") return verdict;
      throw kit.invalid("a condition must give true, false or the name of a step");
    }
    const value = await this.#until(step.run(this.#input, context, { signal }));
    if (value !== undefined && value !== context) this.#conclude(node, value);
    return undefined;
  }

  async #agent(node) {
    const { launch, batch, tell, totals } = this.#world;
    const { context, signal, write, book, number } = this.#scope;
    const onEvent = tell && ((event) => event.type !== "error" && this.#event(node, event));
    const result = await launch(node.step, this.#input, { ...batch, context, book, number, signal, prompt: this.#prompt(), callback: write, onEvent });
    totals.add(result);
    // What follows in the branch knows of it, too.
    if (book && result.text) context.addAssistantMessage(result.text, IS_KEPT);
    this.#source = node.name;
  }

  /** What an agent is asked: the input, and the content of the step before, where there is one, under its name. */
  #prompt() {
    if (this.#source === undefined) return this.#input;
    return `${this.#input}\n\n# ${this.#source}\n\n${textOf(this.#scope.context.content)}`;
  }

  async #nested(node, from, history = []) {
    const scope = { ...this.#scope, history, path: [], outer: [...this.#scope.outer, node.name], source: this.#source };
    await new Walker(this.#world, node.step.plan, scope).walk({ input: this.#input, ...from });
    this.#source = node.name;
    // It has come to its own end only.
    this.#world.inside(scope.context).steered();
  }

  /** A branch is a walk of one step, with a context of its own. */
  async #branch(node, scope) {
    const { beforeStep, afterStep } = this.#options;
    const plan = { nodes: [{ ...node, next: null }], options: { beforeStep, afterStep, isBranch: true } };
    const walker = new Walker(this.#world, plan, { ...this.#scope, ...scope, path: [], outer: [...this.#scope.outer, node.name], source: this.#source });
    await walker.walk({ input: this.#input });
  }

  async #ask(node) {
    const { context, outer } = this.#scope;
    const { prompt } = node.step;
    const text = typeof prompt === "function" ? await this.#until(prompt(context)) : prompt;
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
    const { context } = this.#scope;
    const metrics = { chunks: 0, chars: 0, bytes: 0, timeToFirstChunkMs: 0, durationMs: 0, charsPerSecond: 0 };
    const result = { content, text: textOf(content), reasoning: "", toolCalls: [], finishReason: "stop", metrics, attempts: 0, success: true };
    this.#world.inside(context).concluded(result);
    this.#source = name;
  }

  #said() {
    const said = this.#world.inside(this.#scope.context).steered();
    // Behind a branch there is no other step.
    return this.#options.isBranch ? {} : said;
  }

  #event({ name }, event) {
    const { outer } = this.#scope;
    this.#world.tell?.({ ...event, step: name, ...(outer.length && { steps: [...outer, name] }) });
  }

  /** What `work` comes to; as soon as the flow is stopped, the reason of that: nobody waits for a function then. */
  #until(work) {
    const { signal } = this.#scope;
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort);
      Promise.resolve(work)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener("abort", onAbort));
      if (signal.aborted) onAbort();
    });
  }
}

/** A node as the core reads it. */
const told = ({ name, next, step, onError }) => ({
  name,
  next,
  ifTrue: step.ifTrue,
  ifFalse: step.ifFalse,
  retries: onError && Math.floor(onError.retry ?? 0),
  goto: onError?.goto,
  hasValue: onError && "value" in onError,
});

/** What went wrong, with the name of its step; of what a function throws an error that says so. */
function named(error, { name }) {
  const own = error instanceof kit.RefinireError ? error : new kit.RefinireError(`the step "${name}" failed: ${kit.describe(error)}`, { code: "step", cause: error });
  own.step ??= name;
  return own;
}
