// Lets in so many at a time, the others in the order they came.
import { now } from "./clock.js";

const MINUTE = 60_000;

export class Queue {
  #perMinute;
  #inside = 0;
  #waiting = new Set();
  // When the last ones were let in, as many as count.
  #starts = [];
  #timer;

  constructor(perMinute = Infinity) {
    this.#perMinute = perMinute;
  }

  /** Lets `one` in, or has it wait: its `enter` is called when fewer than its `most` are inside and it is the next. */
  join(one) {
    this.#waiting.add(one);
    this.#admit();
  }

  /** Takes `one` out, whether it is inside, still waits or has left before. */
  leave(one) {
    if (!this.#waiting.delete(one) && one.isInside) this.#inside -= 1;
    one.isInside = false;
    this.#admit();
  }

  #admit() {
    clearTimeout(this.#timer);
    for (const one of this.#waiting) {
      if (this.#inside >= one.most) return;
      const wait = this.#wait();
      if (wait > 0) {
        // Whoever was let in just now may have come here already.
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#admit(), Math.ceil(wait));
        return;
      }
      if (this.#perMinute < Infinity) this.#starts.push(now());
      this.#waiting.delete(one);
      this.#inside += 1;
      one.isInside = true;
      one.enter();
    }
  }

  /** How many milliseconds it takes until one more may start. */
  #wait() {
    while (this.#starts[0] + MINUTE <= now()) this.#starts.shift();
    return this.#starts.length < this.#perMinute ? 0 : this.#starts[0] + MINUTE - now();
  }
}
