// One request and its response.
import { PAUSE, RESUME } from "./clock.js";
import { invalid, tagOf } from "./options.js";

const READY = 1;
const GATHERED = 2;
const STOP = 4;
const CLOCK = 8;

// The size of the module's input buffer, in bytes.
const INPUT_BYTES = 64 * 1024;

export class Exchange {
  #fetch;
  #connection;
  #run;
  #delivery;
  #memory;
  #rearm;
  #reader;
  #closed = false;

  /** `fetch` gives the response; `connection`, if there is one, is aborted when it is over; `rearm` is the driver's. */
  constructor(fetch, connection, run, delivery, memory, rearm) {
    this.#fetch = fetch;
    this.#connection = connection;
    this.#run = run;
    this.#delivery = delivery;
    this.#memory = memory;
    this.#rearm = rearm;
  }

  /** Sends it; resolves to the response. */
  async head() {
    const response = await this.#fetch();
    if (response.body?.locked) throw invalid("the response's body is being read already");
    this.#reader = response.body?.getReader();
    // Closed while the response was on its way, by a fetch that does not heed its signal.
    if (this.#closed) this.#cancel();
    return response;
  }

  /**
   * Reads the body to its end, or until the run wants no more. Each read is copied into the module once and decoded
   * there; what it completes is handed on before the next one is asked for.
   */
  async pump() {
    const [run, delivery, reader] = [this.#run, this.#delivery, this.#reader];
    while (reader) {
      const { done, value } = await reader.read();
      if (done || this.#closed) return;
      if (tagOf(value) !== "Uint8Array") throw new TypeError("the response's body yields something else than bytes");
      delivery.bytes += value.length;
      let at = 0;
      do {
        const view = inputView(this.#memory, run);
        const part = at === 0 && value.length <= view.length ? value : value.subarray(at, at + view.length);
        view.set(part);
        at += part.length;
        const status = run.push(part.length, performance.now());
        if (status & CLOCK) this.#rearm(true);
        if (status & GATHERED) delivery.schedule();
        if (status & READY) {
          const ready = delivery.take();
          if (ready) {
            run.clock(PAUSE, performance.now(), 0);
            await ready;
            if (this.#closed) return;
            run.clock(RESUME, performance.now(), 0);
            this.#rearm(false);
          }
        }
        if (status & STOP || this.#closed) return;
      } while (at < value.length);
    }
  }

  /** Closes the connection, whatever state it is in. */
  close() {
    this.#closed = true;
    this.#connection?.abort();
    this.#cancel();
  }

  #cancel() {
    this.#reader?.cancel().catch(() => {});
  }
}

// The view of the module's input buffer; a new one whenever the memory has moved.
let input = new Uint8Array(0);

function inputView(memory, run) {
  if (input.buffer !== memory.buffer) {
    // Asked for first: making the buffer may move the memory.
    const at = run.inputAt();
    input = new Uint8Array(memory.buffer, at, INPUT_BYTES);
  }
  return input;
}
