// How far each step is, by its name, as the events and the history tell.

const ENDED = { completed: "done", failed: "failed", aborted: "stopped" };

export class Progress {
  /** What is known of a step: its `state`, "running", "retrying", "waiting", "done", "failed" or "stopped", and what it took, `ms`. */
  steps = new Map();
  /** The way so far: the names of the flow's own steps, in their order. */
  path = [];
  /** Whether no more steps are going to run. */
  isOver = false;

  begin() {
    this.steps.clear();
    this.path = [];
    this.isOver = false;
  }

  take({ type, step, steps, status, durationMs }) {
    if (type === "step-start") this.#enter(step, steps);
    else if (type === "user-input") this.#set(step, "waiting");
    else if (type === "retry") this.#set(step, "retrying");
    else if (type === "start") this.#set(step, "running");
    else if (type === "step-finish" && this.stateOf(step) !== "waiting") this.#set(step, ENDED[status], durationMs);
  }

  /** What waits for the user goes on: what was tried behind it before is as if it never ran. */
  answered() {
    const last = this.path.findLastIndex((step) => this.stateOf(step) === "waiting");
    for (const step of this.path.splice(last + 1)) this.steps.delete(step);
    this.#set(this.path[last], "done");
  }

  /** Sets right what the events could not tell: which steps failed, and which ones `history` has no end of. */
  end(history, waits, isOver) {
    const ran = history.flatMap((record) => [...(record.steps ?? []), record]);
    for (const { step, status, durationMs } of ran) if (this.steps.has(step)) this.#set(step, ENDED[status], durationMs);
    for (const known of this.steps.values()) if (["running", "retrying"].includes(known.state)) known.state = "stopped";
    if (waits) this.#set(waits, "waiting");
    this.isOver = isOver;
  }

  toJSON() {
    return { steps: [...this.steps], path: this.path, isOver: this.isOver };
  }

  /** As it was kept. */
  restore({ steps, path, isOver }) {
    Object.assign(this, { steps: new Map(steps), path, isOver });
  }

  stateOf(step) {
    return this.steps.get(step)?.state ?? (this.isOver ? "skipped" : "idle");
  }

  /** Whether the way led from one straight to the other. */
  hasTaken(from, to) {
    return this.path.some((step, turn) => step === from && this.path[turn + 1] === to);
  }

  #enter(step, outer) {
    if (!outer) this.path.push(step);
    this.#set(step, "running");
  }

  #set(step, state, ms) {
    this.steps.set(step, { state, ms });
  }
}
