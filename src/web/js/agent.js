// The agent, as users see it.
import { coreOf, fleeting } from "./inside.js";
import { core } from "./module.js";
import { invalid, refuseUnknown, runOptions } from "./options.js";
import { chunkStream } from "./stream.js";
import { Host } from "./world.js";

// Known to this package only: the runs of an agent in a flow.
let launched;

export class RefinireAgent {
  #core;
  #name;
  #destinations;

  constructor(options) {
    const { Agent } = core();
    this.#core = new Agent(options);
    this.#name = this.#core.name;
    this.#destinations = this.#core.destinations;
  }

  static {
    launched = (agent, input, options) => started(agent.#launch(input, options));
  }

  get name() {
    return this.#name;
  }

  /** The steps that it chooses from, in a flow. */
  get destinations() {
    return this.#destinations;
  }

  /** Runs to the end; gives the promise of the result. */
  async run(input, options) {
    return started(this.#launch(input, runOptions(options)));
  }

  /** Runs as far as it is read; gives the stream of chunks. */
  runStreamed(input, options) {
    return chunkStream(this.#launch(input, runOptions(options)));
  }

  /** Goes on from the interrupted answer that the context ends with, as far as it is read; gives the stream of what is new. */
  resume(options) {
    const own = runOptions(options);
    if (!own.context) throw invalid("resume: `context` must be a Context");
    return chunkStream(this.#launch(undefined, own, true));
  }

  free() {
    // Runs that go on keep no socket either.
    this.#core?.close();
    this.#core?.free();
    this.#core = undefined;
  }

  #launch(input, options, resumes = false) {
    if (!this.#core) throw invalid("this agent has been freed");
    const { text: question = input, attachments = [] } = Object(input);
    const isInput = typeof question === "string" && Array.isArray(attachments);
    if (!isInput && !resumes) throw invalid("the input must be a string or { text, attachments }");
    // A misspelled `attachments` would be a question without them.
    if (typeof input === "object" && !resumes) refuseUnknown(input, ["text", "attachments"], "the input");
    const own = options.context ? undefined : fleeting();
    const conversation = coreOf(options.context ?? own);
    const book = options.book ? coreOf(options.book) : conversation;
    const host = new Host(conversation, book, options, () => own?.free());
    const asked = resumes ? options : { ...options, question, attachments };
    const [turns, bookTurns] = [conversation.core, book.core];
    try {
      return this.#core.launch(asked, turns, bookTurns, host);
    } finally {
      turns.free();
      bookTurns.free();
    }
  }
}

/** The promise of a run that is read by nobody. */
function started(run) {
  const result = run.start();
  run.free();
  return result;
}

/**
 * Runs an agent as a step of a flow; `prompt`, in its options, is asked instead of the input, which is a turn already. In a
 * branch `book` is the context that takes the answer, of several at the same time that of this `number`.
 */
export const launch = (...given) => launched(...given);
