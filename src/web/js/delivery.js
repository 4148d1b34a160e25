// Hands on what a run produces: to the callback, to onEvent, to whoever reads the stream, in one order.
const isThenable = (value) => typeof value?.then === "function";

export class Delivery {
  /** Nothing more is to be handed on. */
  isOver = false;
  /** Why the caller stopped the run, if so: `threw` says whether its promise rejects, with `reason`. */
  stopped;
  /** Called then. */
  onStop;
  /** Called with each chunk where somebody listens to events. */
  onText;
  /** Called whenever more was delivered. */
  onMore;
  /** Gives the error that an event names by its number. */
  failureOf;
  /** Whoever read it has left. */
  isCancelled = false;
  /** What it failed with, as `{ error }`. */
  failure;
  chunks = 0;
  chars = 0;
  /** What has come over the network. */
  bytes = 0;

  #run;
  #callback;
  #onEvent;
  // What each event goes through.
  #around;
  #hold;
  #signal;
  #onAbort;
  #timers = [];
  #start;
  #leave;
  #begun = false;
  // Lazy: the run goes only as far as somebody reads.
  #lazy = false;
  #streams = false;
  #queue = [];
  #head = 0;
  // Those who wait for a chunk, in order.
  #readers = [];
  #gates = [];
  #busy;
  // The chunk whose callback is being waited for.
  #awaited;
  #ended = false;
  #began;
  #firstChunk;
  #settle;
  #promise;

  /** Without a `run` its chunks come by `chunk`. `begin` lets it start, `leave` is called when it has ended. In the options, `hold` is undefined, "frame", or a number of milliseconds. */
  constructor(run, _memory, { callback, onEvent, hold, signal, around = [] }, begin, leave) {
    this.#run = run;
    this.#callback = callback;
    this.#onEvent = onEvent;
    this.#around = around;
    this.#hold = hold;
    this.#start = begin;
    this.#leave = leave;
    this.#promise = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#signal = signal;
  }

  /** For a run whose promise is all that is wanted. */
  start() {
    this.#begin();
    return this.#promise;
  }

  /** For a run that is read as a stream: it begins with the first read, or at once if somebody listens. */
  stream() {
    this.#streams = true;
    this.#lazy = !this.#callback && !this.#onEvent;
    // Whoever reads the stream sees the failure there.
    this.#promise.catch(() => {});
    if (!this.#lazy) this.#begin();
  }

  get hasFailed() {
    return this.failure !== undefined;
  }

  get error() {
    return this.failure?.error;
  }

  /** Asking for the result lets the run go to its end, whether or not anyone reads. */
  get result() {
    if (this.#lazy) {
      this.#lazy = false;
      this.#countQueue();
      this.#openGates();
    }
    this.#begin();
    return this.#promise;
  }

  /**
   * The run has ended. Nothing more is handed on, and nothing more is counted: chunks that are still queued will be read,
   * even after a stop, so they count as delivered now. Gives how much was delivered, in UTF-16 units.
   */
  conclude() {
    this.isOver = true;
    this.onMore = undefined;
    if (this.#lazy) this.#countQueue();
    this.#lazy = false;
    this.#clearTimers();
    return this.chars;
  }

  /** Gives `reader` the next chunk, as soon as there is one; nothing where no more will come: see `failure`. */
  read(reader) {
    this.#begin();
    if (this.#head < this.#queue.length) {
      const text = this.#shift();
      this.#openGates();
      reader(text);
    } else if (this.#ended) reader(undefined);
    else this.#readers.push(reader);
  }

  /** Resolves when the run has ended: by then what was read of it is in the conversation. */
  cancel() {
    this.isCancelled = true;
    this.#queue.length = this.#head = 0;
    this.#stop(false);
    this.#begin();
    return this.#promise.catch(() => {});
  }

  /** Hands on what the run has released. Gives a promise where the next read has to wait for somebody. */
  take() {
    return this.handOn() ?? this.#gate();
  }

  /** Hands on everything, also what was gathered, and waits until it was taken. */
  async flush() {
    if (this.isOver) return;
    this.#run?.release();
    await this.handOn();
    await this.#gate();
  }

  /** What was gathered goes out with the next frame, or when its time has passed. */
  schedule() {
    if (this.#hold === undefined || this.#timers.length > 0 || this.isOver) return;
    const due = () => {
      this.#clearTimers();
      if (this.isOver) return;
      this.#run.release();
      this.handOn();
    };
    if (this.#hold !== "frame") {
      this.#timers.push([clearTimeout, setTimeout(due, this.#hold)]);
      return;
    }
    const visible = typeof requestAnimationFrame === "function" && globalThis.document?.visibilityState !== "hidden";
    if (visible) this.#timers.push([cancelAnimationFrame, requestAnimationFrame(due)]);
    // Frames stop where the page is hidden, also in the middle of a wait for one.
    this.#timers.push([clearTimeout, setTimeout(due, visible ? 100 : 16)]);
  }

  /** The run came to an answer, or was stopped by whoever read it; `reviewed` is what a look at it adds to the result. */
  finish(result, reviewed) {
    Object.assign(result, reviewed);
    const { chunks, chars, bytes } = this;
    const ended = performance.now();
    const durationMs = ended - this.#began;
    const timeToFirstChunkMs = (this.#firstChunk ?? ended) - this.#began;
    const charsPerSecond = durationMs > 0 ? (chars / durationMs) * 1000 : 0;
    result.metrics = { chunks, chars, bytes, timeToFirstChunkMs, durationMs, charsPerSecond };
    const { finishReason: reason, usage, metrics } = result;
    this.#last(usage ? { type: "finish", reason, usage, metrics } : { type: "finish", reason, metrics });
    return result;
  }

  /** The last thing of all: settles the promise and closes the stream behind its last chunk. */
  end(result) {
    this.#over();
    this.#settle.resolve(result);
  }

  /** `partialText` is what was delivered before. */
  fail(error, partialText = "") {
    this.#last({ type: "error", error, partialText });
    this.failure = { error };
    this.#over();
    this.#settle.reject(error);
  }

  #begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#began = performance.now();
    this.#heed(this.#signal);
    this.#start();
  }

  // From the beginning on: a stream that nobody reads leaves no listener behind.
  #heed(signal) {
    if (!signal || this.isOver) return;
    if (signal.aborted) {
      this.#stop(true, signal.reason);
      return;
    }
    this.#onAbort = () => this.#abort();
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Hands on what is to be handed on now. */
  handOn() {
    if (this.#busy) return this.#busy.then(() => this.handOn());
    if (this.isOver) return undefined;
    const waiting = this.#run?.take();
    if (waiting === undefined) return undefined;
    // One chunk of text is what most reads bring.
    if (typeof waiting === "string") return this.#await(this.chunk(waiting), () => undefined);
    const [text, reasoning, ...items] = waiting;
    return this.#hand({ text, reasoning, items, next: 0, textAt: 0, reasoningAt: 0 });
  }

  /** What goes on behind `wait`, if there is something to wait for. */
  #await(wait, then) {
    if (!wait) return undefined;
    this.#busy = wait.then(() => {
      this.#busy = undefined;
      return then();
    });
    return this.#busy;
  }

  #hand(waiting) {
    const { text, reasoning, items } = waiting;
    while (waiting.next < items.length && !this.isOver) {
      const item = items[waiting.next++];
      if (typeof item !== "number") {
        if (typeof item.error === "number") item.error = this.failureOf(item.error);
        this.tell(item);
      } else if (item > 0) {
        const wait = this.chunk(text.slice(waiting.textAt, (waiting.textAt += item)));
        if (wait) return this.#await(wait, () => this.#hand(waiting));
      } else {
        this.tell({ type: "reasoning-delta", text: reasoning.slice(waiting.reasoningAt, (waiting.reasoningAt -= item)) });
      }
    }
    return undefined;
  }

  /** Hands on a chunk, of which an event has told already if `isTold`. Gives a promise where the callback has to be waited for. */
  chunk(text, isTold) {
    this.#firstChunk ??= performance.now();
    // What is changed on its way has another length: it counts as it comes.
    if (!this.#isCountedLate()) this.#count(text);
    if (!isTold && (this.#onEvent || this.#around.length > 0)) {
      const event = this.#passed({ type: "text-delta", text });
      this.#say(event);
      this.onText?.(text);
      if (!event?.text) return undefined;
      text = event.text;
    }
    if (this.#callback && !this.isOver) {
      let answer;
      try {
        answer = this.#callback(text);
      } catch (error) {
        this.#stop(true, error);
        return undefined;
      }
      if (isThenable(answer)) {
        this.#awaited = text;
        return Promise.resolve(answer).then(
          () => this.#enqueueAwaited(),
          (error) => this.#stop(true, error),
        );
      }
    }
    this.#enqueue(text);
    return undefined;
  }

  /** Whoever called back has seen it: it goes to the reader of the stream, too, also where a stop ends the wait. */
  #enqueueAwaited() {
    const text = this.#awaited;
    this.#awaited = undefined;
    if (text !== undefined) this.#enqueue(text);
  }

  #enqueue(text) {
    if (!this.#streams || this.#ended || this.isCancelled) return;
    this.#queue.push(text);
    if (this.#readers.length > 0) this.#readers.shift()(this.#shift());
  }

  #shift() {
    const text = this.#queue[this.#head++];
    if (this.#head === this.#queue.length) this.#queue.length = this.#head = 0;
    if (this.#isCountedLate()) this.#count(text);
    return text;
  }

  #isCountedLate() {
    return this.#lazy && this.#around.length === 0;
  }

  #countQueue() {
    if (this.#around.length > 0) return;
    for (let i = this.#head; i < this.#queue.length; i++) this.#count(this.#queue[i]);
  }

  #count(text) {
    this.chunks += 1;
    this.chars += text.length;
    this.onMore?.();
  }

  /** Tells of an event, if somebody listens. */
  tell(event) {
    this.#say(this.#passed(event));
  }

  /** What becomes of an event on its way; nothing where it ends there. */
  #passed(event) {
    try {
      return this.#around.reduce((event, pass) => event && pass(event), event);
    } catch (error) {
      this.#stop(true, error);
      return undefined;
    }
  }

  #say(event) {
    if (!event || !this.#onEvent || this.isOver) return;
    try {
      const answer = this.#onEvent(event);
      if (isThenable(answer)) Promise.resolve(answer).catch((error) => this.#stop(true, error));
    } catch (error) {
      this.#stop(true, error);
    }
  }

  // Whatever the last event's listener throws, the run has ended as it has.
  #last(event) {
    event = this.#passed(event);
    if (!event || !this.#onEvent) return;
    try {
      const answer = this.#onEvent(event);
      if (isThenable(answer)) Promise.resolve(answer).catch(() => {});
    } catch {
      // Nothing is left that could be ended by it.
    }
  }

  // What was handed on has to be read before more is: a reader that stops stops the download.
  #gate() {
    if (!this.#isHeld()) return undefined;
    return new Promise((resolve) => this.#gates.push(resolve));
  }

  #isHeld() {
    return this.#lazy && !this.isOver && this.#head < this.#queue.length;
  }

  #openGates() {
    if (this.#gates.length > 0 && !this.#isHeld()) this.#gates.splice(0).forEach((resolve) => resolve());
  }

  #abort() {
    if (this.isOver) return;
    // What has come but waits for its frame is shown before the stop.
    this.#run?.release();
    if (!this.#busy) this.handOn();
    this.#enqueueAwaited();
    this.#stop(true, this.#signal.reason);
  }

  #stop(threw, reason) {
    if (this.isOver) return;
    this.isOver = true;
    this.stopped = { threw, reason };
    this.#clearTimers();
    this.#openGates();
    this.onStop?.();
  }

  #over() {
    this.isOver = this.#ended = true;
    this.#clearTimers();
    if (this.#onAbort) this.#signal.removeEventListener("abort", this.#onAbort);
    this.#openGates();
    for (const reader of this.#readers.splice(0)) reader(undefined);
    // Now, and not when it is collected: a page that asks and asks may not get there.
    this.#run?.free();
    this.#run = undefined;
    this.#leave?.();
  }

  #clearTimers() {
    for (const [clear, id] of this.#timers) clear(id);
    this.#timers.length = 0;
  }
}
