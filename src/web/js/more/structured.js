// An answer that is JSON: read as it grows, and as a whole.
import { kit } from "./kit.js";
import { conformed, Misfit } from "./schema.js";

// What models write before the JSON: words, or a fence with the language's name.
const FENCED = /```[a-z]*\s*([\s\S]*?)\s*```/gi;
const BEGINS = { object: /\{/, array: /\[/ };

/** Reads the JSON out of text that is still arriving, and tells of it. What comes before it, and behind, is passed over. */
export class Structured {
  #schema;
  #begins;
  #tell;
  #growth;
  #isOver = false;

  /** `type` is the whole's, if the schema says it; `tell` takes the events. */
  constructor(schema, type, tell) {
    this.#schema = schema;
    this.#begins = BEGINS[type] ?? /[[{]/;
    this.#tell = tell;
  }

  /** The answer begins anew. */
  restart() {
    this.#growth = undefined;
    this.#isOver = false;
  }

  push(text) {
    if (this.#isOver) return;
    if (!this.#growth) {
      const at = text.search(this.#begins);
      if (at < 0) return;
      text = text.slice(at);
      this.#growth = new kit.Growth((path, value) => {
        this.#isOver = path.length === 0;
        this.#tell({ type: "field", path, value });
      });
    }
    try {
      this.#growth.push(text);
    } catch {
      // What stands behind the whole, or is no JSON at all: the end will tell.
      this.#isOver = true;
    }
    this.#tell({ type: "partial", value: this.#growth.snapshot() });
  }

  /** The value of the whole `text`, as the validator makes it. Rejects with RefinireError "schema". */
  async value(text) {
    try {
      return await conformed(this.#schema, parsed(text, this.#begins));
    } catch (cause) {
      const what = cause instanceof Misfit ? "does not fit the schema" : "is not the JSON that was asked for";
      throw new kit.RefinireError(`the answer ${what}: ${cause.message}. It is: ${text}`, { code: "schema", partialText: text, cause });
    }
  }
}

/** The JSON in `text`: all of it, what is fenced, or what stands between the first bracket and the last. */
function parsed(text, begins) {
  const candidates = [text, ...[...text.matchAll(FENCED)].map(([, fenced]) => fenced)];
  const begin = text.search(begins);
  if (begin >= 0) candidates.push(text.slice(begin, Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")) + 1));
  let failure;
  for (const candidate of candidates) {
    try {
      return JSON.parse(candidate);
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}
