// Finds the JSON in text that is still arriving. Models write words around it, and brackets among those.
import { Growth } from "../growth.js";

// Before a bracket that the whole may begin with, by its type.
const BEGINS = { object: /(?={)/, array: /(?=\[)/ };
const EITHER = /(?=[[{])/;

export class Finder {
  /** The value is whole, or what began as one is none. What comes then is passed over. */
  isOver = false;
  #begins;
  #onFinal;
  #growth;
  // A member of it has come whole: these are no words in brackets.
  #isSure = false;
  #isWhole = false;
  // What closes the one that it began with; and whether that is awaited, as these are words in brackets.
  #closing;
  #isInWords = false;

  /** `type` is the whole's, if it is known; `onFinal` is Growth's. */
  constructor(type, onFinal) {
    this.#begins = BEGINS[type] ?? EITHER;
    this.#onFinal = onFinal;
  }

  /** The whole value; undefined before it is there. */
  get value() {
    return this.#isWhole ? this.#growth.value : undefined;
  }

  /** What there is so far, which grows no more; undefined where nothing has begun. */
  snapshot() {
    return this.#growth?.snapshot();
  }

  push(text) {
    for (const piece of this.#isSure ? [text] : text.split(this.#begins)) if (!this.isOver) this.#take(piece);
  }

  /** Takes a piece that has such a bracket at its beginning only, as long as that matters. */
  #take(piece) {
    const begins = this.#begins.test(piece);
    const isNested = begins && (this.#growth || this.#isInWords);
    if (!this.#isInWords) {
      if (!this.#growth && !begins) return;
      this.#closing ??= piece[0] === "{" ? "}" : "]";
      this.#growth ??= new Growth((path, value) => this.#final(path, value));
      try {
        this.#growth.push(piece);
        return;
      } catch {
        if (!this.#isSure) this.#growth = undefined;
      }
    }
    // Brackets in brackets are bad JSON rather than words: what is inside of it is not what was asked for.
    this.isOver = this.#isSure || isNested;
    this.#isInWords = !piece.includes(this.#closing);
    if (!this.#isInWords) this.#closing = undefined;
  }

  #final(path, value) {
    this.#isSure = true;
    this.isOver = this.#isWhole = path.length === 0;
    this.#onFinal?.(path, value);
  }
}
