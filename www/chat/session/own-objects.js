// The agent and the context that the element makes from its attributes, where no script sets them.
import { Context, RefinireAgent } from "refinire-web";

export class OwnObjects {
  #agent;
  #agentFrom;
  #context;
  #isNamed = false;
  // A copy of a conversation without a name, with its attachments, while the element is not in the page. Freed with the element.
  #left;

  /** The agent that was made last. */
  get made() {
    return this.#agent;
  }

  /** The agent with these options: the same one until they change. */
  agent(options) {
    const from = JSON.stringify(options);
    if (from !== this.#agentFrom) this.#freeAgent();
    this.#agent ??= new RefinireAgent({ name: "refinire-chat", generationInstructions: "", ...options });
    this.#agentFrom = from;
    return this.#agent;
  }

  /** The conversation of that name; without a name, one that is kept in memory alone. `onNotKept` is called if it cannot be stored. */
  context(id, onNotKept) {
    this.#freeContext();
    // An error without a cause tells what was removed from a full store, or set aside: the conversation is stored all the same.
    const onStorageError = ({ cause }) => cause !== undefined && onNotKept();
    const options = id ? { id, onStorageError } : { storage: "memory" };
    this.#context = (!id && this.#left) || new Context(options);
    this.#isNamed = Boolean(id);
    this.#left = undefined;
    return this.#context;
  }

  /** Gives the context away: it is not freed here. */
  release() {
    const context = this.#context;
    this.#context = undefined;
    return context;
  }

  /** Takes back the context of a conversation that has a name. */
  adopt(context) {
    this.#freeContext();
    this.#context = context;
    this.#isNamed = true;
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
    this.#left = this.#isNamed ? undefined : this.#context.fork({ storage: "memory" });
    this.#context.free();
    this.#context = undefined;
  }
}
