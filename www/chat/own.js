// What the element makes by itself where no script gives it one: an agent and a context, from attributes.
import { Context, RefinireAgent } from "refinire-web";

export class Own {
  #agent;
  #agentFrom;
  #context;
  #isNamed = false;
  // What was said in a conversation without a name, while the element is out of the page.
  #left;

  /** The agent that was made last. */
  get made() {
    return this.#agent;
  }

  /** The agent of these options, the same as long as they are. */
  agent(options) {
    const from = JSON.stringify(options);
    if (from !== this.#agentFrom) this.#freeAgent();
    this.#agent ??= new RefinireAgent({ name: "refinire-chat", generationInstructions: "", ...options });
    this.#agentFrom = from;
    return this.#agent;
  }

  /** The conversation of that name; without one, one that is kept nowhere but here. */
  context(id, onStorageError) {
    this.#freeContext();
    const options = id ? { id, onStorageError } : { storage: "memory" };
    this.#context = !id && this.#left ? Context.fromJSON(this.#left, options) : new Context(options);
    this.#isNamed = Boolean(id);
    this.#left = undefined;
    return this.#context;
  }

  free() {
    this.#freeAgent();
    this.#freeContext();
  }

  #freeAgent() {
    this.#agent?.free();
    this.#agent = this.#agentFrom = undefined;
  }

  #freeContext() {
    if (!this.#context) return;
    this.#left = this.#isNamed ? undefined : this.#context.toJSON();
    this.#context.free();
    this.#context = undefined;
  }
}
