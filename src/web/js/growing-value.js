// The value of an answer that is JSON, for events while it grows. The core finds the JSON in the answer: see src/run/features.
// How often the value is copied is decided here: it depends on how many members it has, which only this side knows.
import { IncrementalJson } from "./incremental-json.js";

// Copying the open arrays and objects takes a step for each of their members. So that all copies together take time in proportion to the
// length of the text, each unit of it pays for so many steps. Small values are free.
const STEPS = 16;
const FREE_STEPS = 4096;

export class GrowingValue {
  isWhole = false;
  #json = new IncrementalJson((path, value) => this.#final(path, value));
  #onField;
  // The last partial value that was reported.
  #told;
  // How many members each open array or object has, and how many they have together.
  #members = [];
  #open = 0;
  #steps = FREE_STEPS;

  /**
   * Takes more of the JSON. Calls `onField(path, value)` for each value that is final now, then `onPartial(value)` if the value has
   * grown. Returns whether more can follow: false after the whole value, and after text that is not JSON.
   */
  push(text, onField, onPartial) {
    this.#onField = onField;
    let isJson = true;
    try {
      this.#json.push(text);
    } catch {
      // Words after the value, or text that is not JSON: that is judged when the answer is complete.
      isJson = false;
    }
    if (!isJson && !this.isWhole) return false;
    this.#steps += STEPS * text.length;
    // The next copy that can be paid for includes what this one would have shown.
    if (this.#open > this.#steps && !this.isWhole) return true;
    const value = this.#json.snapshot();
    this.#steps -= this.#open;
    // A push may have added only half an escape, and so nothing to the value.
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
