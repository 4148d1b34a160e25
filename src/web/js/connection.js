// What a request waits for before it is made: the network, and a place among the page's connections.
import { now, OFFLINE, ONLINE, PAUSE, RESUME } from "./clock.js";
import { Queue } from "./queue.js";

// By origin, for all agents of the page: HTTP/1.1 gives it six connections to a host, which its other requests need as well.
const queues = new Map();

/** The URL as it is fetched. Where there is no page, a relative one stands for any. */
export const addressOf = (url) => new URL(url, globalThis.location?.href?.startsWith("http") ? location.href : "http://page.invalid/");

// This machine is there without a network, too; the page's own server may be one that asks others.
const isNear = ({ hostname, origin }) => /^(localhost|127\.[\d.]+|\[::1])$/.test(hostname) && origin !== globalThis.location?.origin;

export class Connection {
  #controller = new AbortController();
  // Ends what it waits for, or what it has.
  #leave;

  get signal() {
    return this.#controller.signal;
  }

  /**
   * Resolves when the request may be made: when there is a network, and fewer than `most` others to that origin. Never where
   * it was aborted before. `rearm(isOther)` is called when the timers of `run` count something else.
   */
  async open(url, most, run, rearm) {
    const isOffline = globalThis.navigator?.onLine === false;
    // Nothing to wait for.
    if (!isOffline && most === Infinity) return;
    const address = addressOf(url);
    if (isOffline && !isNear(address)) {
      await new Promise((resolve) => {
        const change = (what) => {
          run.clock(what, now(), 0);
          rearm(true);
        };
        const back = () => {
          this.#leave();
          change(ONLINE);
          resolve();
        };
        this.#leave = () => removeEventListener("online", back);
        addEventListener("online", back);
        change(OFFLINE);
      });
    }
    if (most === Infinity) return;
    const { origin } = address;
    if (!queues.has(origin)) queues.set(origin, new Queue());
    const queue = queues.get(origin);
    await new Promise((resolve) => {
      const enter = () => {
        run.clock(RESUME, now(), 0);
        rearm(true);
        resolve();
      };
      const one = { most, enter };
      this.#leave = () => queue.leave(one);
      run.clock(PAUSE, now(), 0);
      rearm(true);
      queue.join(one);
    });
  }

  /** Aborts the request and gives its place back, whatever has become of it. */
  abort() {
    this.#controller.abort();
    this.#leave?.();
  }
}
