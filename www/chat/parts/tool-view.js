// A page's own view of a tool's call. It stands among the element's children, so that the page's styles apply, and is shown in its place by a slot.
import { element } from "../shared.js";

let made = 0;

export class ToolView {
  element;
  #holder;
  #host;
  #make;

  /** `make(call)` gives a node, or nothing for the standard view. */
  constructor(host, make) {
    const name = `tool-${(made += 1)}`;
    this.#host = host;
    this.#make = make;
    this.#holder = element("div", { slot: name });
    this.element = element("slot", { name });
  }

  /** Whether there is something to show of it. */
  show(call) {
    let node;
    try {
      node = this.#make(call);
    } catch (error) {
      reportError(error);
    }
    if (!node) {
      this.leave();
      return false;
    }
    if (node !== this.#holder.firstChild) this.#holder.replaceChildren(node);
    if (!this.#holder.isConnected) this.#host.append(this.#holder);
    return true;
  }

  leave() {
    this.#holder.remove();
  }
}
