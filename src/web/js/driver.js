// Drives a run: does what its core says is next, and comes back with what became of it.
import { NEXT, now, TIMER, until } from "./clock.js";
import { factsOf } from "./facts.js";
import { Keeper } from "./keeper.js";

// What is next; anything from 0 on is a wait, in milliseconds.
const SEND = -1;
const READ = -2;
const END = -3;
const CALLS = -4;

// How something was lost.
const OVERDUE = 0;
const UNSENT = 1;
const BROKEN = 2;
const MISTAKE = 3;

/**
 * Runs it to its end, and sees to it that its delivery hears of that; without `input` it goes on from the answer that the
 * conversation ends with. `world` is what the run may see of the world: `delivery`; `admit()`, which resolves when the run
 * may begin; `extras`, what the run does besides asking, if anything; `exchange(rearm)`, its next request, which calls `rearm(isOther)` when the run's timers count something else,
 * or again; `link`, which keeps the key out of messages; `counter`, which counts tokens, or nothing; `keep(delivered)`, which keeps the answer so far, or
 * nothing; `changed()`, called when the conversation has changed; `concluded(result)`; and `left()`, called when the next run
 * may begin.
 */
export function drive(run, world, input) {
  const driver = new Driver(run, world);
  driver.go(input).catch((error) => driver.giveUp(error));
}

class Driver {
  #run;
  #world;
  #delivery;
  #exchange;
  // Ends what is being waited for.
  #settle;
  #timer;
  #keeper;
  // What a look at the answer came to: `{ value }` or `{ error }`.
  #reviewed;

  constructor(run, world) {
    this.#run = run;
    this.#world = world;
    this.#delivery = world.delivery;
    this.#delivery.onStop = () => this.#settle?.({});
    this.#delivery.failureOf = (told) => run.failure(told, this.#delivery.chars, world.link);
    if (world.keep) this.#keeper = new Keeper(this.#delivery, world.keep);
    this.#delivery.onMore = () => this.#keeper?.more();
  }

  async go(input) {
    const [run, world, delivery] = [this.#run, this.#world, this.#delivery];
    const admitted = await this.#until(() => world.admit());
    if ("value" in admitted) await this.#ask(input);
    // What was delivered of a failed answer goes out before the failure does.
    await this.#until(() => delivery.flush());
    const delivered = delivery.conclude();
    this.#keeper?.end();
    const stopped = delivery.stopped ?? ("error" in admitted ? { threw: true, reason: admitted.error } : undefined);
    // An answer that is refused is whole all the same.
    const refused = stopped ? undefined : this.#reviewed?.error;
    const result = run.close(stopped !== undefined, delivered, world.counter);
    world.changed();
    if (result === undefined || stopped?.threw || refused) {
      const error = refused ?? (stopped ? stopped.reason : run.failure(-1, delivered, world.link));
      world.left();
      delivery.fail(error, run.textUpTo(delivered));
      return;
    }
    delivery.finish(result, this.#reviewed?.value);
    world.concluded(result);
    world.left();
    delivery.end(result);
  }

  /** What goes wrong here itself ends the run all the same, and lets the next one in. */
  giveUp(error) {
    this.#delivery.conclude();
    this.#disarm();
    this.#keeper?.end();
    this.#exchange?.close();
    this.#world.left();
    this.#delivery.fail(error);
  }

  async #ask(input) {
    const delivery = this.#delivery;
    let step = this.#run.begin(input ?? "", input === undefined, now());
    this.#world.changed();
    for (;;) {
      if (step !== READ || delivery.isOver) this.#exchange?.close();
      if (step === END) step = await this.#review();
      if (step === END || delivery.isOver) return;
      delivery.handOn();
      step = await this.#do(step);
    }
  }

  /** Gives the next step; where the run was stopped meanwhile, any. */
  async #do(step) {
    if (step === SEND) {
      this.#exchange = this.#world.exchange((isOther) => this.#rearm(isOther));
      const sent = await this.#until(() => this.#exchange.head());
      return "value" in sent ? this.#head(sent.value) : this.#lost(UNSENT, sent);
    }
    if (step === CALLS) return this.#after(await this.#during((signal) => this.#call(signal)));
    return this.#after(await this.#until(() => (step === READ ? this.#exchange.pump() : this.#wait(step))));
  }

  #after(done) {
    return "value" in done ? this.#run.clock(NEXT, now(), Math.random()) : this.#lost(BROKEN, done);
  }

  /** Has the tools run that the model calls. */
  async #call(signal) {
    // What the turn said goes out before what its calls come to.
    await this.#delivery.flush();
    if (signal.aborted || this.#delivery.isOver) return;
    const calls = this.#run.calls();
    this.#world.changed();
    const results = await this.#world.extras.calls(calls, signal);
    if (signal.aborted) return;
    for (const { id, text, isError } of results) this.#run.result(id, text, isError);
    this.#world.changed();
  }

  /** The run is at its end, or there is to be another answer. */
  async #review() {
    const draft = this.#world.extras && !this.#delivery.isOver && this.#run.draft();
    if (!draft) return END;
    const done = await this.#during(async (signal) => {
      await this.#delivery.flush();
      return this.#delivery.isOver ? {} : this.#world.extras.review(draft, signal);
    });
    if (!("value" in done || "error" in done)) return this.#lost(OVERDUE, done);
    const { prompt, ...reviewed } = done.value ?? {};
    if (prompt !== undefined) return this.#run.again(prompt, now());
    this.#reviewed = "error" in done ? done : { value: reviewed };
    return END;
  }

  /** The same as #until for what takes a signal, which is aborted if nobody waits for it any more. */
  async #during(work) {
    const controller = new AbortController();
    const done = await this.#until(() => work(controller.signal));
    if (!("value" in done)) controller.abort(this.#delivery.stopped?.reason);
    return done;
  }

  #head({ status, headers }) {
    const retryAfter = headers.get("retry-after") ?? "";
    return this.#run.head(status, retryAfter, until(retryAfter), headers.get("content-type") ?? "");
  }

  #lost(how, lost) {
    if (this.#delivery.isOver) return END;
    if (!("error" in lost)) return this.#run.lost(OVERDUE, undefined, "", now(), Math.random());
    const { error } = lost;
    return this.#run.lost(error?.code === "invalid-argument" ? MISTAKE : how, error, factsOf(error), now(), Math.random());
  }

  /** What `work` comes to, `{ value }` or `{ error }`; nothing as soon as the run is stopped or time has run out. */
  async #until(work) {
    // What was stopped before it began does not begin.
    if (this.#delivery.isOver) return {};
    const settled = await new Promise((settle) => {
      this.#settle = settle;
      work().then(
        (value) => settle({ value }),
        (error) => settle({ error }),
      );
      this.#arm();
    });
    this.#disarm();
    // What stopped it may have come while it was done.
    return this.#delivery.isOver ? {} : settled;
  }

  /** The timers count `isOther`, something else, or again: then one that is set comes early enough, and asks again. */
  #rearm(isOther) {
    if (isOther || this.#timer === undefined) this.#arm();
  }

  #arm() {
    this.#disarm();
    // Whatever it waited for may come as it is stopped.
    if (this.#delivery.isOver) return;
    const ms = this.#run.clock(TIMER, now(), 0);
    if (ms === 0) this.#settle({});
    else if (ms < Infinity) this.#timer = setTimeout(() => this.#due(), ms);
  }

  /** Time that the timers count has passed: with it text may be released that was held back. */
  #due() {
    this.#arm();
    if (!this.#delivery.isOver && this.#run.isReleased()) this.#delivery.handOn();
  }

  #disarm() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Waits, or until something else ends the wait. */
  #wait(ms) {
    return new Promise((resolve) => {
      const id = setTimeout(resolve, ms);
      const settle = this.#settle;
      this.#settle = (settled) => {
        clearTimeout(id);
        settle(settled);
      };
    });
  }
}
