// What a run of an agent sees of the world: see driver.js.
import { Connection } from "./connection.js";
import { describe, RefinireError } from "./error.js";
import { Exchange } from "./exchange.js";
import { merged } from "./merge.js";
import { moduleMemory } from "./module.js";
import { invalid } from "./options.js";
import { Extras } from "./run/extras.js";
import { dial } from "./run/socket.js";

// Where the body stands in a call.
const BODY = 2;

export class World {
  delivery;
  extras;
  link;
  keep;
  counter;
  #traits;
  #run;
  #conversation;
  // The conversation that takes the answer, where it is another one.
  #book;
  #asked;
  #turn;

  /** `traits` are the agent's; `asked` is `{ question, attachments, options, resumes }`. */
  constructor(traits, run, conversation, book, asked) {
    this.#traits = traits;
    this.#run = run;
    this.#conversation = conversation;
    this.#book = book;
    this.#asked = asked;
    this.link = traits.link;
    this.counter = traits.countTokens && counterOf(traits.countTokens);
    // One that nobody else sees need not grow.
    if (book.isKept || asked.options.context) {
      this.keep = (delivered) => {
        run.keep(delivered);
        book.grown();
      };
    }
  }

  async admit() {
    const { question, attachments, options, resumes } = this.#asked;
    const { ready, isKept } = this.#conversation;
    // A step has its turn within that of its flow.
    this.#turn = options.within ? options.within.within() : this.#conversation.takeTurn(options.ifBusy !== "fail");
    const isStale = await this.#turn.come();
    await ready;
    // What other tabs have just added belongs to the question.
    if (isStale && isKept) this.#conversation.refresh();
    // Whoever stopped it while it waited wants no guardrail asked.
    if (!resumes && !this.delivery.isOver) await guard(this.#traits.guardrails, question, attachments);
    const { features, instructions } = this.#traits;
    const isEquipped = features.isNeeded || attachments.length > 0 || options.prompt || (options.context && instructions.includes("{{"));
    if (!this.delivery.isOver && isEquipped) await this.#equip();
  }

  async #equip() {
    const { question, attachments, options } = this.#asked;
    const { features, instructions, agent } = this.#traits;
    const { delivery } = this;
    this.extras = new Extras(features, question, options.context, delivery, this.#run, agent);
    this.#run.put(this.extras.put(instructions, options.prompt), this.#conversation.core);
    if (attachments.length === 0) return;
    const packed = await this.extras.packed(attachments);
    const refused = delivery.isOver ? undefined : this.#run.attach(packed);
    if (refused) throw refused;
  }

  exchange(rearm) {
    const { link, patch, maxConnections } = this.#traits;
    const connection = new Connection();
    const send = async () => {
      const call = this.#run.call(this.counter).split("\0");
      const [url, keyHeader] = call;
      if (patch && keyHeader) call[BODY] = JSON.stringify(merged(JSON.parse(call[BODY]), patch));
      if (this.counter?.failure) throw this.counter.failure;
      await connection.open(url, maxConnections, this.#run, rearm);
      // Only a socket has no place for a key.
      return keyHeader ? link.send(call, connection.signal) : dial(call, this.#traits, this.#run, connection.signal);
    };
    return new Exchange(send, connection, this.#run, this.delivery, moduleMemory(), rearm);
  }

  changed() {
    this.#book.changed();
  }

  concluded(result) {
    this.#conversation.concluded(result);
  }

  left() {
    this.#turn?.leave();
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
