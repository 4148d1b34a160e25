// The stream of chunks: in JavaScript, as a ReadableStream made from Rust takes 1.3 to 3 times as long to read.
import { invalid } from "./error.js";

let ChunkStream;

/** Lets a run, the core's RunHandle, be read as a ReadableStream that goes as far as it is read and knows the result. */
export function chunkStream(run) {
  // Made on first use: importing the package touches no global.
  ChunkStream ??= define();
  const stream = new ChunkStream(new Chunks(run));
  run.stream();
  return stream;
}

/** The chunks of a run. It is freed at its end: a page that keeps asking may not get as far as a garbage collection. */
class Chunks {
  #run;
  #result;

  constructor(run) {
    this.#run = run;
  }

  get result() {
    return this.#run ? this.#run.result : this.#result;
  }

  /** Calls `reader` with the next chunk, as soon as there is one; with undefined at the end. */
  read(reader) {
    if (this.#run) this.#run.read(reader);
    else reader(undefined);
  }

  /** Ends the stream after its last chunk. */
  end(controller) {
    const run = this.#run;
    if (run?.hasFailed) controller.error(run.error);
    // A cancelled stream is closed already.
    else if (run && !run.isCancelled) controller.close();
    this.#free();
  }

  async cancel() {
    await this.#run?.cancel();
    this.#free();
  }

  #free() {
    const run = this.#run;
    if (!run) return;
    this.#result = run.result;
    this.#run = undefined;
    // A call of it may still be running.
    queueMicrotask(() => run.free?.());
  }
}

const define = () =>
  class ChunkStream extends ReadableStream {
    #chunks;
    // An iterator has read the stream to its end, or has cancelled it.
    #isOver = false;

    constructor(chunks) {
      // No read-ahead: a pull means that a reader is waiting.
      const source = { pull: (controller) => pull(chunks, controller), cancel: () => chunks.cancel() };
      super(source, { highWaterMark: 0 });
      this.#chunks = chunks;
    }

    get result() {
      return this.#chunks.result;
    }

    values(options) {
      // Otherwise a second loop would look like an empty answer.
      if (this.#isOver) throw invalid("the stream has been read: it can be read once. `result` has the whole text");
      return new Iterator(this.getReader(), this.#chunks, () => (this.#isOver = true), options);
    }

    [Symbol.asyncIterator]() {
      return this.values();
    }
  };

function pull(chunks, controller) {
  let isDone = false;
  let settle;
  chunks.read((text) => {
    if (text !== undefined) controller.enqueue(text);
    else chunks.end(controller);
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
  #chunks;
  #over;
  #preventCancel;
  #last;

  /** `over()` is called when there is nothing left for another iterator. */
  constructor(reader, chunks, over, { preventCancel = false } = {}) {
    this.#reader = reader;
    this.#chunks = chunks;
    this.#over = over;
    this.#preventCancel = preventCancel;
  }

  next() {
    return (this.#last = new Promise((resolve) => {
      if (!this.#reader) resolve({ done: true, value: undefined });
      else this.#chunks.read((value) => resolve(value === undefined ? this.#end() : { done: false, value }));
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
    // The result of an earlier next() belongs to its caller.
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

// The module's memory as bytes. It is kept: making a view for each text would take as long as the rest of the call.
let view = new Uint8Array();

/** Calls the callback with the ASCII text between `from` and `to` in `memory`. For short texts TextDecoder takes three times as long. */
export function callWithAscii(callback, memory, from, to) {
  // A view is empty once the memory has grown.
  if (view.length === 0) view = new Uint8Array(memory.buffer);
  let text = "";
  for (let at = from; at < to; at += 1) text += String.fromCharCode(view[at]);
  return callback(text);
}

/** Calls the callback with a part of the text of several chunks. */
export const callWithSlice = (callback, text, from, to) => callback(text.slice(from, to));
