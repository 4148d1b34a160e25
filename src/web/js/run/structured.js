// An answer that is JSON: told of as it grows, and read as a whole. Where in the answer it is, the core says: see src/json/extract.
import { describe, RefinireError } from "../error.js";
import { GrowingValue } from "../growing-value.js";
import { conformed } from "./schema.js";

/** Reads the JSON of an answer. A value that the answer begins with is told of while it arrives, any other once it is known to be meant. */
export class Structured {
  #schema;
  #core;
  #tell;
  // The value that is told of, and whether there is no more to tell of as it arrives.
  #growing;
  #isOver;
  // Somebody listens.
  #isHeard = false;

  /** `core` is the run's; `tell` takes the events. */
  constructor(schema, core, tell) {
    this.#schema = schema;
    this.#core = core;
    this.#tell = tell;
    this.restart();
  }

  /** The answer begins anew. */
  restart() {
    this.#core.restartValue();
    this.#isOver = false;
    this.#growing = undefined;
  }

  /** Nothing is told of before the answer is whole. */
  wait() {
    this.#isOver = true;
  }

  push(text) {
    this.#isHeard = true;
    if (this.#isOver) return;
    const value = this.#growing ? text : this.#core.beginValue(text);
    if (value === null) this.#isOver = true;
    else if (value !== undefined) this.#grow(value);
  }

  #grow(text) {
    this.#growing ??= new GrowingValue();
    const onField = (path, value) => this.#tell({ type: "field", path, value });
    this.#isOver = !this.#growing.push(text, onField, (value) => this.#tell({ type: "partial", value }));
  }

  /** The value of a whole `answer`, with which `text` ended, as the validator makes it. Rejects with RefinireError "schema". */
  async value(answer, text) {
    const places = this.#core.values(answer);
    let failure;
    for (let at = 0; at < places.length; at += 2) {
      const json = answer.slice(places[at], places[at + 1]);
      try {
        const value = await conformed(this.#schema, JSON.parse(json), () => this.#core.answerMisfit(json));
        // What the answer begins with is tried first.
        const isTold = at === 0 && this.#growing?.isWhole;
        if (this.#isHeard && !isTold) this.#tellWhole(json);
        return value;
      } catch (cause) {
        failure ??= { what: "does not fit the schema", cause };
      }
    }
    const inner = places.length === 0 ? stringIn(answer) : undefined;
    if (inner !== undefined) return this.value(inner, text);
    const { what, cause } = failure ?? { what: "is not the JSON that was asked for", cause: new Error(this.#core.whyNone(answer)) };
    throw new RefinireError(`the answer ${what}: ${describe(cause)}. It is: ${answer}`, { code: "schema", partialText: text, cause });
  }

  /** Tells of a value that did not stream. */
  #tellWhole(json) {
    this.#growing = undefined;
    // Behind a number there has to be something that ends it.
    this.#grow(`${json} `);
  }
}

/** The string that an answer is, where it is one: some models write their JSON into a string once more. */
function stringIn(answer) {
  try {
    const value = JSON.parse(answer);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
