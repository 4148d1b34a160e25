// A flow of steps, as users see it; `flow/` runs it.
import { launch } from "./agent.js";
import { Context } from "./exports.js";
import { coreOf } from "./inside.js";
import { Delivery } from "./delivery.js";
import { runFlow } from "./flow/run.js";
import { mermaid } from "./mermaid.js";
import { core } from "./module.js";
import { check, invalid, runOptions } from "./options.js";
import { nodesOf } from "./steps.js";
import { chunkStream } from "./stream.js";

const OPTIONS = { name: "string", start: "string", context: "object", maxSteps: "positive", beforeStep: "function", afterStep: "function" };

export class Flow {
  kind = "flow";
  #context;
  #isOwn;
  // What its runs leave: the places of the steps that ran, what is told of each, and `isOpen`: an answer came to nothing.
  #past = { path: [], history: [] };
  #place;
  // The last of its runs.
  #turn;

  constructor(steps, options) {
    core();
    const own = check(options ?? {}, OPTIONS, "Flow");
    this.name = own.name ?? "flow";
    const nodes = nodesOf(steps, `Flow "${this.name}"`);
    this.plan = { nodes, options: own };
    const names = nodes.map(({ name }) => name);
    const targets = nodes.flatMap(({ next, step, onError }) => [next, step.ifTrue, step.ifFalse, onError?.goto, ...(step.destinations ?? [])]);
    const unknown = [own.start, ...targets].find((name) => (name ?? undefined) !== undefined && !names.includes(name));
    if (unknown) throw invalid(`Flow "${this.name}": there is no step "${unknown}"`);
    this.#isOwn = !own.context;
    this.#context = own.context ?? new Context({ storage: "memory" });
    this.#place = coreOf(this.#context);
  }

  get context() {
    return this.#context;
  }

  get history() {
    return [...this.#told.history];
  }

  /** What the user is asked, where the conversation ends with a question of this flow's. */
  get awaiting() {
    const { messages } = this.#context;
    // An answer that nothing came of may be given again.
    const last = this.#past.isOpen ? messages.findLast(({ role }) => role !== "user") : messages.at(-1);
    const { awaiting } = last?.metadata ?? {};
    return awaiting?.flow === this.name ? awaiting : undefined;
  }

  /** The steps as a chart, the way it took drawn thick. */
  show() {
    return mermaid(this.plan.nodes, this.#told.path);
  }

  /** What its runs have left: in this page, or before it asked the user in another. */
  get #told() {
    const past = this.#past;
    if (past.path.length > 0) return past;
    for (const entry of this.awaiting?.history ?? []) {
      const place = this.plan.nodes.findIndex(({ name }) => name === entry.step);
      past.history.push(entry);
      // One that was run again is one on the way.
      if (place !== past.path.at(-1)) past.path.push(place);
    }
    return past;
  }

  async run(input, options) {
    return this.#launch(input, options).start();
  }

  runStreamed(input, options) {
    return chunkStream(this.#launch(input, options));
  }

  /** Goes on behind the step that asked the user. */
  resume(input, options) {
    return chunkStream(this.#launch(input, options, true));
  }

  free() {
    if (!this.#isOwn) return;
    // Behind the runs that have begun.
    const turn = this.#takeTurn(true);
    turn.come().then(() => {
      this.#context.free();
      turn.leave();
    });
  }

  /** Its runs are some of its context's: two of them one behind the other, wherever the first one is. */
  #takeTurn(isToWait) {
    const last = this.#turn;
    this.#turn = last && !last.hasLeft ? last.behind(isToWait) : this.#place.takeTurn(isToWait);
    return this.#turn;
  }

  #launch(input, options, resumes = false) {
    if (typeof input !== "string") throw invalid("the input must be a string");
    const own = runOptions(options);
    const { onEvent } = own;
    // What is told of the flow itself bears its name.
    own.onEvent = onEvent && ((event) => onEvent(event.step ? event : { ...event, step: event.error?.step ?? this.name }));
    let turn;
    const begin = async () => {
      turn = this.#takeTurn(own.ifBusy !== "fail");
      const stopped = new Promise((resolve) => (delivery.onStop = resolve));
      const come = delivery.stopped ? undefined : await Promise.race([turn.come(), stopped]);
      const { threw, reason } = delivery.stopped ?? {};
      if (threw) throw reason;
      if (come === undefined || delivery.stopped) return delivery.end(delivery.finish(JSON.parse(NOTHING)));
      return runFlow(this.#inside, delivery, { input, options: own, resumes, turn, isStale: come });
    };
    const delivery = new Delivery(undefined, undefined, own, () => begin().catch((error) => delivery.fail(error)), () => turn?.leave());
    return delivery;
  }

  get #inside() {
    const { Flow } = core();
    return { Core: Flow, name: this.name, plan: this.plan, context: this.#context, past: this.#told, awaiting: () => this.awaiting, inside: coreOf, launch };
  }
}

/** What comes of a flow that was stopped before it began. */
const NOTHING = '{"content":"","text":"","reasoning":"","toolCalls":[],"sources":[],"files":[],"finishReason":"aborted","attempts":0,"success":true}';
