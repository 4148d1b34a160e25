// The stream of chunks.

let ChunkStream;

/** A ReadableStream that goes as far as it is read and knows the run's result. */
export function chunkStream(delivery) {
  // Made when first needed: importing the package touches no global.
  ChunkStream ??= define();
  return new ChunkStream(delivery);
}

function define() {
  class ChunkStream extends ReadableStream {
    #delivery;

    constructor(delivery) {
      // No read-ahead: what is pulled is what somebody waits for.
      super({ pull: (controller) => delivery.pull(controller), cancel: () => delivery.cancel() }, { highWaterMark: 0 });
      this.#delivery = delivery;
    }

    get result() {
      return this.#delivery.result;
    }
  }
  if (!ReadableStream.prototype[Symbol.asyncIterator]) {
    ChunkStream.prototype.values = function values(options) {
      return iterate(this, options);
    };
    ChunkStream.prototype[Symbol.asyncIterator] = ChunkStream.prototype.values;
  }
  return ChunkStream;
}

/** The iterator that Safari before 26 lacks (https://streams.spec.whatwg.org/#rs-asynciterator). */
export function iterate(stream, { preventCancel = false } = {}) {
  const reader = stream.getReader();
  let released = false;
  const release = () => {
    if (!released) reader.releaseLock();
    released = true;
  };
  return {
    async next() {
      if (released) return { done: true, value: undefined };
      try {
        const step = await reader.read();
        if (step.done) release();
        return step;
      } catch (error) {
        release();
        throw error;
      }
    },
    async return(value) {
      if (!released) {
        const cancelled = preventCancel ? undefined : reader.cancel(value);
        release();
        await cancelled;
      }
      return { done: true, value };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
