// One answer under way: from the call of the agent to its result.

// A piece that takes no noticeable time to show; more at once comes where a server does not stream.
const PIECE = 4096;

export class Run {
  /** What was asked; undefined where an interrupted answer is gone on with. */
  question;
  at = new Date().toISOString();
  /** How many turns there were before it. */
  base = 0;
  chunks = 0;
  /** The model has been asked: from now on this run alone says what its answer is. */
  hasBegun = false;
  /** Where the answer is shown. */
  view;
  #isStopped = false;
  #reader;

  constructor(question) {
    this.question = question;
  }

  /** Keeps what has come, and lets the run end. */
  stop() {
    this.#isStopped = true;
    this.#reader?.cancel().catch(() => {});
  }

  /** Gives the result. `heard` are event(event), chunk(text) as the library gives it, and show(text) in pieces. */
  async follow(agent, context, heard) {
    const onEvent = (event) => {
      this.hasBegun = true;
      heard.event(event);
    };
    // A flow has a conversation of its own.
    const options = { batch: "frame", onEvent, ...(agent.context ? {} : { context }) };
    const stream = this.question === undefined ? agent.resume(options) : agent.runStreamed(this.question, options);
    const { result } = stream;
    // Whatever goes wrong is told by the reader first.
    result.catch(() => {});
    this.#reader = stream.getReader();
    if (this.#isStopped) this.stop();
    for (let step = await this.#reader.read(); !step.done; step = await this.#reader.read()) {
      this.hasBegun = true;
      this.chunks += 1;
      heard.chunk(step.value);
      await show(step.value, heard);
    }
    return result;
  }
}

async function show(chunk, heard) {
  for (let from = 0; from < chunk.length; from += PIECE) {
    if (from > 0) await aBreath();
    heard.show(chunk.slice(from, from + PIECE));
  }
}

/** Lets the page draw and listen, unless nobody sees it. */
function aBreath() {
  if (document.visibilityState === "hidden") return undefined;
  return new Promise((resolve) => setTimeout(resolve));
}
