// The reads of a response's body: in JavaScript, as a loop in Rust calls out of the module several times a read.

// How much is handed over at once, in bytes: what a browser returns in one read, most of the time.
const MOST_BYTES = 64 * 1024;

/** Reads a body and hands its bytes over. Only the reads themselves are awaited. */
export class Pump {
  #reader;
  #take;
  #end;
  // The rest of a read.
  #rest;
  #isAsked = false;
  #isClosed = false;

  /**
   * `reader` is a ReadableStreamDefaultReader. `take(bytes)` returns whether to continue reading; `end(isBroken,
   * reason)` is called at the end of the body, or when a read fails.
   */
  constructor(reader, take, end) {
    this.#reader = reader;
    this.#take = take;
    this.#end = end;
  }

  /** Hands over the rest of the last read, and continues reading. */
  start() {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest === undefined || this.#hand(rest)) this.#readOn();
  }

  /** Nothing is handed over from now on. Closes the connection. */
  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rest = undefined;
    try {
      // A failure is ignored.
      Promise.resolve(this.#reader.cancel()).catch(() => {});
    } catch {}
  }

  async #readOn() {
    // A read that was requested before a stop is still pending.
    if (this.#isClosed || this.#isAsked) return;
    let bytes;
    do {
      this.#isAsked = true;
      let error;
      try {
        bytes = bytesOf(await this.#reader.read());
      } catch (reason) {
        error = { reason };
      }
      this.#isAsked = false;
      if (this.#isClosed) return;
      if (error) return this.#end(true, error.reason);
      if (!bytes) return this.#end(false, undefined);
    } while (this.#hand(bytes));
  }

  #hand(bytes) {
    // An empty read, or one whose buffer was transferred away, in engines without `ArrayBuffer.prototype.detached`.
    if (!bytes.length) return true;
    if (bytes.length <= MOST_BYTES) return this.#take(bytes) && !this.#isClosed;
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, (at += MOST_BYTES));
      if (!this.#take(part) || this.#isClosed) {
        if (at < bytes.length && !this.#isClosed) this.#rest = bytes.subarray(at);
        return false;
      }
    }
    return true;
  }
}

/** Dispatches `close` to the listeners of a WebSocket. A plain `Event`, because Node before 23 has no `CloseEvent`. */
export const tellClosed = (socket) => socket.dispatchEvent(Object.assign(new Event("close"), { code: 1000, reason: "", wasClean: true }));

/** The bytes of a read; undefined at the end. The value may be anything: the caller's `fetch` may have made the body. */
function bytesOf({ done, value }) {
  if (done) return undefined;
  if (!isBytes(value) || value.buffer?.detached) throw new TypeError("the response's body yields something else than bytes");
  return value;
}

/** True for bytes of another realm, too, which has its own class. */
const isBytes = (value) => value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
