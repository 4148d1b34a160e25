// The conversation that is shown, and how it is opened.
import init from "refinire-web";

import { OwnObjects } from "./own-objects.js";

export class CurrentContext {
  /** The conversation; undefined until it is loaded. */
  context;
  /** What the element makes from its attributes. */
  own = new OwnObjects();
  /** The context, or the name of the conversation, that is shown or being opened. */
  wanted;
  #loading;
  #leave;
  #isMissing = false;
  #heard;

  /** `heard` are opened(), changed(), failed(error) and notKept(). */
  constructor(heard) {
    this.#heard = heard;
  }

  /** Whether another conversation is wanted than the one that is shown, or the wanted one could not be opened and `isRetry` is set. */
  differsFrom(wanted, isRetry) {
    return wanted !== this.wanted || (isRetry && this.#isMissing);
  }

  /** Opens a context, or the one of that name, as soon as the promise `before` has resolved. */
  open(wanted, before) {
    this.leave();
    this.wanted = wanted;
    this.#isMissing = false;
    const isWanted = () => this.wanted === wanted;
    this.#loading = this.#load(wanted, before, isWanted);
    this.#loading.catch((error) => {
      if (!isWanted()) return;
      this.#isMissing = true;
      this.#heard.failed(error);
    });
  }

  /** Shows a conversation that is loaded already, under its name. */
  adopt(name, context) {
    this.leave();
    this.wanted = name;
    this.#isMissing = false;
    this.own.adopt(context);
    this.#loading = Promise.resolve();
    this.#take(context);
  }

  /** Resolves when the conversation that is wanted by then is loaded. */
  async loaded() {
    let loading;
    do {
      loading = this.#loading;
      await loading;
    } while (loading !== this.#loading);
  }

  leave() {
    this.#leave?.();
    this.#leave = this.context = this.wanted = undefined;
  }

  async #load(wanted, before, isWanted) {
    await init();
    await before;
    if (!isWanted()) return;
    const context = typeof wanted === "string" ? this.own.context(wanted, () => isWanted() && this.#heard.notKept()) : wanted;
    await context.ready;
    if (isWanted()) this.#take(context);
  }

  #take(context) {
    this.context = context;
    this.#leave = context.subscribe(() => this.#heard.changed());
    this.#heard.opened();
  }
}
