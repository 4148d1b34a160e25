// The reads of a response's body: in JavaScript, as a loop in Rust calls out of the module several times a read.

// How much is handed over at once, in bytes: what a browser gives in one read, most of the time.
const MOST_BYTES = 64 * 1024;

/** Reads a body and hands its bytes over. Only the reads themselves are awaited. */
export class Pump {
  #reader;
  #take;
  #end;
  // What is left of a read.
  #rest;
  #isAsked = false;
  #isClosed = false;

  /**
   * `reader` is a ReadableStreamDefaultReader. `take(bytes)` gives whether to read on; `end(isBroken, reason)` is called at the
   * end of the body, or where a read fails.
   */
  constructor(reader, take, end) {
    this.#reader = reader;
    this.#take = take;
    this.#end = end;
  }

  /** Hands over what is left of the last read, and reads on. */
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
      // Nobody is told where that fails.
      Promise.resolve(this.#reader.cancel()).catch(() => {});
    } catch {}
  }

  async #readOn() {
    // A read that was asked for before a stop is still on its way.
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
    // Also where they are somebody else's by now, which not every engine says: they cannot be copied.
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

/** Tells the listeners of a WebSocket that it is closed. Without `CloseEvent`: Node before 23 has none. */
export const tellClosed = (socket) => socket.dispatchEvent(Object.assign(new Event("close"), { code: 1000, reason: "", wasClean: true }));

/** The bytes of a read; undefined at the end. It may be anything: a `fetch` of the caller's may have made the body. */
function bytesOf({ done, value }) {
  if (done) return undefined;
  if (!isBytes(value) || value.buffer?.detached) throw new TypeError("the response's body yields something else than bytes");
  return value;
}

/** Also those of another realm, whose class is another. */
const isBytes = (value) => value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
