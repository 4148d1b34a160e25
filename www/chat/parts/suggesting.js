// What is suggested at the moment: in an empty conversation, and after an answer.
import { Suggestions } from "./suggestions.js";

export class Suggesting {
  #buttons;
  // What was given last, a list as JSON or a function, and at what moment.
  #source;
  #moment;

  /** `place` is where they stand; `choose(text)` sends one. */
  constructor(place, choose) {
    this.#buttons = new Suggestions(choose);
    place.append(this.#buttons.element);
  }

  label(texts) {
    this.#buttons.label(texts);
  }

  /** `given` is a list, which is for an empty conversation, or a function that is called with the context each time. `moment` is another
   *  object whenever something may be suggested anew, and undefined while nothing may. */
  update(given, moment, context) {
    const source = typeof given === "function" ? given : JSON.stringify(given);
    if (source === this.#source && moment === this.#moment) return;
    this.#source = source;
    this.#moment = moment;
    this.#buttons.show(moment && moment === context ? listOf(given) : []);
    if (moment && typeof given === "function") this.#ask(given, moment, context).catch(reportError);
  }

  async #ask(source, moment, context) {
    const list = listOf(await source(context));
    if (source === this.#source && moment === this.#moment) this.#buttons.show(list);
  }
}

/** `{ text, label }` each. What is no suggestion counts for nothing. */
function listOf(values) {
  if (!Array.isArray(values)) return [];
  return values.map((value) => (typeof value === "string" ? { text: value } : value))
    .filter((value) => typeof value?.text === "string" && value.text.trim())
    .map(({ text, label }) => ({ text, label: label || text }));
}
