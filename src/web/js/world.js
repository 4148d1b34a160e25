// What a run of an agent belongs to: its turn in a conversation, and what it does besides asking. Its core calls this.
import { describe, RefinireError } from "./error.js";
import { invalid } from "./options.js";
import { Extras } from "./run/extras.js";

export class Host {
  extras;
  counter;
  // Whether others see the answer while it grows.
  isSeen;
  #traits;
  #conversation;
  // The conversation that takes the answer, where it is another one.
  #book;
  #asked;
  #turn;
  #run;
  #ended;

  /** `traits` are the agent's; `asked` is `{ question, attachments, options, resumes }`; `ended` is called last of all. */
  constructor(traits, conversation, book, asked, ended) {
    this.#traits = traits;
    this.#conversation = conversation;
    this.#book = book;
    this.#asked = asked;
    this.#ended = ended;
    this.counter = traits.countTokens && counterOf(traits.countTokens);
    // One that nobody else sees need not grow.
    this.isSeen = Boolean(book.isKept || asked.options.context);
  }

  async admit(run) {
    this.#run = run;
    const { question, attachments, options, resumes } = this.#asked;
    const { ready, isKept } = this.#conversation;
    // A step has its turn within that of its flow.
    this.#turn = options.turn ?? this.#conversation.takeTurn(options.ifBusy !== "fail");
    run.hasTurn(this.#turn);
    const isStale = await this.#turn.come();
    await ready;
    // What other tabs have just added belongs to the question.
    if (isStale && isKept) this.#conversation.refresh();
    // Whoever stopped it while it waited wants no guardrail asked.
    if (!resumes && !run.isOver) await guard(this.#traits.guardrails, question, attachments);
    const { features, instructions } = this.#traits;
    const isEquipped = features.isNeeded || attachments.length > 0 || options.prompt || (options.context && instructions.includes("{{"));
    if (!run.isOver && isEquipped) await this.#equip();
  }

  async #equip() {
    const { question, attachments, options } = this.#asked;
    const { features, instructions, agent } = this.#traits;
    const run = this.#run;
    this.extras = new Extras(features, question, options.context, run, agent);
    const { prompt } = options;
    const turns = this.#conversation.core;
    run.put(this.extras.put(instructions, prompt), prompt || undefined, turns);
    turns.free();
    if (attachments.length === 0) return;
    const packed = await this.extras.packed(attachments);
    const refused = run.isOver ? undefined : run.attach(packed);
    if (refused) throw refused;
  }

  changed() {
    this.#book.changed();
  }

  grown() {
    this.#book.grown();
  }

  concluded(result) {
    this.#conversation.concluded(result);
  }

  left() {
    this.#turn?.leave();
  }

  ended() {
    this.#ended();
    // Now, and not when they are collected: a page that asks and asks may not get there.
    for (const own of [this.extras, this.#run, this.#turn, this.#conversation]) own?.free();
    if (this.#book !== this.#conversation) this.#book.free();
  }
}

/** Counts for the core. Nothing that the core calls throws: what went wrong is its `failure`. */
const counterOf = (countTokens) => ({
  count(text) {
    try {
      const tokens = countTokens(text);
      if (typeof tokens === "number" && tokens >= 0) return tokens;
      throw tokens;
    } catch (cause) {
      this.failure = invalid(`\`countTokens\` must give a number of at least 0: ${describe(cause)}`, cause);
      return Infinity;
    }
  },
});

async function guard(guardrails = [], input, { length }) {
  if (!/\S/.test(input) && !length) throw invalid("the input is empty: there is nothing to answer");
  for (const guardrail of guardrails) {
    let passed;
    try {
      passed = await guardrail(input);
    } catch (cause) {
      throw new RefinireError("an input guardrail threw", { code: "guardrail", cause });
    }
    if (!passed) throw new RefinireError("an input guardrail refused the input", { code: "guardrail" });
  }
}
