// An answer that is JSON: told of as it grows, and read as a whole. Where in the answer it is, the core says: see src/json/extract.
import { describe, RefinireError } from "../error.js";
import { Growth } from "../growth.js";
import { conformed } from "./schema.js";

// A copy of what is open takes a step for each of its members. All copies together are to take no more than the text is long, times
// something: each unit of it pays for so many steps. What is small goes without.
const STEPS = 16;
const FREE_STEPS = 4096;

/** Reads the JSON of an answer. A value that the answer begins with is told of while it arrives, any other once it is known to be meant. */
export class Structured {
  #schema;
  #core;
  #tell;
  // The value that is told of, whether it is whole, and whether there is no more to tell of as it arrives.
  #growth;
  #isWhole;
  #isOver;
  // Somebody listens.
  #isHeard = false;
  // The partial value that was told last.
  #told;
  // How many members each open array or object has, and all together.
  #members;
  #open;
  #steps;

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
    this.#forget();
  }

  /** Nothing is told of before the answer is whole. */
  wait() {
    this.#isOver = true;
  }

  #forget() {
    this.#growth = undefined;
    this.#isWhole = false;
    this.#told = undefined;
    this.#members = [];
    this.#open = 0;
    this.#steps = FREE_STEPS;
  }

  push(text) {
    this.#isHeard = true;
    if (this.#isOver) return;
    const value = this.#growth ? text : this.#core.beginValue(text);
    if (value === null) this.#isOver = true;
    else if (value !== undefined) this.#grow(value);
  }

  #grow(text) {
    this.#growth ??= new Growth((path, value) => this.#final(path, value));
    try {
      this.#growth.push(text);
    } catch {
      // Words behind the value, or no JSON: what comes of it is seen when the answer is whole.
      this.#isOver = true;
    }
    if (this.#isOver && !this.#isWhole) return;
    this.#isOver = this.#isWhole;
    this.#steps += STEPS * text.length;
    // The next one that can be paid for has what this one would have had.
    if (this.#open > this.#steps && !this.#isWhole) return;
    const value = this.#growth.snapshot();
    this.#steps -= this.#open;
    // A string may have got nothing but the half of an escape.
    if (value !== this.#told) this.#tell({ type: "partial", value });
    this.#told = value;
  }

  #final(path, value) {
    const depth = path.length;
    for (const closed of this.#members.splice(depth)) this.#open -= closed;
    if (depth > 0) {
      this.#members[depth - 1] = (this.#members[depth - 1] ?? 0) + 1;
      this.#open += 1;
    }
    this.#isWhole = depth === 0;
    this.#tell({ type: "field", path, value });
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
        const isTold = at === 0 && this.#isWhole;
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
    this.#forget();
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
