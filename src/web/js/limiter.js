// Bounds on how many of a caller's tasks run, as users see it.
import { core } from "./module.js";
import { check } from "./options.js";
import { Queue } from "./queue.js";

export class RateLimiter {
  #queue;
  #most;

  constructor(options) {
    core();
    const { maxConcurrent = Infinity, perMinute } = check(options, { maxConcurrent: "count", perMinute: "count" }, "RateLimiter");
    this.#most = maxConcurrent;
    this.#queue = new Queue(perMinute);
  }

  /** Calls `task` when it is its turn; gives what comes of it. */
  async run(task, signal) {
    // There has to be one.
    check({ task: task ?? 0, signal }, { task: "function", signal: "signal" }, "RateLimiter.run");
    if (signal?.aborted) throw signal.reason;
    const one = { most: this.#most };
    let onAbort;
    try {
      return await new Promise((resolve, reject) => {
        // What a task throws at once is its failure, too.
        one.enter = () => resolve((async () => task())());
        onAbort = () => {
          // Whoever is inside stops by itself, or does not want to.
          if (one.isInside) return;
          this.#queue.leave(one);
          reject(signal.reason);
        };
        signal?.addEventListener("abort", onAbort);
        this.#queue.join(one);
      });
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#queue.leave(one);
    }
  }
}
