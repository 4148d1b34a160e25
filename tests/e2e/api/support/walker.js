// Runs in the page: what a random walk does there, and what it sees. Every step is one call of a method.
import { agent, kept, model, refinire, settled } from "/kit.js";

/** What kills the module, whoever catches it. */
const isTrap = (error) => error instanceof WebAssembly.RuntimeError || /unreachable|null pointer|recursive use|borrowed/i.test(String(error?.message));

/** Its model has been asked, and may say something. */
const isAsking = ({ asked, isTold }) => asked.turns.length > 0 && !isTold;

export class Walker {
  #contexts = [];
  #runs = new Map();
  #traps = [];

  get open() {
    return [...this.#runs.values()].filter(({ hasEnded }) => !hasEnded).length;
  }

  /** Opens a context of that id, or frees one. */
  enter(id) {
    this.#contexts.push({ id, context: new refinire.Context({ id }), isFreed: false });
  }

  free(place) {
    const open = this.#contexts.filter(({ isFreed }) => !isFreed);
    const one = open[place % open.length];
    if (!one) return;
    // What was shown until now is saved; what is shown later is not.
    for (const run of this.#runs.values()) if (run.one === one) run.saved ??= run.shown;
    one.isFreed = true;
    this.#try(() => one.context.free());
  }

  /** Begins run `number` in a context of `id`. */
  start(number, id, { how, batch, most, isFlow }) {
    let one = this.#contexts.find((one) => one.id === id && !one.isFreed);
    if (!one) {
      this.enter(id);
      one = this.#contexts.at(-1);
    }
    const asked = model();
    const controller = new AbortController();
    const asks = agent(asked);
    const run = { number, id, one, how, asked, controller, asks, shown: "", said: "", pieces: 0, isTold: false, hasEnded: false, gates: [], reads: Promise.resolve() };
    this.#runs.set(number, run);
    const runs = isFlow ? new refinire.Flow({ step: asks }, { context: one.context }) : asks;
    const options = { batch, signal: controller.signal, ...(!isFlow && { context: one.context }) };
    const show = (chunk) => void (run.shown += chunk);
    const ended = (error) => {
      run.hasEnded = true;
      if (isTrap(error)) this.#traps.push(`run ${number}: ${error}`);
    };
    const follow = (promise) => promise.then(() => ended(), ended);
    if (how === "callback") {
      follow(runs.run(`question ${number}`, { ...options, callback: show }));
    } else if (how === "slow callback") {
      const callback = (chunk) => {
        show(chunk);
        return new Promise((resolve) => run.gates.push(resolve));
      };
      follow(runs.run(`question ${number}`, { ...options, callback }));
    } else {
      const stream = runs.runStreamed(`question ${number}`, options);
      if (how === "result") stream.result.catch(() => {});
      if (how === "pipe") {
        let left = most;
        const write = (chunk) => {
          show(chunk);
          if ((left -= 1) === 0) throw new Error("the sink is full");
        };
        follow(stream.pipeTo(new WritableStream({ write })));
      } else if (how === "reader") {
        run.reader = stream.getReader();
        // It begins with the first read.
        this.#take(run, 1);
      } else {
        follow((async () => {
          let left = most;
          for await (const chunk of stream) {
            show(chunk);
            if ((left -= 1) === 0) break;
          }
        })());
      }
    }
  }

  /** One of the runs of which that is so, if there is any. */
  #pick(place, isSo) {
    const some = [...this.#runs.values()].filter((run) => !run.hasEnded && isSo(run));
    return some[place % some.length];
  }

  /** What the model of a run says that has asked it, in one read or one after the other. */
  say(place, words, isOneRead) {
    const run = this.#pick(place, isAsking);
    if (!run) return;
    const turn = run.asked.turns.at(-1);
    const texts = words.map((word) => `[${run.number}.${(run.pieces += 1)}]${word}`);
    run.said += texts.join("");
    if (isOneRead) turn.send(texts.map((text) => `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`).join(""));
    else turn.say(...texts);
  }

  /** The model of a run ends, or its connection does. */
  close(place, how) {
    const run = this.#pick(place, isAsking);
    if (!run) return;
    const turn = run.asked.turns.at(-1);
    run.isTold = true;
    if (how === "finish") turn.finish();
    else if (how === "cut") turn.close();
    else turn.break(new TypeError("gone"));
  }

  /** The reader takes so many chunks more, or whoever was called back is ready for as many. */
  read(place, count) {
    const run = this.#pick(place, (run) => run.reader || run.gates.length > 0);
    if (run) this.#take(run, count);
  }

  #take(run, count) {
    for (const open of run.gates.splice(0, count)) open();
    if (!run.reader) return;
    for (let times = 0; times < count; times += 1) run.reads = run.reads.then(() => this.#readOne(run));
  }

  async #readOne(run) {
    if (run.hasEnded) return;
    try {
      const { done, value } = await run.reader.read();
      if (done) run.hasEnded = true;
      else run.shown += value;
    } catch (error) {
      run.hasEnded = true;
      if (isTrap(error)) this.#traps.push(`run ${run.number}: ${error}`);
    }
  }

  /** Who aborts may go on reading. */
  stop(place, how) {
    const run = this.#pick(place, (run) => !run.controller.signal.aborted);
    if (!run) return;
    if (how !== "cancel") run.controller.abort(`stop ${run.number}`);
    if (how !== "abort" && run.reader) this.#try(() => void run.reader.cancel().then(() => (run.hasEnded = true), () => (run.hasEnded = true)));
    // A run whose agent is gone goes on.
    if (how === "free") this.#try(() => run.asks.free());
  }

  /** Brings everything to its end. Gives what is still under way. */
  async windUp() {
    for (const run of this.#runs.values()) {
      if (run.hasEnded) continue;
      if (isAsking(run)) run.asked.turns.at(-1).finish();
      run.isTold = isAsking(run) || run.isTold;
      this.#take(run, 50);
    }
    await settled(5);
    const open = [...this.#runs.values()].filter(({ hasEnded }) => !hasEnded);
    return open.map(({ number, id, how, asked, isTold, controller }) => `run ${number} in ${id}, ${how}, ${asked.turns.length} requests, ${isTold ? "answered" : "open"}, ${controller.signal.aborted ? "aborted" : "wanted"}`);
  }

  /** What was shown of each run, and what of it has to be in the conversation. */
  report() {
    const runs = [...this.#runs.values()].map(({ number, id, shown, saved, said, how, hasEnded }) => ({ number, id, shown, saved: saved ?? shown, said, how, hasEnded }));
    return { runs, traps: this.#traps };
  }

  async leave() {
    for (const one of this.#contexts) if (!one.isFreed) this.#try(() => one.context.free());
    for (const { asks } of this.#runs.values()) this.#try(() => asks.free());
    await settled();
    return this.#traps;
  }

  #try(work) {
    try {
      work();
    } catch (error) {
      if (isTrap(error)) this.#traps.push(String(error));
      else throw error;
    }
  }
}

/** The step of that name, after which everything happens that can; gives what it gives, and how many runs are under way. */
export async function step(name, ...given) {
  kept.walker ??= new Walker();
  const seen = await kept.walker[name](...given);
  await settled(4);
  return { seen, open: kept.walker.open };
}
