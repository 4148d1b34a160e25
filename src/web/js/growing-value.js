// The value of an answer that is JSON, as events tell of it while it grows. Where in the answer it is, the core says: see src/run/features.
import { Growth } from "./growth.js";

// A copy of what is open takes a step for each of its members. All copies together are to take no more than the text is long, times
// something: each unit of it pays for so many steps. What is small goes without.
const STEPS = 16;
const FREE_STEPS = 4096;

export class GrowingValue {
  isWhole = false;
  #growth = new Growth((path, value) => this.#final(path, value));
  #onField;
  // The partial value that was told last.
  #told;
  // How many members each open array or object has, and all together.
  #members = [];
  #open = 0;
  #steps = FREE_STEPS;

  /**
   * Takes more of the JSON. Calls `onField(path, value)` for each value that is final now, then `onPartial(value)` where there is more
   * of the whole than before. Gives whether more can follow: not behind the whole value, nor behind what is no JSON.
   */
  push(text, onField, onPartial) {
    this.#onField = onField;
    let isJson = true;
    try {
      this.#growth.push(text);
    } catch {
      // Words behind the value, or no JSON: what comes of it is seen when the answer is whole.
      isJson = false;
    }
    if (!isJson && !this.isWhole) return false;
    this.#steps += STEPS * text.length;
    // The next one that can be paid for has what this one would have had.
    if (this.#open > this.#steps && !this.isWhole) return true;
    const value = this.#growth.snapshot();
    this.#steps -= this.#open;
    // A string may have got nothing but the half of an escape.
    if (value !== this.#told) onPartial(value);
    this.#told = value;
    return !this.isWhole;
  }

  #final(path, value) {
    const depth = path.length;
    for (const closed of this.#members.splice(depth)) this.#open -= closed;
    if (depth > 0) {
      this.#members[depth - 1] = (this.#members[depth - 1] ?? 0) + 1;
      this.#open += 1;
    }
    this.isWhole = depth === 0;
    this.#onField(path, value);
  }
}
