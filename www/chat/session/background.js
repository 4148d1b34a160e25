// What goes on, or waits, in conversations that are not shown.

export class Background {
  // By what is wanted where they are shown, a name or a context: `{ queue }`, with `{ run, context }` while an answer is being written,
  // and `{ outcome }` after it.
  #left = new Map();

  add(wanted, left) {
    this.#left.set(wanted, left);
  }

  /** Gives back what was left there, if anything. */
  take(wanted) {
    const left = this.#left.get(wanted);
    this.#left.delete(wanted);
    return left;
  }

  /** The run has ended: its outcome is kept for whoever comes back, and the context is freed. False where the run is none of these. */
  end(run, outcome) {
    const found = [...this.#left].find(([, left]) => left.run === run);
    if (!found) return false;
    const [name, { context, queue }] = found;
    this.#left.set(name, { outcome, queue });
    context.free();
    return true;
  }

  /** The names of the conversations that are being written. */
  get writing() {
    return [...this.#left].filter(([, { run }]) => run).map(([name]) => name);
  }

  /** Stops the answer of that conversation, or all answers, and forgets what waits there. Resolves when they have ended. */
  async stop(wanted) {
    const all = wanted === undefined ? [...this.#left.keys()] : [wanted];
    await Promise.all(all.map(async (each) => {
      const run = this.#left.get(each)?.run;
      run?.stop();
      await run?.ended;
      this.take(each)?.queue.clear();
    }));
  }
}
