// The stream of chunks.
import { invalid } from "./error.js";

let ChunkStream;

/** Lets it be read as a ReadableStream that goes as far as it is read and knows the run's result. */
export function chunkStream(delivery) {
  // Made when first needed: importing the package touches no global.
  ChunkStream ??= define();
  const stream = new ChunkStream(delivery);
  delivery.stream();
  return stream;
}

const define = () =>
  class ChunkStream extends ReadableStream {
    #delivery;
    // An iterator has read it to its end, or has cancelled it.
    #isOver = false;

    constructor(delivery) {
      // No read-ahead: what is pulled is what somebody waits for.
      const source = { pull: (controller) => pull(delivery, controller), cancel: () => delivery.cancel() };
      super(source, { highWaterMark: 0 });
      this.#delivery = delivery;
    }

    get result() {
      return this.#delivery.result;
    }

    values(options) {
      // Otherwise a second loop would look like an empty answer.
      if (this.#isOver) throw invalid("the stream has been read: it can be read once. `result` has the whole text");
      return new Iterator(this.getReader(), this.#delivery, () => (this.#isOver = true), options);
    }

    [Symbol.asyncIterator]() {
      return this.values();
    }
  };

function pull(delivery, controller) {
  let isDone = false;
  let settle;
  delivery.read((text) => {
    if (text !== undefined) controller.enqueue(text);
    else if (delivery.failure) controller.error(delivery.failure.error);
    // What was cancelled is closed already.
    else if (!delivery.isCancelled) controller.close();
    isDone = true;
    settle?.();
  });
  return isDone ? undefined : new Promise((resolve) => (settle = resolve));
}

/**
 * The iterator of a stream (https://streams.spec.whatwg.org/#rs-asynciterator), which Safari lacks before 26. Nothing is
 * ever queued in the stream itself, so it takes the chunks where they come from; only the stream's end goes through it.
 */
class Iterator {
  #reader;
  #delivery;
  #over;
  #preventCancel;
  #last;

  /** `over()` is called when nothing is left for another iterator. */
  constructor(reader, delivery, over, { preventCancel = false } = {}) {
    this.#reader = reader;
    this.#delivery = delivery;
    this.#over = over;
    this.#preventCancel = preventCancel;
  }

  next() {
    return (this.#last = new Promise((resolve) => {
      if (!this.#reader) resolve({ done: true, value: undefined });
      else this.#delivery.read((value) => resolve(value === undefined ? this.#end() : { done: false, value }));
    }));
  }

  async #end() {
    this.#over();
    try {
      return (await this.#reader?.read()) ?? { done: true, value: undefined };
    } finally {
      this.#release();
    }
  }

  async return(value) {
    // What was asked for before belongs to whoever asked.
    const settled = this.#preventCancel ? this.#last?.catch(() => {}) : this.#reader?.cancel(value);
    if (!this.#preventCancel) {
      this.#over();
      this.#release();
    }
    await settled;
    this.#release();
    return { done: true, value };
  }

  #release() {
    this.#reader?.releaseLock();
    this.#reader = undefined;
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}
