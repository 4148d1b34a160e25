// An answer that is JSON: read as it grows, and as a whole.
import { describe, RefinireError } from "../error.js";
import { Growth } from "../growth.js";
import { Finder } from "./finder.js";
import { conformed } from "./schema.js";

// A fence, with the language's name. White space is the JSON's own.
const FENCED = /```[a-z]*([\s\S]*?)```/gi;

// A copy of what is open takes a step for each of its members. All copies together are to take no more than the text is long, times
// something: each unit of it pays for so many steps. What is small goes without.
const STEPS = 16;
const FREE_STEPS = 4096;

// A whole without members: a string grows, the others are there at the end.
const SCALARS = ["string", "number", "integer", "boolean", "null"];

/** Reads the JSON out of text that is still arriving, and tells of it. What comes before it, and behind, is passed over. */
export class Structured {
  #schema;
  #type;
  #tell;
  #finder;
  // Of a whole that is a string: what it has become so far; and the scalar that was told last.
  #growth;
  #told;
  // How many members each open array or object has, and all together.
  #members;
  #open;
  #steps;

  /** `type` is the whole's, if the schema says it; `tell` takes the events. */
  constructor(schema, type, tell) {
    this.#schema = schema;
    this.#type = type;
    this.#tell = tell;
    this.restart();
  }

  /** The answer begins anew. */
  restart() {
    this.#finder = new Finder(this.#type, (path, value) => this.#final(path, value));
    this.#growth = this.#type === "string" ? new Growth() : undefined;
    this.#told = undefined;
    this.#members = [];
    this.#open = 0;
    this.#steps = FREE_STEPS;
  }

  push(text) {
    if (SCALARS.includes(this.#type)) {
      this.#grow(text);
      return;
    }
    const finder = this.#finder;
    if (finder.isOver) return;
    finder.push(text);
    this.#steps += STEPS * text.length;
    // The next one that can be paid for has what this one would have had.
    if (this.#open > this.#steps && !finder.isOver) return;
    const value = finder.snapshot();
    this.#steps -= this.#open;
    if (value !== undefined) this.#tell({ type: "partial", value });
  }

  #grow(text) {
    try {
      this.#growth?.push(text);
    } catch {
      // Whether there is JSON in it is seen at its end.
    }
    if (typeof this.#growth?.value === "string") this.#partial(this.#growth.value);
  }

  #partial(value) {
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
    this.#tell({ type: "field", path, value });
  }

  /** The value of a whole `answer`, with which `text` ended, as the validator makes it. Rejects with RefinireError "schema". */
  async value(answer, text) {
    let what = "is not the JSON that was asked for";
    try {
      const value = parsed(answer, this.#type);
      if (SCALARS.includes(this.#type)) {
        this.#partial(value);
        this.#tell({ type: "field", path: [], value });
      }
      what = "does not fit the schema";
      return await conformed(this.#schema, value);
    } catch (cause) {
      throw new RefinireError(`the answer ${what}: ${describe(cause)}. It is: ${answer}`, { code: "schema", partialText: text, cause });
    }
  }
}

/** The JSON in `text`: all of it, what is fenced, or what is found among words. */
function parsed(text, type) {
  let failure;
  for (const candidate of [text, ...[...text.matchAll(FENCED)].map(([, fenced]) => fenced)]) {
    try {
      return JSON.parse(candidate);
    } catch (error) {
      failure ??= error;
    }
  }
  const finder = new Finder(type);
  finder.push(text);
  if (finder.value === undefined) throw failure;
  return finder.value;
}
