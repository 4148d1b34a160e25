// What is suggested at the moment: in an empty conversation, and after an answer.

export class Suggesting {
  /** `{ text, label }` each. */
  list = [];
  /** What a script set: a list or a function. */
  given;
  // What this JSON says: the same array until it changes.
  #json;
  #read = [];
  #source;
  #moment;
  #changed;

  /** `changed()` is called when suggestions have come. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** The list that an attribute gives; empty where it cannot be read. */
  listIn(json) {
    if (json === this.#json) return this.#read;
    this.#json = json;
    try {
      this.#read = JSON.parse(json ?? "[]");
    } catch {
      this.#read = [];
    }
    return this.#read;
  }

  /** `source` is a list, which is for an empty conversation, or a function that is called with the context each time. `moment` is another
   *  object whenever something may be suggested anew, and undefined while nothing may. */
  update(source, moment, context) {
    if (source === this.#source && moment === this.#moment) return;
    this.#source = source;
    this.#moment = moment;
    this.list = [];
    if (!moment) return;
    if (typeof source === "function") this.#ask(source, moment, context);
    else if (moment === context) this.list = listOf(source);
  }

  async #ask(source, moment, context) {
    try {
      const list = listOf(await source(context));
      if (source !== this.#source || moment !== this.#moment) return;
      this.list = list;
      this.#changed();
    } catch (error) {
      reportError(error);
    }
  }
}

/** What is no suggestion counts for nothing. */
function listOf(values) {
  if (!Array.isArray(values)) return [];
  return values.map((value) => (typeof value === "string" ? { text: value } : value))
    .filter((value) => typeof value?.text === "string" && value.text.trim())
    .map(({ text, label }) => ({ text, label: label || text }));
}
