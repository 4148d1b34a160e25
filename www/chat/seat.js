// Where the element sits: the conversation it shows, and how it comes by it.
import init from "refinire-web";

import { Own } from "./own.js";

export class Seat {
  /** The conversation; undefined until it is there. */
  talk;
  /** What the element makes by itself. */
  own = new Own();
  #wanted;
  #loading;
  #leave;
  #isMissing = false;
  #heard;

  /** `heard` are came(), changed(), failed(error) and notKept(). */
  constructor(heard) {
    this.#heard = heard;
  }

  /** Whether another one is wanted than is shown, or the one that is wanted could not be had. */
  isElsewhere(wanted, isTriedAnew) {
    return wanted !== this.#wanted || (isTriedAnew && this.#isMissing);
  }

  /** Takes a context, or the one of that name, as soon as `before` has come about. */
  take(wanted, before) {
    this.leave();
    this.#wanted = wanted;
    this.#isMissing = false;
    const isWanted = () => this.#wanted === wanted;
    this.#loading = this.#load(wanted, before, isWanted);
    this.#loading.catch((error) => {
      if (!isWanted()) return;
      this.#isMissing = true;
      this.#heard.failed(error);
    });
  }

  /** Resolves when the conversation is there that is wanted at last. */
  async loaded() {
    let loading;
    do {
      loading = this.#loading;
      await loading;
    } while (loading !== this.#loading);
  }

  leave() {
    this.#leave?.();
    this.#leave = this.talk = this.#wanted = undefined;
  }

  async #load(wanted, before, isWanted) {
    await init();
    await before;
    if (!isWanted()) return;
    const talk = typeof wanted === "string" ? this.own.context(wanted, this.#heard.notKept) : wanted;
    await talk.ready;
    if (!isWanted()) return;
    this.talk = talk;
    this.#leave = talk.subscribe(() => this.#heard.changed());
    this.#heard.came();
  }
}
